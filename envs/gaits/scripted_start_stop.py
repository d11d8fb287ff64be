"""The scripted gait from quiet standing and to a stop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...models.body import Body
from ...sim.physics.body_state import BodyState
from ...sim.physics.simulation import Simulation
from ..task.ends import STANDING, Ends
from ..task.technique import Technique
from .geometry import scalar_if_single
from .initial_state import slope_underfoot, standing_pose
from .parameters import GaitTable
from .scripted_gait import ScriptedGait
from .sharing import OF_2026A, Sharing
from .start_stop import FASTER, FIRST_SPEED, LATER, LONGEST_SHIFT_S, StartStop

FIRST_STEPS = 2  # whose speed tells nothing of how the plan errs


class StandingScriptedGait(ScriptedGait):
    """The scripted gait with a start or an end in quiet standing; arguments as its own.

    Args:
        ends: how trials begin and end.
    """

    def __init__(
        self,
        sim: Simulation,
        body: Body,
        table: GaitTable,
        technique: Technique,
        ends: Ends,
        sharing: Sharing = OF_2026A,
    ) -> None:
        super().__init__(sim, body, table, technique, sharing=sharing)
        self._stands, self._stand_s = ends.start == STANDING, ends.stand_s
        self._ends = StartStop(sim, body, ends, self.sign, self.control_period_s, self.ramp.slowest)

    @property
    def asked(self) -> Any:
        """Speed that is asked for now [m/s]: (n,), or a float of a single walker."""
        ends = getattr(self, "_ends", None)
        if ends is None:
            return super().asked
        whole = self.ramp.commanded if self._stands else np.atleast_1d(super().asked)
        return scalar_if_single(ends.asked(whole))

    @property
    def ramp_time_s(self) -> float:
        """Time from the start until all that is asked for is asked in full."""
        if not self._stands:
            return super().ramp_time_s
        speed, easy = self.technique.speed_m_per_s, self.ramp.slowest
        climb = (easy - FIRST_SPEED) / FASTER + (speed - easy) / LATER
        ramp = self._stand_s + LONGEST_SHIFT_S + climb
        return max(ramp, self._technique_tracker.settled_s)

    @property
    def stance(self) -> np.ndarray:
        """Foot that stands, 0 left, 1 right, (n,)."""
        return self.roles.stance

    @property
    def steps(self) -> np.ndarray:
        """Steps taken, (n,)."""
        return self.roles.steps

    @property
    def commanded_speed(self) -> np.ndarray:
        """Speed to be walked in the end, (n,) [m/s]."""
        return self.ramp.commanded

    def reset(self, ids: np.ndarray, rngs: Sequence[np.random.Generator]) -> None:
        """Start simulations `ids` as asked, with each trial's own noise."""
        ids = np.asarray(ids)
        if self._stands:
            sim = self._sim
            sim.reset(ids)
            self.time[ids] = self._bias[ids] = 0.0
            self.residual = self.residual.without(ids)
            self._technique_tracker.reset(ids)
            standing_pose(sim, self._joints.legs, self.body, ids, rngs)
            self.roles.reset(ids, slope_underfoot(sim)[ids])
            self._fresh[ids] = True
            self.gaze.reset(ids, rngs)
            self.layer.reset(ids)
        else:
            super().reset(ids, rngs)
        self._ends.reset(self._sim, ids, rngs)
        self._set_parameters(ids)

    def excite(self, state: BodyState) -> np.ndarray:
        """Return excitations (n, muscles); call once each `control_period_s`."""
        self._set_parameters()
        torque = self._ends.torques(state, self)
        if not self._ends.walked.any():
            self._sim.applied[:, self.upper.dofs] = self.upper.torque(state, None)
        price, since = self.parameters["effort_price"], self.roles.time_in_step
        excitation = self.layer.excite(state, torque[:, self.layer.joints], price, since)
        self.pass_time()
        return excitation

    def walk(self, state: BodyState, walking: np.ndarray) -> np.ndarray:
        """Go on with walkers `walking` (n,) by a control period; torques (n, joints) [N.m]."""
        self.roles.time_in_step[~walking] = 0.0
        self.follow(state)
        self._bias[self.roles.steps <= FIRST_STEPS] = 0.0
        return self._torques(state).copy()

    def begin_step(self, state: BodyState, ids: np.ndarray, stance: np.ndarray) -> None:
        """Let walkers `ids` lift the foot that is not `stance` (k,), now."""
        self.roles.stance[ids] = stance
        self.roles.time_in_step[ids] = self.parameters["double_support"][ids]
        self.roles.lifted[ids] = self._fresh[ids] = True
        self._lift_off(state, ids)
        self._step_start[ids] = state.com[ids, 0] - state.ground_travel[ids]
