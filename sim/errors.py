"""Errors for users: what was wrong, where, and what is allowed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

ROWS, COLUMNS = 24, 80
"""Of the smallest screen: no message takes more, however long the value that it quotes."""

_LONGEST_LINE = 15 * COLUMNS
_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class RetrowalkError(Exception):
    """Base of every error that retrowalk raises on purpose; its message is for the user.

    Of a message that takes more than a screen the middle is left out: where the fault is stands at
    its beginning, what is allowed at its end. Control characters are shown as escapes.
    """

    def __init__(self, message: object = "") -> None:
        super().__init__(on_a_screen(str(message)))


class ConfigError(RetrowalkError):
    """Bad input: an unknown name or key, a wrong type, a value out of range, a missing file."""


class SimulationError(RetrowalkError):
    """A simulation could not be set up or run."""


class WritingError(RetrowalkError):
    """A file could not be written: the disk is full, or fails."""


class ShortageError(RetrowalkError):
    """The machine is short of something: memory, open files."""


class WorkerDiedError(SimulationError):
    """A worker process ended in the middle of its work."""


def unknown_name(kind: str, given: object, allowed: Iterable[str]) -> ConfigError:
    """Return a `ConfigError` that names the nearest valid `kind` and lists all of them."""
    name, names = str(given), sorted(allowed)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    return ConfigError(f"unknown {kind} '{name}'{hint} (allowed: {', '.join(names)})")


def on_a_screen(text: str) -> str:
    """Return a message fit for a terminal: short, without control characters."""
    text = _UNSEEN.sub(lambda found: ascii(found[0])[1:-1], text)
    lines = [_cut(line) for line in text.split("\n")]
    rows = [max(1, -(-len(line) // COLUMNS)) for line in lines]
    if sum(rows) < ROWS:  # the last is the prompt's
        return "\n".join(lines)
    room = ROWS - 2  # one more for what is said of those left out
    first, last = 1, len(lines)
    while first < last and sum(rows[: first + 1]) <= room // 2:
        first += 1
    while last - 1 > first and sum(rows[:first]) + sum(rows[last - 1 :]) <= room:
        last -= 1
    left_out = f"… {last - first:,} more lines …"
    return "\n".join([*lines[:first], left_out, *lines[last:]])


def _cut(line: str) -> str:
    if len(line) <= _LONGEST_LINE:
        return line
    half = (_LONGEST_LINE - 50) // 2
    return f"{line[:half]} … {len(line) - 2 * half:,} characters left out … {line[-half:]}"
