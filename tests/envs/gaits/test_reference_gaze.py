"""Walkers on the reference gait turn trunk and head as they are asked to look back."""

from __future__ import annotations

import numpy as np
import pytest

from retrowalk.envs.policies.reference_source import BODY, ReferenceSource
from retrowalk.envs.scene import Course, build_scene
from retrowalk.envs.task.ends import Ends
from retrowalk.envs.task.technique import PRESETS, Technique
from retrowalk.envs.task.termination import has_fallen
from retrowalk.models.body import build_body
from retrowalk.models.catalogue import find_walker
from retrowalk.models.walker import Walker
from retrowalk.sim.errors import ConfigError

DEGREE = np.pi / 180
WALKERS, SECONDS, TURNED_FROM_S = 2, 3.0, 1.0


def test_it_turns_as_far_as_it_is_asked_to():
    asked, body = PRESETS["over-the-shoulder"], build_body(BODY)
    source = ReferenceSource("reference-residual", "backward", BODY, find_walker("young-adult"))
    source.check(asked)
    grounds = [np.random.default_rng(i) for i in range(WALKERS)]
    sim = build_scene(body, Course("flat", -1.0), grounds).sim
    gait = source.make(sim, body, asked)
    gait.reset(np.arange(WALKERS), [np.random.default_rng([4, i]) for i in range(WALKERS)])
    neck = sim.joint_qpos[body.roles.middle(body.roles.of(["neck_rotation"]))]
    trunk, head = list[float](), list[float]()
    for period in range(round(SECONDS / gait.control_period_s)):
        sim.ctrl[:] = gait.excite(sim)
        sim.step(round(gait.control_period_s / sim.time_step))
        if period * gait.control_period_s > TURNED_FROM_S:
            matrix = sim.body_matrix[:, sim.trunk].reshape(-1, 3, 3)
            trunk.append(float(np.arctan2(matrix[:, 1, 0], matrix[:, 0, 0]).mean()))
            head.append(float(sim.qpos[:, neck].mean()))
    assert not has_fallen(sim).any()
    assert np.mean(trunk) == pytest.approx(asked.look_trunk_yaw_rad, abs=3 * DEGREE)
    assert np.mean(head) == pytest.approx(asked.look_head_yaw_rad, abs=3 * DEGREE)


def test_from_standing_it_looks_ahead_alone():
    source = ReferenceSource(
        "reference-residual", "backward", BODY, Walker(), ends=Ends(start="standing")
    )
    with pytest.raises(ConfigError, match=r"looks_per_min: .* alone from standing or to a stop"):
        source.check(Technique(speed_m_per_s=0.6, looks_per_min=6.0))
