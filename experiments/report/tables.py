"""Tables of the report: measures by cell, contrasts, trials that do not count, provenance."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ...sim.fields import is_number
from ...sim.measures.base.muscle_groups import CHAINS, MUSCLE_GROUPS
from ...sim.plain_values import is_dict, is_sequence
from ..study.columns import GROUP_QUANTITIES
from ..study.labels import MEASURE_GROUPS, label, level_words, quantity_words, words
from .answer import Comparison
from .data import Cell, RunData

_CONDITIONS = (
    "design",
    "walker",
    "body",
    "surface",
    "direction",
    "technique",
    "pace",
    "policy",
    "hazards",
)
_SIZES = {
    "trials": "trials per cell",
    "duration_s": "duration of a trial",
    "seed": "seed",
    "keep_recordings": "recordings kept per cell",
}


@dataclass(frozen=True)
class Table:
    """A table of texts: the first column holds the row's name.

    `folded`: opened on a click. `measures`: the column that each row tells of, to define it.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    folded: bool = False
    measures: tuple[str, ...] = ()


def measure_tables(cells: list[Cell]) -> list[Table]:
    """One table for each group of measures: mean and 95 % interval by cell."""
    if not cells:
        return []
    groups = dict(MEASURE_GROUPS)
    for what in GROUP_QUANTITIES:
        name = f"Muscle groups: {quantity_words(what)}"
        groups[name] = tuple(f"{what}_{group}" for group in MUSCLE_GROUPS)
    shown = {column for columns in groups.values() for column in columns}
    others = tuple(c for c in _further_measures(cells) if c not in shown)
    groups["Further measures"] = others
    return [table for name, columns in groups.items() if (table := _by_cell(name, columns, cells))]


def _by_cell(name: str, columns: tuple[str, ...], cells: list[Cell]) -> Table | None:
    told = [column for column in columns if any(len(cell.values(column)) for cell in cells)]
    rows = [
        (_with_chain(one), label(one).unit, *(_mean(cell, one) for cell in cells)) for one in told
    ]
    head = ("measure", "unit", *(cell.label for cell in cells))
    folded = name not in MEASURE_GROUPS
    caption = f"{name}: mean over trials (95 % interval)"
    return Table(caption, head, tuple(rows), folded, tuple(told)) if rows else None


def _with_chain(column: str) -> str:
    text = label(column).text
    for chain, groups in CHAINS.items():
        if any(column == f"activation_{group}" for group in groups):
            return f"{text} ({words(chain)})"
    return text


def _mean(cell: Cell, column: str) -> str:
    text, found, count = label(column), cell.mean(column), len(cell.values(column))
    few = f"; {count} of {len(cell.valid)} trials" if count < len(cell.valid) else ""
    if found.estimate is None:
        return "–"
    ends = text.interval(found.low, found.high)
    return f"{text.number(found.estimate)} ({ends}{few})"


def _further_measures(cells: list[Cell]) -> list[str]:
    """Columns of numbers that no table names, such as measures added later."""
    known = {"commanded_speed_m_per_s", "time_to_fall_s", "toe_first", "heel_first"}
    rows = cells[0].rows
    return [
        str(column)
        for column in rows
        if column not in known
        and not str(column).startswith("factor_")
        and pd.api.types.is_float_dtype(rows[column])
    ]


def contrast_table(items: list[Comparison]) -> Table | None:
    """All contrasts with intervals, corrected p-values and effect sizes."""
    if not items:
        return None
    columns = {
        "measure": [item.measure for item in items],
        "where": [item.where for item in items],
        "contrast": [f"{item.first} against {item.second}" for item in items],
        "estimate (95 % interval)": [_estimate(item) for item in items],
        "across": [item.across for item in items],
        "pairs": [f"{item.pairs} of {item.pairs + item.dropped}" for item in items],
        "p (Holm)": [_p_value(None if item.withheld else item.p_holm) for item in items],
        "Hedges’ g (95 %)": ["–" if item.withheld else item.effect for item in items],
        "seen with 80 % power": ["" if item.withheld else item.seen for item in items],
        "not told apart from": [item.aliases for item in items],
    }
    told = {name: texts for name, texts in columns.items() if any(texts)}
    shared = {name: told[name][0] for name in _SHARED if name in told and len(set(told[name])) == 1}
    told = {name: texts for name, texts in told.items() if name not in shared}
    rows = tuple(zip(*told.values(), strict=True))
    common = "".join(f"; {name}: {text}" for name, text in shared.items())
    caption = f"Contrasts, paired by seed; % are changes, all else differences{common}"
    return Table(caption, tuple(told), rows, measures=tuple(item.column for item in items))


