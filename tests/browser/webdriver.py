"""A WebDriver client that knows what the tests of the pages need, and nothing
beyond the standard library (https://www.w3.org/TR/webdriver2/)."""

import contextlib
import json
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
KEYS = {"tab": "\ue004", "enter": "\ue007", "escape": "\ue00c", "right": "\ue014", "left": "\ue012"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Browser:
    def __init__(self, base, session):
        self.base, self.session = base, session

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.base}/session/{self.session}{path}"
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.read().decode()}") from error

    def open(self, url):
        self.ask("POST", "/url", {"url": url})

    def script(self, text, *arguments):
        return self.ask("POST", "/execute/sync", {"script": text, "args": list(arguments)})

    def script_async(self, text, *arguments):
        return self.ask("POST", "/execute/async", {"script": text, "args": list(arguments)})

    def find(self, css):
        return self.ask("POST", "/element", {"using": "css selector", "value": css})[ELEMENT]

    def click(self, css):
        self.ask("POST", f"/element/{self.find(css)}/click", {})

    def text(self, css):
        return self.script("return document.querySelector(arguments[0])?.textContent ?? ''", css)

    def press(self, *keys):
        """Presses keys one after the other; the page alone decides where they go."""
        actions = []
        for key in keys:
            value = KEYS.get(key, key)
            actions += [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
        self.ask("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def type(self, text):
        self.press(*text)

    def tab_to(self, css, most=400):
        """Moves the focus with the Tab key until it is on an element."""
        for _ in range(most):
            if self.script("return document.activeElement.matches(arguments[0])", css):
                return
            self.press("tab")
        raise AssertionError(f"the Tab key does not reach {css}")

    def wait(self, what, condition, seconds=30):
        """Waits until a script returns something true; returns it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.script(condition)
            if found:
                return found
            time.sleep(0.02)
        raise AssertionError(f"{what}: not within {seconds} s")

    def command(self, name, **parameters):
        """A command of the browser's own protocol (CDP)."""
        return self.ask("POST", "/goog/cdp/execute", {"cmd": name, "params": parameters})

    def size(self, width, height):
        """A screen of this size; windows cannot be this small everywhere."""
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def scheme(self, name):
        feature = {"name": "prefers-color-scheme", "value": name}
        self.command("Emulation.setEmulatedMedia", features=[feature])

    def log(self, kind):
        return self.ask("POST", "/se/log", {"type": kind})

    def picture(self, path, whole=False):
        import base64

        parameters = {"captureBeyondViewport": whole}
        if whole:
            size = self.command("Page.getLayoutMetrics")["cssContentSize"]
            parameters["clip"] = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        data = self.command("Page.captureScreenshot", **parameters)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))


@contextlib.contextmanager
def browser():
    """Chromium without a window, under its driver, with a profile of its own."""
    port = free_port()
    driver = shutil.which("chromedriver")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert driver and chromium, "chromium and chromedriver are needed (Debian: chromium, chromium-driver)"
    profile = tempfile.mkdtemp()
    process = subprocess.Popen([driver, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{base}/status", timeout=5).close()
                break
            time.sleep(0.05)
        options = {"binary": chromium, "args": [*FLAGS, f"--user-data-dir={profile}"]}
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        body = json.dumps({"capabilities": {"alwaysMatch": wanted}}).encode()
        request = urllib.request.Request(f"{base}/session", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=120) as answer:
            session = json.load(answer)["value"]["sessionId"]
        found = Browser(base, session)
        try:
            yield found
        finally:
            with contextlib.suppress(AssertionError, OSError):
                found.ask("DELETE", "")
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(profile, ignore_errors=True)
