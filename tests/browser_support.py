"""A headless Chromium that tests start, and pages in it that they use like a reader."""

import base64
import fcntl
import json
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
MODIFIERS = {"Alt": 1, "Control": 2, "Meta": 4, "Shift": 8}
KEY_CODES = {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
KEY_CODES |= {"Escape": 27, "Enter": 13, "Tab": 9}


@contextmanager
def start_browser():
    """Start a Chromium; the test is skipped where there is none."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("no Chromium is installed")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        browser = Browser(program, folder)
        try:
            yield browser
        finally:
            browser.close()


class Browser:
    """A Chromium that is told what to do through a pipe (its option --remote-debugging-pipe)."""

    def __init__(self, program, folder):
        options = ["--headless=new", "--remote-debugging-pipe", f"--user-data-dir={folder}"]
        options += ["--no-first-run", "--disable-gpu", "--disable-background-networking"]
        options += ["--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows"]
        options += ["--no-sandbox"] * (os.geteuid() == 0)
        pipes = [os.pipe(), os.pipe()]
        # The browser reads from 3 and writes to 4. Both numbers are taken here, by the pipes if by
        # nothing else, so Popen uses others.
        ends = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (pipes[0][0], pipes[1][1])]
        self.process = subprocess.Popen(
            [program, *options, "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(3, 4),
            preexec_fn=lambda: [os.dup2(end, fd) for fd, end in enumerate(ends, 3)],
        )
        for fd in (*ends, pipes[0][0], pipes[1][1]):
            os.close(fd)
        self.commands, self.answers = (
            os.fdopen(pipes[0][1], "wb"),
            os.fdopen(pipes[1][0], "rb"),
        )
        self.count, self.rest, self.events = 0, b"", []

    def call(self, method, session=None, **parameters):
        """Call a method of the DevTools protocol, and return its result."""
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        message |= {"sessionId": session} if session else {}
        self.commands.write(json.dumps(message).encode() + b"\0")
        self.commands.flush()
        while True:
            answer = self.receive()
            if answer.get("id") == self.count:
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]
            self.events.append(answer)

    def receive(self):
        """Return the next message from the browser."""
        while b"\0" not in self.rest:
            part = self.answers.raw.read(1 << 20)
            assert part, "the browser has ended"
            self.rest += part
        message, _, self.rest = self.rest.partition(b"\0")
        return json.loads(message)

    def open(self, path, width=1200, height=800, dark=False, touch=False, ratio=1):
        """Open a file in a window of this size, and return the page."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session)
        for domain in ("Page", "Network", "Runtime", "Log"):
            page.call(f"{domain}.enable")
        page.resize(width, height, ratio, touch)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        page.call("Emulation.setEmulatedMedia", features=[scheme])
        page.call("Page.navigate", url=f"file://{path}")
        page.wait_until("document.readyState == 'complete' && location.protocol == 'file:'")
        return page

    def close(self):
        """End the browser."""
        with suppress(OSError, AssertionError):
            self.call("Browser.close")
        self.process.wait(20)
        self.commands.close()
        self.answers.close()


class Page:
    """A page in the browser."""

    def __init__(self, browser, session):
        self.browser, self.session = browser, session

    def call(self, method, **parameters):
        """Call a method of the DevTools protocol for this page."""
        return self.browser.call(method, self.session, **parameters)

    def close(self):
        """Close the page."""
        self.call("Page.close")

    def events(self, method):
        """Return what the page has reported with a name, such as Network.requestWillBeSent."""
        self.evaluate("0")  # what has been sent so far is read
        return [
            event["params"]
            for event in self.browser.events
            if event.get("sessionId") == self.session and event["method"] == method
        ]

    def resize(self, width, height, ratio=1, touch=False):
        """Give the window a size in CSS pixels, and screen pixels for each of them."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=ratio,
            mobile=touch,
        )
        self.call("Emulation.setTouchEmulationEnabled", enabled=touch)

    def evaluate(self, script):
        """Return the value of an expression in JavaScript; of a promise, what it becomes."""
        answer = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait_until(self, condition, seconds=20):
        """Wait until an expression in JavaScript is true."""
        end = time.monotonic() + seconds
        while not self.evaluate(f"Boolean({condition})"):
            assert time.monotonic() < end, f"never true: {condition}"
            time.sleep(0.02)

    def box(self, selector):
        """Return left, top, width and height of the first element that fits."""
        box = f"document.querySelector({json.dumps(selector)}).getBoundingClientRect()"
        return self.evaluate(f"(({{x, y, width, height}}) => [x, y, width, height])({box})")

    def middle(self, selector):
        """Return the place of the middle of an element."""
        left, top, width, height = self.box(selector)
        return left + width / 2, top + height / 2

    def press(self, key, *modifiers):
        """Press and release a key, such as a letter or ArrowLeft."""
        flags = sum(MODIFIERS[modifier] for modifier in modifiers)
        code = KEY_CODES.get(key, ord(key.upper()) if len(key) == 1 and key.isalnum() else 0)
        facts = {"key": key, "modifiers": flags, "windowsVirtualKeyCode": code}
        text = "\r" if key == "Enter" else key if len(key) == 1 else None
        facts |= {"text": text} if text else {}
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **facts)
        facts.pop("text", None)
        self.call("Input.dispatchKeyEvent", type="keyUp", **facts)

    def _mouse(self, kind, place, **facts):
        self.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], **facts)

    def move(self, place):
        """Move the pointer."""
        self._mouse("mouseMoved", place)

    def wheel(self, place, amount, **facts):
        """Turn the wheel at a place; up is negative."""
        self._mouse("mouseWheel", place, deltaX=0, deltaY=amount, **facts)

    def drag(self, *places):
        """Press the button at the first place, move through the others, and release it."""
        held = {"button": "left", "buttons": 1, "clickCount": 1}
        self.move(places[0])
        self._mouse("mousePressed", places[0], **held)
        for place in places[1:]:
            self._mouse("mouseMoved", place, button="left", buttons=1)
        self._mouse("mouseReleased", places[-1], **held)

    def click(self, place):
        """Press and release the button; `place` may be a selector."""
        self.drag(self.middle(place) if isinstance(place, str) else place)

    def touch(self, *steps):
        """Put fingers down at the places of the first step, move them through the others, lift."""
        for number, step in enumerate(steps):
            points = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(step)]
            kind = "touchMove" if number else "touchStart"
            self.call("Input.dispatchTouchEvent", type=kind, touchPoints=points)
        self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def screenshot(self, path=None, whole=False):
        """Return what is seen as the bytes of a PNG, or write it to a file."""
        answer = self.call("Page.captureScreenshot", captureBeyondViewport=whole)
        data = base64.b64decode(answer["data"])
        if path:
            with open(path, "wb") as stream:
                stream.write(data)
        return data
