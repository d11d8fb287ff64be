"""The treadmill: what the belt carries, workouts, tilt, bar, rails, and leaving it."""

from __future__ import annotations

import mujoco
import numpy as np
import pytest

from retrowalk.envs.task.termination import has_fallen, has_left_belt
from retrowalk.models.body import build_body
from retrowalk.sim.errors import ConfigError
from retrowalk.sim.ground.ground import lay_ground
from retrowalk.sim.ground.surface import Surface
from retrowalk.sim.physics.recording import Recorder
from retrowalk.sim.physics.simulation import Simulation
from retrowalk.sim.treadmill.belt_drive import start_treadmill
from retrowalk.sim.treadmill.treadmill import Treadmill
from retrowalk.sim.treadmill.workout import (
    WORKOUTS,
    Workout,
    WorkoutPoint,
    intervals,
    workout,
)


def treadmill_with(
    treadmill: Treadmill, n: int = 1, sign: float = -1.0, speed: float = 0.6, block: bool = False
) -> Simulation:
    """Return n humans over a running belt; with `block`, a block that lies on it."""
    body = build_body()
    spec = body.spec()
    ground = lay_ground(
        Surface(belt=True),
        sign,
        1.0,
        [np.random.default_rng(i) for i in range(n)],
        (treadmill.belt_length_m, treadmill.belt_width_m),
        treadmill.bar_x(sign),
    )
    ground.add_to(spec)
    if block:
        box = spec.worldbody.add_body(name="block", pos=[0.0, 0.6, 0.051])
        box.add_freejoint()
        box.add_geom(type=mujoco.mjtGeom.mjGEOM_BOX, size=[0.1, 0.1, 0.05], mass=5, contype=1)
    sim = Simulation(spec, body.anatomy, n, 1, ground)
    start_treadmill(sim, treadmill, sign, speed, speed)
    sim.forward()
    return sim


LONG = Treadmill(belt_length_m=10.0, belt_width_m=2.0, belt_acceleration_m_per_s2=2.0)


@pytest.mark.parametrize("sign", [-1.0, 1.0])
@pytest.mark.parametrize("slope", [0.0, 0.1])
def test_a_block_is_carried_at_the_belts_speed_against_travel(sign, slope):
    work = Workout((WorkoutPoint(slope=slope),))
    sim = treadmill_with(Treadmill(10.0, 2.0, 2.0, workout=work), sign=sign, speed=0.8, block=True)
    dof = int(sim.model.joint(sim.model.njnt - 1).dofadr[0])
    place = int(sim.model.joint(sim.model.njnt - 1).qposadr[0])
    for _ in range(200):
        sim.step(2)
    before, travelled = sim.qpos[0, place], sim.ground_travel[0]
    for _ in range(200):
        sim.step(2)
    carried = sim.qpos[0, place] - before
    assert sim.qvel[0, dof] == pytest.approx(-sign * 0.8 * np.cos(np.arctan(slope)), rel=0.01)
    assert carried == pytest.approx(sim.ground_travel[0] - travelled, rel=0.01)
    assert carried == pytest.approx(-sign * 0.8 * np.cos(np.arctan(slope)), rel=0.01)
    height = sim.ground_height(sim.qpos[:, None, place : place + 2])[0, 0]
    assert height == pytest.approx(slope * sign * sim.qpos[0, place])
    assert sim.qpos[0, place + 2] - height == pytest.approx(0.05, abs=0.002)


def standing_body(*, belt: bool, speed: float) -> Simulation:
    """Return a human who sinks with slack muscles, as fast against the ground on each of them."""
    body = build_body()
    spec = body.spec()
    bed = (LONG.belt_length_m, LONG.belt_width_m) if belt else None
    ground = lay_ground(Surface(belt=belt), -1.0, 30.0, [np.random.default_rng(0)], bed)
    ground.add_to(spec)
    sim = Simulation(spec, body.anatomy, 1, 1, ground)
    if belt:
        bare = Treadmill(LONG.belt_length_m, LONG.belt_width_m, 2.0, front_bar=False)
        start_treadmill(sim, bare, -1.0, speed, speed)
    else:
        sim.reset()
    sim.qpos[:, 2] = body.standing_height_m
    sim.qvel[:, 0] = sim.ground_velocity - 0.8
    sim.ctrl[:] = sim.act[:] = 0.15
    sim.forward()
    return sim


