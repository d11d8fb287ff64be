"""A walk's torques shared anew: the same torques, cheaper, and nothing that moves changes."""

from __future__ import annotations

import numpy as np
import pytest

from retrowalk.envs.gaits.sharing import OF_2026A, Sharing
from retrowalk.envs.task.technique import Technique
from retrowalk.experiments.analysis.exact_sharing import share_again, sharing_excess
from retrowalk.experiments.rollout.trials import rollout_cell
from retrowalk.experiments.study.plan import Cell, TrialSpec
from retrowalk.models.body import build_body
from retrowalk.models.walker import Walker

CELL = Cell(
    index=0,
    name="all",
    levels=(),
    direction="backward",
    body="human",
    walker=Walker(),
    surface="flat",
    policy="scripted",
    technique=Technique(speed_m_per_s=0.6),
    technique_name="custom",
    duration_s=7.0,
)


@pytest.fixture(scope="module")
def walk():
    """Seven seconds backwards."""
    return rollout_cell(CELL, [TrialSpec(0, 0, 3)], 1)


def test_the_same_torques_cost_less_and_press_the_knee_less(walk):
    found = sharing_excess(walk, build_body(), OF_2026A, 0.05)
    assert 0.1 < found.cost_excess < 0.6
    assert 0.0 < found.knee_excess < 1.0


def test_only_the_muscles_change(walk):
    again = share_again(walk, build_body(), Sharing(exponent=3.0), 0.05)
    changed = {name for name in walk if not walk[name].equals(again[name])}
    series = {"excitation", "activation", "tension_n", "knee_contact_force_n"}
    assert changed == series
    for name in series:
        assert np.isfinite(again[name].values).all()
    assert float(again["activation"].min()) >= 0.0
    assert float(again["activation"].max()) <= 1.0


def test_what_is_shared_exactly_is_shared_the_same_again(walk):
    body = build_body()
    once = share_again(walk, body, OF_2026A, 0.05)
    twice = share_again(once, body, OF_2026A, 0.05)
    np.testing.assert_allclose(once["activation"], twice["activation"], atol=0.03)
