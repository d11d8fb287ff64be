"""Write docs/results/controllers.md: the same contrasts by controllers that were found apart.

Takes the folder of the run that the page names. What reports of other runs say of the answers
(`report/other_controllers.csv`) is written with it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from retrowalk.experiments.analysis.controllers import not_walked
from retrowalk.experiments.findings.forward_gates import gates_of
from retrowalk.experiments.report.answer import comparison
from retrowalk.experiments.store.edition import stamped
from retrowalk.experiments.store.run import Run
from retrowalk.experiments.study.controllers import GATES, find_controller

PAGE = Path(__file__).parents[1] / "results" / "controllers.md"
ANSWERS = Path(__file__).parents[2] / "experiments" / "report" / "other_controllers.csv"
HEAD = """# Several controllers, one question

How much of an answer is walking backwards, and how much is the controller that walks? The same
contrasts by {count} of them ([gait.md](../develop/gait.md)), each with its own body, at {speed} m/s
both ways, {trials} walks a direction:

```sh
retrowalk run reference-both-ways --set controllers=all --out runs/controllers
python docs/make/controllers_page.py runs/controllers
```

{walkers}
*Forward gates* are {gates} measures of how people walk forward at this speed.

Each is backward against forward, with the 95 % interval over walks; *over controllers* is their
mean with the interval over them, and the answer by [the rule](../use/statistics.md#contrasts).
**Bold: the controllers differ in sign.** Intervals over walks hold chance between starts, and
nothing of the controller.

"""
TAIL = """
One controller that differs shows that an answer hangs on it; a few that agree do not show that it
never hangs on one. The networks of the two directions were learned apart, one seed each, so part of
their difference is the search's. Walking backwards in people entered no objective, bound or
selection.
"""


def main(folder: Path) -> None:
    """Write the page from a finished run."""
    run = Run.finished(folder)
    answers, settings = run.answer("controllers"), run.settings
    names = list(dict.fromkeys(str(dict(cell.levels)["controller"]) for cell in run.plan.cells))
    speed = settings["technique"]["speed_m_per_s"]
    held = _held(run)
    text = HEAD.format(
        count=len(names),
        speed=speed,
        trials=settings["trials"],
        gates=GATES,
        walkers="\n".join(_walkers(names, held, not_walked(answers))),
    )
    head = ("measure", *names, "over controllers")
    says = {one["says"] for one in answers["contrasts"] if comparison(_over(one)).known}
    if len(says) == 1:
        text += f"Over controllers, of every measure: {next(iter(says))}.\n\n"
    text += f"| {' | '.join(head)} |\n|{' --- |' * len(head)}\n"
    for one in answers["contrasts"]:
        text += f"| {' | '.join(_row(one, names, tell=len(says) > 1))} |\n"
    PAGE.write_text(stamped(text + TAIL, [run.edition]), encoding="utf-8")
    rows = run.controllers[run.controllers["estimate"].notna() & run.controllers["counts"]]
    rows = rows[rows["controller"].isin(names)].rename(columns={"controller": "policy"})
    rows.insert(1, "speed_m_per_s", speed)
    rows = rows.sort_values("policy", key=lambda name: -name.map(held), kind="stable")
    columns = ["policy", "speed_m_per_s", "measure", "as", "estimate", "low", "high"]
    rows[columns].to_csv(ANSWERS, index=False, float_format="%.5g")


def _held(run: Run) -> dict[str, int]:
    """Return how many gates each controller holds in the run's forward walks."""
    controllers = {cell.name: str(dict(cell.levels)["controller"]) for cell in run.plan.cells}
    found = gates_of(run).items()
    return {controllers[cell]: sum(one.holds is True for one in own) for cell, (_, own) in found}


def _walkers(names: list[str], held: dict[str, int], left_out: dict[str, str]) -> Iterator[str]:
    for name in names:
        one = find_controller(name)
        kinds = " and ".join(dict.fromkeys(gait.kind for gait in one.gaits))
        yield f"- `{name}`: {kinds}; body `{one.body}`; forward gates held: {held.get(name, '–')}"
    if others := [f"`{name}` ({says})" for name, says in left_out.items() if name not in names]:
        yield f"\nLeft out, as they cannot walk this: {'; '.join(others)}.\n"


def _over(one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "withheld": []}


def _row(one: dict[str, Any], names: list[str], tell: bool) -> list[str]:
    """Return a contrast: each controller's answer, and that over them; `tell`: in words too."""
    own = {row["controller"]: row for row in one["controllers"]}
    apart = 0 < one["agreeing"] < one["counted"]
    cells: list[str] = []
    for name in names:
        told = comparison({**_over(one), **own[name], "withheld": []})
        known = own[name]["counts"] and told.known
        cell = f"{told.shown} ({told.interval})" if known else "–"
        cells.append(f"**{cell}**" if apart and known else cell)
    over = comparison(_over(one))
    number = f"{over.shown} ({over.interval})" if over.known else ""
    words = one["says"] if tell or not over.known else ""
    return [over.measure, *cells, ": ".join(filter(None, (number, words)))]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
