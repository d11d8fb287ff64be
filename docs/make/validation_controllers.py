"""Write docs/results/validation-controllers.md: what each controller does that people do.

    python docs/make/validation_controllers.py runs/findings-scripted runs/findings-ppo ...

Takes finished runs of `findings`, one a controller, at one speed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from retrowalk.experiments.findings.forward_gates import Gate, gates_of
from retrowalk.experiments.findings.page import findings_table
from retrowalk.experiments.findings.verdict import AGREES, CANNOT_TELL, DISAGREES, NOT_REACHED
from retrowalk.experiments.store.edition import stamped
from retrowalk.experiments.store.run import Run
from retrowalk.experiments.study.controllers import GATES

Findings = dict[str, dict[str, str]]
"""Rows of the table of findings by their id."""

PAGE = Path(__file__).parents[1] / "results" / "validation-controllers.md"
HEAD = """# Controllers beside people

What was found in people who walk backwards ([validation.md](validation.md) has sources and the rule
of a verdict), asked of {count} controllers at {speed} m/s both ways, {trials} trials of
{duration} s a direction. None of it entered an objective, a bound or a selection.

```sh
{commands}
python docs/make/validation_controllers.py runs/findings-*
```

Verdicts are of the 95 % intervals over trials, which validation.md shows for the scripted gait.

"""
OF_SOLVED_CYCLES = "speed-ratio"
"""The finding that no walk of these runs speaks to."""


def main(folders: list[Path]) -> None:
    """Write the page from finished runs."""
    runs = {str(run.settings["policy"]): run for run in map(Run.finished, folders)}
    held = {name: sum(one.holds is True for one in _gates(run)) for name, run in runs.items()}
    runs = {name: runs[name] for name in sorted(runs, key=lambda name: (-held[name], name))}
    tables = {name: _findings(run) for name, run in runs.items()}
    first = next(iter(runs.values()))
    trials, duration = first.settings["trials"], first.settings["duration_s"]
    (speed,) = {cell.technique.speed_m_per_s for run in runs.values() for cell in run.plan.cells}
    commands = "\n".join(_command(name, run, speed) for name, run in runs.items())
    text = HEAD.format(
        count=len(runs), speed=speed, trials=trials, duration=f"{duration:g}", commands=commands
    )
    text += _row("finding", "people", *(f"`{name}`" for name in tables))
    text += f"|{' --- |' * (len(tables) + 2)}\n"
    text += _row(f"forward gates of {GATES}", "", *(str(held[name]) for name in tables))
    asked = next(iter(tables.values()))
    shown = [one for one in asked if _asked(one, tables.values())]
    for one in shown:
        told = (_told(table[one]) for table in tables.values())
        text += _row(asked[one]["quantity"], asked[one]["human_value"], *told)
    for verdict in (AGREES, DISAGREES):
        counts = (sum(t[one]["verdict"] == verdict for one in shown) for t in tables.values())
        text += _row(f"**{verdict}**, of {len(shown)}", "", *map(str, counts))
    PAGE.write_text(stamped(text, {run.edition for run in runs.values()}), encoding="utf-8")


def _gates(run: Run) -> list[Gate]:
    ((_, gates),) = gates_of(run).values()
    return gates


def _command(name: str, run: Run, speed: float) -> str:
    body = run.settings["body"]
    sets = f"--set policy={name} --set body={body} --set 'factors.speed_m_per_s=[{speed}]'"
    return f"retrowalk run findings {sets} --out runs/findings-{name}"


def _findings(run: Run) -> Findings:
    rows = findings_table(run.path).to_dict("records")
    return {str(row["id"]): {str(name): str(value) for name, value in row.items()} for row in rows}


def _asked(one: str, tables: Iterable[Findings]) -> bool:
    verdicts = {table[one]["verdict"] for table in tables}
    return one != OF_SOLVED_CYCLES and verdicts != {NOT_REACHED}


def _told(row: dict[str, str]) -> str:
    verdict = row["verdict"]
    value = re.sub(r" \[[^]]*\]| at [\d.]+ m/s|^[\d.]+ m/s: ", "", row["model_value"])
    if verdict == NOT_REACHED:
        return "–"
    return f"{'*cannot tell*' if verdict == CANNOT_TELL else f'**{verdict}**'}: {value}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
