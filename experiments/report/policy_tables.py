"""A comparison of policies as tables: for people (`Table`), as Markdown, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..analysis.policies import MEASURES, RANKED, SURVIVED
from ..analysis.refusals import SHORT
from ..study.labels import Label, label, level_words
from .markdown import markdown_table, plain
from .tables import Table

NOTHING = "–"
EVERYWHERE = "everywhere"
TOGETHER = "all together"
_SHORT = {
    "fell": "falls",
    "speed_m_per_s": "speed",
    "cost_of_transport_j_per_kg_m": "cost of transport",
    "activation_mean": "mean activation",
    "mos_ap_m": "margin along travel",
    "mos_ml_m": "margin sideways",
}


def tables_of(comparison: Mapping[str, Any]) -> list[Table]:
    """Return the tables: measures, ranks, contrasts, what is missing and why."""
    made = (
        *(_places(comparison), _ranks(comparison), _contrasts(comparison), _missing(comparison)),
        _no_evidence(comparison),
    )
    return [table for table in made if table is not None]


def place_name(place: Mapping[str, Any]) -> str:
    """Return the levels of a place in words: `rough 4 cm, push`."""
    return ", ".join(level_words(*item) for item in place["levels"].items()) or EVERYWHERE


def named(measure: str) -> Label:
    """Return a measure's label, with the short name that it has in comparisons."""
    found = label(measure)
    return replace(found, text=_SHORT.get(measure, found.text))


def rank_text(rank: Mapping[str, Any]) -> str:
    """Return a rank as text: `1`, tied `1=`, with its interval where it has one: `1= (1 to 2)`."""
    if rank["rank"] is None:
        return NOTHING
    text = f"{rank['rank']}{'=' if rank['tied'] else ''}"
    return text if rank["low"] is None else f"{text} ({rank['low']} to {rank['high']})"


def _places(comparison: Mapping[str, Any]) -> Table:
    head = ("place", "policy", "survived", *(named(measure).with_unit for measure in MEASURES))
    rows = tuple(
        (
            place_name(place),
            one["policy"],
            _survived(one),
            *(_mean(named(name), one["measures"].get(name), one["valid"]) for name in MEASURES),
        )
        for place in comparison["places"]
        for one in place["policies"]
    )
    return Table("Policies by place: means over trials, with 95 % intervals", head, rows)


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


def _ranks(comparison: Mapping[str, Any]) -> Table:
    places = [(place_name(one), one["policies"]) for one in comparison["places"]]
    if len(places) > 1:
        places.append((TOGETHER, comparison["overall"]))
    rows = tuple(
        (name, one["policy"], *(rank_text(one["ranks"][what]) for what in RANKED))
        for name, policies in places
        for one in policies
    )
    head = ("place", "policy", *(f"by {_what(what)}" for what in RANKED))
    return Table("Ranks, 1 the best, with 95 % intervals; = is a tie", head, rows)


def _what(measure: str) -> str:
    return "survival" if measure == SURVIVED else named(measure).text


def _contrasts(comparison: Mapping[str, Any]) -> Table | None:
    rows: list[tuple[str, ...]] = []
    told = [one for one in comparison["contrasts"] if one["n_pairs"]]  # others are missing
    told = [one for one in told if not one.get("withheld")]
    places = list(dict.fromkeys(map(_where, told)))
    pairs = list(dict.fromkeys(tuple(one["between"]) for one in told))
    told.sort(key=lambda one: (pairs.index(tuple(one["between"])), places.index(_where(one))))
    for one in told:
        first, second = one["between"]
        ratio, text = one["as"] == "ratio", named(one["measure"])
        number = Label("", digits=2) if ratio else text
        rows.append(
            (
                _where(one),
                f"{text.text}, ratio" if ratio else text.with_unit,
                f"{first} {'/' if ratio else '−'} {second}",
                number.number(one["estimate"]),
                number.interval(one["low"], one["high"]),
                _p_value(one["p_holm"]),
                str(one["n_pairs"]),
            )
        )
    head = ("place", "measure", "between", "estimate", "95 % interval", "p", "pairs")
    return Table("Contrasts, paired by seed, p by Holm", head, tuple(rows)) if rows else None


def _p_value(p: float | None) -> str:
    return NOTHING if p is None else "< 0.001" if p < 0.001 else f"{p:.3f}"


def _where(contrast: Mapping[str, Any]) -> str:
    return TOGETHER if contrast["pooled"] else place_name({"levels": contrast["where"]})


def _missing(comparison: Mapping[str, Any]) -> Table | None:
    """Missing values, intervals and ranks with reasons; places together."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for policy, why, whats, place in _lacks(comparison):
        found.setdefault((policy, why, ", ".join(whats)), []).append(place)
    rows = tuple(
        ("; ".join(dict.fromkeys(places)), policy, whats, why)
        for (policy, why, whats), places in found.items()
    )
    head = ("place", "policy", "what", "why")
    return Table("What is missing, and why", head, rows) if rows else None


def _lacks(comparison: Mapping[str, Any]) -> Iterator[tuple[str, str, list[str], str]]:
    """Yield policy, reason, what lacks something for that reason, and place."""
    places = [(place_name(one), one["policies"]) for one in comparison["places"]]
    for place, policies in [*places, (TOGETHER, comparison["overall"])]:
        for one in policies:
            reasons: dict[str, list[str]] = {}
            if note := one.get("survival", {}).get("note"):
                reasons[note] = ["survival"]
            for name, own in one.get("measures", {}).items():
                if own["note"]:
                    reasons.setdefault(own["note"], []).append(_what(name))
            for what, rank in one["ranks"].items():
                if rank["note"] and (rank["rank"] is not None or place == TOGETHER):
                    reasons.setdefault(rank["note"], []).append(f"rank by {_what(what)}")
            for why, whats in reasons.items():
                yield one["policy"], why, whats, place
    apart: dict[tuple[str, str, str, str], list[str]] = {}
    for one in comparison["contrasts"]:
        refused = one.get("withheld") or ()
        if not one["n_pairs"] or refused:
            why = "; ".join(SHORT[refusal["reason"]] for refusal in refused) or one["note"]
            key = (*one["between"], why, _where(one))
            apart.setdefault(key, []).append(named(one["measure"]).text)
    for (first, second, why, place), whats in apart.items():
        yield first, why, [f"contrast with {second}: {', '.join(whats)}"], place


def _no_evidence(comparison: Mapping[str, Any]) -> Table | None:
    """Where a gait fails, or walks what it was not made for; places of one reason together."""
    found: dict[tuple[str, str], list[str]] = {}
    for place in comparison["places"]:
        for one in place["policies"]:
            for sentence in one.get("no_evidence", ()):
                found.setdefault((one["policy"], sentence), []).append(place_name(place))
    rows = tuple(
        ("; ".join(places), policy, sentence) for (policy, sentence), places in found.items()
    )
    head = ("place", "policy", "why")
    return Table("No evidence about people", head, rows) if rows else None


def markdown(tables: Sequence[Table]) -> str:
    """Return the tables as Markdown."""
    parts = [
        f"**{plain(one.caption)}**\n\n"
        + markdown_table([*map(plain, one.head)], [[*map(plain, row)] for row in one.rows])
        for one in tables
    ]
    return "\n\n".join(parts) + "\n"


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
