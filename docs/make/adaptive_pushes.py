"""Trials that adaptive pushes need, beside a grid: `python docs/make/adaptive_pushes.py SLOPE`.

Walkers whose half-fall impulse is unknown between 7 and 40 N.s and whose slope is the argument are
pushed 32 times in batches of 4, as the battery does, and 128 times on a grid from 4 to 64 N.s.
"""

from __future__ import annotations

import sys

import numpy as np

from retrowalk.experiments.analysis.fall_risk import SLOPE_PRIOR
from retrowalk.experiments.statistics.adaptive_dose import AdaptiveImpulses
from retrowalk.experiments.statistics.dose_response import (
    fit_dose_response,
    probability,
)

LOW, HIGH, TRIALS, BATCH, GRID, WALKERS = 4.0, 64.0, 32, 4, 128, 100


def main(slope: float) -> None:
    """Print coverage, error of ln J50 and the share of the grid's trials for equal precision."""
    rng = np.random.default_rng(7)
    design = AdaptiveImpulses(LOW, HIGH)
    grid = np.repeat(np.geomspace(LOW, HIGH, GRID // 8), 8)
    errors = {"adaptive": [], "grid": []}
    inside = dict.fromkeys(errors, 0)
    for _ in range(WALKERS):
        half = float(np.exp(rng.uniform(*np.log([7.0, 40.0]))))
        impulse, fell = np.empty(0), np.empty(0, bool)
        while len(impulse) < TRIALS:
            tried = design.next_batch(BATCH, impulse, fell, rng)
            chance = probability(np.log(tried / half), slope, 0.0)
            impulse, fell = np.r_[impulse, tried], np.r_[fell, rng.random(BATCH) < chance]
        on_grid = rng.random(GRID) < probability(np.log(grid / half), slope, 0.0)
        for name, pushes in {"adaptive": (impulse, fell), "grid": (grid, on_grid)}.items():
            found = fit_dose_response(*pushes, slope_prior=SLOPE_PRIOR).half
            errors[name].append(np.log((found.estimate or np.sqrt(LOW * HIGH)) / half))
            inside[name] += (found.low or 0.0) <= half <= (found.high or np.inf)
    root = {name: float(np.sqrt(np.mean(np.square(each)))) for name, each in errors.items()}
    share = TRIALS / GRID * (root["adaptive"] / root["grid"]) ** 2
    bound = 4.0 / (slope * np.log(HIGH / LOW))
    print(f"slope {slope:g}: error of ln J50 {root}, intervals that cover {inside} of {WALKERS}")
    print(
        f"trials needed, of a grid of the same precision: {share:.2f} (least possible {bound:.2f})"
    )


if __name__ == "__main__":
    main(float(sys.argv[1]))
