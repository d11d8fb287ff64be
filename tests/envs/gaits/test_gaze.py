"""When the walker looks over the shoulder, and what is seen."""

from __future__ import annotations

import numpy as np
import pytest

from retrowalk.envs.gaits.gaze import Gaze
from retrowalk.envs.task.technique import Technique


def rngs(n):
    return [np.random.default_rng(i) for i in range(n)]


def shares(technique: Technique, backward: bool, seconds: float = 120.0):
    """Share of time turned by more than half, and share of time that the path is seen."""
    gaze = Gaze(3, technique, backward)
    gaze.reset(np.arange(3), rngs(3))
    turned, seen = [], []
    for t in np.arange(0.0, seconds, 0.02):
        gaze.update(np.full(3, t))
        turned.append(gaze.turned > 0.5)
        seen.append(gaze.sees_path)
    return np.mean(turned), np.mean(seen)


def test_never_looking_draws_nothing_and_sees_forwards_only():
    generator = np.random.default_rng(1)
    gaze = Gaze(1, Technique(), backward=True)
    gaze.reset(np.array([0]), [generator])
    assert generator.random() == np.random.default_rng(1).random()
    assert shares(Technique(), backward=True) == (0.0, 0.0)
    assert shares(Technique(), backward=False) == (0.0, 1.0)


def test_glances_take_the_time_they_are_asked_to():
    turned, seen = shares(Technique(looks_per_min=10, look_duration_s=1.5), backward=True)
    assert turned == pytest.approx(10 * 1.5 / 60, abs=0.03)
    assert 0.15 < seen < turned


def test_constant_looking_sees_the_path_backwards_and_loses_it_forwards():
    always = Technique(looks_per_min=30, look_duration_s=2.0)
    assert shares(always, backward=True)[1] > 0.99
    assert shares(always, backward=False)[1] < 0.01


def test_turns_are_smooth_and_reach_what_is_asked():
    asked = Technique(looks_per_min=6, look_trunk_yaw_rad=0.4, look_head_yaw_rad=1.2)
    gaze = Gaze(1, asked, backward=True)
    gaze.reset(np.array([0]), rngs(1))
    yaw = []
    for t in np.arange(0.0, 40.0, 0.01):
        gaze.update(np.array([t]))
        yaw.append((gaze.trunk_yaw[0], gaze.head_yaw[0]))
    trunk, head = np.array(yaw).T
    assert trunk.max() == pytest.approx(0.4)
    assert head.max() == pytest.approx(1.2)
    assert np.abs(np.diff(head)).max() / 0.01 < 7.0  # rad/s
