"""A tab without a browser: speaks viser's language to a page, and lies if it is told to."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import viser
from websockets.sync.client import connect
from websockets.sync.connection import Connection

from retrowalk.experiments.viewer.page import Page

encode = msgspec.msgpack.encode

CAMERA = {
    "type": "ViewerCameraMessage",
    "wxyz": (1.0, 0.0, 0.0, 0.0),
    "position": (0.0, -4.0, 1.0),
    "fov": 0.7,
    "near": 0.01,
    "far": 100.0,
    "image_height": 600,
    "image_width": 800,
    "look_at": (0.0, 0.0, 0.9),
    "up_direction": (0.0, 0.0, 1.0),
}


def join(page: Page, path: str = "", **options: Any) -> Connection:
    """Open a tab, as viser's page does."""
    host, port = page.server.get_host(), page.server.get_port()
    protocol: list = [f"viser-v{viser.__version__}"]
    tab = connect(f"ws://{host}:{port}/{path}", subprotocols=protocol, max_size=None, **options)
    tab.send(encode(CAMERA))
    return tab


def wait_for_tabs(page: Page, count: int) -> None:
    """Wait until so many tabs are looking."""
    end = time.monotonic() + 60
    while len(page.server.get_clients()) != count:
        assert time.monotonic() < end
        time.sleep(0.01)
