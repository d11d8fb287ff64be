"""Leg kinematics against the forward chain; turns against MuJoCo's."""

from __future__ import annotations

import mujoco
import numpy as np
from hypothesis import given, strategies as st

from retrowalk.envs.gaits.geometry import (
    knee_lever,
    leg_angles,
    smooth_step,
    tilt,
)

THIGH, SHANK = 0.43, 0.41


@given(flexion=st.floats(-0.6, 1.2), sideways=st.floats(-0.4, 0.4), knee=st.floats(0.15, 1.8))
def test_leg_angles_invert_the_leg(flexion, sideways, knee):
    # thigh swings forward by `flexion` in a plane rolled towards +y, the knee bends back
    plane = np.array(
        [
            THIGH * np.sin(flexion) + SHANK * np.sin(flexion - knee),
            -THIGH * np.cos(flexion) - SHANK * np.cos(flexion - knee),
        ]
    )
    if plane[1] > -0.2:  # foot at the hip's height: not a leg that walks
        return
    ankle = np.array([plane[0], -plane[1] * np.sin(sideways), plane[1] * np.cos(sideways)])
    found = leg_angles(ankle[None], THIGH, SHANK)
    if np.linalg.norm(ankle) > 0.35:
        np.testing.assert_allclose(np.ravel(found), [flexion, sideways, knee], atol=1e-6)


@given(st.floats(0.0, 2.0))
def test_knee_lever_is_the_distance_from_the_leg_line(knee):
    hip, knee_at = np.zeros(2), np.array([0.0, -THIGH])
    ankle = knee_at + SHANK * np.array([-np.sin(knee), -np.cos(knee)])
    line = ankle - hip
    cross = line[0] * knee_at[1] - line[1] * knee_at[0]
    distance = abs(cross) / np.linalg.norm(line)
    np.testing.assert_allclose(knee_lever(np.array([knee]), THIGH, SHANK), distance, atol=1e-9)


def test_tilt_is_roll_pitch_yaw_for_small_turns():
    for axis in range(3):
        q = np.array([np.cos(0.01), 0.0, 0.0, 0.0])
        q[axis + 1] = np.sin(0.01)
        matrix = np.zeros(9)
        mujoco.mju_quat2Mat(matrix, q)
        turn = tilt(matrix.reshape(1, 3, 3))[0]
        np.testing.assert_allclose(turn, 0.02 * np.eye(3)[axis], atol=1e-5)


def test_smooth_step_rests_at_both_ends():
    x = np.array([0.0, 0.5, 1.0])
    np.testing.assert_allclose(smooth_step(x), x)
    near = smooth_step(np.array([1e-3, 1 - 1e-3]))
    np.testing.assert_allclose(near, [0.0, 1.0], atol=1e-7)
