"""A batch of walkers of one task on one surface, the core of every learning environment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...models.body import build_body
from ...sim.errors import ConfigError
from ...sim.ground.surface import Surface
from ...sim.physics.backend import CpuBatch, MakeBackend
from ...sim.random_streams import named_generator
from ..gaits.geometry import mean_square
from ..gaits.initial_state import put_feet_on_ground
from ..gaits.parameters import GaitTable
from ..gaits.scripted_gait import ScriptedGait
from ..policies.policy_interface import PolicyInterface
from ..policies.steered_walkers import POLICY_S
from ..scene import Course, build_scene, reach_m
from ..task.random_pushes import RandomPushes
from ..task.task import Task
from ..task.termination import has_fallen

_PERIOD_S = ScriptedGait.control_period_s  # in which senses and what acts from outside go on
_JOINT_RATE_NOISE = 3.0  # 1/s: noise of the joints' velocities at the start over that of angles


class BatchTask(PolicyInterface):
    """Walkers, their ground, and what acts on them.

    Args:
        task: what is asked. ground: that all walk on. table: the scripted gait's parameters.
        seeds: (n,) of each simulation: its ground and all its episodes' chances follow from it.
        threads: of the physics. backend: makes what steps them.

    Attributes:
        scene: the walkers on their ground, their hazards and their senses; `state` is what they
            know now. pushes: the random pushes, or None.
        squared_exertion: (n,) mean over actuators and the last policy step: of a muscle's
            activation, or of a motor's share of its largest torque.
        fallen: (n,) bool, after the last policy step. time: (n,) [s] into the episode.
        seeds: as given. belt_speeds: commanded and starting speed of a belt [m/s].
        pieces: of a control period, for what acts from outside. substeps: of the physics in each.
    """

    def __init__(
        self,
        task: Task,
        ground: str | Surface,
        table: GaitTable,
        seeds: Sequence[int],
        threads: int = 1,
        backend: MakeBackend = CpuBatch,
    ) -> None:
        slowest, fastest = task.speed_m_per_s
        self.seeds = list(seeds)
        self.belt_speeds = (fastest, min(float(table.speeds[0]), slowest))
        self.scene = scene = build_scene(
            build_body(task.body, task.walker),
            Course(ground, task.sign, reach_m(fastest, task.episode_s)),
            _streams(seeds, "surface"),
            hazards=task.hazards,
            belt_speeds=self.belt_speeds,
            threads=threads,
            backend=backend,
        )
        sim, n = scene.sim, len(seeds)
        self._rngs, self._sense_rngs = _streams(seeds, "episodes"), _streams(seeds, "senses")
        self._noise_rngs = _streams(seeds, "motor noise")
        self.pushes = None
        if task.pushes is not None:
            self.pushes = RandomPushes(sim, task.pushes, _streams(seeds, "pushes"))
            sim.effects.append(self.pushes)
        self._hazard_rngs = _streams(seeds, "hazards")
        scene.add_hazards(0.0, self._hazard_rngs)
        walkers = [task.walker] * n
        if task.randomise is not None:
            walkers = task.randomise.apply(sim, walkers, _streams(seeds, "randomise"))
        known = float(np.clip(fastest, table.speeds[0], table.speeds[-1]))
        asked = task.technique.with_fields(speed_m_per_s=known)
        super().__init__(sim, scene.body, table, task, asked)
        scene.add_senses(walkers, _PERIOD_S)
        outside = len(sim.effects) > 1 or scene.ground.slippery is not None
        steps = round(POLICY_S / _PERIOD_S)
        live = scene.senses.live or scene.motor_noise.live
        self.pieces = steps // self.control_steps if outside or live else 1
        pieces = self.control_steps * self.pieces
        self.substeps = round(POLICY_S / pieces / sim.time_step)
        self.squared_exertion, self.time = np.zeros((2, n))
        self.fallen = np.zeros(n, bool)

    def reset(self, ids: np.ndarray, seeds: Sequence[int] | None = None) -> None:
        """Begin a new episode of walkers `ids`; with `seeds` on new ground, as if just made.

        An episode depends on the walker's seed, its number since then and its actions alone.

        Raises:
            ConfigError: seeds for some walkers, where each was made different by its seed.
        """
        if not len(ids):
            return
        if seeds is not None:
            self._reseed(ids, seeds)
        rngs, task = [self._rngs[int(i)] for i in ids], self.task
        low, high = task.speed_m_per_s
        self.gait.command(ids, np.array([low + (high - low) * rng.random() for rng in rngs]))
        self.gait.reset(ids, rngs)
        if task.start_noise_rad:
            self._disturb_start(ids, rngs)
        if self.scene.hazards is not None:
            for _ in range(1 if seeds is None else 2):  # one was drawn when they were made
                self.scene.hazards.draw(ids, [self._hazard_rngs[int(i)] for i in ids])
        senses = [self._sense_rngs[int(i)].spawn(1)[0] for i in ids]
        self.scene.senses.reset(ids, senses, new_ground=seeds is not None)
        noise = [self._noise_rngs[int(i)].spawn(1)[0] for i in ids]
        self.scene.motor_noise.reset(ids, noise)
        self.state = self.scene.senses.begin(ids)
        self.rest(ids)
        self.squared_exertion[ids] = (self.sim.exertion[ids] ** 2).mean(1)
        self.time[ids], self.fallen[ids] = 0.0, False

    def _reseed(self, ids: np.ndarray, seeds: Sequence[int]) -> None:
        """Lay the ground of walkers `ids` anew and draw everything random from `seeds`."""
        if self.task.randomise is not None:
            raise ConfigError(
                "reset: with randomise= all walkers are made anew by a seed; give it without a "
                "reset_mask, and to every walker"
            )
        self.scene.lay_anew(ids, _streams(seeds, "surface"))
        names = ("episodes", "hazards", "senses", "motor noise")
        fresh = {name: _streams(seeds, name) for name in names}
        kept = (self._rngs, self._hazard_rngs, self._sense_rngs, self._noise_rngs)
        for rngs, streams in zip(kept, fresh.values(), strict=True):
            for i, stream in zip(ids, streams, strict=True):
                rngs[i] = stream
        if self.pushes is not None:
            self.pushes.reseed(ids, _streams(seeds, "pushes"))

    def _disturb_start(self, ids: np.ndarray, rngs: Sequence[np.random.Generator]) -> None:
        """Add the task's noise to the starting posture; keep the feet on the ground."""
        sim, joints = self.sim, len(self.sim.joint_qpos)
        for i, rng in zip(ids, rngs, strict=True):
            size = self.task.start_noise_rad * rng.random()
            sim.qpos[i, sim.joint_qpos] += size * rng.standard_normal(joints)
            noise = size * _JOINT_RATE_NOISE
            sim.qvel[i, sim.joint_dof] += noise * rng.standard_normal(joints)
        put_feet_on_ground(sim, ids)

    def step(self, action: np.ndarray) -> None:
        """Let all walkers act for one policy step; `action` is (n, size), clipped to -1 to 1."""
        sim = self.sim
        self.act(action)
        squared = 0.0
        for part in range(self.control_steps):
            command = self.excite(part)
            for _ in range(self.pieces):
                self.scene.excite(command)
                sim.step(self.substeps)
                self.state = self.scene.sense()
            squared = squared + mean_square(sim.exertion)
        self.squared_exertion = np.asarray(squared / self.control_steps)
        self.note_speed()
        self.time = self.time + self.period_s
        self.fallen = has_fallen(sim) | ~sim.valid


def _streams(seeds: Sequence[int], name: str) -> list[np.random.Generator]:
    """The random stream `name` of each seed."""
    return [named_generator(seed, name) for seed in seeds]
