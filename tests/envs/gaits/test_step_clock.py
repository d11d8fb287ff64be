"""The clock of the stride: contact sets it, late contact is waited for, tables see no jump."""

from __future__ import annotations

import numpy as np

from retrowalk.envs.gaits.step_clock import BLEND_S, LATEST, StepClock

DT, STRIDE = 0.005, np.array([1.1])
FROM = np.array([0.8])


def walk(clock: StepClock, seconds: float, loads: tuple[float, float]) -> list[np.ndarray]:
    """Go on with constant loads on the left and the right foot; the walkers that change legs."""
    load = np.array([loads])
    return [clock.advance(DT, STRIDE, load, FROM) for _ in range(round(seconds / DT))]


def test_it_runs_through_a_step_and_waits_for_contact():
    clock = StepClock(1)
    changed = walk(clock, 0.6, (700.0, 0.0))
    assert clock.phase[0] < 0.5
    assert clock.stance[0] == 0
    assert sum(ids.size for ids in changed) == 0
    assert clock.waiting[0] > 0.0
    walk(clock, LATEST * STRIDE[0], (700.0, 0.0))
    assert clock.stance[0] == 1  # not for ever


def test_an_early_contact_ends_the_step_once_it_counts():
    clock = StepClock(1)
    walk(clock, 0.3, (700.0, 300.0))  # the other foot still carries: too early in the step
    assert clock.stance[0] == 0
    walk(clock, 0.2, (700.0, 300.0))
    assert clock.stance[0] == 1
    assert clock.steps[0] == 1
    assert 0.5 <= clock.phase[0] < 0.6


def test_what_tables_see_never_jumps():
    clock = StepClock(1)
    shown = []
    for _ in range(400):
        foot = 300.0 if clock.step_phase[0] > 0.85 else 0.0
        load = (700.0, foot) if clock.stance[0] == 0 else (foot, 700.0)
        clock.advance(DT, STRIDE, np.array([load]), FROM)
        shown.append(clock.shown[0])
    moved = np.mod(np.diff(shown) + 0.5, 1.0) - 0.5
    even = DT / STRIDE[0]
    assert (moved > 0.5 * even).all()
    assert (moved < even + 2.0 * 0.1 * DT / BLEND_S).all()


def test_walkers_do_not_share_a_clock():
    clock = StepClock(2)
    clock.reset(np.array([1]), np.array([0.7]))
    clock.advance(DT, np.array([1.1, 1.0]), np.zeros((2, 2)), np.array([0.8, 0.8]))
    np.testing.assert_allclose(clock.phase, [DT / 1.1, 0.7 + DT])
