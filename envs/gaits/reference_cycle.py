"""Periodic gaits found by direct collocation: one file a direction and speed, read and blended.

`experiments.solving` writes them; a gait law takes from them what the joints should do and what
moments that needs. A cycle is one leg's, from its contact to its next; the other leg is half a
stride away. Blending two speeds lines up contact and foot-off first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from importlib.resources.abc import Traversable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq

from ...sim.data_files import beside
from ...sim.errors import ConfigError
from ...sim.shortage import raise_shortage

JOINTS = ("hip_flexion", "knee", "ankle", "mtp")
FOLDER = "cycles"
_SERIES = (
    *("angle_rad", "velocity_rad_per_s", "moment_n_m", "passive_moment_n_m"),
    *("activation", "ground_force_n", "pelvis_rad_m"),
)


@dataclass(frozen=True)
class ReferenceCycle:
    """One leg's gait cycle over phase: 0 is its contact, 1 the next; the last node is the first."""

    direction: str
    """`forward` or `backward`."""
    speed_m_per_s: float
    """Along the direction of travel."""
    stride_time_s: float
    stance_fraction: float
    """Share of the cycle from contact to foot-off, at 5 % of body weight."""
    muscles: tuple[str, ...]
    """Planar muscles of a leg."""
    angle_rad: np.ndarray
    """Of `JOINTS`, (4, n); the pelvis, not the vertical, is the hip's reference."""
    velocity_rad_per_s: np.ndarray
    """(4, n)."""
    moment_n_m: np.ndarray
    """Muscles and passive structures together, (4, n); positive as the angles."""
    passive_moment_n_m: np.ndarray
    """Their passive part (joint limits, springs, damping; not the muscles' own), (4, n)."""
    activation: np.ndarray
    """(muscles, n)."""
    ground_force_n: np.ndarray
    """On this foot: along +x (where the walker faces) and up, (2, n)."""
    pelvis_rad_m: np.ndarray
    """Lean of pelvis and trunk (forward positive) [rad], height of the hips above the ground [m],
    and how far the hips are ahead of a steady pace along +x [m], (3, n)."""
    provenance: dict[str, Any]
    """How it was solved: objective's hash, body's digest, seed, solver's status, versions."""

    @property
    def phase(self) -> np.ndarray:
        """Phase of each node, (n,)."""
        return np.linspace(0.0, 1.0, self.angle_rad.shape[1])

    @property
    def stride_length_m(self) -> float:
        """Distance of a stride."""
        return self.speed_m_per_s * self.stride_time_s

    @property
    def step_length_m(self) -> float:
        """Distance of a step."""
        return self.stride_length_m / 2.0

    def walked_at(self, speed_m_per_s: float) -> ReferenceCycle:
        """Return the same steps, walked faster or slower: in another stride time."""
        slower = self.speed_m_per_s / speed_m_per_s
        return replace(
            self,
            speed_m_per_s=speed_m_per_s,
            stride_time_s=self.stride_time_s * slower,
            velocity_rad_per_s=self.velocity_rad_per_s / slower,
        )

    def at(self, phase: np.ndarray, series: str = "angle_rad") -> np.ndarray:
        """Return a series at any phases (whole strides are taken off), (..., rows)."""
        rows = getattr(self, series)
        n = rows.shape[1] - 1
        where = np.mod(np.asarray(phase, float), 1.0) * n
        left = np.minimum(where.astype(int), n - 1)
        part = (where - left)[..., None]
        return rows.T[left] * (1.0 - part) + rows.T[left + 1] * part

    def with_stance(self, stance_fraction: float) -> ReferenceCycle:
        """Return the cycle with stance and swing stretched evenly to another foot-off."""
        phase, own = self.phase, self.stance_fraction
        asked = np.interp(phase, [0.0, stance_fraction, 1.0], [0.0, own, 1.0])
        series = {name: self.at(asked, name).T for name in _SERIES}
        for rows in series.values():
            rows[:, -1] = rows[:, 0]
        return replace(self, stance_fraction=stance_fraction, **series)


