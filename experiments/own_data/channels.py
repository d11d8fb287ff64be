"""Channels: angles, moments, forces and activities of a person, in SI units by our own names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...models.sides import SIDES, role_of, side_of
from ...sim.errors import ConfigError
from .c3d import read_c3d
from .fields import NAME, OwnData
from .table import Table, read_csv, read_storage

ANGLE, MOMENT, FORCE, ACTIVITY = "angle", "moment", "force", "activity"
GRAVITY = 9.81
_FORCES = {"force_z": "vertical", "force_x": "ahead"}
_FEET: dict[str, str] = dict(zip(("left", "right"), SIDES, strict=True))
_NAMED = re.compile(r"(?P<name>.+?)_(?P<unit>rad|deg|n_m_per_kg|n_mm_per_kg|n_m|n|bw)$")


@dataclass(frozen=True)
class Channel:
    """One series of a trial.

    Attributes:
        quantity: `angle` [rad], `moment` [N.m/kg], `force` [body weights], `activity` [any].
        name: of the joint or muscle without side, `vertical` or `ahead`. side: `l`, `r` or none.
        time_s, values: shape (n,).
    """

    quantity: str
    name: str
    side: str
    time_s: np.ndarray
    values: np.ndarray


@dataclass(frozen=True)
class OwnTrial:
    """One trial: its channels, and the moments of foot contact by side where files tell them."""

    name: str
    channels: tuple[Channel, ...]
    contacts_s: Mapping[str, np.ndarray]


def read_table(path: Path, data: OwnData) -> Table:
    """Return what a file holds, by its ending."""
    ending = path.suffix.lower()
    if ending == ".csv":
        return read_csv(path)
    return read_c3d(path, data.plates) if ending == ".c3d" else read_storage(path)


def read_trial(name: str, paths: list[Path], data: OwnData) -> OwnTrial:
    """Return a trial from its files.

    Raises:
        ConfigError: a file cannot be read, or `columns` names a column that none has.
    """
    channels: list[Channel] = []
    contacts: dict[str, np.ndarray] = {}
    missing = dict.fromkeys(data.columns)
    for path in paths:
        table = read_table(path, data)
        contacts |= table.contacts_s
        for theirs, values in table.columns.items():
            missing.pop(theirs, None)
            told = data.columns.get(theirs, theirs)
            sign = -1.0 if told.startswith("-") else 1.0
            channels.append(
                channel(told.removeprefix("-"), table.time_s, sign * values, data.mass_kg)
            )
    if missing:
        listed = ", ".join(path.name for path in paths)
        raise ConfigError(f"{NAME}: columns: '{next(iter(missing))}' is no column of {listed}")
    return OwnTrial(name, tuple(channels), contacts)


def channel(named: str, time_s: np.ndarray, values: np.ndarray, mass_kg: float) -> Channel:
    """Return the channel of a column; its name ends in the unit, as in our own CSV files."""
    found = _NAMED.match(named)
    if found is None:
        return Channel(ACTIVITY, role_of(named), side_of(named), time_s, values)
    name, unit = found["name"], found["unit"]
    foot, _, axis = name.partition("_")
    if unit in ("n", "bw"):
        scale = 1.0 if unit == "bw" else 1.0 / (mass_kg * GRAVITY)
        kind = _FORCES.get(axis, name)
        return Channel(FORCE, kind, _FEET.get(foot, ""), time_s, scale * values)
    if unit in ("rad", "deg"):
        values = np.deg2rad(values) if unit == "deg" else values
        return Channel(ANGLE, role_of(name), side_of(name), time_s, values)
    scale = {"n_m": 1.0 / mass_kg, "n_m_per_kg": 1.0, "n_mm_per_kg": 1e-3}[unit]
    return Channel(MOMENT, role_of(name), side_of(name), time_s, scale * values)
