"""Draw how often walkers fell over one factor, from runs, and write docs/falls.md.

    for c in roughness slope obstacles friction walkers surfaces; do
        retrowalk run falls-$c --no-open; done
    python docs/fall_curves.py runs docs/falls.md

Every share is given with its trials and its 95 % interval (Wilson 1927, J Am Stat Assoc 22:209).
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt
import pandas as pd
import yaml

from retrowalk.experiments.statistics import proportion_interval

CURVES = {  # experiment: (factor, label of its axis, factor of the axis)
    "falls-roughness": ("roughness_m", "roughness [cm] (95 % of the heights lie within it)", 100.0),
    "falls-slope": ("slope", "slope along travel [%], downhill negative", 100.0),
    "falls-obstacles": ("obstacle_height_m", "height of bars that are not seen [cm]", 100.0),
    "falls-friction": ("friction", "friction of the floor", 1.0),
}
TABLES = ("falls-walkers", "falls-surfaces")
HEAD = """# Who falls, where

Probability of falling within 20 s of walking backwards at 0.6 m/s with the scripted gait, which
sees nothing of the ground behind it and goes by what its feet feel. Start included; 95 % intervals
by Wilson. Made by `python docs/fall_curves.py runs docs/falls.md` from

    retrowalk run falls-roughness      # and -slope, -obstacles, -friction, -walkers, -surfaces

with the gaits and versions in each run's `manifest.json`. What a simulated gait does on a ground is
what this gait does, tuned on level, slightly rough, soft and gently sloping ground and on a belt;
people adapt more.
"""


def shares(folder: Path, factors: list[str]) -> pd.DataFrame:
    """Falls of valid trials by `factors`: fell, trials, share, low, high."""
    trials = pd.read_parquet(folder / "trials.parquet")
    trials = trials.rename(columns={f"factor_{name}": name for name in factors})
    grouped = trials[trials["valid"]].groupby(factors, sort=False)["fell"]
    table = grouped.agg(["sum", "count"]).rename(columns={"sum": "fell", "count": "trials"})
    table = table.reset_index()
    ends = [
        proportion_interval(int(fell), int(count))
        for fell, count in zip(table["fell"], table["trials"], strict=True)
    ]
    table["share"] = table["fell"] / table["trials"]
    table["low"], table["high"] = [e.low for e in ends], [e.high for e in ends]
    return table


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


def draw(table: pd.DataFrame, factor: str, label: str, scale: float, out: Path) -> None:
    """One curve with its intervals."""
    table = table.sort_values(factor)
    x, y = scale * table[factor], 100 * table["share"]
    figure, axes = plt.subplots(figsize=(5.2, 3.2), layout="constrained")
    spans = [y - 100 * table["low"], 100 * table["high"] - y]
    axes.errorbar(x, y, spans, fmt="o-", capsize=3, color="#2a6f97")
    axes.set(xlabel=label, ylabel="fell within 20 s [%]", ylim=(-3, 103))
    axes.grid(alpha=0.3)
    figure.savefig(out, metadata={"Date": None})
    plt.close(figure)


def main(runs: Path, page: Path) -> None:
    """Read the runs under `runs` and write `page` and its figures."""
    mpl.rcParams["svg.hashsalt"] = "retrowalk"
    parts = [HEAD]
    for name, (factor, label, scale) in CURVES.items():
        table = shares(runs / name, [factor])
        question = yaml.safe_load((runs / name / "config.yaml").read_text())["question"]
        picture = page.parent / "images" / f"{name}.svg"
        draw(table, factor, label, scale, picture)
        parts += [f"## {name}", question, f"![{question}](images/{name}.svg)"]
        parts.append(markdown(table, [factor]))
    for name in TABLES:
        config = yaml.safe_load((runs / name / "config.yaml").read_text())
        factors = list(config["factors"])
        parts += [f"## {name}", config["question"]]
        parts.append(markdown(shares(runs / name, factors), factors))
    page.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
