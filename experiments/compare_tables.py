"""A comparison of policies as tables: for people (`Table`), as Markdown, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from .compare import MEASURES, RANKED, SURVIVED
from .labels import Label, label
from .report_data import level_words
from .report_tables import Table

NOTHING = "–"
EVERYWHERE = "everywhere"


def tables_of(comparison: Mapping[str, Any]) -> list[Table]:
    """Return the tables: every place, ranks over all places, contrasts, what is missing and why."""
    made = (_places(comparison), _overall(comparison), _contrasts(comparison), _missing(comparison))
    return [table for table in made if table is not None]


def place_name(place: Mapping[str, Any]) -> str:
    """Return the levels of a place in words: `rough 4 cm, push`."""
    return ", ".join(level_words(*item) for item in place["levels"].items()) or EVERYWHERE


def rank_text(rank: Mapping[str, Any]) -> str:
    """Return a rank as text: `1`, tied `1=`, with its interval where it has one: `1= (1 to 2)`."""
    if rank["rank"] is None:
        return NOTHING
    text = f"{rank['rank']}{'=' if rank['tied'] else ''}"
    return text if rank["low"] is None else f"{text} ({rank['low']} to {rank['high']})"


def _places(comparison: Mapping[str, Any]) -> Table:
    head = ["", "policy", "survived", "rank"]
    for measure in MEASURES:
        head += [label(measure).with_unit, *(["rank"] if measure in RANKED else [])]
    rows = []
    for place in comparison["places"]:
        for one in place["policies"]:
            row = [place_name(place), one["policy"], _survived(one)]
            row.append(rank_text(one["ranks"][SURVIVED]))
            for measure in MEASURES:
                row.append(_mean(label(measure), one["measures"].get(measure), one["valid"]))
                row += [rank_text(one["ranks"][measure])] if measure in RANKED else []
            rows.append(tuple(row))
    caption = "Policies by place: means over trials, ranks, and 95 % intervals"
    return Table(caption, tuple(head), tuple(rows))


def _survived(one: Mapping[str, Any]) -> str:
    share = one["survival"]
    if share["estimate"] is None:
        return NOTHING
    low, high = 100 * share["low"], 100 * share["high"]
    return f"{one['survived']} of {one['valid']} ({low:.0f} to {high:.0f} %)"


def _mean(text: Label, found: Mapping[str, Any] | None, valid: int) -> str:
    if found is None or found["mean"] is None:
        return NOTHING
    parts = [] if found["low"] is None else [text.interval(found["low"], found["high"])]
    parts += [f"{found['trials']} of {valid} trials"] if found["trials"] < valid else []
    return text.number(found["mean"]) + (f" ({'; '.join(parts)})" if parts else "")


def _overall(comparison: Mapping[str, Any]) -> Table | None:
    if len(comparison["places"]) < 2 or not comparison["overall"]:
        return None
    head = ("policy", *(f"rank by {_what(what)}" for what in RANKED))
    rows = [
        (one["policy"], *(rank_text(one["ranks"][what]) for what in RANKED))
        for one in comparison["overall"]
    ]
    return Table("All places together", head, tuple(rows))


def _what(measure: str) -> str:
    return "survival" if measure == SURVIVED else label(measure).text


def _contrasts(comparison: Mapping[str, Any]) -> Table | None:
    rows = []
    for one in comparison["contrasts"]:
        first, second = one["between"]
        ratio, text = one["as"] == "ratio", label(one["measure"])
        number = Label("", digits=2) if ratio else text
        place = "all together" if one["pooled"] else place_name({"levels": one["where"]})
        rows.append(
            (
                f"{text.text}, ratio" if ratio else text.with_unit,
                f"{first} {'/' if ratio else '−'} {second}",
                place,
                number.number(one["estimate"]),
                number.interval(one["low"], one["high"]),
                _p_value(one["p_holm"]),
                str(one["n_pairs"]),
            )
        )
    head = ("measure", "between", "", "estimate", "95 % interval", "p (Holm)", "pairs")
    return Table("Contrasts, paired by seed", head, tuple(rows)) if rows else None


def _p_value(p: float | None) -> str:
    return NOTHING if p is None else "< 0.001" if p < 0.001 else f"{p:.3f}"


def _missing(comparison: Mapping[str, Any]) -> Table | None:
    """What has no value, no interval or no rank by the same trials, and why."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for place in comparison["places"]:
        for one in place["policies"]:
            reasons = [("survival", one["survival"]["note"])]
            reasons += [(_what(name), own["note"]) for name, own in one["measures"].items()]
            reasons += [
                (f"rank by {_what(what)}", rank["note"]) for what, rank in one["ranks"].items()
            ]
            for what, why in reasons:
                if why:
                    found.setdefault((place_name(place), one["policy"], why), []).append(what)
    for one in comparison["overall"] if len(comparison["places"]) > 1 else []:
        for what, rank in one["ranks"].items():
            if rank["note"]:
                key = ("all together", one["policy"], rank["note"])
                found.setdefault(key, []).append(f"rank by {_what(what)}")
    rows = tuple((*key[:2], ", ".join(whats), key[2]) for key, whats in found.items())
    head = ("", "policy", "what", "why")
    return Table("What is missing, and why", head, rows) if rows else None


def markdown(tables: Sequence[Table]) -> str:
    """Return the tables as Markdown."""
    parts = []
    for table in tables:
        lines = [f"**{table.caption}**", "", _line(table.head), _line(["---"] * len(table.head))]
        parts.append("\n".join([*lines, *(_line(row) for row in table.rows)]))
    return "\n\n".join(parts) + "\n"


def _line(texts: Sequence[str]) -> str:
    return f"| {' | '.join(text.replace('|', chr(92) + '|') for text in texts)} |"


def csv_text(comparison: Mapping[str, Any]) -> str:
    """Return one row a place, policy and measure, SI units, empty for null."""
    factors = list(dict.fromkeys(key for one in comparison["places"] for key in one["levels"]))
    target = io.StringIO()
    ranks = ("rank", "rank_tied", "rank_low", "rank_high", "rank_note")
    head = (*factors, "policy", "measure", "estimate", "low", "high", "trials", "note", *ranks)
    writer = csv.DictWriter(target, head, lineterminator="\n")
    writer.writeheader()
    for place in comparison["places"]:
        for one in place["policies"]:
            share = one["survival"]
            told = {SURVIVED: {**share, "mean": share["estimate"], "trials": one["valid"]}}
            for measure, own in (told | one["measures"]).items():
                row: dict[str, Any] = {**place["levels"], "policy": one["policy"]}
                row |= {"measure": measure, "estimate": own["mean"]}
                row |= {key: own[key] for key in ("low", "high", "trials", "note")}
                rank = one["ranks"].get(measure, {})
                row |= {
                    f"rank_{key}".replace("rank_rank", "rank"): value for key, value in rank.items()
                }
                writer.writerow(row)
    return target.getvalue()
