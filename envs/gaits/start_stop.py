"""Gait initiation and termination around any walking law.

A walker stands, shifts its weight (`SHIFT`) until the capture point is near the foot that stays,
and steps: from then on the law walks, asked for a speed that grows to the command within a few
steps. Told to stop, it asks for less and less; the first foot that stands where it can hold the
capture point takes over, and the other foot is put beside it or where it can hold the body
(`CLOSE`). Who stands and is pushed farther than the feet can hold takes such steps too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from ...models.body import Body
from ...sim.physics.body_state import BodyState
from ...sim.physics.simulation import Simulation
from ..task.ends import STANDING, Ends
from .closing_step import Closing, ClosingStep
from .foot_placement import GRAVITY
from .geometry import smooth_step
from .leg_control import HIP_ADDUCTION, HIP_FLEXION, GaitJoints
from .standing import StandingBalance

QUIET, SHIFT, STEP, CLOSE = range(4)
AS_SCRIPTED = Closing()
PHASES = ("standing", "starting", "steady", "stopping")
"""Of a trial, as recorded: 0 to 3."""
AHEAD = 0.04  # m of the ankles: where people's centre of pressure is in quiet standing
SHIFT_GAIN = 0.8  # of the capture point's way to the foot that stays: about half a second
SHIFT_AHEAD = 0.10  # m along travel, where it would go in the end
LIFT_FROM = 0.02  # m to the inside of the foot that stays, from where the other is lifted
LONGEST_SHIFT_S = 1.5
FIRST_SPEED, FASTER = 0.42, 0.41  # m/s asked for in the first step, and m/s more each second
LATER = 0.15  # m/s more each second, beyond the slowest speed that the law is for
SLOWER_AT_FIRST, SLOWER = 0.3, 0.6  # m/s less each second, above that speed and below it
SLOWEST = 0.75  # of that speed, which is asked for until a foot can hold the body
CATCH_FROM_S = 0.08  # after a foot has landed
CAUGHT_FROM, CAUGHT_TO = -0.03, 0.11  # m to the inside of that foot, where it may be
CAUGHT_LOAD = 0.6  # body weights on that foot
LOST_M = 0.015  # of the capture point from what the feet can hold, from where a step is due
BLEND_S = 0.1  # in which torques go over from one law to the other
STEADY_S = 2.0  # after the whole speed is asked for
BENT_M = 0.003  # m by which the knees' bend in standing lowers the pelvis


class WalkingLaw(Protocol):
    """What `StartStop` needs of a law that walks."""

    @property
    def stance(self) -> np.ndarray:
        """Foot that stands, 0 left, 1 right, (n,)."""
        ...

    @property
    def steps(self) -> np.ndarray:
        """Steps taken, (n,)."""
        ...

    @property
    def commanded_speed(self) -> np.ndarray:
        """Speed to be walked in the end, (n,) [m/s]."""
        ...

    def walk(self, state: BodyState, walking: np.ndarray) -> np.ndarray:
        """Go on with walkers `walking` (n,) by a control period; torques (n, joints) [N.m]."""
        ...

    def begin_step(self, state: BodyState, ids: np.ndarray, stance: np.ndarray) -> None:
        """Let walkers `ids` lift the foot that is not `stance` (k,), now."""
        ...


class StartStop:
    """How n walkers start and stop.

    Args:
        sim: the simulation; what it reports gets `walking_phase`. body: its body.
        ends: how trials begin and end. sign: +1 if they walk to +x, else -1.
        period_s: between two calls of `torques`.
        easy_speed: slowest that the law is for [m/s], from which it speeds up more slowly.
        closing: how the last step is made.

    Attributes:
        may_stop: (n,) False where the law still has to slow down.
        phase: (n,) index into `PHASES`. mode: (n,) what each does.
        walked: (n,) True where the law walked in the last control period.
    """

    def __init__(
        self,
        sim: Simulation,
        body: Body,
        ends: Ends,
        sign: float,
        period_s: float,
        easy_speed: float,
        closing: Closing = AS_SCRIPTED,
    ) -> None:
        n = sim.n
        self._easy_speed = easy_speed
        self._ends, self._sign, self._period, self._rows = ends, sign, period_s, np.arange(n)
        self._how, self.may_stop = closing, np.ones(n, bool)
        self._balance = StandingBalance(sim, body, closing.passive)
        self._closing = ClosingStep(sim, body, closing, period_s)
        self._at = GaitJoints(sim, body.roles)
        self._weight = sim.mass * GRAVITY
        self._tall = body.standing_height_m - BENT_M
        self.mode, self._stance = np.full(n, STEP), np.zeros(n, int)
        self.walked = np.zeros(n, bool)
        self.phase = np.zeros(n)
        self._from = np.zeros(n)  # where the way begins that a stop is asked after
        self._time, self._since, self._since_law, self._go_s, self._first_s = np.zeros((5, n))
        self._since_landed = np.full(n, np.inf)
        self._whole_s = np.zeros(n)  # since when the whole speed is asked for
        self._stop_s, self._asked_at_stop = np.full(n, np.inf), np.zeros(n)
        self._before, self._last = np.zeros((2, n, len(sim.anatomy.joints)))
        sim.reports["walking_phase"] = ((), self.phase)

    def reset(self, state: BodyState, ids: np.ndarray, rngs: Sequence[np.random.Generator]) -> None:
        """Let walkers `ids`, already in their starting pose, begin a trial."""
        stands = self._ends.start == STANDING
        self.mode[ids] = QUIET if stands else STEP
        self.phase[ids] = 0.0 if stands else 1.0
        self._from[ids] = state.com[ids, 0] - state.ground_travel[ids]
        self._time[ids] = self._since[ids] = 0.0
        self._since_law[ids] = BLEND_S
        self._go_s[ids] = np.inf if stands else 0.0
        self._first_s[ids] = np.inf if stands else -np.inf
        self._stop_s[ids], self._asked_at_stop[ids] = np.inf, 0.0
        self._stance[ids] = [int(rng.random() < 0.5) for rng in rngs]
        self._before[ids] = self._last[ids] = 0.0

    @property
    def told_to_stop(self) -> np.ndarray:
        """True where a walker is to stop, (n,)."""
        return np.isfinite(self._stop_s)

    def asked(self, commanded: np.ndarray) -> np.ndarray:
        """Speed (n,) [m/s] to be walked now by who is to walk at `commanded` (n,) in the end."""
        walked = np.maximum(self._time - self._first_s, 0.0)
        asked = FIRST_SPEED + FASTER * walked
        late = np.maximum(walked - (self._easy_speed - FIRST_SPEED) / FASTER, 0.0)
        asked = np.minimum(np.minimum(asked, self._easy_speed + LATER * late), commanded)
        slowed = np.maximum(self._time - np.minimum(self._stop_s, self._time), 0.0)
        fast = np.maximum(self._asked_at_stop - self._easy_speed, 0.0)
        late = np.maximum(slowed - fast / SLOWER_AT_FIRST, 0.0)
        left = self._asked_at_stop - np.minimum(SLOWER_AT_FIRST * slowed, fast) - SLOWER * late
        slowest = np.minimum(SLOWEST * self._easy_speed, asked)
        return np.where(self.told_to_stop, np.clip(left, slowest, asked), asked)

    def torques(self, state: BodyState, law: WalkingLaw) -> np.ndarray:
        """Torques of all joints (n, joints) [N.m]; call once each control period."""
        self._tell(state, law)
        mode, steps = self.mode.copy(), law.steps.copy()
        self.walked = walking = mode == STEP
        torque = law.walk(state, walking) if walking.any() else self._last
        self._since_landed[walking & (law.steps > steps)] = 0.0
        if not walking.all() or self.told_to_stop.any():
            held = self._stand(state, law.stance)
            self._catch(state, law.stance)
            torque = np.where((self.mode == STEP)[:, None], torque, held)
            self._stand_on(state, law)
        self._since[mode != self.mode] = 0.0
        self.blend(np.flatnonzero(walking != (self.mode == STEP)))
        share = smooth_step(np.minimum(self._since_law / BLEND_S, 1.0))[:, None]
        self._last = self._before + share * (torque - self._before)
        self._set_phase(law)
        for clock in (self._time, self._since, self._since_law, self._since_landed):
            clock += self._period
        return self._last

    def blend(self, ids: np.ndarray) -> None:
        """Let torques of walkers `ids` go over from the last ones within `BLEND_S`."""
        self._before[ids], self._since_law[ids] = self._last[ids], 0.0

    def _tell(self, state: BodyState, law: WalkingLaw) -> None:
        """Signal walkers to start, and to stop."""
        go = (self.mode == QUIET) & np.isinf(self._go_s) & (self._time >= self._ends.stand_s - 1e-9)
        self.mode[go], self._go_s[go], self._since[go] = SHIFT, self._time[go], 0.0
        ends, stop = self._ends, ~self.told_to_stop
        if ends.stop_after_m is not None:
            way = self._sign * (state.com[:, 0] - state.ground_travel - self._from)
            stop &= way >= ends.stop_after_m
        elif ends.stop_after_s is not None:
            stop &= self._time - self._go_s >= ends.stop_after_s
        else:
            return
        if stop.any():
            self._asked_at_stop[stop] = self.asked(law.commanded_speed)[stop]
            self._stop_s[stop] = self._time[stop]

    def _stand(self, state: BodyState, landed_on: np.ndarray) -> np.ndarray:
        """Torques (n, joints) of walkers on both feet, or with one foot on its way beside."""
        mode, rows = self.mode, self._rows
        stance = np.where(mode == STEP, landed_on, self._stance)
        ankles = state.body_position[:, state.feet, :2]
        aim = ankles.mean(1) + np.array([AHEAD, 0.0])
        foot = ankles[rows, stance]
        shift = np.stack([aim[:, 0] + self._sign * SHIFT_AHEAD, foot[:, 1]], 1)
        on_foot = foot + np.stack(
            [np.full(len(rows), AHEAD), (2.0 * stance - 1.0) * self._how.inside_m], 1
        )
        modes = mode[:, None]
        aim = np.where(modes == SHIFT, shift, np.where(modes == CLOSE, on_foot, aim))
        gain = np.where(mode == SHIFT, SHIFT_GAIN, 1.0)
        alone = np.where(mode == CLOSE, stance, -1)
        tall = np.full(len(rows), self._tall)
        torque = self._balance.torques(state, aim, gain, tall, alone)
        if (mode == CLOSE).any():
            self._swing(state, torque)
        return torque

    def _swing(self, state: BodyState, torque: np.ndarray) -> None:
        """Put the closing leg's torques, and what the other hip takes of them, into `torque`."""
        ids, legs = np.flatnonzero(self.mode == CLOSE), self._at.legs
        leg = self._closing.torques(state, self._stance, self._since, self._balance.support)[ids]
        stance, swing = legs[self._stance[ids]], legs[1 - self._stance[ids]]
        torque[ids[:, None], swing] = leg
        weight = state.bias_force[ids[:, None], self._at.legs_dof[1 - self._stance[ids]]]
        beyond = leg - weight
        torque[ids, stance[:, HIP_FLEXION]] -= beyond[:, HIP_FLEXION]
        torque[ids, stance[:, HIP_ADDUCTION]] += beyond[:, HIP_ADDUCTION]

    def _catch(self, state: BodyState, stance: np.ndarray) -> None:
        """Stop the walkers whose foot `stance` can hold the capture point."""
        how, since = self._how, self._since_landed
        could = (self.mode == STEP) & self.told_to_stop & self.may_stop
        could &= (since >= CATCH_FROM_S) & (since < how.catch_until_s)
        other = state.vertical_load[self._rows, 1 - stance]
        could &= other < how.unloaded * self._weight
        ids = np.flatnonzero(could)
        if not ids.size:
            return
        support, foot = self._balance.support, stance[ids]
        ahead, out = (support.xi[ids] - support.ankles[ids, foot, :2]).T
        inside = np.where(foot == 0, -1.0, 1.0) * out
        caught = how.caught_ahead_m if self._sign > 0.0 else how.caught_behind_m
        held = (self._sign * ahead < caught) & (inside > CAUGHT_FROM) & (inside < CAUGHT_TO)
        held &= state.vertical_load[ids, foot] > CAUGHT_LOAD * self._weight
        caught = ids[held]
        if caught.size:
            self.mode[caught], self._stance[caught] = CLOSE, stance[caught]
            self._since[caught] = 0.0
            self._closing.begin(state, caught, stance[caught])

    def _stand_on(self, state: BodyState, law: WalkingLaw) -> None:
        """Go from one way of standing to the next, where it is time."""
        mode, support, rows = self.mode.copy(), self._balance.support, self._rows
        xi, ankles, stance = support.xi, support.ankles[:, :, :2], self._stance
        outward = np.where(stance == 0, 1.0, -1.0)
        foot = ankles[rows, stance]
        inside = outward * (foot[:, 1] - xi[:, 1])
        lift = (mode == SHIFT) & ((inside < LIFT_FROM) | (self._since > LONGEST_SHIFT_S))
        self._step_off(state, law, lift)
        self.mode[(mode == CLOSE) & self._closing.landed(state, stance, self._since)] = QUIET

        # who is pushed farther than the feet can hold steps there with the foot that is behind
        lost = (support.beyond_m > LOST_M) & (mode == QUIET)
        nearer = support.near.argmax(1)
        nearer = np.where(xi[:, 1] > ankles[:, 0, 1], 1, nearer)  # no foot crosses the other
        nearer = np.where(xi[:, 1] < ankles[:, 1, 1], 0, nearer)
        self._stance[lost] = nearer[lost]
        ids = np.flatnonzero(lost)
        if ids.size:
            self._closing.begin(state, ids, self._stance[ids])
            self.mode[ids], self._since[ids] = CLOSE, 0.0

    def _step_off(self, state: BodyState, law: WalkingLaw, who: np.ndarray) -> None:
        """Let `who` (n,) lift the foot that is not their stance foot, and walk."""
        ids = np.flatnonzero(who)
        if ids.size:
            self.mode[ids] = STEP
            self._first_s[ids] = np.minimum(self._first_s[ids], self._time[ids])
            law.begin_step(state, ids, self._stance[ids])

    def _set_phase(self, law: WalkingLaw) -> None:
        """Set `phase`."""
        whole = self.asked(law.commanded_speed) >= law.commanded_speed - 1e-9
        self._whole_s = np.where(whole, self._whole_s, self._time)
        steady = whole & (self._time >= self._whole_s + STEADY_S)
        walking = np.where(self.told_to_stop, 3.0, np.where(steady, 2.0, 1.0))
        self.phase[:] = np.where(self.mode == QUIET, 0.0, walking)
