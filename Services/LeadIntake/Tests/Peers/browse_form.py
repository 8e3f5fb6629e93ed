"""Uses docs/examples/form.html in headless Chromium, from its own origin and from another one.

Reads {"allowed": url, "other": url, "action": url} from standard input, prints what the browser showed as JSON.
Speaks W3C WebDriver to chromedriver itself: five requests need no library.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
PATIENCE = 120
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Browser:
    def __init__(self, profile):
        driver = shutil.which("chromedriver") or sys.exit("no chromedriver: run `make setup`")
        self.driver = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.driver.stdout:
            if found := re.search(r"started successfully on port (\d+)", line):
                self.base = f"http://127.0.0.1:{found[1]}/session"
                break
        arguments = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-proxy-server"]
        options = {"binary": shutil.which("chromium"), "args": [*arguments, f"--user-data-dir={profile}"]}
        started = self.ask("POST", "", {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}})
        self.base += "/" + started["sessionId"]

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        with direct.open(request, timeout=PATIENCE) as answer:
            return json.load(answer)["value"]

    def open(self, url):
        self.ask("POST", "/url", {"url": url})

    def find(self, selector):
        return self.ask("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def type(self, selector, text):
        self.ask("POST", f"/element/{self.find(selector)}/value", {"text": text})

    def click(self, selector):
        self.ask("POST", f"/element/{self.find(selector)}/click", {})

    def run(self, script, *arguments):
        return self.ask("POST", "/execute/sync", {"script": script, "args": arguments})

    def wait(self, script):
        """What the script returns, once that is something."""
        end = time.monotonic() + PATIENCE
        while not (value := self.run(script)):
            if time.monotonic() > end:
                sys.exit(f"waited in vain for {script}; the page says {self.run('return document.body.innerText')!r}")
            time.sleep(0.05)
        return value

    def close(self):
        try:
            self.ask("DELETE", "")
        finally:
            # Not terminate(): signals that the test's runner has blocked are blocked for its children, too.
            self.driver.kill()
            self.driver.wait()


def fill(browser, message, phone="+502 5550 1234"):
    for name, text in {
        "business": "La Fonda de Ana",
        "name": "Ana Ramírez",
        "email": "ana@lafonda.example",
        "phone": phone,
        "city": "Xela",
        "message": message,
    }.items():
        browser.type(f"#{name}", text)
    browser.click("input[name=consent]")


def status(browser):
    script = "const t = document.getElementById('status').textContent; return t && !t.startsWith('Sending') ? t : null"
    return browser.wait(script)


def fetched(browser, action):
    """What a script of the page gets that posts JSON, for which the browser asks in advance."""
    browser.run(
        """
        window.fetched = null;
        fetch(arguments[0], {
          method: 'POST', headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ business: 'Panadería Sol', email: 'sol@sol.example', from: location.origin })
        }).then(async (answer) => { window.fetched = answer.status + ' ' + await answer.text() }, (error) => { window.fetched = error.name });
        """,
        action,
    )
    return browser.wait("return window.fetched")


def main():
    given = json.load(sys.stdin)
    seen = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(profile)
        try:
            browser.open(given["allowed"] + "?utm_source=maps&utm_campaign=xela")
            fill(browser, "¿Cuánto cuesta?", phone="12")
            browser.click("button")
            seen["mend"] = status(browser)
            seen["phone_error"] = browser.run("return document.getElementById('phone-error').textContent")
            seen["focused"] = browser.run("return document.activeElement.id")
            browser.run("document.getElementById('phone').value = ''")
            browser.type("#phone", "+502 5550 1234")
            browser.click("button")
            seen["sent"] = browser.wait("const t = document.getElementById('status').textContent; return /Thank/.test(t) ? t : null")
            seen["json"] = fetched(browser, given["action"])

            # As without a script: submit() asks no handler.
            browser.open(given["allowed"])
            fill(browser, "Sin script")
            browser.run("document.getElementById('contact').submit()")
            seen["plain"] = browser.wait("return location.pathname.startsWith('/intake/') && document.querySelector('h1')?.textContent")

            browser.open(given["other"])
            fill(browser, "From elsewhere")
            browser.click("button")
            seen["other_sent"] = status(browser)
            seen["other_json"] = fetched(browser, given["action"])
            browser.run("document.getElementById('contact').submit()")
            seen["other_plain"] = browser.wait(
                "return location.pathname.startsWith('/intake/') && document.querySelector('h1')?.textContent"
            )
        finally:
            browser.close()
    json.dump(seen, sys.stdout)


main()
