"""User-defined gaits: any class that keeps the contract, which is checked while it walks.

    class Mine:
        control_period_s = 0.01                 # a multiple of 5 ms
        def __init__(self, asked): ...          # a `GaitRequest`
        def reset(self, ids, rngs): ...         # the walkers `ids` begin a trial
        def excite(self, state): ...            # (n, actuators): muscles 0 to 1, or torques

What breaks the contract, and what the class itself raises, is told with the class's name.
"""

from __future__ import annotations

import copy
import sys
import traceback
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...models.body import Body
from ...models.walker import Walker
from ...sim.errors import ConfigError
from ...sim.fields import is_number
from ...sim.physics.body_state import BodyState
from ...sim.physics.simulation import Simulation
from ...sim.plain_values import plain
from ...sim.shortage import raise_shortage
from ..gaits.mid_step_start import MidStepStart
from ..gaits.parameters import GaitTable
from ..gaits.protocol import CONTROL_PERIOD_S
from ..task.technique import Technique, travel_sign

_METHODS = ("reset", "excite")
_SLACK = 1e-9  # s, of a period that is a multiple of the control period


@dataclass(frozen=True)
class GaitRequest:
    """What a user-defined gait is constructed with.

    Attributes:
        sim: the simulation of n walkers: its true state, for `reset`.
        body, walker: who walks. technique: how they are to walk.
        direction: `backward` or `forward`. sign: -1 or +1, of travel along world x.
    """

    sim: Simulation
    body: Body
    walker: Walker
    technique: Technique
    direction: str
    sign: float


class UserGait:
    """A user-defined class as a gait.

    Walkers start as the scripted gait does, in mid step at its slowest speed; then the class's own
    `reset` is called, with the trials' generators as new, and may put them elsewhere.

    Args:
        name: of the class, for messages. make: the class.
        sim, body, walker, technique: as for the other gaits. table: of the scripted gait.

    Attributes:
        control_period_s: time between two calls of `excite`. sign: +1 if it walks to +x, else -1.
        ramp_time_s: from the start until all that is asked for is asked in full; the scripted
            gait's, unless the class says.

    Raises:
        ConfigError: the class does not keep the contract, or raises an error itself.
    """

    control_period_s = CONTROL_PERIOD_S

    def __init__(
        self,
        name: str,
        make: Callable[[GaitRequest], Any],
        sim: Simulation,
        body: Body,
        walker: Walker,
        table: GaitTable,
        technique: Technique,
    ) -> None:
        self._start = MidStepStart(sim, body, table, technique)
        self.body, self.sign = body, travel_sign(table.direction)
        self._name, self._sim = name, sim
        self._module = getattr(make, "__module__", "")
        self._shape = (sim.n, len(body.actuators))
        self._low, self._high = np.array(body.excitation_range).T
        asked = GaitRequest(sim, body, walker, technique, table.direction, self.sign)
        with self._blamed("__init__"):
            self._own = make(asked)
        missing = [one for one in _METHODS if not callable(getattr(self._own, one, None))]
        if missing:
            raise ConfigError(f"{name}: has no method {' and none '.join(missing)}")
        self.ramp_time_s = self._ramp_time()
        self._every = self._calls_apart()
        self._calls = 0
        self._held = np.zeros(self._shape)

    @property
    def _driven(self) -> str:
        return "muscles" if self.body.muscles else "motors"

    def reset(self, ids: np.ndarray, rngs: Sequence[np.random.Generator]) -> None:
        """Put simulations `ids` into the scripted gait's start, then as the class would have it."""
        own = copy.deepcopy(list(rngs))
        self._start.reset(ids, rngs)
        with self._blamed("reset"):
            self._own.reset(ids, own)
        if not (np.isfinite(self._sim.qpos[ids]).all() and np.isfinite(self._sim.qvel[ids]).all()):
            raise ConfigError(
                f"{self._name}: reset left positions or velocities that are no number"
            )
        self._calls = 0

    def excite(self, state: BodyState) -> np.ndarray:
        """Return excitations (n, actuators); the class is asked each `control_period_s` of its own.

        Raises:
            ConfigError: what it gave has another shape, or holds what is no number.
        """
        if self._calls % self._every == 0:
            with self._blamed("excite"):
                given = self._own.excite(state)
            self._held = self._checked(given)
        self._calls += 1
        return self._held

    def _checked(self, given: Any) -> np.ndarray:
        try:
            values = np.array(given, dtype=float)
        except (TypeError, ValueError):
            raise ConfigError(
                f"{self._name}: excite gave {type(given).__name__}, not an array of numbers"
            ) from None
        if values.shape != self._shape:
            raise ConfigError(
                f"{self._name}: excite gave an array of shape {values.shape}; "
                f"(walkers, {self._driven}) is {self._shape}"
            )
        wrong = ~np.isfinite(values)
        live = self._sim.valid  # what a broken simulation gives is no fault of the gait
        if (bad := wrong.any(1) & live).any():
            names = self.body.actuators
            which = ", ".join(names[int(i)] for i in np.flatnonzero(wrong[bad].any(0))[:3])
            when = self._calls * self.control_period_s
            raise ConfigError(
                f"{self._name}: excite gave NaN or infinity {when:.3f} s into the trial, for "
                f"{bad.sum()} of {self._shape[0]} walkers ({which}, ...)"
            )
        return np.clip(np.where(wrong, 0.0, values), self._low, self._high)

    def _ramp_time(self) -> float:
        own = plain(getattr(self._own, "ramp_time_s", self._start.ramp_time_s))
        if not _is_number(own) or own < 0.0:
            raise ConfigError(f"{self._name}: ramp_time_s is {own!r}, not a time in seconds")
        return float(own)

    def _calls_apart(self) -> int:
        period = plain(getattr(self._own, "control_period_s", self.control_period_s))
        if not _is_number(period) or not period > 0.0:
            raise ConfigError(
                f"{self._name}: control_period_s is {period!r}, not a time in seconds"
            )
        every = round(period / self.control_period_s)
        if every < 1 or abs(every * self.control_period_s - period) > _SLACK:
            raise ConfigError(
                f"{self._name}: control_period_s is {period:g}, "
                f"not a multiple of {self.control_period_s:g} s"
            )
        return every

    @contextmanager
    def _blamed(self, what: str) -> Generator[None]:
        """Turn whatever the class raises into one message that says where."""
        try:
            yield
        except Exception as error:
            raise_shortage(error)
            source = getattr(sys.modules.get(self._module), "__file__", None)
            raise ConfigError(
                f"{self._name}: {what} raised {describe_error(error, source)}"
            ) from error


def describe_error(error: BaseException, source: str | None) -> str:
    """Return an error of the user's code in one line: what, and the line of `source` at fault."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [one for one in frames if one.filename == source] or list(frames)
    place = f" ({own[-1].filename}, line {own[-1].lineno})" if own else ""
    return f"{type(error).__name__}: {error}{place}"


def _is_number(value: object) -> bool:
    return is_number(value) and bool(np.isfinite(value))
