"""A body is one file; its roles are indices that agree with its model."""

from __future__ import annotations

from pathlib import Path

import mujoco
import numpy as np
import pytest

from retrowalk.models import bodies
from retrowalk.models.body import build_body
from retrowalk.models.catalogue import BODIES
from retrowalk.models.sides import mirrored_name, side_of
from retrowalk.models.strength import moment_arms_m
from retrowalk.models.walker import WALKERS, Walker
from retrowalk.sim.errors import ConfigError

ONE_MORE = '''
"""A human of another colour."""
from retrowalk.models.bodies.human import driven_skeleton, human_body


def build(name, walker):
    spec, muscles = driven_skeleton(walker, "muscles.csv")
    spec.geoms[0].rgba[:] = 1.0, 0.0, 0.0, 1.0
    return human_body(name, walker, spec, muscles)
'''


def test_a_body_is_added_by_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "one_more.py").write_text(ONE_MORE)
    assert "one-more" not in BODIES
    monkeypatch.setattr(bodies, "__path__", [*bodies.__path__, str(tmp_path)])
    assert "one-more" in BODIES
    body = build_body("one-more")
    assert body.name == "one-more"
    assert body.digest != build_body().digest


def test_roles_point_at_the_parts_of_their_names(any_body):
    body, roles = any_body, any_body.roles
    for left, right in roles.legs.T:
        assert roles.joints[right] == mirrored_name(roles.joints[left])
        assert side_of(roles.joints[left]) == "l"
    assert [roles.joint_roles[i] for i in roles.legs[0]] == list(roles.leg_joints)
    assert [roles.joints[i] for i in roles.trunk] == list(roles.trunk_joints)
    for left, right in roles.actuator_pairs.T:
        assert body.actuators[right] == mirrored_name(body.actuators[left])
        assert roles.actuator_sides[left] == "l"
    paired = roles.actuator_pairs.size + len(roles.middle_actuators)
    assert paired == len(body.actuators)


def test_a_joint_turns_its_sign_in_the_mirror_where_its_axis_says_so(any_body):
    """Rotations about x and z turn, about y do not; a right joint's axis is mirrored already."""
    body, model = any_body, any_body.spec().compile()
    for name, sign in zip(body.roles.joints, body.roles.mirror, strict=True):
        axis = model.joint(name).axis
        if not side_of(name):
            assert sign == (1.0 if abs(axis[1]) == 1.0 else -1.0), name
            continue
        other = model.joint(mirrored_name(name)).axis
        tilted = 2e-3 if body.name == "myolegs" else 0.0  # its pelvis sits askew by 0.05 degrees
        np.testing.assert_allclose(other, axis * [-1, 1, -1], atol=tilted)
        assert sign == 1.0


def test_planar_and_torque_humans_have_the_same_segments():
    whole = build_body().spec().compile()
    for name in ("human-planar", "human-torque"):
        model = build_body(name).spec().compile()
        np.testing.assert_array_equal(model.body_mass, whole.body_mass)
        np.testing.assert_array_equal(model.body_inertia, whole.body_inertia)


def test_muscles_of_the_planar_human_have_the_arms_of_the_whole_one():
    """About each joint that both have, in standing."""
    arms = {}
    for name in ("human", "human-planar"):
        model = build_body(name).spec().compile()
        data = mujoco.MjData(model)
        mujoco.mj_forward(model, data)
        arm = moment_arms_m(model, data)
        for joint in build_body("human-planar").anatomy.joints:
            arms[name, joint] = arm[:, model.joint(joint).dofadr[0]]
    for joint in build_body("human-planar").anatomy.joints:
        np.testing.assert_allclose(
            arms["human-planar", joint], arms["human", joint], atol=1e-12, err_msg=joint
        )


@pytest.mark.parametrize("strength", [1.0, 0.5])
def test_motors_are_as_strong_as_men(strength):
    """Means of men: 206 N.m in hip extension, 209 of the knee, 122 in plantarflexion."""
    body = build_body("human-torque", Walker(strength=strength))
    low = dict(zip(body.actuators, body.excitation_range, strict=True))
    for joint, torque in (("hip_flexion_l", 206.0), ("knee_r", 209.0), ("ankle_l", 122.0)):
        assert -low[joint][0] == pytest.approx(strength * torque, rel=0.01)


def test_weak_muscles_are_refused_where_there_are_none():
    with pytest.raises(ConfigError, match="group_strength is of muscles"):
        build_body("human-torque", WALKERS["weak-quadriceps"])
