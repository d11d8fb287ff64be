"""The walkers of one cell, step by step: what records a trial and what shows one live both walk."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...envs.gaits.protocol import Gait
from ...envs.senses.perception import Perception
from ...models.body import build_body
from ...sim.hazards.force_events import PushEvent
from ...sim.hazards.hazard_effect import HazardEffect
from ...sim.physics.simulation import Simulation
from ..study.plan import Cell, TrialSpec
from ..study.seeds import named_generator
from .gaits import source_of
from .ground import put_on_ground

SETTLE_S = 3.0  # after the start ramp, before steady walking is measured


class TrialBatch:
    """Trials of a cell in one batch, on one thread.

    Args:
        cell: what is walked. trials: one a simulation.
        distractible: whether `attention` may be written at any time.

    Attributes:
        sim: the simulation. gait: what drives it. hazards: what happens to the walkers, or None.
        period_s: of a step. steady_from_s: when steady walking begins.
        attention: (n,) 1 on walking to 0 elsewhere, apart from lapses.

    Raises:
        ConfigError: the cell cannot be walked.
    """

    def __init__(
        self, cell: Cell, trials: Sequence[TrialSpec], *, distractible: bool = False
    ) -> None:
        self.sim, self.gait = start_walk(cell, trials)
        sim, gait = self.sim, self.gait
        self.period_s = gait.control_period_s
        self._substeps = round(self.period_s / sim.time_step)
        self.steady_from_s = min(gait.ramp_time_s + SETTLE_S, cell.duration_s)
        self.hazards = None
        if cell.hazards:
            chance = [named_generator(spec.seed, "hazards") for spec in trials]
            self.hazards = HazardEffect(sim, cell.hazards, gait.sign, self.steady_from_s, chance)
            _give_impulses(self.hazards, trials)
            sim.effects.append(self.hazards)
        self.attention = np.full(sim.n, cell.walker.attention)
        self._changing = distractible or self.hazards is not None
        self._senses = senses_of(cell, sim, self.period_s, trials, self._changing)

    def step(self) -> None:
        """Let all walk on for one control period."""
        if self._changing:
            lapsed = 1.0 if self.hazards is None else self.hazards.attention
            self._senses.attention[:] = np.minimum(self.attention, lapsed)
        self.sim.ctrl[:] = self.gait.excite(self._senses.sense())
        self.sim.step(self._substeps)


def start_walk(cell: Cell, trials: Sequence[TrialSpec]) -> tuple[Simulation, Gait]:
    """Return the simulation of `trials` and its gait, every trial in its own starting pose."""
    body = build_body(cell.body, cell.walker)
    source = source_of(cell)
    sim = put_on_ground(cell, body, trials, source.start_speed(cell.technique.speed_m_per_s))
    gait = source.make(sim, body, cell.technique)
    generators = [named_generator(spec.seed, "initial state") for spec in trials]
    gait.reset(np.arange(sim.n), generators)
    return sim, gait


def senses_of(
    cell: Cell, sim: Simulation, period_s: float, trials: Sequence[TrialSpec], lapses: bool = False
) -> Perception:
    """Return the senses of the trials' walkers."""
    senses = Perception(sim, cell.walker, period_s, lapses=lapses)
    senses.reset(np.arange(sim.n), [named_generator(spec.seed, "senses") for spec in trials])
    return senses


def _give_impulses(hazards: HazardEffect, trials: Sequence[TrialSpec]) -> None:
    """Let pushes have the impulse of the trial, where it has one of its own."""
    for event in hazards.events:
        if isinstance(event, PushEvent):
            for row, spec in enumerate(trials):
                if spec.impulse_n_s is not None:
                    event.impulse_n_s[row] = spec.impulse_n_s
