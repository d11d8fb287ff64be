"""Age, sex, weakness and pain: what they change in the compiled body, and no more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import mujoco
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from retrowalk.models.ageing import AGEING, aged
from retrowalk.models.body import build_body
from retrowalk.models.knee_pain import crosses_knee, knee_linear_cost
from retrowalk.models.physiology import group_strength, muscle_curve
from retrowalk.models.proportions import WOMAN_OVER_MAN
from retrowalk.models.walker import WALKERS, Walker
from retrowalk.sim.measures.base.muscle_groups import CHAINS
from retrowalk.sim.physics.muscle import MuscleSet

YOUNG = build_body()


def muscles(walker: Walker) -> MuscleSet:
    return MuscleSet.from_model(build_body("human", walker).spec().compile())


def test_older_adult_has_the_muscles_of_thelen_2003():
    young, old = muscles(Walker()), muscles(WALKERS["older-adult"])
    np.testing.assert_allclose(old.max_isometric_force, 0.7 * young.max_isometric_force)
    np.testing.assert_allclose(old.vmax, 8.0)
    np.testing.assert_allclose(old.fvmax, 1.8)
    np.testing.assert_allclose(old.fpmax, 1.5 * young.fpmax)
    np.testing.assert_allclose(old.fall_s / young.fall_s, 60 / 50)
    np.testing.assert_array_equal(old.rise_s, young.rise_s)
    np.testing.assert_allclose(old.optimal_length, young.optimal_length)


def test_passive_factor_follows_from_thelens_strains():
    def passive(stretch, strain):
        return np.expm1(5.0 * stretch / strain) / np.expm1(5.0)

    assert passive(0.2, 0.5) / passive(0.2, 0.6) == pytest.approx(
        AGEING.passive_stiffness, rel=0.01
    )


def test_old_muscle_loses_more_power_than_force():
    """Thelen 2003: 30 % less force, over 40 % less power in quick shortening."""
    young, old = muscles(Walker()), muscles(WALKERS["older-adult"])
    length, velocity = np.ones(len(young.vmax)), np.full(len(young.vmax), -3.0)
    force = old.capacity(length, 0 * velocity) / young.capacity(length, 0 * velocity)
    power = old.capacity(length, velocity) / young.capacity(length, velocity)
    np.testing.assert_allclose(force, 0.7)
    assert (power < 0.6).all()


@given(st.floats(18, 95), st.floats(18, 95))
def test_age_only_ever_weakens(one, other):
    younger, older = Walker(age_years=min(one, other)), Walker(age_years=max(one, other))
    assert group_strength(older, "vasti") <= group_strength(younger, "vasti")
    assert muscle_curve(older).vmax <= muscle_curve(younger).vmax
    assert muscle_curve(older).deactivation_s >= muscle_curve(younger).deactivation_s


@pytest.mark.parametrize("age", [18.0, 25.0, 40.0])
def test_up_to_40_years_nothing_differs(age):
    assert build_body("human", Walker(age_years=age)).digest == YOUNG.digest
    assert aged(0.3, age) == 1.0


def test_weak_presets_weaken_their_groups_and_no_others():
    weak = {
        "weak-posterior-chain": dict.fromkeys(CHAINS["posterior_chain"], 0.6),
        "weak-quadriceps": {"rectus_femoris": 0.5, "vasti": 0.5},
        "weak-general": {row.group: 0.7 for row in YOUNG.muscles},
    }
    for name, factors in weak.items():
        for row, reference in zip(
            build_body("human", WALKERS[name]).muscles, YOUNG.muscles, strict=True
        ):
            wanted = reference.max_isometric_force_n * factors.get(row.group, 1.0)
            assert row.max_isometric_force_n == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("field", "attribute"),
    [
        ("contraction_speed", "vmax"),
        ("activation_time", "rise_s"),
        ("deactivation_time", "fall_s"),
        ("passive_stiffness", "fpmax"),
    ],
)
def test_factors_reach_the_muscles_and_multiply_on_the_age(field, attribute):
    changed: dict[str, Any] = {field: 1.3}
    for age in (25.0, 75.0):
        plain = Walker(age_years=age)
        before = getattr(muscles(plain), attribute)
        after = getattr(muscles(replace(plain, **changed)), attribute)
        np.testing.assert_allclose(after, 1.3 * before)


@settings(max_examples=5)
@given(st.floats(1.5, 1.95), st.floats(45, 110))
def test_a_woman_weighs_the_same_and_stands_as_tall(height, mass):
    man = build_body("human", Walker("man", height, mass))
    woman = build_body("human", Walker("woman", height, mass, sex="female"))
    assert woman.spec().compile().body_mass.sum() == pytest.approx(mass, rel=1e-3)
    assert woman.standing_height_m == pytest.approx(man.standing_height_m)


def test_a_womans_segments_differ_by_de_levas_ratios():
    man = YOUNG.spec().compile()
    woman = build_body("human", Walker("woman", sex="female")).spec().compile()
    ratio = woman.body_mass[1:] / man.body_mass[1:]
    names = [man.body(i).name.removesuffix("_l").removesuffix("_r") for i in range(1, man.nbody)]
    wanted = np.array([WOMAN_OVER_MAN[name].mass for name in names])
    np.testing.assert_allclose(ratio / wanted, (ratio / wanted)[0])  # one scale for all
    assert (ratio / wanted)[0] == pytest.approx(1.0, abs=0.03)
    assert set(WOMAN_OVER_MAN) == set(names)
    thigh = man.body("thigh_l").id
    assert woman.body_ipos[thigh, 2] / man.body_ipos[thigh, 2] == pytest.approx(0.3612 / 0.4095)
    heights = []
    for model in (man, woman):
        data = mujoco.MjData(model)
        mujoco.mj_forward(model, data)
        heights.append(data.subtree_com[0, 2] / 1.75)
    assert -0.02 < heights[1] - heights[0] < 0.01  # women's centre of mass is no higher to speak of


def test_knee_pain_costs_the_muscles_that_move_the_knee_and_no_others():
    model = YOUNG.spec().compile()
    data = mujoco.MjData(model)
    for side in "lr":
        data.joint(f"knee_{side}").qpos = 0.3
    mujoco.mj_forward(model, data)
    arms = np.zeros((model.nu, model.nv))
    mujoco.mju_sparse2dense(
        arms, data.actuator_moment, data.moment_rownnz, data.moment_rowadr, data.moment_colind
    )
    knees = [model.joint(f"knee_{side}").dofadr[0] for side in "lr"]
    moved = np.abs(arms[:, knees]).max(1) > 1e-6
    np.testing.assert_array_equal(crosses_knee(YOUNG), moved)
    linear_cost = knee_linear_cost(YOUNG)
    np.testing.assert_array_equal(linear_cost > 0, moved)
    assert linear_cost.mean() == pytest.approx(1.0)
    vasti = [row.name for row in YOUNG.muscles].index("vasti_l")
    assert linear_cost[vasti] == linear_cost.max()
