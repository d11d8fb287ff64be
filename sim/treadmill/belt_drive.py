"""A running treadmill: its belt moves and tilts, its bar and rails push back."""

from __future__ import annotations

import numpy as np

from ..errors import ConfigError
from ..physics.simulation import Simulation
from .front_bar import FrontBar
from .handrail import Handrail
from .treadmill import RAILS, Treadmill

_SAME = 1e-9  # m/s or slope: smaller changes are not written


class BeltDrive:
    """An effect that runs and tilts the belts of a simulation on a treadmill.

    `sim.ground_velocity` is what it sets; `sim.belt_speed_offset` is what hazards add.

    Args:
        treadmill: what it is like. travel_sign: +1 where the walker goes to +x, -1 to -x.
        commanded: speed of walking [m/s], which the belt has where the workout says nothing.
        start: speed at the trial's start [m/s], if the workout asks for as much.

    Attributes:
        commanded: as given; may be changed at any time.
    """

    def __init__(
        self, treadmill: Treadmill, travel_sign: float, commanded: float, start: float
    ) -> None:
        self._treadmill, self._sign = treadmill, travel_sign
        self.commanded, self._start = commanded, start

    def reset(self, sim: Simulation, ids: np.ndarray) -> None:
        """Put the belts of simulations `ids` to the workout's beginning."""
        if sim.ground is None or sim.ground.belt is None:
            raise ConfigError("surface: a treadmill's drive needs a surface with a belt")
        if not hasattr(self, "_speed"):
            self._speed, self._written = np.zeros(sim.n), np.full((sim.n, 2), np.nan)
            self._geom = sim.model.geom("ground").id
            sim.reports["belt_slope"] = ((), sim.ground.belt.slope)
            self._mocap = int(sim.model.body("belt").mocapid[0])
        speed, slope = self._treadmill.workout.at(np.zeros(len(ids)), self.commanded)
        self._speed[ids] = np.minimum(speed, self._start)
        sim.ground.belt.slope[ids] = self._sign * slope
        self._written[ids] = np.nan
        self._write(sim, ids)

    def act(self, sim: Simulation, duration_s: float) -> None:
        """Set speed and tilt of the coming step."""
        assert sim.ground is not None
        assert sim.ground.belt is not None
        speed, slope = self._treadmill.workout.at(sim.time, self.commanded)
        most = self._treadmill.belt_acceleration_m_per_s2 * duration_s
        self._speed += np.clip(speed - self._speed, -most, most)
        sim.ground.belt.slope[:] = self._sign * slope
        self._write(sim, np.arange(sim.n))

    def _write(self, sim: Simulation, ids: np.ndarray) -> None:
        """Let the belts of simulations `ids` run and tilt as they should."""
        assert sim.ground is not None
        assert sim.ground.belt is not None
        belt = sim.ground.belt
        velocity = -self._sign * (self._speed + sim.belt_speed_offset)
        sim.ground_velocity[ids] = (velocity / np.sqrt(1 + belt.slope**2))[ids]
        wanted = np.stack([velocity, belt.slope], -1)
        changed = ids[~(np.abs(wanted - self._written)[ids] < _SAME).all(1)]
        if not changed.size:
            return
        surface = np.zeros((len(changed), 1, 6))
        surface[:, 0, 0] = velocity[changed]
        sim.fields.set("geom_surfacevel", changed, surface, self._geom)
        sim.mocap_quaternion[changed, self._mocap] = belt.tilt()[changed]
        self._written[changed] = wanted[changed]


def start_treadmill(
    sim: Simulation, treadmill: Treadmill, travel_sign: float, commanded: float, start: float
) -> None:
    """Let the treadmill act on `sim`, whose ground has a belt; reset the walkers after it.

    Args:
        travel_sign, commanded, start: as for `BeltDrive`.

    Raises:
        ConfigError: the ground has no belt, or the body no hands for the rails.
    """
    sim.effects.append(BeltDrive(treadmill, travel_sign, commanded, start))
    bar = treadmill.bar_x(travel_sign)
    if bar is not None:
        sim.effects.append(FrontBar(sim, bar, travel_sign))
    if RAILS[treadmill.handrail] is not None:
        sim.effects.append(Handrail(sim, treadmill.handrail))
    sim.reset()
