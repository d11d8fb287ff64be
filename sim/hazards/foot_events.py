"""Slips, trips and missed steps: what a foot meets that it did not expect."""

from __future__ import annotations

from typing import Any

import mujoco
import numpy as np

from ..physics.simulation import Simulation
from .event import Event, TimedEvent, foot_geoms
from .hazard import MissedStep, Slip, Trip
from .stride_phase import StridePhase

PARKED_M = -20.0  # height at which bars and floors of holes wait
BAR_HALF_DEPTH_M, BAR_HALF_WIDTH_M = 0.03, 0.045
_GAP_M = 0.01  # between the foot and the bar that appears before it
_IN_THE_WAY_M = 0.01  # how much lower than the bar's top the foot must be
_HOLE_HALF_SIZE_M = (0.6, 0.4, 0.05)
_ON_GROUND, _IN_HOLE = 1, 2  # contact bits of the ground and of the floors of holes


class SlipEvent(TimedEvent[Slip]):
    """Less friction under one foot from its contact on."""

    def __init__(self, sim: Simulation, hazard: Slip, *how: Any) -> None:
        super().__init__(sim, hazard, *how)
        usual = sim.model.geom_friction[foot_geoms(sim), 0]
        self._share = hazard.slip_friction / usual  # (2, regions)

    def is_moment(self, sim: Simulation, stride: StridePhase) -> np.ndarray:
        """When the foot lands."""
        return stride.landed[self.rows, self.foot]

    def start(self, sim: Simulation, rows: np.ndarray) -> None:
        """Take the friction away."""
        sim.foot_friction_scale[rows, self.foot[rows]] *= self._share[self.foot[rows]]

    def stop(self, sim: Simulation, rows: np.ndarray) -> None:
        """Give the friction back."""
        sim.foot_friction_scale[rows, self.foot[rows]] /= self._share[self.foot[rows]]

    def forget(self, sim: Simulation, rows: np.ndarray) -> None:
        """Nothing: a reset gives friction back."""


class _BodyFromOutside:
    """A mocap body that waits below the ground."""

    def __init__(self, sim: Simulation, name: str) -> None:
        self._mocap = int(sim.model.body(name).mocapid[0])
        self._place = sim.mocap_position

    def put(self, rows: np.ndarray, place: np.ndarray) -> None:
        self._place[rows, self._mocap] = place

    def park(self, rows: np.ndarray) -> None:
        self._place[rows, self._mocap] = [0.0, 0.0, PARKED_M]


class TripEvent(TimedEvent[Trip]):
    """A bar that appears right before the swinging foot and goes again."""

    def __init__(self, sim: Simulation, hazard: Trip, name: str, *how: Any) -> None:
        super().__init__(sim, hazard, *how)
        self._geoms = foot_geoms(sim)
        self._radius = sim.model.geom_size[self._geoms, 0]
        self._bar = _BodyFromOutside(sim, name)

    def _foot(self, sim: Simulation) -> tuple[np.ndarray, np.ndarray]:
        """Place (n, 3) of the leading lower edge of `foot`, and the ground's height there (n,)."""
        place = sim.geom_position[self.rows[:, None], self._geoms[self.foot]]
        radius = self._radius[self.foot]
        lead = self.sign * place[..., 0] + radius
        first = lead.argmax(1)
        edge = place.mean(1)
        edge[:, 0] = self.sign * lead[self.rows, first]
        edge[:, 2] = (place[..., 2] - radius)[self.rows, first]
        return edge, sim.ground_height(edge[:, None, :2])[:, 0]

    def is_moment(self, sim: Simulation, stride: StridePhase) -> np.ndarray:
        """In the wanted part of the swing, once the foot is lower than a bar on the ground."""
        swung = stride.of_swing(sim.time)[self.rows, self.foot]
        if self.hazard.bar_at == "foot":
            return (swung >= self.hazard.at_phase) & (swung < 0.9)
        edge, ground = self._foot(sim)
        low = edge[:, 2] - ground < self.hazard.bar_height_m - _IN_THE_WAY_M
        return (swung >= self.hazard.at_phase) & (swung < 0.9) & low

    def start(self, sim: Simulation, rows: np.ndarray) -> None:
        """Put the bar up."""
        edge, ground = self._foot(sim)
        place = edge.copy()
        place[:, 0] += self.sign * (_GAP_M + BAR_HALF_DEPTH_M)
        half = 0.5 * self.hazard.bar_height_m
        at_foot = np.maximum(edge[:, 2] - half, ground)
        place[:, 2] = at_foot if self.hazard.bar_at == "foot" else ground
        self.place_m[rows] = place[rows]
        place[:, 2] += half
        self._bar.put(rows, place[rows])

    def stop(self, sim: Simulation, rows: np.ndarray) -> None:
        """Take the bar away."""
        self._bar.park(rows)


