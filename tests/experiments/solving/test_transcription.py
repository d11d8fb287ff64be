"""The program of half a stride: mirror symmetry, gradients, and a small solve from near."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("casadi", reason="needs the extra `solve`")

import casadi as ca

from retrowalk.experiments import solving
from retrowalk.experiments.solving.cycle import gait_cycle, stance_of, worked_out
from retrowalk.experiments.solving.objective import read_objective
from retrowalk.experiments.solving.planar_body import planar_body
from retrowalk.experiments.solving.planar_dynamics import GRAVITY, PlanarModel, planar_model
from retrowalk.experiments.solving.stages import FINE
from retrowalk.experiments.solving.starts import at_speed, published_start, reversed_start
from retrowalk.experiments.solving.state_file import State, read_state
from retrowalk.experiments.solving.transcription import MIRROR_Q, Demand, Trajectory, Transcription
from retrowalk.models.body import build_body
from retrowalk.sim.measures.muscles.metabolic_rate import MuscleState, umberger
from retrowalk.sim.physics import muscle

STARTS = Path(str(solving.__file__)).parent / "configs" / "starts"


@pytest.fixture(scope="module")
def model() -> PlanarModel:
    return planar_model(planar_body(build_body("human-2026b")))


@pytest.fixture(scope="module")
def state() -> State:
    return read_state(STARTS / "forward-1.2.npz")


def test_gradient_of_every_term_is_its_finite_difference(model: PlanarModel, state: State):
    program = Transcription(model, 6, 0.13)
    objective = read_objective()
    x, p = program.point(state.solved.trajectory.remeshed(6), Demand(1.2, objective, FINE))
    symbol = ca.MX.sym("x", len(x))
    slope = ca.Function("slope", [symbol], [ca.jacobian(program.terms(symbol, p), symbol)])
    along = np.random.default_rng(5).standard_normal(len(x))
    along /= np.linalg.norm(along)
    step = 1e-6
    ahead, behind = (np.array(program.terms(x + s * along, p)).ravel() for s in (step, -step))
    want = (ahead - behind) / (2 * step)
    have = np.array(slope(x)) @ along
    np.testing.assert_allclose(have, want, rtol=1e-4, atol=1e-5)


def test_solved_gait_is_periodic_and_carries_its_weight(model: PlanarModel, state: State):
    trajectory = state.solved.trajectory
    q = trajectory.values["q"]
    np.testing.assert_allclose(q[1:, -1], q[MIRROR_Q][1:, 0], atol=1e-4)
    cycle = gait_cycle(model, trajectory, 1.2, FINE, {})
    weight = 2 * cycle.ground_force_n[1, :-1].mean()
    assert weight == pytest.approx(model.body.mass_kg * GRAVITY, rel=0.02)


def test_work_of_the_joints_is_what_the_ground_takes(model: PlanarModel, state: State):
    """Over a periodic stride joints do the work that contacts and friction lose: none is made."""
    cycle = gait_cycle(model, state.solved.trajectory, 1.2, FINE, {})
    power = (cycle.moment_n_m * cycle.velocity_rad_per_s).sum(0)[:-1].mean()
    weight = model.body.mass_kg * GRAVITY
    assert 0.0 < 2 * power / (weight * 1.2) < 0.08  # of weight times distance


def test_time_runs_backwards_twice_to_where_it_was(state: State):
    first = state.solved.trajectory
    again = reversed_start(reversed_start(first))
    for name, rows in first.values.items():
        np.testing.assert_allclose(again.values[name], rows, atol=1e-12)


@pytest.mark.parametrize("velocity", [1.2, -0.8])
def test_published_start_goes_the_way_it_is_asked(model: PlanarModel, velocity: float):
    start = published_start(model, velocity, 20)
    q = start.values["q"]
    assert q[0, -1] == pytest.approx(velocity * start.duration_s)
    ankles = np.array(model.ankles(q[:, 0])).ravel()
    assert ankles[0] == pytest.approx(ankles[2], abs=0.02)
    assert ankles[1] < ankles[3]  # the left foot stands
    slower = at_speed(start, velocity / 2)
    assert slower.values["q"][0, -1] == pytest.approx(q[0, -1] / 2)


def test_stance_is_the_longest_stretch_of_load():
    load = np.zeros(101)
    load[20:80] = 1.0
    load[90] = 1.0
    load[-1] = load[0]
    start, share = stance_of(load)
    assert start == pytest.approx(0.19, abs=0.011)
    assert share == pytest.approx(0.60, abs=0.02)


def test_remeshing_keeps_the_ends(state: State):
    trajectory = state.solved.trajectory
    finer = trajectory.remeshed(80)
    assert isinstance(finer, Trajectory)
    np.testing.assert_allclose(finer.values["q"][:, [0, -1]], trajectory.values["q"][:, [0, -1]])


def test_smooth_energy_is_the_measures_own(model: PlanarModel, state: State):
    body, v = model.body, state.solved.trajectory.values
    out = worked_out(model, state.solved.trajectory, FINE)
    column = {
        name: np.tile([getattr(own, name) for own in body.muscles], 2)
        for name in (
            *("max_isometric_force_n", "optimal_fibre_length_m", "mass_kg"),
            "slow_twitch_share",
        )
    }
    length, speed, act = out["length"].T, out["speed"].T, v["a"].T
    factor = muscle.active_force_length(
        length, np.array(body.curve.lmin), np.array(body.curve.lmax)
    )
    force = column["max_isometric_force_n"] * act * factor
    force *= muscle.force_velocity(speed / body.curve.vmax, np.array(body.curve.fvmax))
    exact = umberger(
        MuscleState(
            excitation=act,
            activation=act,
            length=length,
            velocity=speed,
            active_force_n=force,
            total_force_n=force,
            force_length=factor,
            max_isometric_force_n=column["max_isometric_force_n"],
            optimal_length_m=column["optimal_fibre_length_m"],
            mass_kg=column["mass_kg"],
            slow_twitch=column["slow_twitch_share"],
            max_shortening_per_s=np.full(2 * model.muscles, body.curve.vmax),
        )
    )[0]
    assert out["heat"].sum() == pytest.approx(exact.sum(), rel=0.05)
