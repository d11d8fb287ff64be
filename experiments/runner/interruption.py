"""Ctrl-C and a plain `kill` end a command tidily, with one line that says how to go on."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

from ...sim.errors import RetrowalkError

EXIT_CODE = 130  # by convention 128 + SIGINT


class Interrupted(RetrowalkError):
    """The user ended a command; the message says what is kept."""


@contextmanager
def interruptible(kept: str) -> Generator[None]:
    """Turn SIGINT and SIGTERM into `Interrupted`; `kept` says what is kept and how to go on."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    main_thread = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, interrupt) if main_thread else None
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(f"interrupted: {kept}") from None
    finally:
        if main_thread:
            signal.signal(signal.SIGTERM, before)
