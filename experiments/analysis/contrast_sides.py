"""The two sides of a contrast: which cells it compares, in each setting and over all settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from ..statistics.factorial import Fraction, fraction_of
from ..study.battery import FACTOR as CHALLENGE
from ..study.cohort import PERSON
from ..study.controller_factor import CONTROLLER
from ..study.experiment import Scalar
from ..study.fields import ContrastConfig
from ..study.plan import Cell, Plan


@dataclass(frozen=True)
class ContrastSides:
    """One comparison of cells.

    Attributes:
        where: levels that all its cells share. pooled: over all settings.
        groups: cells of the first and the second side, in the same order of settings; with a
            second factor those of its first level, then those of its second.
        aliases: effects that the design cannot tell apart from this one.
    """

    where: dict[str, Scalar]
    pooled: bool
    groups: tuple[tuple[Cell, ...], ...]
    aliases: tuple[tuple[str, ...], ...] = ()


def sides(contrast: ContrastConfig, plan: Plan) -> Iterator[ContrastSides]:
    """Yield a contrast's comparisons.

    One in each combination of the other factors' levels, then, where these are several, one over
    all of them.

    In a fraction no two cells differ in one factor alone: its sides are all cells of a level, in
    each combination of the factors that are crossed with the fraction.
    """
    config = plan.config
    fraction = fraction_of(config.factors, config.design)
    compared = (contrast.factor, *(contrast.across or {}))
    within = frozenset(compared) & frozenset(fraction.factors if fraction else ())
    loose = {*compared, *(fraction.factors if fraction and within else ())}
    aliases = _aliases(fraction, compared, within) if fraction else ()
    quadrants = _quadrants(contrast)
    for apart in _apart(plan, loose):
        found: list[tuple[tuple[Cell, ...], ...]] = []
        for others in _settings(plan, {*loose, *apart}):
            where = others | apart
            groups = tuple(_cells(plan, where | levels) for levels in quadrants)
            if not all(groups):
                continue  # what one of the grounds cannot have, or a controller not walk
            found.append(groups)
            yield ContrastSides(where, False, groups, aliases)
        if len(found) > 1:
            joined = tuple(
                tuple(cell for groups in found for cell in groups[side])
                for side in range(len(quadrants))
            )
            yield ContrastSides(apart, True, joined, aliases)


def _quadrants(contrast: ContrastConfig) -> list[dict[str, Scalar]]:
    sides: list[dict[str, Scalar]] = [{contrast.factor: level} for level in contrast.levels]
    if contrast.across is None:
        return sides
    ((factor, levels),) = contrast.across.items()
    return [{**side, factor: level} for level in levels for side in sides]


def _aliases(
    fraction: Fraction, compared: tuple[str, ...], within: frozenset[str]
) -> tuple[tuple[str, ...], ...]:
    """Return the aliases of the compared effects, with the factors outside the fraction."""
    if not within:
        return ()
    outside = tuple(name for name in compared if name not in within)
    return tuple((*alias, *outside) for alias in fraction.aliases(within))


def _apart(plan: Plan, loose: set[str]) -> list[dict[str, Scalar]]:
    """Return levels that no mean is taken over: a battery's challenges, people, controllers."""
    factors = plan.config.factors
    kept = [name for name in (PERSON, CONTROLLER) if name in factors and name not in loose]
    chosen = [dict(zip(kept, one, strict=True)) for one in product(*(factors[n] for n in kept))]
    return [{**own, **challenge} for challenge in _challenges(plan) for own in chosen]


def _challenges(plan: Plan) -> list[dict[str, Scalar]]:
    """Return the levels that distinguish a battery's challenges; one empty mapping without one.

    Pushes are left out: every trial has an impulse of its own, chosen from what the condition's
    earlier trials showed, so that pairs of equal seed are not alike (`fall_risk.json` has them).
    """
    if plan.config.battery is None:
        return [{}]
    names = (dict(cell.levels)[CHALLENGE] for cell in plan.cells if not cell.adaptive)
    return [{CHALLENGE: name} for name in dict.fromkeys(names)]


def _settings(plan: Plan, loose: set[str]) -> list[dict[str, Scalar]]:
    """Return the combinations of levels of all factors but `loose`, in the cells' order."""
    found = (
        tuple(one for one in cell.levels if one[0] not in loose and one[0] != CHALLENGE)
        for cell in plan.cells
    )
    return [dict(levels) for levels in dict.fromkeys(found)]


def _cells(plan: Plan, levels: dict[str, Scalar]) -> tuple[Cell, ...]:
    return tuple(cell for cell in plan.cells if levels.items() <= dict(cell.levels).items())