def test_a_belt_is_a_floor_that_moves():
    """Walking on a belt is walking over ground, seen from the belt: an identity, no finding.

    Beside a belt at rest all is the same but for rounding. The floor is a plane and the belt a box,
    which touch a foot at slightly other points: beside it the pelvis stays within a millimetre.
    """
    running, resting = standing_body(belt=True, speed=0.8), standing_body(belt=True, speed=0.0)
    floor = standing_body(belt=False, speed=0.0)
    for _ in range(100):  # 0.5 s
        for sim in (running, resting, floor):
            sim.step(2)
    moved = np.zeros_like(running.qpos)
    moved[0, 0] = 0.8 * running.time[0]
    np.testing.assert_allclose(running.qpos - moved, resting.qpos, atol=1e-9)
    np.testing.assert_allclose(running.qvel[:, 1:], resting.qvel[:, 1:], atol=1e-7)
    np.testing.assert_allclose(running.act, resting.act, atol=1e-12)
    np.testing.assert_allclose((running.qpos - moved)[0, :3], floor.qpos[0, :3], atol=1e-3)


def test_speed_and_slope_follow_the_workout_within_the_belts_acceleration():
    work = Workout((WorkoutPoint(0.0, 0.5), WorkoutPoint(0.5, 0.5), WorkoutPoint(0.51, 1.0, 0.05)))
    sim = treadmill_with(Treadmill(belt_acceleration_m_per_s2=0.5, workout=work))
    seen = []
    for _ in range(400):
        sim.step(2)
        assert sim.ground is not None
        assert sim.ground.belt is not None
        seen.append((sim.time[0], sim.ground_velocity[0], sim.ground.belt.slope[0]))
    time, velocity, slope = np.array(seen).T
    np.testing.assert_allclose(velocity[time < 0.5], 0.5)  # to +x, against a backward walker
    assert np.diff(velocity).max() <= 0.5 * 0.0051
    middle = np.interp(1.0, time, velocity)
    assert middle == pytest.approx(0.75, abs=0.01)
    np.testing.assert_allclose(velocity[time > 1.6], 1.0 / np.sqrt(1 + 0.05**2))
    np.testing.assert_allclose(slope[time > 0.6], -0.05)  # uphill along travel, which is to -x
    np.testing.assert_allclose(np.trapezoid(velocity, time), sim.ground_travel[0], rtol=0.02)


def test_simulations_run_their_own_belts_after_a_reset():
    sim = treadmill_with(Treadmill(workout=WORKOUTS["stop"]), n=2)
    for _ in range(20):
        sim.step(2)
    sim.belt_speed_offset[1] = 0.3
    sim.step(2)
    np.testing.assert_allclose(sim.ground_velocity, [0.6, 0.9])
    sim.reset(np.array([1]))
    np.testing.assert_allclose(sim.ground_velocity, [0.6, 0.6])
    assert sim.ground_travel[0] > sim.ground_travel[1] == 0.0


@pytest.mark.parametrize("where", [(0.9, 0.0), (-0.9, 0.0), (0.0, 0.45), (0.0, -0.45)])
def test_whoever_leaves_the_belt_has_fallen(where):
    sim = treadmill_with(Treadmill(front_bar=False), n=2)
    sim.qpos[1, :2] = where
    sim.qpos[:, 2] -= 0.003
    sim.forward()
    assert has_left_belt(sim).tolist() == [False, True]
    assert has_fallen(sim).tolist() == [False, True]


def test_a_foot_in_the_air_beside_the_belt_has_not_left_it():
    sim = treadmill_with(Treadmill())
    sim.qpos[0, 1] = 0.22  # the left ankle is at 0.31, the belt ends at 0.30
    sim.qpos[0, 2] += 0.01
    sim.forward()
    assert not has_left_belt(sim)[0]
    sim.qpos[0, 2] -= 0.013
    sim.forward()
    assert has_left_belt(sim)[0]


def test_the_bar_stops_a_pelvis_and_reports_its_force():
    sim = treadmill_with(Treadmill())
    sim.fields.set("opt.gravity", None, 0.0)
    sim.qpos[0, 2] += 1.0
    sim.qpos[0, 0] = -0.3
    sim.qvel[0, 0] = -0.8
    sim.forward()
    (_, force), most = sim.reports["bar_force_n"], 0.0
    impulse = 0.0
    for _ in range(200):
        sim.step(2)
        impulse += force[0] * 2 * sim.time_step
        most = max(most, force[0])
    assert most > 100.0
    assert sim.com_velocity[0, 0] > 0.0
    assert sim.com[0, 0] > -0.8
    change = sim.mass * (sim.com_velocity[0, 0] + 0.8)
    assert impulse == pytest.approx(change, rel=0.05)


