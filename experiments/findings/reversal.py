"""Each joint's angle, moment and power against the forward gait run backwards in time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ...sim.measures.cycle.time_reversal import correlation, reversed_in_time
from .curves import JOINTS, GaitCurves
from .run import FindingsRun

QUANTITIES = ("angle", "moment", "power")


def reversal_table(run: FindingsRun) -> pd.DataFrame:
    """Return the correlations of backward curves with reversed forward ones of equal speed.

    Winter, Pluck & Yang 1989, J Mot Behav 21:291; see `sim.measures.time_reversal`.

    Returns:
        One row a setting, joint and quantity: `setting joint quantity correlation n`, the mean over
        the n recorded pairs of trials with equal seed; null where no pair has it.
    """
    rows: list[tuple[str, str, str, float | None, int]] = []
    for pair in run.matched:
        first, second = (run.curves[c.index] for c in (pair.backward, pair.forward))
        both = [(first[seed], second[seed]) for seed in first if seed in second]
        for joint in JOINTS:
            for quantity in QUANTITIES:
                found = [_correlation(b, f, joint, quantity) for b, f in both]
                known = [value for value in found if np.isfinite(value)]
                mean = float(np.mean(known)) if known else None
                rows.append((pair.setting, joint, quantity, mean, len(known)))
    return pd.DataFrame(rows, columns=["setting", "joint", "quantity", "correlation", "n"])


def reversal_markdown(run: FindingsRun) -> str:
    """Return the table as a section of a page; empty without a recorded pair."""
    table = reversal_table(run)
    known = table[table["n"] > 0]
    if known.empty:
        return ""
    lines = [
        "\n## Backward walking against forward walking run backwards in time\n",
        "Correlation over the gait cycle of the backward curve with the forward one at equal",
        "speed, run backwards in time from its foot off (Winter 1989): near 1 for angles and",
        "moments and near -1 for powers if walking backwards is walking forwards reversed. Means",
        "over recorded pairs of trials.\n",
        f"| speed | joint | {' | '.join(QUANTITIES)} | pairs |",
        "|---|---|---|---|---|---|",
    ]
    for (setting, joint), own in known.groupby(["setting", "joint"], sort=False):
        by = own.set_index("quantity")
        cells = [f"{by.at[q, 'correlation']:.2f}" if q in by.index else "–" for q in QUANTITIES]
        lines.append(f"| {setting} | {joint} | {' | '.join(cells)} | {own['n'].max()} |")
    return "\n".join(lines) + "\n"


def _correlation(backward: GaitCurves, forward: GaitCurves, joint: str, quantity: str) -> float:
    one, other = _curves(backward, quantity), _curves(forward, quantity)
    if joint not in one or joint not in other:
        return float("nan")
    return correlation(one[joint], reversed_in_time(other[joint], forward.stance))


def _curves(curves: GaitCurves, quantity: str) -> Mapping[str, np.ndarray]:
    return {
        "angle": curves.angle_rad,
        "moment": curves.moment_n_m,
        "power": curves.power_w,
    }[quantity]
