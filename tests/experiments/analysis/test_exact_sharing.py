"""A walk's torques shared anew: the same torques, cheaper, and nothing that moves changes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, minimize

from retrowalk.envs.gaits.sharing import OF_2026A, Sharing
from retrowalk.envs.scene import Course, build_scene
from retrowalk.envs.task.technique import Technique
from retrowalk.experiments.analysis.exact_sharing import share_again, sharing_excess
from retrowalk.experiments.analysis.reachable_sharing import kept_share, nearest_in_reach
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


@pytest.fixture(scope="module")
def found(walk):
    """That walk beside the sharing of its torques."""
    return sharing_excess(walk, build_body(), OF_2026A, 0.05)


def test_the_same_torques_cost_less_and_press_the_knee_less(found):
    assert 0.1 < found.shares["cost_excess"] < 0.6
    assert 0.0 < found.shares["knee_excess"] < 1.0


def test_what_activations_could_do_is_between_the_walk_and_exact_sharing(found):
    assert found.exact_cost < found.reach_cost <= found.cost
    assert found.shares["cost_beyond_reach"] < 0.1


def test_within_reach_torques_are_met_and_nothing_falls_too_fast(walk):
    body = build_body()
    part = walk.isel(time=slice(900, 1300))
    exact, again = (share_again(part, body, OF_2026A, 0.05, slow) for slow in (False, True))
    a, was = (x["activation"].values[0].astype(float) for x in (again, part))
    kept = kept_share(a[:-1], np.full(a.shape[1], 0.04), 0.005, 0.0025)
    assert (a[1:] - kept * a[:-1]).min() > -0.01
    assert np.abs(a - was).max() > 0.05  # another sharing
    moments = [_muscle_moments(x, body) for x in (exact, again)]
    assert np.sqrt(np.square(moments[1] - moments[0]).mean(0)).max() < 0.7


def test_the_nearest_series_in_reach_is_the_least_that_a_general_solver_finds():
    rng = np.random.default_rng(5)
    series, kept = rng.uniform(0.0, 1.0, (9, 1)), rng.uniform(0.6, 0.95, (9, 1))
    found = nearest_in_reach(series, kept)[:, 0]
    no_faster = np.eye(9)[1:] - kept[:-1] * np.eye(9)[:-1]
    general = minimize(
        lambda a: np.square(a - series[:, 0]).sum(),
        np.ones(9),
        constraints=LinearConstraint(no_faster, 0.0, np.inf),
    )
    np.testing.assert_allclose(found, general.x, atol=1e-4)


def _muscle_moments(recording, body):
    """Moments (time, legs' joints) of the muscles' tensions."""
    count = recording.sizes["time"]
    sim = build_scene(body, Course(), [np.random.default_rng(0)] * count).sim
    sim.qpos[:] = recording["qpos"].values[0]
    sim.forward()
    moments = -(recording["tension_n"].values[0][:, None] @ sim.moment_arm)[:, 0]
    return moments[:, sim.joint_dof[body.roles.legs.ravel()]]


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