class MissedStepEvent(Event[MissedStep]):
    """One foot goes through the ground to a floor below it, until it is lifted out again."""

    def __init__(self, sim: Simulation, hazard: MissedStep, name: str, *how: Any) -> None:
        super().__init__(sim, hazard, *how)
        self._geoms = foot_geoms(sim)
        self._radius = sim.model.geom_size[self._geoms, 0]
        self._floor = _BodyFromOutside(sim, name)
        self._stepped = np.zeros(sim.n, bool)

    def is_moment(self, sim: Simulation, stride: StridePhase) -> np.ndarray:
        """In mid swing."""
        swung = stride.of_swing(sim.time)[self.rows, self.foot]
        return (swung >= 0.4) & (swung < 0.8)

    def start(self, sim: Simulation, rows: np.ndarray) -> None:
        """Put the floor where the foot will land, and let the foot through the ground."""
        place = sim.geom_position[rows[:, None], self._geoms[self.foot[rows]]].mean(1)
        place[:, 0] += 0.2 * self.sign
        place[:, 2] = sim.ground_height(place[:, None, :2], rows)[:, 0]
        place[:, 2] -= self.hazard.hole_depth_m
        self.place_m[rows] = place
        self._floor.put(rows, place - [0.0, 0.0, _HOLE_HALF_SIZE_M[2]])
        self._stepped[rows] = False
        self._let(sim, rows, _IN_HOLE)

    def act(
        self,
        sim: Simulation,
        stride: StridePhase,
        rows: np.ndarray,
        elapsed_s: np.ndarray,
        duration_s: float,
    ) -> np.ndarray:
        """Wait until the foot has stepped in and come out again."""
        foot = self.foot[rows]
        self._stepped[rows] |= stride.landed[rows, foot]
        place = sim.geom_position[rows[:, None], self._geoms[foot]]
        ground = sim.ground_height(place[..., :2], rows)
        above = (place[..., 2] - self._radius[foot] > ground).all(1)
        return self._stepped[rows] & above & ~stride.down[rows, foot]

    def stop(self, sim: Simulation, rows: np.ndarray) -> None:
        """Close the hole."""
        self._floor.park(rows)
        self._let(sim, rows, _ON_GROUND | _IN_HOLE)

    def _let(self, sim: Simulation, rows: np.ndarray, bits: int) -> None:
        for foot in (0, 1):
            chosen = rows[self.foot[rows] == foot]
            if chosen.size:
                sim.fields.set("geom_contype", chosen, bits, self._geoms[foot])


def add_bar(spec: mujoco.MjSpec, name: str, height_m: float) -> None:
    """Add the bar of a trip to `spec`, out of the way."""
    body = spec.worldbody.add_body(name=name, mocap=True, pos=[0.0, 0.0, PARKED_M])
    size = [BAR_HALF_DEPTH_M, BAR_HALF_WIDTH_M, 0.5 * height_m]
    _add_box(body, name, size, _ON_GROUND, [0.85, 0.45, 0.15, 1.0])


def add_floor(spec: mujoco.MjSpec, name: str, feet: list[str]) -> None:
    """Add the floor of a hole to `spec`, out of the way, which only `feet` (geoms) can touch."""
    body = spec.worldbody.add_body(name=name, mocap=True, pos=[0.0, 0.0, PARKED_M])
    _add_box(body, name, list(_HOLE_HALF_SIZE_M), _IN_HOLE, [0.35, 0.33, 0.31, 1.0])
    for foot in feet:
        spec.geom(foot).contype = _ON_GROUND | _IN_HOLE


def _add_box(
    body: mujoco.MjsBody, name: str, size: list[float], bits: int, colour: list[float]
) -> None:
    box = body.add_geom(
        name=name, type=mujoco.mjtGeom.mjGEOM_BOX, size=size, contype=0, conaffinity=bits, mass=0.0
    )
    box.rgba[:] = colour
