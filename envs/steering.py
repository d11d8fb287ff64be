"""How a policy steers a batch of walkers: what it observes, and how its actions reach the muscles.

A policy acts every 20 ms; its action, low-passed, comes in over four control periods of 5 ms. The
learning environments and the learned gaits are both made of this.
"""

from __future__ import annotations

import numpy as np

from ..models.body import Body
from ..sim.simulation import Simulation
from .actions import KINDS, Actions
from .gaits.parameters import GaitTable
from .gaits.scripted import ScriptedGait
from .observation_terms import ObservationTerm, observation_terms
from .task import Task
from .technique import Technique

CONTROL_STEPS = 4  # control periods in a policy step
SMOOTHING = 0.5  # share of the newest in the low-passed action
LARGEST = 100.0  # of any observed value, in its unit: far beyond what walking brings
STRIDE_S = 1.0  # time constant of the mean speed


class Steering:
    """n walkers that a policy steers.

    Args:
        sim: the simulation. body: its body. table: the scripted gait's parameters.
        task: what is asked. technique: what is asked of the scripted gait.

    Attributes:
        n: walkers. sim: the simulation. state: what is sensed of it. gait: the scripted gait, whose
            step clock and roles of the legs all action modes use. actions: how actions act.
        action, action_before: (n, size) of this policy step and the one before, -1 to 1.
        acting: (n, size) the low-passed action. mean_speed: (n,) [m/s] along travel, of a stride.
        terms: blocks of the observation, in order.
    """

    def __init__(
        self, sim: Simulation, body: Body, table: GaitTable, task: Task, technique: Technique
    ) -> None:
        self.task, self.n, self.rows = task, sim.n, np.arange(sim.n)
        self.sim = self.state = sim
        self.gait = ScriptedGait(sim, body, table, technique)
        self.actions: Actions = KINDS[task.action_mode](sim, self.gait)
        self.period_s = CONTROL_STEPS * self.gait.control_period_s
        muscles = [row.name for row in body.muscles]
        left = [i for i, name in enumerate(muscles) if name.endswith("_l")]
        right = [muscles.index(muscles[i][:-2] + "_r") for i in left]
        self.muscle_order = np.array([[*left, *right], [*right, *left]])
        stems = [muscles[i][:-2] for i in left]
        self.muscle_names = tuple(f"{side}_{m}" for side in ("stance", "swing") for m in stems)
        size = len(self.actions.names)
        self.action, self.action_before, self.acting = np.zeros((3, self.n, size))
        self._acted_before = self.acting
        self.mean_speed = np.zeros(self.n)
        self.terms: dict[str, ObservationTerm] = observation_terms(self)

    @property
    def stance(self) -> np.ndarray:
        """Foot that stands, 0 left, 1 right, (n,)."""
        return self.gait.roles.stance

    @property
    def side(self) -> np.ndarray:
        """+1 where the left leg swings, -1 where the right does, (n,)."""
        return self.gait.roles.side

    def rest(self, ids: np.ndarray) -> None:
        """Forget what walkers `ids` did; the scripted gait has just been reset for them."""
        self.action[ids] = self.action_before[ids] = self.acting[ids] = 0.0
        self.mean_speed[ids] = self.gait.commanded[ids]

    def act(self, action: np.ndarray) -> None:
        """Take the action of the coming policy step, (n, size), clipped to -1 to 1."""
        self.action_before, self.action = self.action, np.clip(action, -1.0, 1.0)
        self._acted_before = self.acting
        self.acting = self.acting + SMOOTHING * (self.action - self.acting)

    def excite(self, part: int) -> np.ndarray:
        """Excitations (n, muscles) for control period `part`, 0 to 3, of the policy step."""
        share = (part + 1) / CONTROL_STEPS
        before = self._acted_before
        return self.actions.excite(self.state, before + (self.acting - before) * share)

    def note_speed(self) -> None:
        """Take note of the speed at the end of a policy step."""
        state = self.state
        speed = self.gait.sign * (state.com_velocity[:, 0] - state.ground_velocity)
        self.mean_speed = self.mean_speed + self.period_s / STRIDE_S * (speed - self.mean_speed)

    def observe(self) -> np.ndarray:
        """Observation, (n, columns of all `terms`) float32."""
        values = np.concatenate([term.of(self) for term in self.terms.values()], axis=1)
        return np.clip(np.nan_to_num(values), -LARGEST, LARGEST).astype(np.float32)
