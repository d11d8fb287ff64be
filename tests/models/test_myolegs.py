"""The bodies of `myo-sim`: turned upright, with our signs, their physics is what it was."""

from __future__ import annotations

import builtins

import mujoco
import numpy as np
import pytest

from retrowalk.models.body import build_body
from retrowalk.models.muscle_mass import muscle_masses_kg
from retrowalk.models.resources import HUMAN
from retrowalk.models.strength import moment_arms_m
from retrowalk.models.walker import Walker
from retrowalk.sim.data_files import read_rows
from retrowalk.sim.errors import ConfigError
from retrowalk.sim.measures.base.muscle_groups import MUSCLE_GROUPS
from retrowalk.sim.physics.coupled_joints import CoupledJoints

pytest.importorskip("myo_sim")

BODIES = ("myolegs", "myolegs26")
NATIVE = {"myolegs": (1.70, 74.97515578), "myolegs26": (1.72, 78.09046848)}
"""Height [m] and mass [kg] of the models as the package has them."""


@pytest.fixture(scope="module")
def myolegs():
    """MyoLeg at its own size."""
    height, mass = NATIVE["myolegs"]
    return build_body("myolegs", Walker(height_m=height, mass_kg=mass))


def posed(model: mujoco.MjModel, angles: dict[str, float]) -> mujoco.MjData:
    data, coupled = mujoco.MjData(model), CoupledJoints(model)
    for joint, angle in angles.items():
        data.joint(joint).qpos = angle
    coupled.settle(data.qpos[None], data.qvel[None])
    mujoco.mj_forward(model, data)
    return data


def lumped_arms(model: mujoco.MjModel, data: mujoco.MjData) -> np.ndarray:
    arms = moment_arms_m(model, data)[None]
    CoupledJoints(model).lump(arms, data.qpos[None])
    return arms[0]


def test_moment_arms_are_those_of_the_model_as_published(myolegs):
    """The table was computed from MyoLeg's own XML, in its own frames and signs."""
    model = myolegs.spec().compile()
    muscles = [model.actuator(i).name for i in range(model.nu)]
    for row in read_rows(HUMAN / "reference_moment_arms.csv")[::13]:
        joint, angle = f"{row['joint']}_l", np.radians(float(row["joint_angle_deg"]))
        arms = lumped_arms(model, posed(model, {joint: angle}))
        arm = arms[muscles.index(f"{row['muscle']}_l"), model.joint(joint).dofadr[0]]
        sign = -1.0 if row["joint"] == "mtp_angle" else 1.0  # there toe flexion is positive
        assert sign * arm == pytest.approx(float(row["moment_arm_cm"]) / 100, abs=6e-5), row


@pytest.mark.parametrize("name", BODIES)
def test_arms_of_coupled_joints_are_the_change_of_the_paths_length(name):
    body = build_body(name)
    model, step = body.spec().compile(), 1e-5
    joints = dict(zip(body.roles.joints, body.roles.joint_roles, strict=True))
    angles = {joint: 0.7 if role == "knee" else 0.1 for joint, role in joints.items()}
    arms = lumped_arms(model, posed(model, angles))
    for joint in body.roles.joints[:7]:
        ends = [posed(model, angles | {joint: angles[joint] + by}) for by in (step, -step)]
        change = (ends[0].actuator_length - ends[1].actuator_length) / (2 * step)
        np.testing.assert_allclose(-arms[:, model.joint(joint).dofadr[0]], change, atol=1e-8)


@pytest.mark.parametrize("name", BODIES)
def test_size_and_strength_are_the_walkers(name):
    body = build_body(name)
    model = body.spec().compile()
    assert model.body_mass.sum() == pytest.approx(75.0, rel=1e-6)
    weak = build_body(name, Walker(group_strength=(("soleus", 0.5),), height_m=1.4))
    length = 1.4 / 1.75
    for whole, less in zip(body.muscles, weak.muscles, strict=True):
        strength = 0.5 if whole.group == "soleus" else 1.0
        assert less.max_isometric_force_n == pytest.approx(strength * whole.max_isometric_force_n)
        assert less.optimal_fibre_length_m == pytest.approx(length * whole.optimal_fibre_length_m)
    short, tall = (posed(b.spec().compile(), {}) for b in (weak, body))
    np.testing.assert_allclose(short.actuator_length, length * tall.actuator_length, rtol=1e-5)


@pytest.mark.parametrize("name", BODIES)
def test_muscles_of_a_leg_weigh_what_those_of_the_human_do(name):
    """Volumes measured in people are shared out among the muscles of each group."""
    body, human = build_body(name), build_body()
    legs = [row.group for row in human.muscles[:21]]
    mine, theirs = muscle_masses_kg(body), muscle_masses_kg(human)[:21]
    for group in {row.group for row in body.muscles}:
        assert group in MUSCLE_GROUPS
        at = [row.group == group and row.side == "l" for row in body.muscles]
        assert mine[at].sum() == pytest.approx(theirs[np.array(legs) == group].sum(), rel=1e-6)


def test_without_the_package_one_sentence_says_what_to_install(monkeypatch):
    from retrowalk.models.mapped import myo_sim

    imported = builtins.__import__

    def refusing(name, *args):
        if name.startswith("myo_sim"):
            raise ImportError("no such module", name="myo_sim")
        return imported(name, *args)

    monkeypatch.setattr(builtins, "__import__", refusing)
    with pytest.raises(
        ConfigError, match=r"the body 'myolegs' needs the extra `bodies` .*pip install"
    ):
        myo_sim.load("myolegs")
