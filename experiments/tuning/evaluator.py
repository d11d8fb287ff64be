"""Walk the candidates of a tuning generation, shared out over worker processes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from ...envs.gaits.parameters import GaitTable
from ...envs.gaits.scripted_gait import ScriptedGait
from ...envs.scene import Course, Scene, build_scene
from ...envs.task.technique import Technique, travel_sign
from ...models.body import build_body
from ...models.walker import WALKERS
from ..runner.pool import Pool
from .cost import cost
from .tallies import GaitMonitor

SETTLE_S = 3.0  # after the ramp, before the tallies start
LONGEST_RAMP_S = 15.0  # for which there is ground


@dataclass(frozen=True)
class RolloutSpec:
    """What a candidate has to walk; rows are parameters in the order of `parameters.NAMES`."""

    direction: str
    speed_m_per_s: float
    slower_speeds: tuple[float, ...]
    slower_rows: tuple[tuple[float, ...], ...]
    candidates: int
    trials: int
    duration_s: float
    seed: int
    surfaces: tuple[str, ...] = ("flat",)
    walker: str = "young-adult"
    body: str = "human"


class _Walkers:
    """`candidates` x `trials` simulations on each surface, kept between generations."""

    def __init__(self, spec: RolloutSpec) -> None:
        self.spec = spec
        self.walker = WALKERS[spec.walker]
        self.body = build_body(spec.body, self.walker)
        self.scenes = [self._scene(name) for name in spec.surfaces]

    def _scene(self, surface: str) -> Scene:
        spec = self.spec
        reach = 1.5 * spec.speed_m_per_s * (spec.duration_s + LONGEST_RAMP_S)
        n, slowest = spec.candidates * spec.trials, min((*spec.slower_speeds, spec.speed_m_per_s))
        return build_scene(
            self.body,
            Course(surface, travel_sign(spec.direction), reach),
            [np.random.default_rng([spec.seed, i % spec.trials]) for i in range(n)],
            belt_speeds=(spec.speed_m_per_s, slowest),
        )

    def walk(self, rows: np.ndarray, generation: int) -> dict[str, np.ndarray]:
        """Tallies (candidates, surfaces x trials) of parameter `rows` (candidates, parameters)."""
        walked = [self._walk(scene, rows, generation) for scene in self.scenes]
        return {k: np.concatenate([tally[k] for tally in walked], axis=1) for k in walked[0]}

    def _walk(self, scene: Scene, rows: np.ndarray, generation: int) -> dict[str, np.ndarray]:
        """Tallies (candidates, trials) on the ground of `scene`."""
        spec, sim = self.spec, scene.sim
        own = np.repeat(rows, spec.trials, axis=0)
        shared = [np.broadcast_to(row, own.shape) for row in spec.slower_rows]
        speeds = np.array([*spec.slower_speeds, spec.speed_m_per_s])
        table = GaitTable(spec.direction, speeds, np.stack([*shared, own]))
        gait = ScriptedGait(sim, self.body, table, Technique(speed_m_per_s=spec.speed_m_per_s))
        rngs = [
            np.random.default_rng([spec.seed, generation, trial])
            for _ in range(spec.candidates)
            for trial in range(spec.trials)
        ]
        gait.reset(np.arange(sim.n), rngs)
        scene.add_senses(self.walker, gait.control_period_s).reset(np.arange(sim.n), rngs)
        steady = gait.ramp_time_s + SETTLE_S
        duration = spec.duration_s + gait.ramp_time_s
        monitor = GaitMonitor(sim, gait, steady)
        substeps = round(gait.control_period_s / sim.time_step)
        up = np.arange(sim.n)
        for _ in range(round(duration / gait.control_period_s)):
            sim.ctrl[:] = gait.excite(scene.sense())
            sim.step(substeps, up)
            up = np.flatnonzero(monitor.update(sim, gait))
            if not len(up):
                break
        tally = monitor.summary(sim, duration, gait.sign)
        return {k: v.reshape(spec.candidates, spec.trials) for k, v in tally.items()}


def _mean(values: np.ndarray) -> np.ndarray:
    """Mean of each row of (k, trials) over what is not NaN; NaN where nothing is left."""
    there = np.isfinite(values)
    total = np.where(there, values, 0.0).sum(1)
    return np.where(there.any(1), total / np.maximum(there.sum(1), 1), np.nan)


@lru_cache(maxsize=1)
def _walkers(spec: RolloutSpec) -> _Walkers:
    return _Walkers(spec)


def _walk(spec: RolloutSpec, rows: np.ndarray, generation: int) -> dict[str, np.ndarray]:
    """Walk candidates in a worker, which keeps its simulations."""
    return _walkers(spec).walk(rows, generation)


class Evaluator:
    """Cost of candidates; `workers` processes, or this one alone where it is 1."""

    def __init__(self, spec: RolloutSpec, workers: int) -> None:
        self._spec, self._workers = spec, max(1, min(workers, spec.candidates))
        self._share = -(-spec.candidates // self._workers)
        self._one = replace(spec, candidates=self._share)
        self._pool = Pool(self._workers)
        self._local = _Walkers(self._one) if self._workers == 1 else None

    def __enter__(self) -> Evaluator:
        """Workers start with the first candidates."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the workers."""
        self._pool.__exit__()

    def __call__(
        self, rows: np.ndarray, generation: int
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Mean cost (candidates,) over the trials and mean tallies of `rows`."""
        padded = np.concatenate(
            [rows, np.repeat(rows[-1:], self._share * self._workers - len(rows), 0)]
        )
        parts = np.split(padded, self._workers)
        if self._local is not None:
            walked = [self._local.walk(parts[0], generation)]
        else:
            calls = [(_walk, (self._one, part, generation)) for part in parts]
            answers = dict(self._pool.run(calls))
            walked = [answers[number] for number in range(len(parts))]
        tally = {k: np.concatenate([w[k] for w in walked])[: len(rows)] for k in walked[0]}
        spec = self._spec
        pain = WALKERS[spec.walker].knee_pain
        costs = cost(tally, spec.speed_m_per_s, spec.direction == "backward", pain)
        return costs.mean(1), {k: _mean(v) for k, v in tally.items()}