@pytest.mark.parametrize(("firmness", "most"), [("light", 20.0), ("firm", 150.0)])
def test_rails_push_the_trunk_back_within_their_limit(firmness, most):
    sim = treadmill_with(Treadmill(handrail=firmness), n=2)
    sim.fields.set("opt.gravity", None, 0.0)
    sim.qpos[:, 2] += 0.3 * np.array([0.0, 1.0])
    sim.qpos[0, 1] = 0.05
    sim.forward()
    _, force = sim.reports["handrail_force_n"]
    sim.step(1)
    sizes = np.linalg.norm(force, axis=-1)
    assert sizes.max() <= most + 1e-9
    assert (force[0, :, 1] < 0).all()  # displaced to the left: pushed to the right
    assert (force[1, :, 2] < 0).all()  # too high: held down
    before = sim.com_velocity[0, 1]
    for _ in range(20):
        sim.step(2)
    assert sim.com_velocity[0, 1] < before


def test_the_rails_force_is_all_that_acts_from_outside():
    """Momentum: hands that follow the rail are pulled by muscles, so inside the walker."""
    sim = treadmill_with(Treadmill(handrail="firm", front_bar=False))
    sim.fields.set("opt.gravity", None, 0.0)
    sim.qpos[0, :3] += [0.03, -0.02, 0.02]
    sim.qpos[0, 2] += 0.05
    sim.forward()
    _, force = sim.reports["handrail_force_n"]
    impulse = np.zeros(3)
    for _ in range(30):
        sim.step(2)
        impulse += force[0].sum(0) * 2 * sim.time_step
    np.testing.assert_allclose(sim.mass * sim.com_velocity[0], impulse, atol=0.5)
    assert np.linalg.norm(impulse) > 3.0


def test_belt_and_reports_are_recorded():
    sim = treadmill_with(Treadmill(handrail="light"), n=2)
    recorder = Recorder(sim, 3, 0.005)
    for _ in range(3):
        sim.step(2)
        recorder.record()
    trial = {"trial": np.arange(2)}
    recording = recorder.dataset(np.full(2, np.inf), {}, trial, {})
    np.testing.assert_allclose(recording["ground_velocity_m_per_s"], 0.6, rtol=1e-6)
    assert recording["handrail_force_n"].dims == ("trial", "time", "hand", "axis")
    assert recording["bar_force_n"].dims == ("trial", "time")
    assert recording["belt_slope"].shape == (2, 3)


def test_workouts_change_evenly_between_points_and_stay_after_the_last():
    work = Workout((WorkoutPoint(0.0, 0.5), WorkoutPoint(10.0, 1.0, 0.1), WorkoutPoint(20.0)))
    speed, slope = work.at(np.array([0.0, 5.0, 10.0, 15.0, 99.0]), 0.8)
    np.testing.assert_allclose(speed, [0.5, 0.75, 1.0, 0.9, 0.8])
    np.testing.assert_allclose(slope, [0.0, 0.05, 0.1, 0.05, 0.0])
    fast, _ = intervals(0.5, 1.0, 10.0, 40.0).at(np.array([5.0, 15.0, 25.0, 35.0]), 9.9)
    np.testing.assert_allclose(fast, [0.5, 1.0, 0.5, 1.0])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Treadmill(belt_length_m=0.0),
            r"belt_length_m must be a number from 1 to 10, is 0\.0",
        ),
        (lambda: Treadmill(handrail="strong"), "handrail 'strong'"),
        (lambda: WorkoutPoint(-1.0), "before the trial's start"),
        (
            lambda: WorkoutPoint(speed_m_per_s=-0.5),
            r"speed_m_per_s must be .* is -0\.5 \(the belt always runs against",
        ),
        (lambda: WorkoutPoint(slope=0.5), r"slope must be .* is 0\.5 \(0\.05 is 5 %\)"),
        (lambda: Workout(()), "at least one point"),
        (lambda: Workout((WorkoutPoint(2.0), WorkoutPoint(2.0))), "in order of time"),
        (lambda: intervals(0.5, 1.0, 1.0, 10.0), "too short"),
        (lambda: workout("hil"), "did you mean 'hill'"),
        (lambda: Surface(belt=True, slope=0.1), "incline belongs to the workout"),
    ],
)
def test_what_no_treadmill_has_is_refused(make, message):
    with pytest.raises(ConfigError, match=message):
        make()


def test_a_drive_without_a_belt_is_refused():
    body = build_body()
    spec = body.spec()
    ground = lay_ground(Surface(), 1.0, 1.0, [])
    ground.add_to(spec)
    sim = Simulation(spec, body.anatomy, 1, 1, ground)
    with pytest.raises(ConfigError, match="needs a surface with a belt"):
        start_treadmill(sim, Treadmill(), 1.0, 0.6, 0.6)
