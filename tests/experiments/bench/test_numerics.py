"""Numerical verification: changes worked out by hand, and marked where they are large."""

from __future__ import annotations

import numpy as np
import pytest

from retrowalk.experiments.bench.numerics import (
    DIRECTIONS,
    MEASURES,
    Falls,
    Moved,
    Verification,
    compared,
)
from retrowalk.experiments.commands.verify_page import numerics_page
from retrowalk.models.numerics import VARIANTS


def test_a_change_is_that_of_the_pairs_with_both_values():
    own = np.array([1.0, 2.0, 3.0, np.nan, 2.0])
    other = np.array([1.1, 2.1, 3.1, 9.0, np.nan])
    found = compared("half-step", "backward", "step_length_m", own, other)
    assert found.pairs == 3
    assert found.value == pytest.approx(2.0)
    assert found.change == pytest.approx(0.05)
    assert found.reach == pytest.approx(0.0, abs=1e-12)
    assert found.marked


def test_the_share_is_of_the_magnitude_and_its_interval_is_students():
    own = np.array([-0.2, -0.2, -0.2])
    found = compared("half-step", "forward", "mos_ap_m", own, own + np.array([0.001, 0.002, 0.003]))
    assert found.change == pytest.approx(0.01)
    assert found.reach == pytest.approx(4.302653 * 0.005 / np.sqrt(3), rel=1e-6)
    assert not found.marked


def test_nothing_to_compare_is_null():
    nothing = np.full(4, np.nan)
    found = compared("half-step", "forward", "mos_ap_m", nothing, nothing)
    assert (found.value, found.change, found.marked, found.pairs) == (None, None, False, 0)


def test_the_page_marks_what_moves():
    subjects = (*DIRECTIONS, " / ".join(DIRECTIONS))
    moved = tuple(
        Moved(variant, subject, name, 1.0, change, 0.001, 12, abs(change) > 0.02)
        for variant, change in zip(VARIANTS, (0.001, 0.0, -0.05, 0.019), strict=True)
        for subject in subjects
        for name in MEASURES
    )
    falls = tuple(Falls(variant, way, 12, 0, 1) for variant in VARIANTS for way in DIRECTIONS)
    page = numerics_page(Verification(12, 20.0, 0.8, 1, moved, falls), "retrowalk verify")
    assert page.count("**−5.0 ± 0.1**") == len(subjects) * len(MEASURES)
    assert "+1.9 ± 0.1" in page
    assert "**+1.9" not in page
    assert f"{45} of {180} results are marked" in page
