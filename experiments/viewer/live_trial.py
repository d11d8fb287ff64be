"""A live trial of one walker, whose speed and attention can change and who can be pushed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import numpy as np

from ...envs.gaits.protocol import SpeedCommand
from ...envs.task.termination import has_fallen, has_left_belt
from ...sim.errors import RetrowalkError
from ...sim.treadmill.belt_drive import BeltDrive
from ..rollout.gaits import source_of
from ..rollout.trial_batch import TrialBatch
from ..study.plan import Cell, TrialSpec, trial_seeds
from .deeds import Deed, Kind
from .hand_push import HandPush

WALKING, FALLEN, BROKEN, ARRIVED = "walking", "fallen", "broken", "arrived"

_LIMP_S = 1.2  # that a fallen body is still simulated, with slack muscles
_SPEED_CHANGE = 0.25  # m/s^2, of a commanded speed that was changed
_SPEED_OVER_S = 1.0  # over which the speed is told
_BEFORE_END_M = 1.0  # of uneven ground
DIRECTIONS = {"ahead": (1.0, 0.0), "back": (-1.0, 0.0), "left": (0.0, 1.0), "right": (0.0, -1.0)}
"""Of a push: towards where the walker goes, against it, to the walker's left and right; as
(along travel, along y)."""


class LiveTrial:
    """The walker of a cell.

    Args:
        cell: what is walked; it must be one that `check_cell` lets pass. seed: as an experiment's,
            whose first trial this is. due: what is to be done on the way.

    Attributes:
        cell: as given. batch: its pieces. sim: the simulation, of one.
        state: `walking`, `fallen`, `broken` (a simulation that blew up, or a policy that failed)
            or `arrived` (at the end of the laid ground).
        told: what happened, in words; empty while walking.
        pushes: what pushes by hand.
        done: what people did so far. due: what is to be done by itself, in order of time.

    Raises:
        ConfigError: the cell cannot be walked.
    """

    def __init__(self, cell: Cell, seed: int, due: Iterable[Deed] = ()) -> None:
        self.cell = cell
        self.done: list[Deed] = []
        self.due: deque[Deed] = deque(sorted(due, key=lambda deed: deed.time_s))
        trial = TrialSpec(0, 0, trial_seeds(seed, 1)[0])
        self.batch = TrialBatch(cell, [trial], distractible=True)
        self.sim, self.period_s = self.batch.sim, self.batch.period_s
        self.sign = self.batch.gait.sign
        self.pushes = HandPush()
        self.sim.effects.append(self.pushes)
        self.state, self.told = WALKING, ""
        self._owed_s, self._limp_s = 0.0, 0.0
        self._speeds = source_of(cell).speed_range
        self._asked = self._wanted = cell.technique.speed_m_per_s
        self._start = self._place()
        self._places: deque[float] = deque([0.0], round(_SPEED_OVER_S / self.period_s) + 1)

    @property
    def time_s(self) -> float:
        """Time since the start [s]."""
        return float(self.sim.time[0])

    @property
    def distance_m(self) -> float:
        """Way along travel since the start, over the ground or the belt [m]."""
        return self._places[-1]

    @property
    def speed_m_per_s(self) -> float:
        """Speed over the last second [m/s]."""
        span = len(self._places) - 1
        return (self._places[-1] - self._places[0]) / (span * self.period_s) if span else 0.0

    @property
    def goes_on(self) -> bool:
        """Whether there is anything left to simulate."""
        return self.state == WALKING or (self.state == FALLEN and self._limp_s > 0)

    def advance(self, seconds: float) -> int:
        """Go on by `seconds`, in whole control periods; what is left over is kept for later.

        Returns:
            how many control periods were walked.
        """
        self._owed_s += seconds
        steps = 0
        while self._owed_s >= self.period_s - 1e-9:
            self._owed_s -= self.period_s
            if self.goes_on:
                self.step()
                steps += 1
        return steps

    def step(self) -> None:
        """Go on by one control period, if there is anything left to simulate."""
        if self.state == FALLEN and self._limp_s > 0:
            self._lie_down()
        elif self.state == WALKING:
            self._walk()

    @property
    def can_change_speed(self) -> bool:
        """Whether this gait can change its speed on the way."""
        return isinstance(self.batch.gait, SpeedCommand)

    def ask_speed(self, speed_m_per_s: float) -> None:
        """Ask for another speed from now on, as far as this gait is for it."""
        low, high = self._speeds
        self._wanted = min(max(speed_m_per_s, low), high)
        self._note("speed", speed_m_per_s)

    def attend(self, attention: float) -> None:
        """Set how much of the attention is on walking, 0 to 1."""
        self.batch.scene.attention[:] = attention
        self._note("attention", attention)

    def push(self, direction: str, impulse_n_s: float) -> None:
        """Push the pelvis in one of `DIRECTIONS`."""
        along, aside = DIRECTIONS[direction]
        self.pushes.push(self.sim, impulse_n_s * np.array([self.sign * along, aside, 0.0]))
        self._note("push", impulse_n_s, direction)

    def _note(self, kind: Kind, value: float, towards: str = "") -> None:
        self.done.append(Deed(self.time_s, kind, value, towards))

    def _do_what_is_due(self) -> None:
        while self.due and self.due[0].time_s < self.time_s + 0.5 * self.period_s:
            deed = self.due.popleft()
            if deed.kind == "push":
                self.push(deed.towards, deed.value)
            elif deed.kind == "speed":
                self.ask_speed(deed.value)
            else:
                self.attend(deed.value)

    def _walk(self) -> None:
        self._do_what_is_due()
        self._change_speed()
        try:
            self.batch.step()
        except RetrowalkError as error:  # of a policy of the user's own
            self._end(BROKEN, str(error))
            return
        self._places.append(self._place() - self._start)
        if not self.sim.valid[0]:
            self._end(BROKEN, "The simulation broke down: this trial would count as not valid.")
        elif has_fallen(self.sim)[0]:
            left = has_left_belt(self.sim)[0]
            how = "stepped off the belt" if left else "fell"
            self._end(FALLEN, f"The walker {how} after {self.time_s:.1f} s.")
            self._limp_s = _LIMP_S
        elif self._at_end():
            self._end(ARRIVED, f"The walker came to the end of the ground ({self._reach():.0f} m).")

    def _end(self, state: str, told: str) -> None:
        self.state, self.told = state, told

    def _lie_down(self) -> None:
        self._limp_s -= self.period_s
        self.sim.ctrl[:] = 0.0
        self.sim.applied[:] = 0.0
        before = self.sim.qpos.copy()
        self.sim.step(round(self.period_s / self.sim.time_step))
        if not self.sim.valid[0]:  # what breaks after a fall is of no account
            self.sim.qpos[:] = before
            self.sim.forward()
            self._limp_s = 0.0

    def _change_speed(self) -> None:
        if self._asked == self._wanted:
            return
        most = _SPEED_CHANGE * self.period_s
        self._asked += float(np.clip(self._wanted - self._asked, -most, most))
        gait = self.batch.gait
        assert isinstance(gait, SpeedCommand)
        gait.command(np.arange(1), np.array([self._asked]))
        for effect in self.sim.effects:
            if isinstance(effect, BeltDrive):
                effect.commanded = self._asked

    def _place(self) -> float:
        return float(self.sign * (self.sim.root_position[0, 0] - self.sim.ground_travel[0]))

    def _reach(self) -> float:
        """Way along travel to the end of uneven ground [m]; endless where there is none."""
        ground = self.sim.ground
        if ground is None or ground.grid is None:
            return np.inf
        grid = ground.grid
        ends = (grid.x, grid.x + grid.cell * (grid.share.shape[2] - 1))
        return max(self.sign * end for end in ends)

    def _at_end(self) -> bool:
        return self.sign * float(self.sim.root_position[0, 0]) > self._reach() - _BEFORE_END_M
