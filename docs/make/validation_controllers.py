"""Write docs/results/validation-controllers.md: what each controller does that people do.

    python docs/make/validation_controllers.py runs/findings-scripted runs/findings-ppo ...

Takes finished runs of `findings`, one a controller, at one speed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from retrowalk.experiments.findings.page import findings_table
from retrowalk.experiments.findings.verdict import AGREES, CANNOT_TELL, DISAGREES, NOT_REACHED
from retrowalk.experiments.store.edition import stamped
from retrowalk.experiments.store.run import Run
from retrowalk.experiments.study.controllers import find_controller

PAGE = Path(__file__).parents[1] / "results" / "validation-controllers.md"
HEAD = """# Controllers beside people

What was found in people who walk backwards ([validation.md](validation.md) has sources and the rule
of a verdict), asked of {count} controllers at {speed} m/s both ways, {trials} trials of {duration} s a
direction. None of it entered an objective, a bound or a selection.

```sh
{commands}
python docs/make/validation_controllers.py runs/findings-*
```

**Agrees** and **disagrees** are the model's; *cannot tell* is a value on both sides.

"""


def main(folders: list[Path]) -> None:
    """Write the page from finished runs."""
    runs = {str(run.settings["policy"]): run for run in map(Run.finished, folders)}
    tables = {name: findings_table(run.folder.path) for name, run in runs.items()}
    tables = {name: tables[name] for name in sorted(tables, key=_gates, reverse=True)}
    first = next(iter(runs.values()))
    trials, duration = first.settings["trials"], first.settings["duration_s"]
    (speed,) = {cell.technique.speed_m_per_s for run in runs.values() for cell in run.plan.cells}
    commands = "\n".join(_command(name, run, speed) for name, run in runs.items())
    text = HEAD.format(
        count=len(runs), speed=speed, trials=trials, duration=f"{duration:g}", commands=commands
    )
    text += _row("finding", "people", *(f"`{name}`" for name in tables))
    text += f"|{' --- |' * (len(tables) + 2)}\n"
    text += _row("gates of 25, forward", "", *(str(_gates(name)) for name in tables))
    shown = [row for row in next(iter(tables.values())).index if _asked(tables, row)]
    for row in shown:
        one = next(iter(tables.values())).loc[row]
        told = (_verdict(table.loc[row]) for table in tables.values())
        text += _row(str(one["quantity"]), str(one["human_value"]), *told)
    for verdict in (AGREES, DISAGREES):
        counts = (str((table.loc[shown, "verdict"] == verdict).sum()) for table in tables.values())
        text += _row(f"**{verdict}**, of {len(shown)}", "", *counts)
    PAGE.write_text(stamped(text, {run.edition for run in runs.values()}), encoding="utf-8")


def _gates(name: str) -> int:
    return find_controller(name).forward_gates(0.8) or 0


def _command(name: str, run: Run, speed: float) -> str:
    body = run.settings["body"]
    sets = f"--set policy={name} --set body={body} --set 'factors.speed_m_per_s=[{speed}]'"
    return f"retrowalk run findings {sets} --out runs/findings-{name}"


def _asked(tables: dict[str, pd.DataFrame], row: object) -> bool:
    return any(table.loc[row, "verdict"] != NOT_REACHED for table in tables.values())


def _verdict(row: pd.Series) -> str:
    verdict, value = row["verdict"], str(row["model_value"]).replace(" at 0.8 m/s", "")
    value = value.replace("0.8 m/s: ", "")
    if verdict == NOT_REACHED:
        return "–"
    return f"{'*cannot tell*' if verdict == CANNOT_TELL else f'**{verdict}**'}: {value}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
