"""Fractions are the published ones, balanced, and honest about what they confound."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from retrowalk.experiments.statistics.factorial import combinations, fraction_of

# Box, Hunter & Hunter 2005, table 6.22, and Chen, Sun & Wu 1993 (Int Stat Rev 61:131) for the word
# lengths of the designs of least aberration: factors, resolution -> runs, {length: words}
PUBLISHED = {
    (3, 3): (4, {3: 1}),
    (4, 4): (8, {4: 1}),
    (5, 3): (8, {3: 2, 4: 1}),
    (6, 3): (8, {3: 4, 4: 3}),
    (7, 3): (8, {3: 7, 4: 7, 7: 1}),
    (6, 4): (16, {4: 3}),
    (7, 4): (16, {4: 7}),
    (8, 4): (16, {4: 14, 8: 1}),
    (9, 3): (16, {3: 4, 4: 14, 5: 8, 7: 4, 8: 1}),
    (5, 5): (16, {5: 1}),
    (9, 4): (32, {4: 6, 5: 8, 8: 1}),
    (8, 5): (64, {5: 2, 6: 1}),
}


def factors(count: int) -> dict[str, tuple[int, int]]:
    return {chr(ord("a") + i): (0, 1) for i in range(count)}


@pytest.mark.parametrize(("count", "resolution"), PUBLISHED)
def test_fractions_are_the_published_ones(count: int, resolution: int):
    runs, lengths = PUBLISHED[count, resolution]
    fraction = fraction_of(factors(count), f"resolution-{resolution}")
    assert fraction is not None
    assert fraction.resolution == resolution
    found = [len(word) for word in fraction.words]
    assert sum(found) == sum(length * number for length, number in lengths.items())
    assert {n: found.count(n) for n in set(found)} == lengths
    assert len(combinations(factors(count), f"resolution-{resolution}")) == runs == fraction.runs


@pytest.mark.parametrize(("count", "resolution"), [(5, 3), (6, 4), (7, 3), (5, 5)])
def test_aliases_are_the_columns_that_agree(count: int, resolution: int):
    """By brute force: aliased are effects whose columns are equal, or opposite, in all runs."""
    design = f"resolution-{resolution}"
    fraction = fraction_of(factors(count), design)
    assert fraction is not None
    signs = 2 * np.array([list(one.values()) for one in combinations(factors(count), design)]) - 1
    assert (signs.sum(axis=0) == 0).all()  # balanced
    names = list(factors(count))
    effects = [frozenset(one) for size in (1, 2) for one in itertools.combinations(names, size)]
    column = {e: signs[:, [names.index(name) for name in e]].prod(axis=1) for e in effects}
    for effect in effects:
        alike = {
            tuple(sorted(other))
            for other in effects
            if other != effect and abs(column[effect] @ column[other]) == len(signs)
        }
        assert set(fraction.aliases(effect)) == alike


def test_other_factors_are_crossed_in_full():
    mixed = {**factors(3), "surface": ("flat", "grass", "sand"), "walker": ("young",)}
    found = combinations(mixed, "resolution-3")
    assert len(found) == 4 * 3
    assert {tuple(one[name] for name in "abc") for one in found if one["surface"] == "sand"} == {
        tuple(one[name] for name in "abc") for one in found if one["surface"] == "flat"
    }


def test_the_full_factorial_has_every_combination_in_order():
    found = combinations({"a": ("x", "y"), "b": (1, 2, 3)})
    assert found == [{"a": a, "b": b} for a in "xy" for b in (1, 2, 3)]
    assert combinations({}) == [{}]


@pytest.mark.parametrize(
    ("count", "design", "words"),
    [
        (2, "resolution-3", "at least 3 factors of two levels, there are 2"),
        (3, "resolution-4", "at least 4"),
        (11, "resolution-3", "up to 10"),
    ],
)
def test_what_has_no_fraction_is_refused(count: int, design: str, words: str):
    with pytest.raises(ValueError, match=words):
        fraction_of(factors(count), design)
