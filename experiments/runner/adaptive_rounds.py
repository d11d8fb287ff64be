"""The rounds of a battery's pushes: each batch's impulses follow from the batches before it.

Nothing is kept between rounds but the rows of finished trials, so a run that was cut off anywhere
chooses the same impulses again.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from ...sim.random_streams import named_generator
from ..analysis.fall_outcomes import outcomes, share_that_falls_unpushed
from ..statistics.adaptive_dose import AdaptiveImpulses
from ..study.battery import FACTOR, BatteryFields
from ..study.plan import Cell, Plan, TrialSpec

DIGITS = 2
"""Of an impulse [N.s]."""


def round_count(plan: Plan) -> int:
    """Return how many rounds the plan takes: 1 where nothing is adaptive."""
    battery = plan.config.battery
    if battery is None or not any(cell.adaptive for cell in plan.cells):
        return 1
    return -(-len(plan.seeds) // battery.batch)


def round_trials(
    plan: Plan, number: int, rows: pd.DataFrame, done: Iterable[int] = ()
) -> list[tuple[Cell, list[TrialSpec]]]:
    """Return what is left to run of round `number`: cells with trials.

    Args:
        rows: of all trials that finished, those of every round before among them. done: trials
            that need not run again.

    The first round holds all that is not adaptive too.
    """
    finished = frozenset(done)
    found: list[tuple[Cell, list[TrialSpec]]] = []
    for condition in plan.conditions():
        for cell in condition:
            if cell.adaptive:
                batch = _batch(plan, condition, cell, number, rows)
            else:
                batch = list(plan.trials(cell)) if number == 0 else []
            left = [spec for spec in batch if spec.trial not in finished]
            if left:
                found.append((cell, left))
    return found


def _batch(
    plan: Plan, condition: tuple[Cell, ...], cell: Cell, number: int, rows: pd.DataFrame
) -> list[TrialSpec]:
    """Return the trials of one round of one cell, each with its impulse."""
    battery = plan.config.battery
    assert isinstance(battery, BatteryFields)
    specs = plan.trials(cell)[number * battery.batch : (number + 1) * battery.batch]
    impulse, fell = np.empty(0), np.empty(0, bool)
    unpushed = 0.0
    if number:
        before = {spec.trial for spec in plan.trials(cell)[: number * battery.batch]}
        own = rows[rows["trial"].isin(before)].sort_values("trial")
        found = outcomes(own, cell.duration_s, battery.watch_s)
        impulse, fell = found.magnitude[found.counts], found.fell[found.counts]
        calm = next(one for one in condition if not one.hazards)
        unpushed = share_that_falls_unpushed(
            rows[rows["cell"] == calm.index], calm.duration_s, own, battery.watch_s
        )
    design = AdaptiveImpulses(
        battery.lowest_impulse_n_s, battery.highest_impulse_n_s, unpushed or 0.0
    )
    rng = named_generator(plan.config.seed, "impulses", str(dict(cell.levels)[FACTOR]), number)
    chosen = design.next_batch(len(specs), impulse, fell, rng)
    # sorted impulses are dealt out at random: no order of the trials goes with their size
    dealt = np.round(rng.permutation(chosen), DIGITS)
    return [
        TrialSpec(spec.trial, spec.index, spec.seed, float(one))
        for spec, one in zip(specs, dealt, strict=True)
    ]
