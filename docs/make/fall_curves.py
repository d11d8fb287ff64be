"""Draw falls over one factor, from runs, into their sections of docs/results/falls.md.

    for c in roughness slope obstacles friction age strength walkers surfaces; do
        retrowalk run falls-$c --no-open; done
    python docs/make/fall_curves.py runs/falls-*

Sections of other runs stay as they are. Every share is given with its trials and its 95 % interval
(Wilson 1927, J Am Stat Assoc 22:209).
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from retrowalk.experiments.statistics.paired import proportion_interval
from retrowalk.experiments.store.edition import edition_of, stamped
from retrowalk.experiments.store.run import Run

CURVES = {  # experiment: (factor, label of its axis, factor of the axis)
    "falls-roughness": ("roughness_m", "roughness [cm] (95 % of the heights lie within it)", 100.0),
    "falls-slope": ("slope", "slope along travel [%], downhill negative", 100.0),
    "falls-obstacles": ("obstacle_height_m", "height of bars that are not seen [cm]", 100.0),
    "falls-friction": ("friction", "friction of the floor", 1.0),
    "falls-age": ("age_years", "age [years]", 1.0),
    "falls-strength": ("strength", "strength, of a young adult's", 1.0),
}
ORDER = (*CURVES, "falls-walkers", "falls-surfaces")
PAGE = Path(__file__).parents[1] / "results" / "falls.md"
NOTES = {
    "falls-age": """Like with like: the same gait (the young adult's), technique, starts and pushes;
only muscles, senses and delay age ([walkers.md](../world/walkers.md)). Some of the oldest fall
before the push comes: the gait was tuned for young muscles (`older-adult` has a gait of his own
that he does walk with).""",
    "falls-strength": """Like with like, as above: only the maximum isometric force of all muscles
changes. Weakness shows little until muscles are at their limit, and then at once: the body's joints
are 1.1 to 3.5 times as strong as men show ([model card](../../models/human/README.md)), so that
0.7 of it still carries this gait and its answers to the push, and 0.6 does not carry the gait.""",
    "falls-walkers": """Not like with like: the older adult walks with a gait of his own, tuned for
his muscles and senses; and a foot that swings above the bar of `trip-low` does not meet it, so that
who lifts the feet is spared (`trip-at-foot` meets all). Age and strength alone are above.""",
}
PERMUTATIONS = 20000


def markdown(table: pd.DataFrame, factors: list[str]) -> str:
    """The table for people."""
    rows = [f"| {' | '.join(factors)} | fell | share | 95 % interval |"]
    rows.append("|" + "---|" * (len(factors) + 3))
    for row in table.to_dict("records"):
        names = " | ".join(f"{row[f]:g}" if isinstance(row[f], float) else row[f] for f in factors)
        span = f"{100 * row['low']:.0f} to {100 * row['high']:.0f} %"
        rows.append(
            f"| {names} | {row['fell']} of {row['trials']} | {100 * row['share']:.0f} % | {span} |"
        )
    return "\n".join(rows)


def pushed(run: Run, factor: str) -> str:
    """Who fell before the hazard came, and who fell of those who met it, as a table."""
    trials = run.by_factor(factor)
    rows = [f"| {factor} | fell before the push | fell of those pushed | share | 95 % interval |"]
    rows.append("|" + "---|" * 5)
    for level, own in trials[trials["valid"]].groupby(factor, sort=False):
        onset = own["hazard_onset_s"].astype(float).fillna(np.inf)
        before = own["fell"] & (own["time_to_fall_s"].astype(float) < onset)
        met = own[~before & np.isfinite(onset)]
        fell, count = int(met["fell"].sum()), len(met)
        share = proportion_interval(fell, count)
        low, high = 100 * (share.low or 0.0), 100 * (share.high or 0.0)
        span = f"{low:.0f} to {high:.0f} %" if count else "–"
        rows.append(
            f"| {level:g} | {int(before.sum())} of {len(own)} | {fell} of {count} | "
            f"{100 * fell / max(count, 1):.0f} % | {span} |"
        )
    return "\n".join(rows)


def trend(run: Run, factor: str) -> str:
    """Whether falls grow along the factor, by exchanging its levels within each seed.

    The statistic is the sum over falls of the level's rank; two-sided, `PERMUTATIONS` exchanges.
    """
    trials = run.by_factor(factor)
    fell = trials.pivot(index="seed", columns=factor, values="fell").to_numpy(float)
    rank = np.arange(fell.shape[1]) - 0.5 * (fell.shape[1] - 1)
    found = abs((fell @ rank).sum())
    rng = np.random.default_rng(1)
    others = [abs((rng.permuted(fell, axis=1) @ rank).sum()) for _ in range(PERMUTATIONS)]
    p = (1 + np.sum(np.array(others) >= found - 1e-9)) / (1 + PERMUTATIONS)
    worst, best = (0, -1) if factor == "strength" else (-1, 0)
    only = [int((fell[:, a] > fell[:, b]).sum()) for a, b in ((worst, best), (best, worst))]
    return (
        f"Trend over the levels, paired by seed: p = {p:.2g} (two-sided, {PERMUTATIONS} "
        f"permutations).\nBetween the ends, {only[0]} seeds fell only at the worse end and "
        f"{only[1]} only at the better."
    )


def draw(
    table: pd.DataFrame, factor: str, label: str, scale: float, seconds: float, out: Path
) -> None:
    """One curve with its intervals."""
    table = table.sort_values(factor)
    x, y = scale * table[factor], 100 * table["share"]
    figure, axes = plt.subplots(figsize=(5.2, 3.2), layout="constrained")
    spans = [y - 100 * table["low"], 100 * table["high"] - y]
    axes.errorbar(x, y, spans, fmt="o-", capsize=3, color="#2a6f97")
    axes.set(xlabel=label, ylabel=f"fell within {seconds:g} s [%]", ylim=(-3, 103))
    axes.grid(alpha=0.3)
    figure.savefig(out, metadata={"Date": None})
    plt.close(figure)


def section(folder: Path) -> str:
    """The section of one run, with its figure written."""
    name, run = folder.name, Run.finished(folder)
    config = run.settings
    parts = [f"## {name}", config["question"]]
    parts += [NOTES[name]] if name in NOTES else []
    factors = list(config["factors"])
    table = run.falls_by(*factors)
    if name in CURVES:
        factor, label, scale = CURVES[name]
        picture = PAGE.parents[1] / "images" / f"{name}.svg"
        draw(table, factor, label, scale, float(config["duration_s"]), picture)
        parts.append(f"![{config['question']}](../images/{name}.svg)")
    parts.append(markdown(table, factors))
    if name in ("falls-age", "falls-strength"):
        parts += [pushed(run, factors[0]), trend(run, factors[0])]
    return "\n\n".join(parts)


def main(folders: list[Path]) -> None:
    """Write the sections of the runs in `folders` into the page, in the order of `ORDER`."""
    mpl.rcParams["svg.hashsalt"] = "retrowalk"
    page = PAGE.read_text(encoding="utf-8")
    head, *rest = page.split("\n## ")
    sections = {text.split("\n", 1)[0].strip(): "## " + text.strip() for text in rest}
    for folder in folders:
        sections[folder.name] = section(folder)
    ordered = [sections[name] for name in ORDER if name in sections]
    others = [text for name, text in sections.items() if name not in ORDER]
    editions = [Run(folder).edition for folder in folders]
    if set(sections) - {folder.name for folder in folders}:
        editions.append(edition_of(page))
    text = "\n\n".join([head.strip(), *ordered, *others]) + "\n"
    PAGE.write_text(stamped(text, editions), encoding="utf-8")


if __name__ == "__main__":
    main([Path(one) for one in sys.argv[1:]])
