"""The reference gait from quiet standing and to a stop.

A walker stands, shifts its weight and lifts a foot as `start_stop` has it; from then on the law
follows its cycle. A cycle of a fast walk asks for more than a first step can give, and from a fast
walk no foot can hold the body; so the first and the last steps follow slower ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...models.body import Body
from ...sim.physics.body_state import BodyState
from ...sim.physics.simulation import Simulation
from ..task.ends import STANDING, Ends
from ..task.technique import Technique
from .closing_step import Closing
from .initial_state import standing_pose
from .leg_control import GaitJoints
from .muscle_control import MuscleControl
from .reference_cycle import ReferenceCycle
from .reference_gains import Gains
from .reference_gait import AS_IT_IS, ReferenceGait
from .residual_network import ResidualNetwork
from .sharing import AHEAD, Sharing
from .start_stop import LONGEST_SHIFT_S, STEP, StartStop

LIFTS_AT = 0.12  # of a step: where the cycle begins when the first foot is lifted
FIRST_UP_TO = 1.0  # m/s, of a cycle that the first steps can follow
FIRST_STEPS = 5  # whose speed tells nothing of how the plan errs
STEPS_UP, STEPS_DOWN = 6, 3  # in a slower cycle before the one asked for; before one slower still
STEPS_SLOWED = {1.0: 4, -1.0: 1}  # forward, backward: in the slowest, before a foot may take over
GETS_GOING_S = 6.0  # from the first step until the speed no longer grows
CLOSING = Closing(
    step_s=0.42,
    latest_s=0.30,
    clearance_m=0.06,
    outside_m=0.0,
    held_m=(-0.01, 0.065),
    hip_stiffness=320.0,
    hip_damping=26.0,
    feed_forward=0.9,
    passive=True,
    caught_ahead_m=0.107,
    caught_behind_m=0.054,
    unloaded=0.02,
    catch_until_s=0.35,
    inside_m=0.038,
)


@dataclass(frozen=True)
class Followed:
    """What a reference gait follows: its cycle, gains, the network that adds to it, and how."""

    cycle: ReferenceCycle
    gains: Gains
    network: ResidualNetwork | None
    corrects_speed: bool = False

    def law(
        self, sim: Simulation, body: Body, sharing: Sharing, technique: Technique = AS_IT_IS
    ) -> ReferenceGait:
        """Return the law that walks by it."""
        return ReferenceGait(
            *(sim, body, self.cycle, self.gains, sharing),
            network=self.network,
            technique=technique,
            corrects_speed=self.corrects_speed,
        )


class StandingReferenceGait(ReferenceGait):
    """The reference gait that begins in quiet standing, or ends in it.

    Args:
        sim: the simulation. body: its body. followed: what it follows.
        ends: how trials begin and end. sharing: criterion of the muscles' sharing.
        slower: what the first and last steps follow, the slowest first.
    """

    def __init__(
        self,
        sim: Simulation,
        body: Body,
        followed: Followed,
        ends: Ends,
        sharing: Sharing = AHEAD,
        slower: Sequence[Followed] = (),
    ) -> None:
        cycle, gains, network = followed.cycle, followed.gains, followed.network
        corrects = followed.corrects_speed
        super().__init__(sim, body, cycle, gains, sharing, network=network, corrects_speed=corrects)
        self._stands, self._stand_s = ends.start == STANDING, ends.stand_s
        period, speed = self.control_period_s, cycle.speed_m_per_s * self.units.speed
        self._ends = StartStop(sim, body, ends, self.sign, period, speed, CLOSING)
        self._joints = GaitJoints(sim, body.roles)
        # in standing small torques count: what no muscle gives, because it is not worth its price,
        # the walker would have to lean on
        self._standing = MuscleControl(sim, body, replace(sharing, linear_cost=0.0))
        self._gears: list[ReferenceGait] = [
            *(one.law(sim, body, sharing) for one in slower),
            self,
        ]
        self._asked_gear = len(self._gears) - 1
        speeds = [gear.cycle.speed_m_per_s for gear in self._gears]
        self._first_gear = sum(at <= FIRST_UP_TO for at in speeds[1:])
        self._gear = np.full(sim.n, self._asked_gear)
        self._taken = np.zeros(sim.n, int)

    @property
    def ramp_time_s(self) -> float:
        """Time from the start until the walker walks as fast as it is asked to."""
        if not self._stands:
            return super().ramp_time_s
        return self._stand_s + LONGEST_SHIFT_S + GETS_GOING_S

    @property
    def stance(self) -> np.ndarray:
        """Foot that stands, 0 left, 1 right, (n,)."""
        return np.choose(self._gear, [gear.clock.stance for gear in self._gears])

    @property
    def steps(self) -> np.ndarray:
        """Steps taken, (n,)."""
        return self._taken

    @property
    def commanded_speed(self) -> np.ndarray:
        """Speed to be walked in the end, (n,) [m/s]."""
        return self._command * self.units.speed

    def reset(
        self,
        ids: np.ndarray,
        rngs: Sequence[np.random.Generator],
        phase: float | None = None,
        noise: float = 1.0,
        states: np.ndarray | None = None,
    ) -> None:
        """Start walkers `ids` in standing or moving; the rest as for `ReferenceGait`."""
        ids = np.asarray(ids, np.int32)
        if not len(ids):
            return
        super().reset(ids, rngs, phase, noise, states)
        if self._stands:
            self._sim.reset(ids)
            standing_pose(self._sim, self._joints.legs, self.body, ids, rngs)
            self._sim.ctrl[ids] = self._sim.act[ids]
        self._standing.reset(ids)
        self._ends.reset(self._sim, ids, rngs)
        self._gear[ids], self._taken[ids] = self._asked_gear, 0

    def excite(self, state: BodyState) -> np.ndarray:
        """Return excitations (n, muscles); call once each `control_period_s`."""
        torque = self._ends.torques(state, self)[:, self.layer.joints]
        if not self._ends.walked.any():
            self._sim.applied[:, self._upper.dofs] = self._upper.torque(state, None)
        walks = self._ends.mode == STEP
        if walks.all():
            return self.layer.excite(state, torque, self._linear_cost)
        held = self._standing.excite(state, torque, self._linear_cost)
        if not walks.any():
            return held
        walked = self.layer.excite(state, torque, self._linear_cost)
        return np.where(walks[:, None], walked, held)

    def walk(self, state: BodyState, walking: np.ndarray) -> np.ndarray:
        """Go on with walkers `walking` (n,) by a control period; torques (n, joints) [N.m]."""
        out = self._joints.torques(state.n)
        before = self._gear.copy()
        for number, gear in enumerate(self._gears):
            mine = walking & (before == number)
            if mine.any():
                torque = self._go_on(gear, state, mine)
                out[np.ix_(mine, self.layer.joints)] = torque[mine]
        for number in range(len(self._gears)):  # when all have moved on: who begins has not
            self._change(number, walking & (before == number))
        slowed = self._gears[0].clock.steps >= STEPS_SLOWED[self.sign]
        self._ends.may_stop = (self._gear == 0) & slowed
        return out[:, : len(self._sim.anatomy.joints)]

    def _go_on(self, law: ReferenceGait, state: BodyState, walking: np.ndarray) -> np.ndarray:
        """Torques (n, 17) [N.m] of `law`, whose clock goes on for who walks in it."""
        others, clock = ~walking, law.clock
        before = clock.held(others)
        law.move_on(state)
        clock.put_back(others, before)
        if self._stands or law is not self:
            law.bias[clock.steps <= FIRST_STEPS] = 0.0
        self._taken += walking & (clock.since == 0.0)
        return law.torque

    def _change(self, number: int, mine: np.ndarray) -> None:
        """Let those of `mine` (n,) in gear `number` go over who have made their steps in it."""
        clock, stops = self._gears[number].clock, self._ends.told_to_stop
        stepped = mine & (clock.since == 0.0)
        up = stepped & ~stops & (number < self._asked_gear) & (clock.steps >= STEPS_UP)
        down = stepped & stops & (number > 0) & (clock.steps >= STEPS_DOWN)
        for who, to in ((up, self._asked_gear), (down, number - 1)):
            ids = np.flatnonzero(who)
            if ids.size:
                self._begin(to, ids, clock.phase[ids])
                self._ends.blend(ids)

    def begin_step(self, state: BodyState, ids: np.ndarray, stance: np.ndarray) -> None:
        """Let walkers `ids` lift the foot that is not `stance` (k,), now."""
        self._begin(self._first_gear, ids, 0.5 * (stance + LIFTS_AT))
        self.layer.reset(ids)
        self.layer.wanted[ids] = state.act[ids]

    def _begin(self, number: int, ids: np.ndarray, phase: np.ndarray) -> None:
        gear = self._gears[number]
        gear.clock.reset(ids, phase)
        gear.begin_anew(ids)
        self._gear[ids] = number
