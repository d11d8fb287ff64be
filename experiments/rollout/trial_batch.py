"""A batch of trials of one cell, stepped by recorder and viewer alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...envs.scene import build_scene
from ...models.body import build_body
from ...sim.hazards.hazard_effect import HazardEffect
from ...sim.hazards.push import PushEvent
from ...sim.random_streams import named_generator
from ..study.plan import Cell, TrialSpec
from .gaits import source_of
from .ground import course_of, ground_streams

SETTLE_S = 3.0  # after the start ramp, before steady walking is measured


class TrialBatch:
    """Trials of a cell in one batch, on one thread, each in its own starting pose.

    Args:
        cell: what is walked. trials: one a simulation.
        distractible: whether `scene.attention` may be written at any time.

    Attributes:
        scene: the walkers on their ground. sim: the simulation. gait: what drives it.
        hazards: what happens to the walkers, or None.
        period_s: of a step. steady_from_s: when steady walking begins.

    Raises:
        ConfigError: the cell cannot be walked.
    """

    def __init__(
        self, cell: Cell, trials: Sequence[TrialSpec], *, distractible: bool = False
    ) -> None:
        seeds = [trial.seed for trial in trials]
        source, speed = source_of(cell), cell.technique.speed_m_per_s
        self.scene = scene = build_scene(
            build_body(cell.body, cell.walker),
            course_of(cell),
            ground_streams(seeds),
            hazards=cell.hazards,
            belt_speeds=(speed, source.start_speed(speed)),
        )
        self.sim, everyone = scene.sim, np.arange(scene.sim.n)
        self.gait = gait = source.make(scene.sim, scene.body, cell.technique)
        gait.reset(everyone, [named_generator(seed, "initial state") for seed in seeds])
        self.period_s = gait.control_period_s
        self._substeps = round(self.period_s / scene.sim.time_step)
        self.steady_from_s = min(gait.ramp_time_s + SETTLE_S, cell.duration_s)
        chances = [named_generator(seed, "hazards") for seed in seeds]
        self.hazards = scene.add_hazards(self.steady_from_s, chances)
        if self.hazards is not None:
            _give_impulses(self.hazards, trials)
        senses = scene.add_senses(cell.walker, self.period_s, distractible=distractible)
        senses.reset(everyone, [named_generator(seed, "senses") for seed in seeds])
        noise = [named_generator(seed, "motor noise") for seed in seeds]
        scene.motor_noise.reset(everyone, noise)

    def step(self) -> None:
        """Let all walk on for one control period."""
        self.scene.excite(self.gait.excite(self.scene.sense()))
        self.sim.step(self._substeps)


def _give_impulses(hazards: HazardEffect, trials: Sequence[TrialSpec]) -> None:
    """Set each trial's own push impulses."""
    for event in hazards.events:
        if isinstance(event, PushEvent):
            for row, trial in enumerate(trials):
                if trial.impulse_n_s is not None:
                    event.impulse_n_s[row] = trial.impulse_n_s
