"""A storm of tabs that mean harm, come and go. The test sends a little of it; all of it:

    .venv/bin/python tests/experiments/viewer/storm.py

prints what it did and what memory the page took before and after; the tabs are another process.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import multiprocessing
import random
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

from viser import _messages
from viser_tab import CAMERA, encode, join, wait_for_tabs
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from retrowalk.experiments.viewer.incoming import LONGEST_BYTES
from retrowalk.experiments.viewer.page import Page

WORST: tuple[Any, ...] = (
    *(None, True, -1, 0, 2**63 - 1, 1e308, float("nan"), float("inf"), "", "x" * 4000, b"\xff"),
    *(
        [],
        [[[[[]]]]],
        {},
        {"__binary_index": 0, "dtype": "float32"},
        "../../etc/passwd",
        "__class__",
    ),
)
"""Values that somebody may send in place of any other."""


@contextlib.contextmanager
def served(page: Page) -> Iterator[threading.Thread]:
    """Run the page in a thread; it must still run at the end."""
    serving = threading.Thread(target=page.run, daemon=True)
    serving.start()
    try:
        yield serving
        assert serving.is_alive(), "the page's loop has ended"
    finally:
        page.stop()
        serving.join(30)
        page._stop.clear()


def noise(dice: random.Random) -> bytes | str:
    """Return any bytes, or any text."""
    raw = dice.randbytes(dice.choice((0, 1, 7, 60, 900, 3 * LONGEST_BYTES)))
    return raw if dice.random() < 0.9 else raw.hex()


def lie(dice: random.Random, page: Page) -> bytes:
    """Return a message that viser knows, of a kind and with values that no honest tab sends."""
    controls = list(page.server.gui._gui_input_handle_from_uuid)
    kind = dice.choice(sorted(_messages.Message._subclass_from_type_string().items()))
    kinds = (
        lambda: {"type": kind[0], **{name: dice.choice(WORST) for name in _fields(kind[1])}},
        lambda: {**CAMERA, dice.choice(list(CAMERA)): dice.choice(WORST)},
        lambda: {
            "type": "GuiUpdateMessage",
            "uuid": dice.choice(controls),
            "updates": {
                dice.choice(("value", "props", "removed", "update_cb", "uuid", "options")): value
                for value in (dice.choice(WORST), dice.choice(WORST))
            },
        },
        lambda: {
            "type": "GuiUpdateMessage",
            "uuid": dice.choice(controls),
            "updates": {"value": dice.choice(WORST)},
            "excluded_self_client": dice.choice(WORST),
        },
        lambda: {
            "type": "FileTransferStartUpload",
            "source_component_uuid": dice.choice(controls),
            "transfer_uuid": str(dice.random()),
            "filename": "x",
            "mime_type": "x",
            "part_count": 3,
            "size_bytes": 2**40,
        },
        lambda: {
            "type": "FileTransferPart",
            "source_component_uuid": dice.choice(controls),
            "transfer_uuid": str(dice.random()),
            "part_index": 0,
            "content": b"x" * (LONGEST_BYTES // 2),
        },
        lambda: {"type": "ShareUrlRequest"},
    )
    return encode(dice.choice(kinds)())


def _fields(kind: type) -> list[str]:
    return list(getattr(kind, "__dataclass_fields__", {}))


def send(page: Page, messages: list[bytes | str]) -> int:
    """Send them all, in a new tab whenever one is closed; return how many tabs that took."""
    tabs, left = 0, list(messages)
    while left:
        tabs += 1
        with contextlib.suppress(ConnectionClosed), join(page) as tab:
            while left:
                tab.send(left.pop())
            tab.close()
    return tabs


def come_and_go(page: Page, seconds: float, seed: int) -> None:
    """Open a tab and close it again, now properly and now not at all, for so long."""
    dice, end = random.Random(seed), time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            tab = join(page)
        except (InvalidStatus, TimeoutError):  # there are too many just now
            time.sleep(0.05)
            continue
        with contextlib.suppress(TimeoutError, ConnectionClosed):
            for _ in range(dice.randrange(4)):
                tab.recv(timeout=0.2)
        if dice.random() < 0.5:
            tab.socket.close()
        tab.close()


def knock(page: Page, count: int) -> None:
    """Connect as often, sending nothing, half a request, or a request that is refused."""
    host, port = page.server.get_host(), page.server.get_port()
    for number in range(count):
        with socket.create_connection((host, port)) as line:
            if number % 3:
                line.sendall(b"GET / HTTP/1.1\r\nHost: elsewhere.example\r\n"[: 20 * (number % 3)])
        if number % 10 == 0:
            with contextlib.suppress(Exception):
                connect(f"ws://{host}:{port}", origin="https://elsewhere.example").close()  # type: ignore[arg-type]


def storm(page: Page, messages: int, connects: int, tabs: int, seconds: float, seed: int) -> None:
    """Send as many messages of either kind, connect, and have tabs come and go."""
    dice = random.Random(seed)
    send(page, [noise(dice) for _ in range(messages)])
    send(page, [lie(dice, page) for _ in range(messages)])
    knock(page, connects)
    goers = [
        threading.Thread(target=come_and_go, args=(page, seconds, seed + i)) for i in range(tabs)
    ]
    for one in goers:
        one.start()
    for one in goers:
        one.join()


def rss_mb() -> float:
    """Memory of this process [MB]."""
    gc.collect()
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096 / 1e6


if __name__ == "__main__":
    from retrowalk.experiments.viewer.opening import open_target

    logging.getLogger("websockets").setLevel(logging.CRITICAL)  # tabs without a good-bye
    whole = Page(open_target(None), port=0)
    tabs_process = multiprocessing.get_context("fork").Process
    with served(whole):
        for turn in range(6):
            before, began = rss_mb(), time.monotonic()
            tabs = tabs_process(target=storm, args=(whole, 1000, 100, 20, 10.0, turn))
            tabs.start()
            tabs.join()
            assert tabs.exitcode == 0
            wait_for_tabs(whole, 0)
            print(
                f"1,000 of noise, 1,000 lies, 100 connects, 20 tabs for 10 s: alive after "
                f"{time.monotonic() - began:.0f} s, {before:.0f} -> {rss_mb():.0f} MB, "
                f"{threading.active_count()} threads",
                flush=True,
            )
    whole.close()
