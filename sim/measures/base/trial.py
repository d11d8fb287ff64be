"""One trial of a recording as plain arrays: views, cut off at the fall."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ...errors import ConfigError
from .part_sides import SIDES, roles_of, sides_of

if TYPE_CHECKING:
    import xarray as xr

BEFORE_FALL_S = 6.0
"""A fall begins this long before the walker is down [s]: no steady walking from then on.

Strides differ from others of their kind from 3.5 s (stride time) or 6 s (tilt of the trunk) before
it is down; those that end earlier vary as all do (docs/world/measures.md)."""
STANDING, STARTING, STEADY, STOPPING = range(4)
"""Phases of a trial that begins or ends in standing, as `walking_phase` records them."""
_REQUIRED = ("com_position_m", "com_velocity_m_per_s", "ground_force_n", "foot_point_m")
FEET = ("left", "right")


@dataclass(frozen=True)
class Layout:
    """What all trials of a recording share.

    Attributes:
        names: the labels along each dimension, `names["joint"]` and so on.
        muscles: per-muscle coordinates by name, each of shape (muscles,).
        sides, roles: of each label along `joint` and `muscle`: `l`, `r` or nothing, and its name
            without side.
        body_mass_kg, gravity_m_per_s2: of the walker and its world.
    """

    names: Mapping[str, tuple[str, ...]]
    muscles: Mapping[str, np.ndarray]
    body_mass_kg: float
    gravity_m_per_s2: float
    sides: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    @property
    def body_weight_n(self) -> float:
        """Body mass times gravity [N]."""
        return self.body_mass_kg * self.gravity_m_per_s2

    def index(self, dim: str, name: str) -> int | None:
        """Return where `name` stands along `dim`, None if the recording does not have it."""
        names = self.names.get(dim, ())
        return names.index(name) if name in names else None

    def muscle_side(self, foot: int) -> np.ndarray:
        """Return the indices of the muscles on the side of `foot` (0 left, 1 right)."""
        return np.flatnonzero(np.array(self.sides.get("muscle", ()), str) == SIDES[foot])

    def of_foot(self, dim: str, foot: int) -> list[int]:
        """Return where labels along `dim` are on the side of `foot`, or on none."""
        other = SIDES[1 - foot]
        return [i for i, side in enumerate(self.sides[dim]) if side != other]


@dataclass(frozen=True)
class Trial:
    """One trial; arrays hold its n samples up to the fall or the end of the recording.

    Attributes:
        number: the trial's id.
        valid, fell: whether the simulation can be believed; whether the walker fell.
        time_to_fall_s: NaN without a fall. duration_s: recorded time until the fall or the end.
        travel_sign: +1 walks to +x, -1 to -x. The walker faces +x in both.
        steady_from_s: steady-state measures use samples at and after this time.
        hazard_s: when a hazard (push, slip, trip ...) struck; NaN without one.
        time_s: shape (n,). period_s: between samples.
        layout: what all trials share.
    """

    number: int
    valid: bool
    fell: bool
    time_to_fall_s: float
    duration_s: float
    travel_sign: float
    steady_from_s: float
    hazard_s: float
    time_s: np.ndarray
    period_s: float
    layout: Layout
    _arrays: Mapping[str, np.ndarray] = field(repr=False)

    @property
    def samples(self) -> int:
        """Number of samples n."""
        return len(self.time_s)

    def get(self, name: str) -> np.ndarray | None:
        """Return a variable, shape (n, ...), a view; None if the recording lacks it."""
        return self._arrays.get(name)

    def __getitem__(self, name: str) -> np.ndarray:
        """Return a variable that every recording has, shape (n, ...)."""
        return self._arrays[name]

    def joint(self, name: str, variable: str = "joint_angle_rad") -> np.ndarray | None:
        """Return one joint's series, shape (n,), None if there is no such joint or variable."""
        index, array = self.layout.index("joint", name), self.get(variable)
        return None if index is None or array is None else array[:, index]

    def leg_joint(
        self, role: str, foot: int, variable: str = "joint_angle_rad"
    ) -> np.ndarray | None:
        """Return the series of a joint of one leg (0 left, 1 right), (n,), None as for `joint`."""
        layout, array = self.layout, self.get(variable)
        parts = zip(layout.roles.get("joint", ()), layout.sides.get("joint", ()), strict=True)
        at = [i for i, part in enumerate(parts) if part == (role, SIDES[foot])]
        return array[:, at[0]] if at and array is not None else None

    @cached_property
    def ground_moved_m(self) -> np.ndarray:
        """Displacement of the ground (a belt) along world x since the start, (n,) [m]."""
        speed = self.get("ground_velocity_m_per_s")
        moved = np.zeros(self.samples)
        if speed is not None and self.samples > 1:
            steps = 0.5 * (speed[1:].astype(float) + speed[:-1]) * self.period_s
            np.cumsum(steps, out=moved[1:])
        return moved

    @cached_property
    def com_on_ground_m(self) -> np.ndarray:
        """Centre of mass in a frame that moves with the ground, (n, 3) [m]."""
        position = self["com_position_m"].astype(float)
        position[:, 0] -= self.ground_moved_m
        return position

    @cached_property
    def com_speed_m_per_s(self) -> np.ndarray:
        """Velocity of the centre of mass against the ground, (n, 3) [m/s]."""
        velocity = self["com_velocity_m_per_s"].astype(float)
        ground = self.get("ground_velocity_m_per_s")
        if ground is not None:
            velocity[:, 0] -= ground
        return velocity

    @property
    def steady_until_s(self) -> float:
        """End of steady walking [s]: `BEFORE_FALL_S` before a fall, or when told to stop."""
        before_fall = self.time_to_fall_s - BEFORE_FALL_S if self.fell else float("inf")
        return min(before_fall, self.told_to_stop_s)

    @cached_property
    def told_to_stop_s(self) -> float:
        """When the walker was told to stop [s], infinite if it never was."""
        phase = self.get("walking_phase")
        if phase is None or not (phase == STOPPING).any():
            return float("inf")
        return float(self.time_s[(phase == STOPPING).argmax()])

    @property
    def steady_end(self) -> int:
        """Index after the last steady sample; not below `steady_start`."""
        late = self.steady_until_s + 0.25 * self.period_s
        return max(int(np.searchsorted(self.time_s, late)), self.steady_start)

    @property
    def steady_start(self) -> int:
        """Index of the first steady sample (n if there is none)."""
        early = self.steady_from_s - 0.25 * self.period_s
        return int(np.searchsorted(self.time_s, early))


