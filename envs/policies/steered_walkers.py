"""A batch of walkers that a policy steers: its actions, and the frame in which it sees them.

A policy acts every 20 ms; its action, low-passed, comes in over the control periods of the action
mode: four of 5 ms, or one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ...models.body import Body
from ...sim.errors import ConfigError
from ...sim.physics.simulation import Simulation
from ..gaits.geometry import clip
from ..gaits.parameters import GaitTable
from ..gaits.scripted_gait import ScriptedGait
from ..task.task import Task
from ..task.technique import Technique
from .actions import KINDS, LEG, TRUNK, Actions
from .sliding import STRIDE_S, Sliding

POLICY_S = 0.02  # between two actions
SMOOTHING = 0.5  # share of the newest in the low-passed action

# By stance foot, left or right: the swing leg is then the right one (y < 0) or the left one.
VECTOR = np.array([[1.0, -1.0, 1.0], [1.0, 1.0, 1.0]])
ROTATION = np.array([[-1.0, 1.0, -1.0], [1.0, 1.0, 1.0]])
BOTH = np.array([[0, 1], [1, 0]])


class StanceSides(NamedTuple):
    """What follows from which foot stands; arrays (n, ...).

    Attributes:
        feet, ankles: (n, 2) stance and swing foot, 0 left, 1 right, and their bodies.
        side: (n,) +1 where the left leg swings, -1 where the right does. mirror, axial: (n, 3)
            factors that x, y, z of a vector and rotations about them take.
        joints, qpos, dof: (n, joints) factors of the joints' angles of stance leg, swing leg and
            trunk, and their columns. muscles: (n, muscles) columns of stance and swing side.
    """

    feet: np.ndarray
    ankles: np.ndarray
    side: np.ndarray
    mirror: np.ndarray
    axial: np.ndarray
    joints: np.ndarray
    qpos: np.ndarray
    dof: np.ndarray
    muscles: np.ndarray


class Frame(NamedTuple):
    """Frame of stance and swing leg; arrays (n, ...).

    Attributes:
        sides: which leg is which. stance, swing: (n, 3) [m] ankles.
        asked: [m/s] commanded speed, (n,) or, of a single walker, a float.
    """

    sides: StanceSides
    stance: np.ndarray
    swing: np.ndarray
    asked: Any


class SteeredWalkers:
    """n walkers that a policy steers.

    Args:
        sim: the simulation. body: its body. table: the scripted gait's parameters.
        task: what is asked. technique: what is asked of the scripted gait.

    Attributes:
        n: walkers. period_s: of a policy step. control_steps: control periods in it.
        sim: the simulation. state: what is sensed of it. gait: the scripted gait, whose step clock
            and roles of the legs all action modes use. actions: how actions act.
        action, action_before: (n, size) of this policy step and the one before, -1 to 1.
        acting: (n, size) the low-passed action. mean_speed: (n,) [m/s] along travel, of a stride.
        sliding: how the feet slide over the ground, or None where the task does not ask for it.
        now: frame of stance and swing leg of the observation that is made now.
        legs, trunk: roles of the joints of a leg and the trunk that the body has.

    Raises:
        ConfigError: muscles are to be observed of a body that has none.
    """

    _tables: Sequence[np.ndarray] = (BOTH, VECTOR, ROTATION)

    def __init__(
        self, sim: Simulation, body: Body, table: GaitTable, task: Task, technique: Technique
    ) -> None:
        self.task, self.n, self.rows = task, sim.n, np.arange(sim.n)
        self.sim, self.state = sim, sim.state
        kind = KINDS[task.action_mode]
        self.period_s, self.control_steps = POLICY_S, kind.control_steps
        table.check(technique.speed_m_per_s)
        self.gait = ScriptedGait(sim, body, table, technique, POLICY_S / kind.control_steps)
        self.actions: Actions = kind(sim, self.gait)
        roles = body.roles
        self.muscle_order = roles.actuators_by_stance
        self.muscle_names = roles.actuators_by_stance_names
        self.legs, self.trunk = roles.of(LEG), roles.of(TRUNK)
        size = len(self.actions.names)
        self.action, self.action_before, self.acting = np.zeros((3, self.n, size))
        self._acted_before = self.acting
        self.mean_speed = np.zeros(self.n)
        order = roles.by_stance(self.legs, self.trunk)
        mirror = roles.mirror[order[0]]
        self._joint_signs = np.stack([mirror, np.ones_like(mirror)])
        self.qpos_order, self.dof_order = sim.joint_qpos[order], sim.joint_dof[order]
        self._column = self.rows[:, None]
        self._alone = [self._sides(np.array([foot])) for foot in (0, 1)] if self.n == 1 else []
        self.sliding = Sliding(sim.n, self.period_s) if task.slip else None
        if task.muscles and not body.muscles:
            raise ConfigError(f"muscles: the body '{body.name}' has none; leave it false")
        self.now = self.frame()

    @property
    def stance(self) -> np.ndarray:
        """Foot that stands, 0 left, 1 right, (n,)."""
        return self.gait.roles.stance

    @property
    def side(self) -> np.ndarray:
        """+1 where the left leg swings, -1 where the right does, (n,)."""
        return self.gait.roles.side

    @property
    def ankles(self) -> tuple[np.ndarray, np.ndarray]:
        """Ankles of stance and swing leg, (n, 3) [m] each."""
        position, feet, stance = self.state.body_position, self.state.feet, self.stance
        return position[self.rows, feet[stance]], position[self.rows, feet[1 - stance]]

    def pick(self, values: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        """Values (n, k, ...) in columns `chosen` (n, k) of each walker's row."""
        return values[0].take(chosen, 0) if self.n == 1 else values[self._column, chosen]

    def _sides(self, stance: np.ndarray) -> StanceSides:
        """What follows from the feet (n,) that stand."""
        both, vector, rotation = self._tables
        feet = both[stance]
        return StanceSides(
            feet,
            self.sim.feet[feet],
            2.0 * stance - 1.0,
            vector[stance],
            rotation[stance],
            self._joint_signs[stance],
            self.qpos_order[stance],
            self.dof_order[stance],
            self.muscle_order[stance],
        )

    def frame(self) -> Frame:
        """Frame of stance and swing leg as it is now, for all the terms of one observation."""
        stance = self.gait.roles.stance
        sides = self._alone[int(stance.item())] if self._alone else self._sides(stance)
        ankles = self.pick(self.state.body_position, sides.ankles)
        return Frame(sides, ankles[:, 0], ankles[:, 1], self.gait.asked)

    def rest(self, ids: np.ndarray) -> None:
        """Reset walkers `ids`, for whom the scripted gait has just been reset."""
        self.action[ids] = self.action_before[ids] = self.acting[ids] = 0.0
        self.mean_speed[ids] = self.gait.commanded[ids]
        if self.sliding is not None:
            self.sliding.rest(self.state, ids)

    def act(self, action: np.ndarray) -> None:
        """Take the action of the coming policy step, (n, size), clipped to -1 to 1."""
        self.action_before, self.action = self.action, clip(action, -1.0, 1.0)
        self._acted_before = self.acting
        self.acting = self.acting + SMOOTHING * (self.action - self.acting)

    def excite(self, part: int) -> np.ndarray:
        """Excitations (n, actuators) for control period `part`, from 0, of the policy step."""
        if part + 1 == self.control_steps == 1:
            return self.actions.excite(self.state, self.acting)
        share = (part + 1) / self.control_steps
        before = self._acted_before
        return self.actions.excite(self.state, before + (self.acting - before) * share)

    def note_speed(self) -> None:
        """Record the speed at the end of a policy step."""
        state = self.state
        speed = self.gait.sign * (state.com_velocity[:, 0] - state.ground_velocity)
        self.mean_speed = self.mean_speed + self.period_s / STRIDE_S * (speed - self.mean_speed)
        if self.sliding is not None:
            self.sliding.note(state)
