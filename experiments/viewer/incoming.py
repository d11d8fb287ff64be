"""Filter of browser messages: camera, values on offer, known keys, clicks into the scene.

Anything else is dropped, whatever viser would make of it: its own handlers set any attribute that a
message names, keep files, and ask a server on the internet for an address.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any, Literal, Protocol

import msgspec

from ...sim.fields import is_number

LONGEST_BYTES = 8192
"""Longest message; a camera takes 300 bytes."""
RATE_HZ, BURST = 100.0, 100.0
"""Messages of one tab that are taken a second, and at once; further ones wait on the line."""

_FARTHEST = 1e6  # m and pixels: of a camera
_TOLERANCE = 1e-6

_Three = tuple[float, float, float]
_Four = tuple[float, float, float, float]


class _Camera(msgspec.Struct, tag="ViewerCameraMessage", forbid_unknown_fields=True):
    wxyz: _Four
    position: _Three
    fov: float
    near: float
    far: float
    image_height: int
    image_width: int
    look_at: _Three
    up_direction: _Three

    def is_sound(self) -> bool:
        """Return whether all numbers are such that a camera can have them."""
        numbers = (*self.position, *self.look_at, *self.up_direction, *self.wxyz)
        sizes = (self.fov, self.near, self.far, self.image_height, self.image_width)
        return all(abs(one) <= _FARTHEST for one in numbers) and all(
            0 <= one <= _FARTHEST for one in sizes
        )


class _Update(msgspec.Struct, forbid_unknown_fields=True):
    value: bool | int | float | str


class _Control(msgspec.Struct, tag="GuiUpdateMessage", forbid_unknown_fields=True):
    uuid: str
    updates: _Update


class _Command(msgspec.Struct, tag="CommandTriggerMessage", forbid_unknown_fields=True):
    uuid: str


class _Click(msgspec.Struct, tag="ScenePointerMessage", forbid_unknown_fields=True):
    event_type: Literal["click"]
    ray_origin: _Three
    ray_direction: _Three
    screen_pos: tuple[tuple[float, float]]
    modifier: None

    def is_sound(self) -> bool:
        """Return whether all numbers are such that a camera can see there."""
        numbers = (*self.ray_origin, *self.ray_direction, *self.screen_pos[0])
        return all(abs(one) <= _FARTHEST for one in numbers)


class Offers(Protocol):
    """What a page has; None for an identifier that is none (any more)."""

    def control_of(self, uuid: str, /) -> Any:
        """Return the control of an identifier."""

    def command_of(self, uuid: str, /) -> Any:
        """Return the command of an identifier."""
        ...


_decode = msgspec.msgpack.Decoder(_Camera | _Control | _Command | _Click).decode
_encode = msgspec.msgpack.Encoder().encode


def allowed(raw: bytes | str, page: Offers) -> bytes | None:
    """Return a message as viser is to read it, None where it is to be dropped.

    Args:
        raw: as it came. page: whose controls and commands it may name.
    """
    if isinstance(raw, str):
        return None
    try:
        message = _decode(raw)
    except (msgspec.DecodeError, RecursionError):
        return None
    if isinstance(message, _Control):
        control = page.control_of(message.uuid)
        sound = control is not None and can_take(control, message.updates.value)
    elif isinstance(message, _Command):
        command = page.command_of(message.uuid)
        sound = command is not None and not command.disabled
    else:
        sound = message.is_sound()
    return _encode(message) if sound else None


def can_take(control: Any, value: object) -> bool:
    """Return whether somebody may set a control to a value now."""
    return not getattr(control, "disabled", False) and on_offer(control, value)


def on_offer(handle: Any, value: object) -> bool:
    """Whether a control offers a value: what comes from a browser may be anything."""
    options = getattr(handle, "options", None)
    if options is not None:
        return isinstance(value, str) and value in tuple(options)
    low, high = getattr(handle, "min", None), getattr(handle, "max", None)
    if low is None or high is None:
        return isinstance(value, bool)
    if not is_number(value) or not math.isfinite(value):
        return False
    whole = isinstance(getattr(handle, "step", None), int)
    fits = low - _TOLERANCE <= value <= high + _TOLERANCE
    return fits and not (whole and value != int(value))


class Pace:
    """How long the next message of a tab has to wait, so that no tab sends more than `RATE_HZ`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._left, self._at = clock, BURST, clock()

    def wait_s(self) -> float:
        """Count one message and return how long to wait before it is taken."""
        now = self._clock()
        self._left = min(BURST, self._left + RATE_HZ * (now - self._at))
        self._at = now
        self._left -= 1.0
        return max(0.0, -self._left / RATE_HZ)