def layout_of(recording: xr.Dataset) -> Layout:
    """Read what all trials of `recording` share."""
    missing = [name for name in _REQUIRED if name not in recording]
    if missing:
        raise ConfigError(f"the recording lacks {', '.join(missing)}: it cannot be measured")
    dims = ("joint", "muscle", "foot", "region", "point", "axis")
    names = {
        dim: tuple(str(name) for name in recording[dim].values)
        for dim in dims
        if dim in recording.coords
    }
    muscles = {
        str(name): np.asarray(values)
        for name, values in recording.variables.items()
        if values.dims == ("muscle",)
    }
    parts = [dim for dim in ("joint", "muscle") if dim in names]
    return Layout(
        names=names,
        sides={dim: sides_of(recording, dim) for dim in parts},
        roles={dim: roles_of(recording, dim) for dim in parts},
        muscles=muscles,
        body_mass_kg=float(recording.attrs["body_mass_kg"]),
        gravity_m_per_s2=abs(float(recording.attrs.get("gravity_m_per_s2", 9.81))),
    )


def trials_of(recording: xr.Dataset) -> Iterator[Trial]:
    """Yield the trials of `recording` without copying its arrays."""
    if "trial" not in recording.dims:
        recording = recording.expand_dims("trial")
    layout = layout_of(recording)
    time = np.asarray(recording["time"].values, dtype=float)
    period = float(time[1] - time[0]) if len(time) > 1 else float("nan")
    series = {
        str(name): np.asarray(variable.transpose("trial", "time", ...))
        for name, variable in recording.variables.items()
        if {"trial", "time"} <= set(variable.dims)
    }
    for i, number in enumerate(recording["trial"].values):
        duration = _of_trial(recording, "duration_s", i, time[-1] if len(time) else 0.0)
        until = int(np.searchsorted(time, duration + 0.5 * period)) if len(time) > 1 else 0
        finite = np.isfinite(series["com_position_m"][i, :until]).all(axis=-1)
        if not finite.all():
            until = int(np.argmin(finite))
        yield Trial(
            number=int(number),
            valid=bool(_of_trial(recording, "valid", i, True)),
            fell=bool(_of_trial(recording, "fell", i, False)),
            time_to_fall_s=float(_of_trial(recording, "time_to_fall_s", i, np.nan)),
            duration_s=float(duration),
            travel_sign=float(np.sign(_of_trial(recording, "travel_sign", i, _sign(recording)))),
            steady_from_s=float(_of_trial(recording, "steady_from_s", i, 0.0)),
            hazard_s=_hazard(recording, i),
            time_s=time[:until],
            period_s=period,
            layout=layout,
            _arrays={name: array[i, :until] for name, array in series.items()},
        )


def _of_trial(recording: xr.Dataset, name: str, trial: int, default: float) -> float:
    values = recording.variables.get(name)
    if values is None:
        return default
    return np.asarray(values).reshape(-1)[trial].item()


def _hazard(recording: xr.Dataset, trial: int) -> float:
    """Return when the first hazard of a trial struck [s], NaN without one.

    `hazard_onset_s` has the dimension trial, and may have another for several hazards.
    """
    values = recording.variables.get("hazard_onset_s")
    if values is None:
        return float("nan")
    times = np.asarray(values.transpose("trial", ...), dtype=float)[trial].reshape(-1)
    known = times[np.isfinite(times)]
    return float(known.min()) if len(known) else float("nan")


def _sign(recording: xr.Dataset) -> float:
    return -1.0 if recording.attrs.get("direction") == "backward" else 1.0
