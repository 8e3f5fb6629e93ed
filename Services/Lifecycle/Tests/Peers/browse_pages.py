"""Looks at pages in headless Chromium, as phones and desktops show them.

Reads {"urls": [url...], "widths": [px...], "shots": folder or null} from standard input; prints for each page and width, as JSON:
what the console said, how wide the page is, what is too small to be tapped, and what can't be read against what it stands on.
Speaks W3C WebDriver to chromedriver itself: a handful of requests need no library.
"""

import base64
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request

PATIENCE = 120
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

# Contrast as WCAG 2.2 computes it, of every text that is seen against the nearest opaque background; targets as WCAG 2.5.5 counts them:
# links within a sentence are exempt, and there are none on these pages but in the preview's bar.
LOOK = r"""
const luminance = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
const color = text => (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
const seen = element => element.checkVisibility({visibilityProperty: true}) && element.getBoundingClientRect().width > 2
  && !element.closest('.hidden, .skip');
const ground = element => {
  for (let e = element; e; e = e.parentElement) {
    const c = color(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] === 1) return c;
  }
  return [255, 255, 255];
};
const faint = [], small = [];
for (const element of document.body.querySelectorAll('*')) {
  const own = [...element.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
  if (!own || !seen(element)) continue;
  const style = getComputedStyle(element);
  const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && +style.fontWeight >= 700);
  const [a, b] = [luminance(color(style.color)), luminance(ground(element))];
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < (large ? 3 : 4.5)) faint.push(`${element.tagName} "${element.textContent.trim().slice(0, 30)}" ${ratio.toFixed(2)}`);
}
for (const element of document.querySelectorAll('a, button')) {
  if (!seen(element)) continue;
  const box = element.getBoundingClientRect();
  if (box.height < 44 || box.width < 44) small.push(`"${element.textContent.trim().slice(0, 30)}" ${box.width.toFixed(0)}x${box.height.toFixed(0)}`);
}
const wide = [...document.body.querySelectorAll('*')].filter(e => seen(e) && !e.closest('svg, .art') && e.getBoundingClientRect().right > arguments[0] + 1)
  .slice(0, 3).map(e => `${e.tagName}.${e.className}`);
return {width: document.documentElement.scrollWidth, inner: innerWidth, faint, small, wide, requests: performance.getEntriesByType('resource').map(e => e.name)};
"""


class Browser:
    def __init__(self, profile):
        driver = shutil.which("chromedriver") or sys.exit("no chromedriver: run `make setup`")
        self.driver = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.driver.stdout:
            if found := re.search(r"started successfully on port (\d+)", line):
                self.base = f"http://127.0.0.1:{found[1]}/session"
                break
        arguments = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-proxy-server", "--hide-scrollbars"]
        options = {"binary": shutil.which("chromium"), "args": [*arguments, f"--user-data-dir={profile}"]}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        self.base += "/" + self.ask("POST", "", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        with direct.open(request, timeout=PATIENCE) as answer:
            return json.load(answer)["value"]

    def devtools(self, command, **parameters):
        return self.ask("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def look(self, url, width, shot):
        metrics = {"width": width, "height": 844 if width < 600 else 800, "deviceScaleFactor": 1, "mobile": width < 600}
        self.devtools("Emulation.setDeviceMetricsOverride", **metrics)
        self.ask("POST", "/url", {"url": url})
        found = self.ask("POST", "/execute/sync", {"script": LOOK, "args": [width]})
        found["console"] = [entry["message"] for entry in self.ask("POST", "/se/log", {"type": "browser"})]
        if shot:
            picture = self.devtools("Page.captureScreenshot", captureBeyondViewport=True)
            shot.write_bytes(base64.b64decode(picture["data"]))
        return {"url": url, "asked": width, **found}

    def close(self):
        try:
            self.ask("DELETE", "")
        finally:
            # Not terminate(): signals that the test's runner has blocked are blocked for its children, too.
            self.driver.kill()
            self.driver.wait()


asked = json.load(sys.stdin)
shots = asked.get("shots") and pathlib.Path(asked["shots"])
if shots:
    shots.mkdir(parents=True, exist_ok=True)
with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
    browser = Browser(profile)
    try:
        seen = []
        for url in asked["urls"]:
            for width in asked["widths"]:
                name = re.sub(r"\W+", "-", url.rsplit("/", 1)[-1].removesuffix(".html"))
                seen.append(browser.look(url, width, shots and shots / f"{name}-{width}.png"))
    finally:
        browser.close()
json.dump(seen, sys.stdout)