def _estimate(item: Comparison) -> str:
    if item.withheld:
        return f"no answer: {item.why}"
    return f"{item.shown} ({item.interval})" if item.known else "–"


_SHARED = ("where", "contrast", "pairs")
"""Columns of contrasts that stand in the caption where all rows have the same."""


def _p_value(p: float | None) -> str:
    return "–" if p is None else "< 0.001" if p < 0.001 else f"{p:.3f}"


def falls_table(cells: list[Cell]) -> Table | None:
    """Falls of each cell with Wilson's interval, and the trials that do not count."""
    rows: list[tuple[str, ...]] = []
    for cell in cells:
        share = cell.fall_share
        ends = "–"
        if share.low is not None and share.high is not None:
            ends = f"{100 * share.low:.0f} to {100 * share.high:.0f} %"
        invalid = len(cell.rows) - len(cell.valid)
        rows.append((cell.label, str(len(cell.rows)), str(invalid), str(cell.fallen), ends))
    head = ("cell", "trials", "invalid", "falls", "95 % interval of the share (Wilson)")
    return Table("Falls by cell", head, tuple(rows)) if rows else None


def invalid_trials(cells: list[Cell], most: int = 20) -> list[str]:
    """Name the invalid trials by number and seed, at most `most` of them."""
    named: list[str] = []
    for cell in cells:
        for _, row in cell.rows.drop(cell.valid.index).iterrows():
            named.append(
                f"trial {row.get('trial', '?')} ({cell.label}, seed {row.get('seed', '?')})"
            )
    return [*named[:most], *([f"and {len(named) - most} more"] if len(named) > most else [])]


def design_table(data: RunData) -> Table:
    """What was asked for: conditions, factors, size."""
    config = data.config
    factors: dict[str, Any] = config.get("factors") or {}
    rows: list[tuple[str, str]] = []
    rows.extend(
        (f"factor: {label(factor).text}", ", ".join(level_words(factor, one) for one in levels))
        for factor, levels in factors.items()
    )
    rows.extend(
        (words(key), _condition(key, config[key]))
        for key in _CONDITIONS
        if key in config and key not in factors
    )
    for key in _SIZES:
        if key in config:
            text = label(key) if key.endswith("_s") else None
            value = text.quantity(float(config[key])) if text else str(config[key])
            rows.append((_SIZES[key], value))
    return Table("Design of the experiment", ("", ""), tuple(rows))


def _condition(key: str, value: Any) -> str:
    if key == "walker" and isinstance(value, str):
        return words(value.replace("-", " "))
    return "none" if value in ({}, [], None) else _plain(value)


def provenance_table(data: RunData) -> Table:
    """Where the numbers come from."""
    manifest = data.manifest
    wall = manifest.get("wall_time_s")
    pairs = {
        "versions": _plain(manifest.get("versions")),
        "git commit": _plain(manifest.get("git_commit")),
        "machine": _plain(manifest.get("machine")),
        "wall time": f"{wall:.1f} s" if isinstance(wall, int | float) else "–",
        "seed": _plain(manifest.get("seed", data.config.get("seed"))),
        "digests": _plain(manifest.get("digests")),
        "config digest": _plain(manifest.get("config_digest")),
    }
    return Table("Provenance", ("", ""), tuple(item for item in pairs.items() if item[1] != "–"))


def commands(data: RunData) -> list[str]:
    """Return the exact commands that made the run, as typed in a shell."""
    sessions: list[Any] = data.manifest.get("sessions") or []
    found: list[Any] = [session.get("command") for session in sessions if is_dict(session)]
    found = [one for one in (*found, data.manifest.get("command")) if one]
    return list(dict.fromkeys(one if isinstance(one, str) else _typed(one) for one in found))


def _typed(command: list[str]) -> str:
    """Return a command's words as they would be typed, the program without its folder."""
    return shlex.join([Path(command[0]).name, *command[1:]])


def _plain(value: Any) -> str:
    """Return nested settings as one line: `speed 0.8 m/s, step width 12 cm`."""
    if value is None or value in ({}, [], ""):
        return "–"
    if is_dict(value):
        parts = [_setting(str(key), one) for key, one in value.items() if one is not None]
        return ", ".join(parts) or "–"
    if is_sequence(value):
        return ", ".join(_plain(one) for one in value)
    return str(value)


def _setting(key: str, value: Any) -> str:
    text = label(key)
    number = is_number(value)
    if number and text.unit:
        return f"{text.text} {text.quantity(float(value))}"
    return f"{words(key)} {value if isinstance(value, str) else json.dumps(value)}"
