"""Perception: exact for the focused young, late and noisy by the right amounts for others."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pytest
from flat_ground import add_flat_ground
from hypothesis import given, settings, strategies as st

from retrowalk.envs.senses.perception import PerceivedState, Perception
from retrowalk.models.body import build_body
from retrowalk.models.senses import CHANNELS, YOUNG_NOISE, Senses
from retrowalk.models.walker import WALKERS, Walker
from retrowalk.sim.physics.body_state import BodyState
from retrowalk.sim.physics.simulation import Simulation

PERIOD = 0.005
YOUNG, OLDER = WALKERS["young-adult"], WALKERS["older-adult"]
LATE = Walker("late", extra_delay_s=0.015)  # three control steps, no noise

# What a gait may read that is not a sense: the body itself, its muscles, the ground, constants.
NOT_SENSED = {
    "actuators",
    *("model", "coupled", "anatomy", "n", "ground", "muscles", "root_pose", "valid", "time"),
    *("act", "ctrl", "applied", "external_force", "path_length", "path_velocity", "force"),
    *("passive_force", "actuator_torque", "ground_velocity", "ground_travel"),
    *(
        "mocap_position",
        "mocap_quaternion",
        "root",
        "trunk",
        "feet",
        "shanks",
        "joint_qpos",
        "joint_dof",
    ),
}


def falling(n: int) -> Simulation:
    """Return n bodies thrown into the air, each its own way."""
    body = build_body()
    spec = body.spec()
    add_flat_ground(spec)
    sim = Simulation(spec, body.anatomy, n)
    rng = np.random.default_rng(3)
    sim.qpos[:, 2] = 3.0
    sim.qpos[:, sim.joint_qpos] += 0.1 * rng.standard_normal((n, len(sim.joint_qpos)))
    sim.qvel[:] = 0.5 * rng.standard_normal(sim.qvel.shape)
    sim.forward()
    return sim


def generators(n: int, first: int = 0) -> list[np.random.Generator]:
    return [np.random.default_rng(100 + first + i) for i in range(n)]


def follow(sim: Simulation, perception: Perception, steps: int):
    """Yield what is sensed after each control step."""
    for _ in range(steps):
        yield perception.sense()
        sim.step(round(PERIOD / sim.time_step))


def test_focused_young_adult_senses_the_body_itself():
    sim = falling(2)
    perception = Perception(sim, YOUNG, PERIOD)
    perception.reset(np.arange(2), generators(2))
    assert all(seen is sim.state for seen in follow(sim, perception, 3))


def test_undisturbed_rows_are_exact_beside_disturbed_ones():
    sim = falling(3)
    perception = Perception(sim, [YOUNG, OLDER, YOUNG], PERIOD)
    perception.reset(np.arange(3), generators(3))
    for seen in follow(sim, perception, 5):
        assert seen is not sim.state
        rows = [0, 2]
        for name in ("qpos", "qvel", "com", "com_velocity", "body_position", "body_matrix"):
            np.testing.assert_array_equal(getattr(seen, name)[rows], getattr(sim, name)[rows])
        for name in ("points", "body_quaternion", "vertical_load", "bias_force", "ground_force"):
            np.testing.assert_array_equal(getattr(seen, name)[rows], getattr(sim, name)[rows])
        assert np.abs(seen.qpos[1] - sim.qpos[1]).max() > 0


def test_what_a_trial_senses_does_not_depend_on_the_batch():
    seen = []
    for chosen in ([0, 1, 2], [2], [2, 0]):
        whole = falling(3)
        sim = falling(len(chosen))
        sim.qpos[:], sim.qvel[:] = whole.qpos[chosen], whole.qvel[chosen]
        sim.forward()
        perception = Perception(sim, OLDER, PERIOD)
        perception.reset(np.arange(sim.n), [generators(3)[i] for i in chosen])
        last = [s.qpos.copy() for s in follow(sim, perception, 300)][-1]
        seen.append(last[chosen.index(2)])
    np.testing.assert_array_equal(seen[0], seen[1])
    np.testing.assert_array_equal(seen[0], seen[2])


def test_what_only_muscles_and_gravity_do_is_predicted():
    sim = falling(2)
    sim.qpos[:, 2] = 1.1  # lands within a few steps
    sim.forward()
    perception = Perception(sim, LATE, PERIOD)
    perception.reset(np.arange(2), generators(2))
    rng = np.random.default_rng(5)
    landed = False
    for _ in range(60):
        seen = perception.sense()
        assert seen is not sim.state
        np.testing.assert_allclose(seen.qpos, sim.qpos, atol=1e-9)
        np.testing.assert_allclose(seen.qvel, sim.qvel, atol=1e-7)
        np.testing.assert_allclose(seen.vertical_load, sim.vertical_load, atol=1e-3)
        landed |= sim.vertical_load.max() > 100.0
        sim.ctrl[:] = 0.2 * rng.random(sim.ctrl.shape)
        sim.step(round(PERIOD / sim.time_step))
    assert landed


def test_a_push_is_known_only_after_the_delay():
    sim = falling(2)
    perception = Perception(sim, [LATE, YOUNG], PERIOD)
    perception.reset(np.arange(2), generators(2))
    error = []
    for step in range(12):
        seen = perception.sense()
        error.append(np.abs(seen.com_velocity - sim.com_velocity).max(1))
        if step == 5:
            sim.external_force[:, sim.trunk, 0] = 2000.0  # for one control step: 10 N.s
        sim.step(round(PERIOD / sim.time_step))
    late = np.array(error)[:, 0]
    assert (late[:6] < 1e-9).all()
    assert (late[6:9] > 0.1).all()  # 10 N.s on 75 kg
    assert (late[9:] < 1e-9).all()
    assert not np.array(error)[:, 1].any()


def test_an_unexpected_friction_is_known_only_after_the_delay():
    sim = falling(1)
    perception = Perception(sim, LATE, PERIOD)
    perception.reset(np.arange(1), generators(1))
    slide = sim.model.geom("ball_l").id
    sim.fields.set("geom_friction", None, sim.model.geom_friction[slide], rows=slide)
    assert perception._model is not None
    for step in range(8):
        if step == 2:
            sim.fields.set("geom_friction", None, [0.01, 0.0, 0.0], rows=slide)
        perception.sense()
        used = perception._model._batch.expand("geom_friction")[0, slide, 0]
        assert (used < 0.1) == (step >= 5)
        sim.step(round(PERIOD / sim.time_step))


def test_what_follows_from_the_state_follows_from_the_sensed_state():
    sim = falling(2)
    perception = Perception(sim, OLDER, PERIOD)
    perception.reset(np.arange(2), generators(2))
    seen = list(follow(sim, perception, 20))[-1]
    check = falling(2)
    check.qpos[:], check.qvel[:] = seen.qpos, seen.qvel
    check.forward()
    for name in ("com", "com_velocity", "body_position", "body_matrix", "points", "bias_force"):
        np.testing.assert_allclose(getattr(seen, name), getattr(check, name), atol=1e-10)
    np.testing.assert_array_equal(seen.moment_arm, sim.moment_arm)
    np.testing.assert_array_equal(seen.fibre_length, sim.fibre_length)
    assert np.shares_memory(seen.act, sim.act)
    assert seen.muscles is sim.muscles


def test_noise_has_the_stated_size_and_colour():
    walker = Walker("noisy", sensory_noise=2.5)
    sim = falling(16)
    start = sim.qpos.copy(), sim.qvel.copy()
    perception = Perception(sim, walker, PERIOD)
    perception.reset(np.arange(16), generators(16))
    errors = {name: [] for name in CHANNELS}
    for _ in range(1500):  # the body is held still, so delay does not count
        seen = perception.sense()
        dq, dv = seen.qpos - start[0], seen.qvel - start[1]
        errors["position"].append(dq[:, :3])
        errors["joint"].append(dq[:, sim.joint_qpos])
        errors["velocity"].append(dv[:, :3])
        errors["turn"].append(dv[:, 3:6])
        errors["joint_rate"].append(dv[:, sim.joint_dof])
        errors["tilt"].append(2.0 * dq[:, 4:7])  # starts upright
    wanted = Senses([walker]).excess(np.array([walker.attention])).noise[0]
    for channel, size in zip(CHANNELS, wanted, strict=True):
        error = np.array(errors[channel])
        assert error.std() == pytest.approx(size, rel=0.12), channel
        steps = (error[1:] * error[:-1]).mean() / (error**2).mean()
        assert 0.9 < steps < 0.999, channel


@settings(max_examples=30)
@given(st.floats(18, 95), st.floats(18, 95), st.floats(0, 1), st.floats(0, 1), st.floats(0, 3))
def test_age_and_inattention_only_ever_disturb(one, other, low, high, factor):
    young = Walker("a", age_years=min(one, other), sensory_noise=factor)
    old = Walker("b", age_years=max(one, other), sensory_noise=factor)
    senses = Senses([young, old])
    less = senses.excess(np.full(2, min(low, high)))
    more = senses.excess(np.full(2, max(low, high)))
    assert (less.noise >= more.noise).all()
    assert (less.noise[1] >= less.noise[0]).all()
    assert less.delay_s[1] >= less.delay_s[0] >= more.delay_s[0]


def test_young_noise_of_twice_the_size_leaves_an_excess_that_adds_in_variance():
    senses = Senses([Walker("noisy", sensory_noise=2.0), Walker("dull", attention=0.0)])
    for row in senses.excess(np.array([1.0, 0.0])).noise:
        total = np.hypot(row, list(YOUNG_NOISE.values()))
        np.testing.assert_allclose(total, 2.0 * np.array(list(YOUNG_NOISE.values())))


def test_light_loads_are_not_felt_by_the_old():
    sim = falling(2)
    perception = Perception(sim, [OLDER, YOUNG], PERIOD)
    perception.reset(np.arange(2), generators(2))
    seen = perception.sense()
    assert isinstance(seen, PerceivedState)
    column = sim._regions[0, 0] + 3
    for load, felt in ((20.0, 0.0), (45.0, 45.0)):
        seen._felt[:, column] = -load
        np.testing.assert_allclose(seen.vertical_load[:, 0], [felt, load])


def test_attention_may_lapse_and_come_back():
    sim = falling(2)
    perception = Perception(sim, YOUNG, PERIOD, lapses=True)
    perception.reset(np.arange(2), generators(2))
    assert perception.sense() is sim.state
    perception.attention[1] = 0.0
    seen = perception.sense()
    assert seen is not sim.state
    np.testing.assert_array_equal(seen.qpos[0], sim.qpos[0])
    perception.attention[1] = 1.0
    assert perception.sense() is sim.state
    perception.attention[1] = 0.0
    perception.reset(np.array([1]), generators(1))
    assert perception.sense() is sim.state


def test_every_attribute_of_a_state_is_decided_on():
    """Whoever adds an attribute to BodyState decides whether walkers sense it late."""
    sim = falling(1)
    perception = Perception(sim, OLDER, PERIOD)
    perception.reset(np.arange(1), generators(1))
    view = perception.sense()
    kept = {name for name, one in vars(BodyState).items() if isinstance(one, cached_property)}
    public = {name for name in vars(sim.state) if not name.startswith("_")} - kept
    assert {name for name in vars(view) if not name.startswith("_")} - kept == public
    own = {name for name in public if not _same(getattr(view, name), getattr(sim.state, name))}
    assert own == public - NOT_SENSED
    np.testing.assert_array_equal(view.com, view.sensors[:, sim._com : sim._com + 3])
    assert np.shares_memory(view.com, view.sensors)


def _same(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray) and one.size:
        return np.shares_memory(one, other)
    return one is other or isinstance(one, np.ndarray)


def test_what_is_sensed_can_only_be_read():
    sim = falling(1)
    perception = Perception(sim, OLDER, PERIOD)
    perception.reset(np.arange(1), generators(1))
    for seen in (perception.sense(), sim.state):
        assert not any(hasattr(seen, name) for name in ("step", "reset", "forward", "fields"))
        for name, value in vars(seen).items():
            if isinstance(value, np.ndarray) and not name.startswith("_"):
                assert not value.flags.writeable, name
        with pytest.raises(ValueError, match="read-only"):
            seen.qpos[0, 0] = 1.0
