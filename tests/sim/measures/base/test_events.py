"""Contacts are found where they are, whatever the chatter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from retrowalk.sim.measures.base.events import contacts_of

PERIOD = 0.005


def _force(spans: list[tuple[int, int]], count: int = 1000, force: float = 700.0):
    """A force that is on from sample `a` until before `b` for each (a, b)."""
    values = np.zeros(count)
    for a, b in spans:
        values[a:b] = force
    return values, np.arange(count) * PERIOD


def test_contact_and_foot_off_of_clean_steps():
    found = contacts_of(*_force([(100, 230), (300, 430)]))
    assert found.touch.tolist() == [100, 300]
    assert found.off.tolist() == [230, 430]


def test_moments_lie_where_a_ramp_crosses_the_thresholds():
    time = np.arange(400) * PERIOD
    force = np.clip(np.minimum(400 * (time - 0.5017), 400 * (1.4983 - time)), 0, 700)
    found = contacts_of(force, time)
    assert found.touch_s == pytest.approx([0.5017 + 20 / 400], abs=1e-9)
    assert found.off_s == pytest.approx([1.4983 - 20 / 400], abs=1e-9)


def test_a_force_between_two_thresholds_keeps_the_state():
    force, time = _force([(100, 200)])
    force[200:260] = 30.0  # still on the ground
    force[50:100] = 30.0  # not yet on the ground
    found = contacts_of(force, time, on_n=40.0, off_n=20.0)
    assert (found.touch.tolist(), found.off.tolist()) == ([100], [260])


def test_short_gaps_are_closed_and_scuffs_ignored():
    force, time = _force([(100, 230), (260, 270), (300, 430)])  # 50 ms scuff in the swing
    force[105:112] = 0.0  # bounces after landing
    force[225:228] = 0.0  # and before leaving
    found = contacts_of(force, time)
    assert (found.touch.tolist(), found.off.tolist()) == ([100, 300], [230, 430])


def test_contacts_cut_by_the_recording_have_no_moment():
    found = contacts_of(*_force([(0, 200), (300, 1000)]))
    assert np.isnan(found.touch_s).tolist() == [True, False]
    assert np.isnan(found.off_s).tolist() == [False, True]


@pytest.mark.parametrize("level", [0.0, 20.0, np.nan])
def test_no_contact_without_force(level: float):
    assert len(contacts_of(np.full(500, level), np.arange(500) * PERIOD).touch) == 0


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_samples_have_no_contacts(count: int):
    assert len(contacts_of(np.ones(count), np.arange(count) * PERIOD).touch) == 0


@given(
    stances=st.lists(st.integers(40, 150), min_size=1, max_size=6),
    swings=st.lists(st.integers(40, 100), min_size=7, max_size=7),
    seed=st.integers(0, 2**16),
)
def test_random_chatter_does_not_change_the_contacts(stances, swings, seed):
    spans, at = [], swings[0]
    for stance, swing in zip(stances, swings[1:], strict=False):
        spans.append((at, at + stance))
        at += stance + swing
    force, time = _force(spans, at + 10)
    rng = np.random.default_rng(seed)
    for a, b in spans:  # drop out for up to 50 ms now and then, but not at the very ends
        for start in rng.integers(a + 1, b - 12, size=2):
            force[start : start + rng.integers(1, 5)] = 0.0
        force[b + 15 : b + 15 + rng.integers(0, 8)] = 200.0  # scuff of the swing, under 0.1 s
    found = contacts_of(force, time)
    assert list(zip(found.touch.tolist(), found.off.tolist(), strict=True)) == spans