def blended(first: ReferenceCycle, second: ReferenceCycle, share: float) -> ReferenceCycle:
    """Return the cycle `share` of the way from `first` to `second`, events lined up.

    Joint velocities are those of the blended angles at the blended pace.
    """

    def mix(a: Any, b: Any) -> Any:
        return (1.0 - share) * a + share * b

    stance = float(mix(first.stance_fraction, second.stance_fraction))
    a, b = first.with_stance(stance), second.with_stance(stance)
    series = {name: mix(getattr(a, name), getattr(b, name)) for name in _SERIES}
    stride = float(mix(first.stride_time_s, second.stride_time_s))
    angles = series["angle_rad"]
    slopes = CubicSpline(a.phase, angles.T, bc_type="periodic")(a.phase, 1).T
    return replace(
        a,
        speed_m_per_s=float(mix(first.speed_m_per_s, second.speed_m_per_s)),
        stride_time_s=stride,
        provenance={"blended": [first.speed_m_per_s, second.speed_m_per_s]},
        **(series | {"velocity_rad_per_s": slopes / stride}),
    )


@dataclass(frozen=True)
class CycleTable:
    """The cycles of one direction, slowest first."""

    cycles: tuple[ReferenceCycle, ...]

    @property
    def speeds(self) -> np.ndarray:
        """Speeds of the cycles [m/s]."""
        return np.array([cycle.speed_m_per_s for cycle in self.cycles])

    def cycle_at(self, speed_m_per_s: float) -> ReferenceCycle:
        """Return the cycle at a speed, blended of its neighbours; beyond the ends, the end's."""
        speeds = self.speeds
        if speed_m_per_s <= speeds[0] or len(speeds) == 1:
            return self.cycles[0]
        if speed_m_per_s >= speeds[-1]:
            return self.cycles[-1]
        k = int(np.searchsorted(speeds, speed_m_per_s, side="right")) - 1
        share = float((speed_m_per_s - speeds[k]) / (speeds[k + 1] - speeds[k]))
        return blended(self.cycles[k], self.cycles[k + 1], share) if share else self.cycles[k]

    def with_steps(self, step_length_m: float, speed_m_per_s: float) -> ReferenceCycle:
        """Return a cycle with steps of this length at a speed: that of another speed, in its time.

        Raises:
            ConfigError: no cycle has such steps.
        """
        ends = [one.step_length_m for one in (self.cycles[0], self.cycles[-1])]
        if not ends[0] <= step_length_m <= ends[1]:
            raise ConfigError(
                f"technique: steps of {step_length_m:.3g} m are outside the {ends[0]:.3g} to "
                f"{ends[1]:.3g} m of the {self.cycles[0].direction} gait cycles"
            )

        def off(speed: float) -> float:
            return self.cycle_at(speed).step_length_m - step_length_m

        found = brentq(off, self.speeds[0], self.speeds[-1])
        return self.cycle_at(found).walked_at(speed_m_per_s)


def cycle_content(cycle: ReferenceCycle) -> bytes:
    """Return a cycle's file: a compressed .npz of 32-bit numbers with its text in JSON."""
    text = {f.name: getattr(cycle, f.name) for f in fields(cycle) if f.name not in _SERIES}
    arrays = {name: getattr(cycle, name).astype(np.float32) for name in _SERIES}
    content = BytesIO()
    np.savez_compressed(content, text=np.array(json.dumps(text)), **arrays)
    return content.getvalue()


def read_cycle(path: Path | Traversable) -> ReferenceCycle:
    """Read a cycle from its file.

    Raises:
      ConfigError: the file cannot be read or lacks a part.
    """
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            text = json.loads(str(stored["text"]))
            arrays = {name: stored[name].astype(float) for name in _SERIES}
        text["muscles"] = tuple(text["muscles"])
        return ReferenceCycle(**text, **arrays)
    except Exception as error:  # damage shows as any error of what reads it
        raise_shortage(error)
        raise ConfigError(f"{path}: not a readable gait cycle ({error})") from error


def cycle_table(direction: str, paths: Iterable[Path | Traversable] | None = None) -> CycleTable:
    """Return the shipped cycles of a direction, or those in `paths`.

    Raises:
      ConfigError: there is none.
    """
    if paths is None:
        folder = beside(__name__, FOLDER)
        paths = [p for p in folder.iterdir() if p.name.startswith(f"cycle-{direction}-")]
    cycles = [cycle for cycle in map(read_cycle, paths) if cycle.direction == direction]
    if not cycles:
        raise ConfigError(f"no gait cycle is shipped for direction '{direction}'")
    return CycleTable(tuple(sorted(cycles, key=lambda cycle: cycle.speed_m_per_s)))
