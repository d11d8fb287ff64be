"""Write docs/results/policies.md: the learned gaits that ship, how made, and what they do.

    python docs/make/policy_cards.py runs/policies-level runs/policies-rough ...

The contracts of the gaits say how each was made; every run given adds a table. The text about each
gait is in docs/make/policy_notes.yaml.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib
import pandas as pd
import yaml
from fall_risk_results import pushes_and_hazards

from retrowalk.experiments.report.markdown import markdown_table
from retrowalk.experiments.store.edition import stamped
from retrowalk.experiments.store.run import Run

matplotlib.use("svg")
import matplotlib.pyplot as plt

matplotlib.rcParams["svg.hashsalt"] = "retrowalk"  # the same file from the same numbers

HERE = Path(__file__).parent
POLICIES = HERE.parents[1] / "envs" / "policies" / "shipped"
PAGE = HERE.parent / "results" / "policies.md"
FIGURE = HERE.parent / "images" / "learning_curves.svg"
CORES = "one of this project's two cores"
MEASURES = {
    "speed_m_per_s": "speed, m/s",
    "activation_mean": "mean activation",
    "cost_of_transport_j_per_kg_m": "cost of transport (Umberger), J/kg/m",
    "step_width_m": "step width, m",
    "step_length_asymmetry": "step length asymmetry",
}


def contracts() -> dict[str, dict[str, Any]]:
    """The shipped gaits' contracts by name."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in POLICIES.glob("*.json")}


def draw_curves(gaits: dict[str, dict[str, Any]]) -> None:
    """Seconds walked per fall over the minutes of training, of all gaits."""
    figure, axes = plt.subplots(figsize=(8.0, 3.4), layout="constrained")
    for name, gait in sorted(gaits.items()):
        curve = pd.DataFrame(gait["training"]["learning_curve"]).astype(float)
        axes.plot(curve["minutes"], curve["seconds_per_fall"], marker=".", label=name)
    axes.set(xlabel="minutes of training", ylabel="seconds walked per fall", yscale="log")
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(FIGURE, metadata={"Date": None})


def card(name: str, gait: dict[str, Any], note: dict[str, Any]) -> list[str]:
    """What one gait is, and how it was made."""
    training = gait["training"]
    last = training["learning_curve"][-1]
    low, high = gait["speed_m_per_s"]
    begun = training["config"].get("start_from")
    versions = ", ".join(f"{key} {value}" for key, value in training["versions"].items())
    return [
        f"## {name}",
        "",
        note["what"].strip(),
        "",
        f"- Walks {gait['direction']}, {low:g} to {high:g} m/s commanded; {gait['action']['mode']} "
        f"actions; {'sees' if gait['eyes'] else 'does not see'} the path"
        f"{'; feels its feet slide' if gait.get('slip') else ''}.",
        f"- `retrowalk train {name}`: {training['steps']:,} steps, seed {training['seed']}, "
        f"{float(last['minutes']):.0f} minutes of {note.get('cores', CORES)}"
        f"{f'; begun from `{begun}`' if begun else ''}.",
        f"- Made with {versions}, Python {training['python']}.",
        f"- Can: {note['can'].strip()}",
        f"- Cannot: {note['cannot'].strip()}",
        "",
    ]


def table(run: Run) -> list[str]:
    """The conditions of a run, one row each."""
    if run.has_answer("fall_risk"):
        return pushes_and_hazards(run.answer("fall_risk")["conditions"])
    names = list(run.settings["factors"])
    trials = run.by_factor(*names)
    told = run.falls_by(*names).to_dict("records")
    falls = {tuple(one[name] for name in names): one for one in told}
    heads = [name.replace("_", " ") for name in names]
    shown = [name for name in MEASURES if name in trials]
    rows = []
    for levels, group in trials.groupby(names, sort=False):
        valid = group[group["valid"].astype(bool)]
        fell = falls[tuple(levels) if isinstance(levels, tuple) else (levels,)]
        up = fell["trials"] - fell["fell"]
        ends = f"{1.0 - fell['high']:.0%} to {1.0 - fell['low']:.0%}"
        values = [
            f"{valid[name].mean():.3g}" if valid[name].notna().any() else "—" for name in shown
        ]
        rows.append([*map(str, levels), f"{up} of {len(valid)} ({ends})", *values])
    heads += ["still walking (95 % interval)", *(MEASURES[n] for n in shown)]
    return [markdown_table(heads, rows)]


def main(folders: list[Path]) -> None:
    """Write the page."""
    notes = yaml.safe_load((HERE / "policy_notes.yaml").read_text("utf-8"))
    gaits = contracts()
    draw_curves(gaits)
    lines = ["<!-- Written by docs/make/policy_cards.py. -->", "", "# Learned gaits that ship", ""]
    lines += [
        notes["top"].strip(),
        "",
        "![Seconds walked per fall](../images/learning_curves.svg)",
        "",
    ]
    for name, gait in sorted(gaits.items()):
        lines += card(name, gait, notes["gaits"][name])
    for folder in folders:
        run = Run.finished(folder)
        lines += [f"## {run.settings['question']}", "", f"`retrowalk run {run.name}`", ""]
        lines += [*table(run), ""]
    editions = [Run(folder).edition for folder in folders]
    PAGE.write_text(stamped("\n".join(lines).rstrip() + "\n", editions), "utf-8")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
