"""Requests of browser tabs between two frames, the latest of each kind."""

from __future__ import annotations

import threading


class PendingCalls:
    """Thread-safe queue of waiting calls, one of each kind.

    Of calls that differ in their last argument alone the latest counts: of a slider that is drawn
    along, the place where it is by the next frame.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[tuple[object, ...], tuple[str, tuple[object, ...]]] = {}

    def add(self, method: str, *given: object) -> None:
        """Ask for a call; one like it that still waits is forgotten."""
        kind = (method, *given[:-1])
        with self._lock:
            self._waiting.pop(kind, None)
            self._waiting[kind] = (method, given)

    def taken(self) -> list[tuple[str, tuple[object, ...]]]:
        """Return what waits, in the order of asking, and forget it."""
        with self._lock:
            waiting = list(self._waiting.values())
            self._waiting.clear()
        return waiting
