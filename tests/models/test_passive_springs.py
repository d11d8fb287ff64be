"""Passive moments of the joints are people's, muscles at rest and springs together."""

from __future__ import annotations

import mujoco
import numpy as np
import pytest

from retrowalk.models.body import build_body
from retrowalk.models.passive_moments import passive_moments
from retrowalk.models.walker import Walker

JOINTS = ("hip_flexion", "knee", "ankle")


def passive(body_name: str, joint: str, angles_deg: np.ndarray, walker: Walker | None = None):
    """Passive moments of a left joint, muscles' and springs', all other joints at 0 [N.m]."""
    model = build_body(body_name, walker).spec().compile()
    data = mujoco.MjData(model)
    moments = []
    for angle in np.radians(angles_deg):
        mujoco.mj_resetData(model, data)
        data.joint(f"{joint}_l").qpos[0] = angle
        mujoco.mj_forward(model, data)
        dof = model.joint(f"{joint}_l").dofadr[0]
        moments.append(data.qfrc_passive[dof] + data.qfrc_actuator[dof])
    return np.array(moments)


@pytest.mark.parametrize(
    ("joint", "low", "high", "within"),
    [("hip_flexion", -25, 15, 4.0), ("knee", -2, 25, 2.5), ("ankle", -10, 18, 3.0)],
)
def test_the_whole_is_what_people_have(joint, low, high, within):
    """Riener and Edrich 1999, where walking goes; in N.m."""
    angles = np.linspace(low, high, 12)
    arguments = [np.radians(angles) if name == joint else 0.0 * angles for name in JOINTS]
    wanted = passive_moments(*arguments)[JOINTS.index(joint)]
    np.testing.assert_allclose(passive("human-2026b", joint, angles), wanted, atol=within)


def test_the_first_body_has_next_to_none_in_hip_extension():
    assert abs(passive("human", "hip_flexion", np.array([-10.0]))[0]) < 2.0
    assert passive("human-2026b", "hip_flexion", np.array([-10.0]))[0] > 12.0


def test_they_pull_towards_the_middle_and_grow_towards_the_end():
    extended = passive("human-2026b", "hip_flexion", np.array([-25.0, -15.0, -5.0, 5.0]))
    assert (extended > 0).all()
    assert (np.diff(extended) < 0).all()
    dorsiflexed = passive("human-2026b", "ankle", np.array([0.0, 10.0, 20.0]))
    assert (np.diff(dorsiflexed) < 0).all()


def test_they_go_with_mass_times_height():
    small = Walker("small", height_m=1.575, mass_kg=60.0)
    ratio = passive("human-2026b", "knee", np.array([-1.0]), small) / passive(
        "human-2026b", "knee", np.array([-1.0])
    )
    assert ratio[0] == pytest.approx(0.9 * 0.8, rel=0.03)
