"""n walkers of one task on one surface: what every learning environment steps.

A policy acts every 20 ms; its action, low-passed, comes in over four control periods of 5 ms.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..models.body import build_body
from ..models.landmarks import anatomy_of
from ..sim.belt_drive import start_treadmill
from ..sim.ground.surface import Surface
from ..sim.random_streams import named_generator
from ..sim.simulation import Simulation
from ..sim.surface import add_surface
from ..sim.treadmill import Treadmill
from .actions import KINDS, Actions
from .gaits.parameters import GaitTable
from .gaits.scripted import ScriptedGait
from .observation_terms import ObservationTerm, observation_terms
from .random_pushes import RandomPushes
from .reward_terms import TERMS
from .task import Task
from .technique import Technique
from .termination import has_fallen

CONTROL_STEPS = 4  # control periods in a policy step
SMOOTHING = 0.5  # share of the newest in the low-passed action
LARGEST = 100.0  # of any observed value, in its unit: far beyond what walking brings
STRIDE_S = 1.0  # time constant of the mean speed
_FASTER, _MARGIN = 1.5, 3.0  # ground for those who walk faster than asked, and m beyond
_JOINT_RATE_NOISE = 3.0  # 1/s: noise of the joints' velocities at the start over that of angles


class Walk:
    """Walkers, their ground, and what acts on them.

    Args:
        task: what is asked. ground: that all walk on. table: the scripted gait's parameters.
        seeds: (n,) of each simulation: its ground and all its episodes' chances follow from it.

    Attributes:
        n: walkers. sim: the simulation. state: what is sensed of it. gait: the scripted gait, whose
            step clock and roles of the legs all action modes use. actions: how actions act.
        action, action_before: (n, size) of this policy step and the one before, -1 to 1.
        acting: (n, size) the low-passed action. mean_speed: (n,) [m/s] along travel, of a stride.
        squared_activation: (n,) mean over muscles and the last policy step.
        fallen: (n,) bool, after the last policy step. time: (n,) [s] into the episode.
    """

    def __init__(
        self, task: Task, ground: str | Surface, table: GaitTable, seeds: Sequence[int]
    ) -> None:
        self.task, self.n = task, len(seeds)
        self.rows = np.arange(self.n)
        body = build_body(task.body, task.walker)
        spec = body.spec()
        fastest = task.speed_m_per_s[1]
        reach = _FASTER * task.episode_s * fastest + _MARGIN
        grounds = [named_generator(seed, "surface") for seed in seeds]
        laid = add_surface(spec, ground, task.sign, reach, grounds)
        self.sim = self.state = Simulation(spec, anatomy_of(body), self.n, 1, laid)
        self._rngs = [named_generator(seed, "episodes") for seed in seeds]
        known = np.clip(fastest, table.speeds[0], table.speeds[-1])
        if laid.belt is not None:
            slowest = min(float(table.speeds[0]), task.speed_m_per_s[0])
            start_treadmill(self.sim, Treadmill(), task.sign, fastest, slowest)
        self.pushes = None
        if task.pushes is not None:
            pushing = [named_generator(seed, "pushes") for seed in seeds]
            self.pushes = RandomPushes(self.sim, task.pushes, pushing)
            self.sim.effects.append(self.pushes)
        self.gait = ScriptedGait(self.sim, body, table, Technique(speed_m_per_s=float(known)))
        self.actions: Actions = KINDS[task.action_mode](self.sim, self.gait)
        self._substeps = round(self.gait.control_period_s / self.sim.time_step)
        self.period_s = CONTROL_STEPS * self.gait.control_period_s
        muscles = [row.name for row in body.muscles]
        left = [i for i, name in enumerate(muscles) if name.endswith("_l")]
        right = [muscles.index(muscles[i][:-2] + "_r") for i in left]
        self.muscle_order = np.array([[*left, *right], [*right, *left]])
        stems = [muscles[i][:-2] for i in left]
        self.muscle_names = tuple(f"{side}_{m}" for side in ("stance", "swing") for m in stems)
        size = len(self.actions.names)
        self.action, self.action_before, self.acting = np.zeros((3, self.n, size))
        self.mean_speed, self.squared_activation, self.time = np.zeros((3, self.n))
        self.fallen = np.zeros(self.n, bool)
        self._weights = {name: weight for name, weight in task.rewards.items() if weight}
        self.terms: dict[str, ObservationTerm] = observation_terms(self)

    @property
    def stance(self) -> np.ndarray:
        """Foot that stands, 0 left, 1 right, (n,)."""
        return self.gait.roles.stance

    @property
    def side(self) -> np.ndarray:
        """+1 where the left leg swings, -1 where the right does, (n,)."""
        return self.gait.roles.side

    def reset(self, ids: np.ndarray) -> None:
        """Begin a new episode of walkers `ids`."""
        if not len(ids):
            return
        rngs, task = [self._rngs[i] for i in ids], self.task
        low, high = task.speed_m_per_s
        self.gait.command(ids, np.array([low + (high - low) * rng.random() for rng in rngs]))
        self.action[ids] = self.action_before[ids] = self.acting[ids] = 0.0
        self.gait.reset(ids, rngs)
        if task.start_noise_rad:
            self._disturb_start(ids, rngs)
        self.mean_speed[ids] = self.gait.commanded[ids]
        self.squared_activation[ids] = (self.sim.act[ids] ** 2).mean(1)
        self.time[ids], self.fallen[ids] = 0.0, False

    def _disturb_start(self, ids: np.ndarray, rngs: Sequence[np.random.Generator]) -> None:
        """Add the task's noise to the starting posture; keep the feet on the ground."""
        sim, joints = self.sim, len(self.sim.joint_qpos)
        for i, rng in zip(ids, rngs, strict=True):
            size = self.task.start_noise_rad * rng.random()
            sim.qpos[i, sim.joint_qpos] += size * rng.standard_normal(joints)
            noise = size * _JOINT_RATE_NOISE
            sim.qvel[i, sim.joint_dof] += noise * rng.standard_normal(joints)
        sim.forward(np.asarray(ids, np.int32))
        sole = sim.points[:, :, :-1].reshape(self.n, -1, 3)
        lowest = (sole[:, :, 2] - sim.ground_height(sole[:, :, :2])).min(1)
        sim.qpos[ids, 2] -= lowest[ids]
        sim.forward(np.asarray(ids, np.int32))

    def step(self, action: np.ndarray) -> None:
        """Let all walkers act for one policy step; `action` is (n, size), clipped to -1 to 1."""
        sim, gait = self.sim, self.gait
        self.action_before, self.action = self.action, np.clip(action, -1.0, 1.0)
        before = self.acting
        self.acting = before + SMOOTHING * (self.action - before)
        squared = np.zeros(self.n)
        for k in range(CONTROL_STEPS):
            share = (k + 1) / CONTROL_STEPS
            sim.ctrl[:] = self.actions.excite(self.state, before + (self.acting - before) * share)
            sim.step(self._substeps)
            squared += (sim.act**2).mean(1)
        self.squared_activation = squared / CONTROL_STEPS
        speed = gait.sign * (sim.com_velocity[:, 0] - sim.ground_velocity)
        self.mean_speed = self.mean_speed + self.period_s / STRIDE_S * (speed - self.mean_speed)
        self.time = self.time + self.period_s
        self.fallen = has_fallen(sim) | ~sim.valid

    def observe(self) -> np.ndarray:
        """Observation, (n, columns of all `terms`) float32."""
        values = np.concatenate([term.of(self) for term in self.terms.values()], axis=1)
        return np.clip(np.nan_to_num(values), -LARGEST, LARGEST).astype(np.float32)

    def rewards(self) -> dict[str, np.ndarray]:
        """Weighted terms of the last policy step's reward, (n,) each; their sum is the reward."""
        return {
            name: weight * np.nan_to_num(TERMS[name](self))
            for name, weight in self._weights.items()
        }
