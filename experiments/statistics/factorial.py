"""Factorial designs: all combinations of levels, or a regular fraction.

A fraction of the factors with two levels is a subgroup of their full factorial (Box, Hunter &
Hunter 2005, Statistics for Experimenters, chapter 6): `p` basic factors are crossed in full, each
further factor follows the product of some of them. Of all such choices the one of least aberration
is taken (Fries & Hunter 1980, Technometrics 22:601): the fewest short words. Factors with another
number of levels are crossed with the fraction in full.

What a fraction costs: an effect cannot be told apart from its aliases. In resolution III a factor's
main effect is aliased with two-factor interactions, in IV two-factor interactions with each other,
in V neither.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import TypeVar

FULL = "full"
RESOLUTIONS = {"resolution-3": 3, "resolution-4": 4, "resolution-5": 5}
DESIGNS = (FULL, *RESOLUTIONS)
MOST_FACTORS = 10
"""Factors of two levels that a fraction is looked for; the search tries every choice."""

Level = TypeVar("Level")


@dataclass(frozen=True)
class Fraction:
    """A regular fraction of factors with two levels.

    Attributes:
        factors: names, in the config's order.
        columns: of each factor, the set of basic columns whose product it follows, as bits.
        words: the defining relation: sets of factors whose product is constant.
    """

    factors: tuple[str, ...]
    columns: tuple[int, ...]
    words: frozenset[frozenset[str]]

    @property
    def runs(self) -> int:
        """How many combinations of levels it holds."""
        return 2 ** sum(column.bit_count() == 1 for column in self.columns)

    @property
    def resolution(self) -> int:
        """Length of the shortest word."""
        return min(map(len, self.words))

    def holds(self, places: Mapping[str, int]) -> bool:
        """Return whether the combination of levels (0: first, 1: second) is run."""
        sign = {name: 2 * places[name] - 1 for name in self.factors}
        basic = {
            column: sign[name]
            for name, column in zip(self.factors, self.columns, strict=True)
            if column.bit_count() == 1
        }
        return all(
            sign[name] == prod(basic[bit] for bit in basic if bit & column)
            for name, column in zip(self.factors, self.columns, strict=True)
        )

    def aliases(self, effect: frozenset[str], most: int = 2) -> tuple[tuple[str, ...], ...]:
        """Return the effects of at most `most` factors that cannot be told apart from `effect`."""
        found = {effect ^ word for word in self.words}
        kept = [tuple(name for name in self.factors if name in one) for one in found]
        return tuple(sorted((one for one in kept if len(one) <= most), key=lambda a: (len(a), a)))


def fraction_of(factors: Mapping[str, Sequence[object]], design: str) -> Fraction | None:
    """Return the fraction that a design takes of its factors, None for the full factorial.

    Raises:
        ValueError: saying why there is no such fraction.
    """
    if design == FULL:
        return None
    names = tuple(name for name, levels in factors.items() if len(levels) == 2)
    resolution = RESOLUTIONS[design]
    if len(names) < resolution:
        raise ValueError(
            f"needs at least {resolution} factors of two levels, there are {len(names)}"
        )
    if len(names) > MOST_FACTORS:
        raise ValueError(f"goes up to {MOST_FACTORS} factors of two levels, not {len(names)}")
    columns = _columns(len(names), resolution)
    return Fraction(names, columns, _named(names, _words(columns)))


def combinations(
    factors: Mapping[str, Sequence[Level]], design: str = FULL
) -> list[dict[str, Level]]:
    """Return the combinations of levels that a design runs, the last factor changing fastest.

    Raises:
        ValueError: as `fraction_of`.
    """
    fraction = fraction_of(factors, design)
    found: list[dict[str, Level]] = []
    for levels in itertools.product(*factors.values()):
        chosen = dict(zip(factors, levels, strict=True))
        if fraction is not None:
            places = {name: factors[name].index(chosen[name]) for name in fraction.factors}
            if not fraction.holds(places):
                continue
        found.append(chosen)
    return found


@lru_cache(maxsize=64)
def _columns(count: int, resolution: int) -> tuple[int, ...]:
    """Return the columns of the smallest fraction with that resolution, of least aberration."""
    for basic in range(2, count):
        own = tuple(1 << i for i in range(basic))
        products = [c for c in range(1, 1 << basic) if c.bit_count() >= resolution - 1]
        best: tuple[tuple[int, ...], tuple[int, ...]] | None = None
        for chosen in itertools.combinations(products, count - basic):
            pattern = _word_lengths((*own, *chosen), resolution)
            if pattern is not None and (best is None or pattern < best[0]):
                best = pattern, (*own, *chosen)
        if best is not None:
            return best[1]
    raise AssertionError("the half fraction of all factors has a word as long as they are many")


def _word_lengths(columns: tuple[int, ...], resolution: int) -> tuple[int, ...] | None:
    """Return how many words there are of each length from 1; None with one too short."""
    counts = [0] * (len(columns) + 1)
    for word in _words(columns):
        length = word.bit_count()
        if length < resolution:
            return None
        counts[length] += 1
    return tuple(counts)


def _words(columns: tuple[int, ...]) -> list[int]:
    """Return the defining relation as sets of factors (bits): those whose columns cancel."""
    place = {column: i for i, column in enumerate(columns) if column.bit_count() == 1}
    words = [0]
    for i, column in enumerate(columns):
        if column.bit_count() > 1:
            generator = 1 << i
            for bit, factor in place.items():
                generator |= (1 << factor) if bit & column else 0
            words += [word ^ generator for word in words]
    return words[1:]


def _named(names: tuple[str, ...], words: list[int]) -> frozenset[frozenset[str]]:
    return frozenset(
        frozenset(name for i, name in enumerate(names) if word >> i & 1) for word in words
    )
