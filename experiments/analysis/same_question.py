"""Contrasts that ask the same, but for who walks: those of all controllers, or of all people."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..study.fields import Scalar
from .contrast_entry import ContrastEntry, Question


def same_questions(
    contrasts: Iterable[ContrastEntry], who: str, apart: Collection[str]
) -> list[list[ContrastEntry]]:
    """Return contrasts at levels of factor `who`; those that differ in `apart` alone together."""
    groups: dict[str, list[ContrastEntry]] = {}
    for one in contrasts:
        if who in one["where"]:
            groups.setdefault(repr(question(one, apart)), []).append(one)
    return list(groups.values())


def question(one: ContrastEntry, apart: Collection[str]) -> Question:
    """Return what a contrast asks, its setting without the factors `apart`."""
    asked: Question = {
        "measure": one["measure"],
        "factor": one["factor"],
        "between": one["between"],
        "as": one["as"],
        "pooled": one["pooled"],
        "where": setting(one, apart),
    }
    if across := one.get("across"):
        asked["across"] = across
    return asked


def setting(one: ContrastEntry, apart: Collection[str]) -> dict[str, Scalar]:
    """Return the levels in which a contrast is made, but for the factors `apart`."""
    return {name: level for name, level in one["where"].items() if name not in apart}
