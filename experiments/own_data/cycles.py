"""Gait cycles: strides of each foot, and every channel's curves over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from ...models.sides import SIDES
from ...sim.errors import ConfigError
from ...sim.measures.base.events import contacts_of
from ...sim.measures.cycle.waveforms import POINTS, normalise
from .channels import ACTIVITY, FORCE, GRAVITY, Channel, OwnTrial
from .fields import OwnData

LONGEST = 1.5
"""A stride longer than this multiple of the median missed a contact, and is left out."""
Key = tuple[str, str]
"""Quantity and name of a curve, without side."""


@dataclass(frozen=True)
class Curves:
    """Curves over the gait cycle, from a foot's contact to its next.

    Attributes:
        mean: by quantity and name, (points,): of each leg's strides, then of both legs.
        sd: between strides, (points,); NaN with fewer than three. strides: how many.
    """

    mean: dict[Key, np.ndarray]
    sd: dict[Key, np.ndarray]
    strides: dict[Key, int]


def curves_of(trials: Iterable[OwnTrial], data: OwnData) -> Curves:
    """Return the curves of all trials together.

    Raises:
        ConfigError: no stride of any trial can be cut.
    """
    found: dict[Key, dict[str, list[np.ndarray]]] = {}
    for trial in trials:
        for side, ends in strides_of(trial, data).items():
            for one in trial.channels:
                if one.side in ("", side):
                    own = found.setdefault((one.quantity, one.name), {}).setdefault(side, [])
                    own.extend(_cut(one, *ends))
    legs = {
        key: [np.array(curves) for curves in sides.values() if curves]
        for key, sides in found.items()
    }
    legs = {key: curves for key, curves in legs.items() if curves}
    if not legs:
        raise ConfigError(
            "no stride can be cut: two contacts of a foot in a row are needed, from the vertical "
            "ground force or from the events of a C3D file, between from_s and to_s"
        )
    return Curves(
        {
            key: np.mean([own.mean(axis=0) for own in curves], axis=0)
            for key, curves in legs.items()
        },
        {key: _spread(curves) for key, curves in legs.items()},
        {key: sum(map(len, curves)) for key, curves in legs.items()},
    )


def strides_of(trial: OwnTrial, data: OwnData) -> Mapping[str, tuple[np.ndarray, np.ndarray]]:
    """Return begin and end [s] of the strides of each foot, (k,) each, by side."""
    last = np.inf if data.to_s is None else data.to_s
    found: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for side in SIDES:
        touch = trial.contacts_s.get(side)
        if touch is None:
            touch = _landings(trial, side, data.mass_kg)
        touch = touch[(touch >= data.from_s) & (touch <= last)]
        start, end = touch[:-1], touch[1:]
        whole = end - start <= LONGEST * np.median(end - start) if len(start) else start > 0
        found[side] = start[whole], end[whole]
    return found


def _landings(trial: OwnTrial, side: str, mass_kg: float) -> np.ndarray:
    """Return the moments at which a foot lands [s], as everywhere in the measures."""
    for one in trial.channels:
        if (one.quantity, one.name, one.side) == (FORCE, "vertical", side):
            force = np.nan_to_num(one.values) * mass_kg * GRAVITY
            touch = contacts_of(force, one.time_s).touch_s
            return touch[np.isfinite(touch)]
    return np.empty(0)


def _cut(one: Channel, start_s: np.ndarray, end_s: np.ndarray) -> Iterable[np.ndarray]:
    """Return a channel's curve over each stride that it was measured in, (points,) each."""
    inside = (start_s >= one.time_s[0]) & (end_s <= one.time_s[-1])
    if not inside.any():
        return ()
    cut = normalise(one.values[:, None], one.time_s, start_s[inside], end_s[inside], POINTS)[..., 0]
    cut = cut[np.isfinite(cut).all(axis=1)]
    if one.quantity == ACTIVITY:
        cut = cut[cut.mean(axis=1) > 0]
        cut = cut / cut.mean(axis=1, keepdims=True)
    return cut


def _spread(curves: list[np.ndarray]) -> np.ndarray:
    """Return the standard deviation between the strides of a leg, pooled over legs."""
    freedom = sum(len(own) - 1 for own in curves)
    if freedom < 2:
        return np.full_like(curves[0][0], np.nan)
    apart: np.ndarray = np.concatenate([own - own.mean(axis=0) for own in curves])
    variance: np.ndarray = np.square(apart).sum(axis=0) / freedom
    return np.sqrt(variance)
