"""Write docs/results/controllers.md: the same contrasts by controllers that were found apart.

Takes the folders of the runs that the page names. What reports of other runs say of the answers
(`report/other_controllers.csv`) is written with it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from retrowalk.experiments.findings.forward_gates import gates_of
from retrowalk.experiments.report.answer import Comparison, comparisons
from retrowalk.experiments.report.data import load_run
from retrowalk.experiments.store.edition import stamped
from retrowalk.experiments.store.run import Run

PAGE = Path(__file__).parents[1] / "results" / "controllers.md"
ANSWERS = Path(__file__).parents[2] / "experiments" / "report" / "other_controllers.csv"
HEAD = """# Two controllers, one question

How much of an answer is walking backwards, and how much is the controller that walks? The same
contrasts by two of them ([gait.md](../develop/gait.md)), each with its own body, at {speed} m/s
both ways, {trials} walks a direction:

- `reference-residual`: a cycle predicted by one objective for both directions, followed by a law
  and a network learned direction by direction. Forward it holds {held[0]} gates of how people walk.
- `scripted`: joint torques by rules, tuned direction by direction. Forward it holds {held[1]}.

```sh
retrowalk run reference-both-ways --out runs/reference
retrowalk run reference-both-ways --out runs/scripted --set body=human --set policy=scripted
python docs/make/controllers_page.py runs/reference runs/scripted
retrowalk gates runs/reference
```

Each is backward against forward, with the 95 % interval over walks. **Bold: the two differ in
sign, or only one sees a clear difference.** There this model cannot say, whatever a page of
[claims](claims/index.md) says of its own controller: intervals over walks hold chance between
starts, and nothing of the controller.

"""
TAIL = """
Two controllers show that an answer hangs on one, never that it does not. The networks of the two
directions were learned apart, one seed each, so part of their difference is the search's. Walking
backwards in people entered no objective, bound or selection.
"""


def main(folders: list[Path]) -> None:
    """Write the page, and its answers as a table, from finished runs of the same contrasts."""
    runs = [Run.finished(folder) for folder in folders]
    found = [comparisons(load_run(folder)) for folder in folders]
    settings = runs[0].settings
    text = HEAD.format(
        speed=settings["technique"]["speed_m_per_s"],
        trials=settings["trials"],
        held=[_held(run) for run in runs],
    )
    columns = [str(run.settings["policy"]) for run in runs]
    text += f"| measure | {' | '.join(columns)} |\n|{' --- |' * (len(columns) + 1)}\n"
    for row in zip(*found, strict=True):
        cells = [one.why or f"{one.shown} ({one.interval})" for one in row]
        seen = {one.clear and (one.relative > 0.0) - (one.relative < 0.0) for one in row}
        if len(seen) > 1:
            cells = [f"**{cell}**" for cell in cells]
        text += f"| {row[0].measure} | {' | '.join(cells)} |\n"
    PAGE.write_text(stamped(text + TAIL, [run.edition for run in runs]), encoding="utf-8")
    pd.DataFrame(_answers(runs, found)).to_csv(ANSWERS, index=False, float_format="%.5g")


def _answers(runs: Sequence[Run], found: Sequence[list[Comparison]]) -> Iterator[dict[str, object]]:
    for run, items in zip(runs, found, strict=True):
        for item in items:
            if item.known:
                yield {
                    "policy": run.settings["policy"],
                    "speed_m_per_s": run.settings["technique"]["speed_m_per_s"],
                    "measure": item.column,
                    "as": "ratio" if item.ratio else "difference",
                    "estimate": item.estimate,
                    "low": item.low,
                    "high": item.high,
                }


def _held(run: Run) -> str:
    """Return how many gates of forward walking in people a run's forward walks hold: `17 of 25`."""
    ((_, gates),) = gates_of(run).values()
    return f"{sum(gate.holds is True for gate in gates)} of {len(gates)}"


if __name__ == "__main__":
    main([Path(one) for one in sys.argv[1:]])
