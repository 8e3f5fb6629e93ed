"""Does tasks in the console as somebody without a mouse does, in headless Chromium.

Reads {"url": ..., "email": ..., "password": ..., "visits": [{"width": px, "lead": name, "note": text}...], "shots": folder or null} from
standard input. In each visit somebody signs in, finds the task of that lead, completes it and signs out, by Tab, Enter and what they
type. Prints what was seen on the way, as JSON. Speaks W3C WebDriver to chromedriver itself: a handful of requests need no library.
"""

import base64
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

PATIENCE = 60
TAB, ENTER = "\ue004", "\ue007"
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

# Contrast as WCAG 2.2 computes it, of every text that is seen against the nearest opaque background; targets as WCAG 2.5.5 counts them.
LOOK = r"""
const luminance = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
const color = text => (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
const seen = e => e.checkVisibility({visibilityProperty: true}) && e.getBoundingClientRect().width > 2 && !e.closest('.skip, .unseen');
const ground = element => {
  for (let e = element; e; e = e.parentElement) {
    const c = color(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] === 1) return c;
  }
  return [255, 255, 255];
};
const name = e => `${e.tagName} "${(e.textContent || e.id).trim().slice(0, 30)}"`;
const all = [...document.body.querySelectorAll('*')].filter(seen);
const faint = all.filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())).filter(e => {
  const style = getComputedStyle(e);
  const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && +style.fontWeight >= 700);
  const [a, b] = [luminance(color(style.color)), luminance(ground(e))];
  return (Math.max(a, b) + .05) / (Math.min(a, b) + .05) < (large ? 3 : 4.5);
}).map(name);
const small = all.filter(e => e.matches('a, button, summary, select, input:not([type=hidden])')).filter(e => {
  const box = e.getBoundingClientRect();
  return box.height < 44 || box.width < 44;
}).map(e => `${name(e)} ${e.getBoundingClientRect().width.toFixed(0)}x${e.getBoundingClientRect().height.toFixed(0)}`);
const wide = all.filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(name);
const unnamed = all.filter(e => e.matches('select, input:not([type=hidden])') && !e.labels?.length).map(name);
return {path: location.pathname, width: document.documentElement.scrollWidth, faint, small, wide, unnamed};
"""

FOCUS = r"""
const e = document.activeElement;
if (!e || e === document.body) return null;
const style = getComputedStyle(e), box = e.getBoundingClientRect();
const article = e.closest('article');
return {
  id: e.id, text: e.textContent.trim().slice(0, 60), action: e.form?.getAttribute('action') ?? null, tag: e.tagName,
  lead: article?.querySelector('h2')?.textContent.trim() ?? null,
  isSeen: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none',
  isInView: box.top < innerHeight && box.bottom > 0 && box.left >= 0 && box.right <= innerWidth + 1,
};
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
        self.hidden = []

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        with direct.open(request, timeout=PATIENCE) as answer:
            return json.load(answer)["value"]

    def devtools(self, command, **parameters):
        return self.ask("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def run(self, script, *arguments):
        return self.ask("POST", "/execute/sync", {"script": script, "args": arguments})

    def wait(self, script, *arguments):
        end = time.monotonic() + PATIENCE
        while not self.run(script, *arguments):
            if time.monotonic() > end:
                sys.exit(f"waited in vain for {script} {arguments}; the page says {self.run('return document.body.innerText')!r}")
            time.sleep(0.05)

    def press(self, keys):
        strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.ask("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": strokes}]})

    def tab_to(self, what, is_there):
        """Presses Tab until what has the focus is what is wanted; what gets the focus on the way must show it."""
        for _ in range(200):
            self.press(TAB)
            focus = self.run(FOCUS)
            if focus and not (focus["isSeen"] and focus["isInView"]):
                self.hidden.append(f"{focus['tag']} {focus['id'] or focus['text']!r}")
            if focus and is_there(focus):
                return
        sys.exit(f"no Tab led to {what}; the page says {self.run('return document.body.innerText')!r}")

    def look(self, shot):
        found = self.run(LOOK)
        found["console"] = [entry["message"] for entry in self.ask("POST", "/se/log", {"type": "browser"})]
        if shot:
            picture = self.devtools("Page.captureScreenshot", captureBeyondViewport=True)
            shot.write_bytes(base64.b64decode(picture["data"]))
        return found

    def close(self):
        try:
            self.ask("DELETE", "")
        finally:
            # Not terminate(): signals that the test's runner has blocked are blocked for its children, too.
            self.driver.kill()
            self.driver.wait()


def visit(browser, asked, shots, width, lead, note):
    def look(name):
        looks.append({"asked": width, **browser.look(shots and shots / f"{name}-{width}.png")})

    looks, browser.hidden = [], []
    metrics = {"width": width, "height": 844 if width < 600 else 800, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.devtools("Emulation.setDeviceMetricsOverride", **metrics)
    browser.ask("POST", "/url", {"url": asked["url"] + "/tasks"})
    browser.wait("return location.pathname === '/sign-in'")
    look("sign-in")
    browser.tab_to("the e-mail", lambda focus: focus["id"] == "email")
    browser.press(asked["email"])
    browser.tab_to("the password", lambda focus: focus["id"] == "password")
    browser.press(asked["password"] + ENTER)

    browser.wait("return location.pathname === '/tasks' && document.body.innerText.includes(arguments[0])", lead)
    look("tasks")
    browser.tab_to("the note", lambda focus: focus["lead"] == lead and focus["id"].startswith("note-"))
    browser.press(note)
    browser.tab_to("Done", lambda focus: focus["lead"] == lead and focus["tag"] == "BUTTON" and focus["action"].endswith("/complete"))
    look("about-to")
    browser.press(ENTER)
    browser.wait("return location.pathname === '/tasks' && !document.body.innerText.includes(arguments[0])", lead)
    look("done")
    browser.tab_to("Sign out", lambda focus: focus["action"] == "/sign-out")
    browser.press(ENTER)
    browser.wait("return location.pathname === '/sign-in'")
    cookies = [cookie["name"] for cookie in browser.ask("GET", "/cookie")]
    return {"lead": lead, "looks": looks, "hidden": browser.hidden, "cookies": cookies}


asked = json.load(sys.stdin)
shots = asked.get("shots") and pathlib.Path(asked["shots"])
if shots:
    shots.mkdir(parents=True, exist_ok=True)
with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
    browser = Browser(profile)
    try:
        seen = [visit(browser, asked, shots, **how) for how in asked["visits"]]
    finally:
        browser.close()
json.dump(seen, sys.stdout)
