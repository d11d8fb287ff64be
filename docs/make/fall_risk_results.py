"""Write the results of the fall-risk battery into docs/results/fall-risk.md.

    retrowalk run fall-risk --no-open
    python docs/make/fall_risk_results.py runs/fall-risk

Everything under the page's heading *Results* up to the next heading comes from here; the rest of
the page stays as it is.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from retrowalk.experiments.store.edition import stamped
from retrowalk.experiments.store.run import Run

PAGE = Path(__file__).parents[1] / "results" / "fall-risk.md"
HEADING = "## Results"
Share = dict[str, Any]


def percent(share: Share) -> str:
    """A share with its interval."""
    if share["estimate"] is None:
        return "–"
    low, high = 100 * share["low"], 100 * share["high"]
    return f"{100 * share['estimate']:.0f} % ({low:.0f} to {high:.0f})"


def half_fall(push: dict[str, Any]) -> str:
    """The impulse at which half fall, with its interval, and what the estimate lacks."""
    half = push["half_fall_impulse_n_s"]
    low, high = half["low"], half["high"]
    if half["estimate"] is None:
        bound = f"above {low:.1f}" if low is not None else "–"
        bound = f"below {high:.1f}" if low is None and high is not None else bound
        return f"{bound} ({push['note']})" if push["note"] else bound
    ends = " to ".join("–" if end is None else f"{end:.1f}" for end in (low, high))
    return f"{half['estimate']:.1f} ({ends})" + (f"; {push['note']}" if push["note"] else "")


def not_counted(one: dict[str, Any]) -> str:
    """How many trials do not count, by reason."""
    reasons = ("invalid", "fell_before", "never_came", "cut_off")
    return ", ".join(f"{one[r]} {r.replace('_', ' ')}" for r in reasons if one[r]) or "–"


def pushes_and_hazards(conditions: list[dict[str, Any]]) -> list[str]:
    """One row a condition and challenge."""
    lines = [
        "| challenge | condition | trials that count | falls | half fall at, N.s | share that "
        "falls | not counted |",
        "|" + "---|" * 7,
    ]
    for kind in ("pushes", "hazards"):
        names = dict.fromkeys(one["challenge"] for c in conditions for one in c[kind])
        for name in names:
            for condition in conditions:
                for one in condition[kind]:
                    if one["challenge"] != name:
                        continue
                    push = half_fall(one) if kind == "pushes" else ""
                    share = "" if kind == "pushes" else percent(one["share_that_falls"])
                    lines.append(
                        f"| {name} | {condition['name']} | {one['counted']} | {one['falls']} | "
                        f"{push} | {share} | {not_counted(one)} |"
                    )
    return lines


def survival(conditions: list[dict[str, Any]]) -> list[str]:
    """Probability of a fall within a distance, a column each condition."""
    names = [condition["name"] for condition in conditions]
    lines = ["| within | " + " | ".join(names) + " |", "|" + "---|" * (len(names) + 1)]
    told = [
        {one["distance_m"]: one for one in condition["undisturbed"]["fall_probability"]}
        for condition in conditions
    ]
    for distance in sorted(set().union(*told)):
        cells = []
        for found in told:
            one = found.get(distance)
            cells.append("–" if one is None else f"{percent(one)}, {one['falls']} fell")
        lines.append(f"| {distance:g} m | {' | '.join(cells)} |")
    return lines


def section(folder: Path) -> str:
    """The section of the run in `folder`."""
    run = Run.finished(folder)
    config, manifest = run.settings, run.manifest
    conditions = run.answer("fall_risk")["conditions"]
    calm = "; ".join(
        f"{one['name']}: {one['undisturbed']['falls']} of {one['undisturbed']['trials']} fell in "
        f"{one['undisturbed']['walked_m']:.0f} m"
        for one in conditions
    )
    commit = manifest["git_commit"]
    made = f", commit {commit[:7]}" if commit else ""
    return "\n".join(
        [
            HEADING,
            "",
            f"`retrowalk run fall-risk` as it is shipped ({config['trials']} trials a challenge "
            f"and direction, {config['technique']['speed_m_per_s']} m/s, level ground, young adult"
            f"{made}), by `python docs/make/fall_risk_results.py`. Intervals are 95 %: "
            "profile likelihood for impulses, Wilson for shares.",
            "",
            *pushes_and_hazards(conditions),
            "",
            f"Undisturbed, {config['duration_s']:g} s a trial ({calm}), probability of a fall:",
            "",
            *survival(conditions),
            "",
        ]
    )


def main(folder: Path) -> None:
    """Put the section of the run in `folder` into the page."""
    page = PAGE.read_text(encoding="utf-8")
    before, found, after = page.partition(f"{HEADING}\n")
    if found:
        _, more, rest = after.partition("\n## ")
        rest = more.lstrip("\n") + rest
    else:
        before, more, rest = page.partition("## Limits")
        rest = more + rest
    text = before + section(folder) + "\n" + rest
    PAGE.write_text(stamped(text, [Run(folder).edition]), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
