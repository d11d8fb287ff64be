"""The model beside published findings in people: a table and a page, from a finished run.

retrowalk validate --out runs/findings --page docs/results/validation.md
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict

import pandas as pd

from ...sim.data_files import beside
from ..store.edition import stamped
from ..store.run import Run
from .reversal import reversal_markdown
from .rows import ROWS, Answer
from .run import Condition, FindingsRun
from .verdict import (
    AGREES,
    CANNOT_TELL,
    DISAGREES,
    NOT_REACHED,
    VERDICTS,
    reason,
    together,
)

_TITLES = {
    DISAGREES: "Where the model disagrees",
    CANNOT_TELL: "Where the run cannot tell",
    NOT_REACHED: "What is not reached yet",
    AGREES: "Where the model agrees",
}
_HOW_TO_READ = """\
A value of the model is the mean over trials, those of both directions paired by seed, with its
95 % bootstrap interval. It **agrees** if the whole interval lies where the finding says,
**disagrees** if none of it does, else the run **cannot tell**; where several speeds or joints
speak, all must. A value without an interval counts by its single trials, at least two, all on one
side. The interval tells of the spread between trials of one model, not between people. Nothing was
tuned to this table."""


def human_findings() -> pd.DataFrame:
    """Return the published findings, one a row: id, quantity, human_value, condition, source."""
    place = beside(__name__, "human_findings.csv")
    with place.open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype=str, keep_default_na=False)


def findings_table(
    run_dir: Path, walk: Path | None = None, older: Path | None = None
) -> pd.DataFrame:
    """Compare a finished run with each finding; `walk` and `older` as `FindingsRun` has them.

    Returns:
        The columns of `human_findings`, then `model_value` (text, empty without one), `verdict`
        (agrees, disagrees, cannot tell, not reached yet), `reason`, `caveat`, and `values`: a list
        with name, setting, estimate, low, high, n, verdict (None if only shown) of each value.

    Raises:
        ConfigError: `run_dir` is no folder of a finished run.
    """
    return _table(FindingsRun(Path(run_dir), walk, older))


def findings_markdown(run_dir: Path, walk: Path | None = None, older: Path | None = None) -> str:
    """Return the page of the comparison; the same run gives the same page.

    Raises:
        ConfigError: `run_dir` is no folder of a finished run.
    """
    run = FindingsRun(Path(run_dir), walk, older)
    table = _table(run)
    counts = ", ".join(f"{verdict} {(table['verdict'] == verdict).sum()}" for verdict in VERDICTS)
    parts = [
        "# The model beside people\n",
        "Made by:\n",
        f"```sh\n{_commands(run)}\n```\n",
        f"{_about(run)}\n",
        *(f"{_about_beside(one)}\n" for one in run.runs[1:]),
        f"{_HOW_TO_READ}\n",
        f"Of {len(table)} findings: {counts}.\n",
        "| finding | quantity | people | model | verdict | source |\n|---|---|---|---|---|---|",
    ]
    columns = ("id", "quantity", "human_value", "model_value", "verdict", "source")
    rows = table.to_dict("records")
    parts += [_row(str(row[column]) or "–" for column in columns) for row in rows]
    for verdict, title in _TITLES.items():
        own = [row for row in rows if row["verdict"] == verdict]
        if own:
            parts.append(f"\n## {title}\n")
            parts += [_paragraph(row) for row in own]
    parts.append(reversal_markdown(run))
    editions = [one.edition for one in run.runs]
    return stamped("\n".join(parts).rstrip() + "\n", editions)


def _table(run: FindingsRun) -> pd.DataFrame:
    rows = [
        {**row, **_compared(str(row["id"]), run)} for row in human_findings().to_dict("records")
    ]
    return pd.DataFrame(rows)


class ComparedValue(TypedDict):
    """One value of the model beside a finding; `n` pairs, no verdict where none is asked."""

    name: str
    setting: str
    estimate: float | None
    low: float | None
    high: float | None
    n: int
    verdict: str | None


class Compared(TypedDict):
    """The columns that a run adds to a finding."""

    model_value: str
    verdict: str
    reason: str
    caveat: str
    values: list[ComparedValue]


def _compared(finding: str, run: FindingsRun) -> Compared:
    """Return the columns that the run adds to a finding."""
    compare = ROWS.get(finding)
    answer = compare(run) if compare else Answer(unreached="nothing compares it yet")
    parts = answer.parts
    if answer.unreached:
        verdict, why = NOT_REACHED, answer.unreached
    else:
        verdict = together(parts)
        why = reason(parts, verdict)
    return {
        "model_value": "; ".join(
            f"{part.place.removeprefix('at ')}: {part.text}"
            for part in parts
            if part.interval.estimate is not None
        ),
        "verdict": verdict,
        "reason": why,
        "caveat": "" if answer.unreached else answer.caveat,
        "values": [
            {
                "name": part.name,
                "setting": part.setting,
                "estimate": part.interval.estimate,
                "low": part.interval.low,
                "high": part.interval.high,
                "n": len(part.pairs),
                "verdict": part.verdict if part.expected is not None else None,
            }
            for part in parts
        ],
    }


def _commands(run: FindingsRun) -> str:
    """Return the commands that made the runs and the page; one if `validate` made all."""
    made, called = _made(run.run)
    beside = {"--walk": run.walk, "--older": run.older}
    given = {option: one.run for option, one in beside.items() if one is not None}
    if not given and "validate" in called and "--page" in called:
        return made
    options = [word for option, one in given.items() for word in (option, str(one.path))]
    page = ["--page", "docs/results/validation.md"]
    last = shlex.join(["retrowalk", "validate", "--of", str(run.folder.path), *options, *page])
    return "\n".join([made, *(_made(one)[0] for one in given.values()), last])


def _made(run: Run) -> tuple[str, list[str]]:
    """Return the command that made a run, as a line and as the words it was called with."""
    sessions: Sequence[Mapping[str, Any]] = run.manifest.get("sessions") or [{}]
    called = [str(word) for word in sessions[0].get("command") or ()]
    if called:
        return shlex.join([Path(called[0]).name, *called[1:]]), called
    return f"retrowalk run {run.folder.config} --out {run.path}", called


def _about(run: FindingsRun) -> str:
    """Return what was run, in words."""
    config, versions = run.config, run.manifest.get("versions", {})
    made = ", ".join(f"{n} {versions[n]}" for n in ("retrowalk", "mujoco") if versions.get(n))
    speeds = {
        direction: ", ".join(_walked(run, one) for one in run.of(direction)) or "none"
        for direction in ("backward", "forward")
    }
    valid = int(run.trials["valid"].sum())
    fell = int((run.trials["valid"] & run.trials["fell"]).sum())
    return (
        f"The run `{config.name}`: walker {config.walker.preset or 'custom'}, surface "
        f"{config.surface.name}, policy {config.policy}; {config.trials} trials of "
        f"{config.duration_s:g} s a condition, seed {config.seed}; commanded "
        f"speeds, which 'equal speeds' below are, and those walked: backward {speeds['backward']}; "
        f"forward {speeds['forward']}. "
        f"Of {len(run.trials)} trials {len(run.trials) - valid} were not valid, {fell} fell. "
        f"Made with {made or 'unknown'}, commit {run.manifest.get('git_commit') or 'unknown'}."
    )


def _about_beside(run: Run) -> str:
    """Return what was run beside, in words."""
    config, commit = run.config, run.manifest.get("git_commit") or "unknown"
    valid = run.trials["valid"].astype(bool)
    fell = int((run.trials["fell"].astype(bool) & valid).sum())
    outcome = f"of {int(valid.sum())} valid trials {fell} fell"
    return (
        f"The run `{config.name}`: {config.trials} trials a condition, {config.duration_s:g} s "
        f"each, seed {config.seed}; {outcome}. Commit {commit}."
    )


def _walked(run: FindingsRun, condition: Condition) -> str:
    """Return the commanded speed and the mean of those walked: `0.8 m/s (0.79 walked)`."""
    found = run.averaged("", run.values(condition, "speed_m_per_s"), None).interval.estimate
    walked = "unknown" if found is None else f"{found:.2f} walked"
    return f"{condition.speed_m_per_s:g} m/s ({walked})"


def _paragraph(row: dict[Any, Any]) -> str:
    """Return the paragraph of one finding, in Markdown."""
    where = f"{row['condition']}; {row['source']}; {row['evidence']}"
    caveat = f" {row['caveat']}." if row["caveat"] else ""
    why = row["reason"] if row["verdict"] == NOT_REACHED else f"model: {row['reason']}"
    return (
        f"**{row['id']}**: {row['quantity']}. People: {row['human_value']} ({where}). "
        f"{why[0].upper()}{why[1:]}.{caveat}\n"
    )


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
