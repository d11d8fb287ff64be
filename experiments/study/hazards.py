"""Hazards in a config: names or mappings, checked, and changed by factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from ...sim.errors import ConfigError
from ...sim.fields import Range, declared
from ...sim.hazards.hazard import Hazard, field_names, kinds
from ...sim.hazards.presets import PRESETS, build_hazard
from ...sim.plain_values import is_mapping
from .fields import refusal

NONE = "none"
"""Level of the factor `hazard` with which nothing happens."""

FACTOR = "hazard"


def check_hazards(entries: Sequence[Any]) -> tuple[Any, ...]:
    """Return the entries as plain data, or refuse the first bad one at its place."""
    for index, entry in enumerate(entries):
        try:
            build_hazard(entry)
        except ConfigError as error:
            raise refusal(str(error), (index,)) from None
    return tuple(dict(entry) if is_mapping(entry) else entry for entry in entries)


def hazard_factors() -> tuple[str, ...]:
    """Return the factors that hazards have: `hazard` (a preset or `none`), and their fields."""
    return (FACTOR, *field_names())


def check_hazard_level(factor: str, level: Any, path: tuple[str | int, ...]) -> Any:
    """Return the level of a hazard's factor, or refuse it with what is allowed."""
    if factor == FACTOR:
        try:
            if level != NONE:
                build_hazard(str(level))
        except ConfigError as error:
            raise refusal(str(error), path) from None
        return level
    rule = next(d[factor].rule for kind in kinds().values() if factor in (d := declared(kind)))
    if problem := rule.problem(factor, level):
        raise refusal(problem, path)
    return float(level) if isinstance(rule, Range) else level


def build_hazards(entries: Sequence[Any], level: Mapping[str, Any]) -> tuple[Hazard, ...]:
    """Return the hazards of a cell: the config's, or the factor's, with the factors' fields.

    Raises:
        ConfigError: a factor's field that none of the hazards has.
    """
    if FACTOR in level:
        entries = () if level[FACTOR] == NONE else (level[FACTOR],)
    hazards = [build_hazard(entry) for entry in entries]
    for name in field_names():
        if name not in level or not hazards:
            continue
        having = [name in {field.name for field in fields(hazard)} for hazard in hazards]
        if not any(having):
            kinds = ", ".join(hazard.kind for hazard in hazards)
            raise ConfigError(f"the factor {name} belongs to none of the hazards ({kinds})")
        hazards = [
            replace(hazard, **{name: level[name]}) if has else hazard
            for hazard, has in zip(hazards, having, strict=True)
        ]
    return tuple(hazards)


def label(hazards: Sequence[Hazard]) -> str:
    """Return the hazards' names, `none` without any."""
    names = {preset: name for name, preset in PRESETS.items()}
    return " + ".join(names.get(hazard, f"{hazard.kind} (changed)") for hazard in hazards) or NONE
