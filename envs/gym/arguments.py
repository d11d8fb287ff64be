"""Checked, normalised arguments of the environments' `reset` and `step`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gymnasium as gym
import numpy as np

from ...sim.errors import ConfigError
from ...sim.plain_values import is_sequence, plain


def whole(name: str, value: Any, least: int) -> int:
    """Return `value`, of the argument `name`, as an int.

    Raises:
        ConfigError: it is no whole number, or less than `least`.
    """
    number = plain(value)
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    if not is_number or not least <= number < 2**62 or number != int(number):
        raise ConfigError(f"{name}: {number!r} is not a whole number of at least {least}")
    return int(number)


def following_seeds(first: int, count: int) -> list[int]:
    """Return the seeds of walkers whose first one has `first`."""
    return [first + i for i in range(count)]


def seeds_of(seed: Any, count: int) -> list[int | None]:
    """Return the seed of each walker; None: it goes on by the one that it has.

    Raises:
        ConfigError: `seed` is neither a whole number nor one for each walker.
    """
    given = plain(seed)
    if given is None:
        return [None] * count
    if not is_sequence(given):
        return [*following_seeds(whole("seed", given, 0), count)]
    if len(given) != count:
        raise ConfigError(f"seed: a list of {len(given)} for {count} walkers; give one for each")
    return [None if entry is None else whole("seed", entry, 0) for entry in given]


def mask_of(options: Mapping[str, Any] | None, count: int) -> np.ndarray:
    """Return which walkers begin anew, (count,) bool: by `options["reset_mask"]`, else all.

    Raises:
        ConfigError: the mask is not one bool for each walker.
    """
    given = None if options is None else options.get("reset_mask")
    if given is None:
        return np.ones(count, bool)
    mask = np.asarray(given)
    if mask.shape != (count,) or mask.dtype != bool:
        raise ConfigError(
            f"options.reset_mask: {mask.dtype} of shape {mask.shape}; it is an array of bool of "
            f"shape ({count},), True for those who begin anew"
        )
    return mask.copy()


def checked_actions(actions: Any, space: gym.Space[Any], names: Sequence[str]) -> np.ndarray:
    """Return `actions` as floats, of the shape of `space`, whose last axis has `names`.

    Raises:
        ConfigError: another shape, or something in it is no number.
    """
    try:
        values = np.asarray(actions, float)
    except (TypeError, ValueError):
        raise ConfigError(f"action: {type(actions).__name__} is not an array of numbers") from None
    if values.shape != space.shape:
        raise ConfigError(f"action: an array of shape {values.shape}; it has to be {space.shape}")
    if not np.vdot(values, values) < np.inf and (wrong := np.isnan(values)).any():
        which = ", ".join(names[i] for i in sorted({*np.nonzero(wrong)[-1].tolist()})[:3])
        raise ConfigError(f"action: not a number (NaN) for {which}; has the policy diverged?")
    return values
