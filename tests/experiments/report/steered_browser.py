"""A headless Chromium that a test steers: open a page, run script in it, take pictures of it.

Times to wait are long: a machine that is busy with simulations starves the browser.
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect
from websockets.sync.connection import Connection

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-extensions",
    "--disable-renderer-backgrounding",  # else a busy machine starves the page
    "--disable-backgrounding-occluded-windows",
    "--disable-background-timer-throttling",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--hide-scrollbars",
    "--disable-features=BackForwardCache",  # a page that is left is gone, as a closed tab is
    "--remote-debugging-port=0",
)


class Page:
    """One tab. `problems` collects console errors, exceptions and failed or outside requests."""

    def __init__(self, socket: Connection) -> None:
        self.socket = socket
        self.problems: list[str] = []
        self.requests: list[str] = []
        self._numbers = itertools.count(1)
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, timeout_s: float = 180.0, **parameters: Any) -> dict[str, Any]:
        """Send one command and return its result; events that come meanwhile are noted."""
        number = next(self._numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv(timeout=timeout_s))
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]
            self._note(message)

    def open(self, path: Path, wide: int = 1100, high: int = 900, dark: bool = False) -> None:
        """Show a file in a window of that size and wait until it has loaded."""
        self.resize(wide, high)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.call("Page.navigate", url=path.resolve().as_uri())
        self.wait("document.readyState === 'complete' && location.protocol === 'file:'")

    def resize(self, wide: int, high: int) -> None:
        """Give the window another size."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=wide,
            height=high,
            deviceScaleFactor=1,
            mobile=False,
        )

    def run(self, script: str) -> Any:
        """Return the value of a script, waiting for it if it is a promise."""
        result = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def wait(self, script: str, seconds: float = 180.0) -> None:
        """Wait until the script's value is true."""
        end = time.monotonic() + seconds
        while not self.run(script):
            if time.monotonic() > end:
                shown = self.run("document.body ? document.body.innerText.slice(0, 600) : ''")
                raise AssertionError(f"never true: {script}; the page shows: {shown}")
            time.sleep(0.05)

    def picture(self, selector: str | None = None) -> bytes:
        """Return the window, or what the selector finds, as PNG."""
        clip = {}
        if selector:
            place = (
                f"(r => ({{x: r.x + scrollX, y: r.y + scrollY, width: r.width, height: r.height}}))"
                f"(document.querySelector({json.dumps(selector)}).getBoundingClientRect())"
            )
            clip = {"clip": {**self.run(place), "scale": 1}, "captureBeyondViewport": True}
        return base64.b64decode(self.call("Page.captureScreenshot", format="png", **clip)["data"])

    def _note(self, message: dict[str, Any]) -> None:
        method, found = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.problems.append(str(found["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled" and found["type"] in ("error", "warning"):
            self.problems.append(str(found["args"]))
        elif method == "Log.entryAdded" and found["entry"]["level"] == "error":
            self.problems.append(str(found["entry"]))
        elif method == "Network.requestWillBeSent":
            self.requests.append(found["request"]["url"])


@contextlib.contextmanager
def browser(profile: Path) -> Iterator[Page]:
    """Start the browser with an empty profile folder and yield its first tab; skip without one."""
    program = next((path for name in NAMES if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    command = [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with connect(_address(profile, process), max_size=None, ping_interval=None) as socket:
            yield Page(socket)
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
        process.kill()


def _address(profile: Path, process: subprocess.Popen) -> str:
    """Wait for the browser to say where it listens, and return the tab's address."""
    import urllib.request

    note = profile / "DevToolsActivePort"
    end = time.monotonic() + 180.0
    while not (note.exists() and note.read_text().count("\n")):
        assert process.poll() is None, f"the browser ended with {process.returncode}"
        assert time.monotonic() < end, "the browser did not start"
        time.sleep(0.05)
    port = note.read_text().splitlines()[0]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=180) as answer:
        tabs = json.load(answer)
    return next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")
