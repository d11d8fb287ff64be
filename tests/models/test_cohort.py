"""People of a cohort: the published means, spreads and correlations; the same from one seed."""

from __future__ import annotations

import numpy as np
import pytest

from retrowalk.models.cohort import FARTHEST, SIZES, draw_people, strength_of_size
from retrowalk.models.segment_lengths import SEGMENTS
from retrowalk.models.walker import Walker

COUNT = 1_000
NAMES = [f"p{i}" for i in range(COUNT)]


def drawn(sex: str, ages: tuple[float, float] = (25.0, 30.0)) -> tuple[Walker, ...]:
    return draw_people(NAMES, ages, sex, np.random.default_rng(1))


@pytest.mark.parametrize("sex", SIZES)
def test_height_and_mass_are_as_published_and_go_together(sex: str):
    people, size = drawn(sex), SIZES[sex]
    height = np.array([one.height_m for one in people])
    mass = np.array([one.mass_kg for one in people])
    assert height.mean() == pytest.approx(size.height_m, abs=4 * size.height_sd_m / COUNT**0.5)
    assert mass.mean() == pytest.approx(size.mass_kg, abs=4 * size.mass_sd_kg / COUNT**0.5)
    assert height.std() == pytest.approx(size.height_sd_m, rel=0.05)
    assert mass.std() == pytest.approx(size.mass_sd_kg, rel=0.05)
    farthest = FARTHEST * size.height_sd_m
    assert (np.abs(height - size.height_m) <= farthest + 1e-9).all()


@pytest.mark.parametrize("sex", SIZES)
def test_lengths_are_as_published_and_go_together(sex: str):
    """Height, mass and the lengths of thigh, shank and foot over the height."""
    people, size = drawn(sex), SIZES[sex]
    own = np.log([[getattr(one, name) for name in SEGMENTS] for one in people])
    spread = np.array(size.length_sds)
    np.testing.assert_allclose(own.mean(axis=0), np.log(size.lengths), atol=4 * 0.05 / COUNT**0.5)
    np.testing.assert_allclose(own.std(axis=0), spread, rtol=0.06)
    sizes = [[one.height_m, one.mass_kg] for one in people]
    found = np.corrcoef(np.column_stack([sizes, own]).T)
    for row, known in enumerate(size.correlations):
        np.testing.assert_allclose(found[row, :row], known, atol=0.1)


def test_shoes_differ_as_published():
    friction = np.log([one.shoe_friction for one in drawn("male")])
    assert friction.std() == pytest.approx(np.log(0.344 / 0.080) / 4.1, rel=0.06)
    assert friction.mean() == pytest.approx(0.0, abs=0.04)


def test_legs_stay_as_long_in_old_age():
    """It is the trunk that loses the height."""
    young, old = (drawn("female", ages)[0] for ages in _AGES)
    legs = [one.thigh_length * one.height_m for one in (young, old)]
    assert legs[0] == pytest.approx(legs[1])
    assert young.height_m > old.height_m


def test_old_people_have_lost_height():
    young, old = (np.mean([one.height_m for one in drawn("female", ages)]) for ages in _AGES)
    assert young - old == pytest.approx(SIZES["female"].loss_m[0], abs=0.012)


_AGES = ((25.0, 30.0), (70.0, 70.0))


def test_strength_follows_muscle_volume_over_the_length_of_fibres():
    """The reference body is 1; a body twice as heavy and as tall has not twice the strength."""
    assert strength_of_size(1.75, 75.0) == 1.0
    volume = (47 * 1.6 * 60 + 1285) / (47 * 1.75 * 75 + 1285)
    assert strength_of_size(1.6, 60.0) == pytest.approx(volume * 1.75 / 1.6)


def test_a_persons_groups_are_strong_together_and_apart():
    people = drawn("male")
    table = np.log([[factor for _, factor in one.group_strength] for one in people])
    assert table.std(axis=0) == pytest.approx(0.15, rel=0.1)
    between = np.corrcoef(table.T)
    assert np.abs(between - np.eye(len(between))).max() < 0.12


def test_one_seed_makes_one_cohort_and_the_first_are_the_same_in_a_larger_one():
    few, many = (draw_people(NAMES[:n], (20, 80), "both", np.random.default_rng(5)) for n in (4, 9))
    assert many[:4] == few
    assert [one.sex for one in few] == ["male", "female", "male", "female"]
    assert all(20 <= one.age_years <= 80 for one in many)
