"""The scripted gait does what it is asked: a technique in, the same number measured."""

from __future__ import annotations

import numpy as np
import pytest

from retrowalk.envs.gaits.gait_files import gait_table
from retrowalk.envs.gaits.scripted_gait import ScriptedGait
from retrowalk.envs.scene import Course, build_scene
from retrowalk.envs.task.technique import Technique
from retrowalk.envs.task.termination import has_fallen
from retrowalk.models.body import build_body

WALKERS, SECONDS, SETTLED = 3, 15.0, 9.0
DEGREE = np.pi / 180


def walked(direction: str, technique: Technique) -> dict[str, float]:
    """Walk and return means over the steps after `SETTLED` seconds."""
    body = build_body()
    sim = build_scene(body, Course(), [np.random.default_rng(0)] * WALKERS).sim
    gait = ScriptedGait(sim, body, gait_table(direction), technique)
    gait.reset(np.arange(WALKERS), [np.random.default_rng([8, i]) for i in range(WALKERS)])
    seen: dict[str, list[float]] = {k: [] for k in ("width", "lean", "hip", "trunk", "head", "arm")}
    steps, start, since = np.zeros(WALKERS), np.zeros(WALKERS), 0.0
    stance = gait.roles.stance.copy()
    elbow = sim.anatomy.joints.index("elbow_l")
    neck = sim.anatomy.joints.index("neck_rotation")
    for _ in range(round(SECONDS / gait.control_period_s)):
        sim.ctrl[:] = gait.excite(sim)
        sim.step(2)
        assert not has_fallen(sim).any()
        changed, stance = gait.roles.stance != stance, gait.roles.stance.copy()
        if gait.time[0] <= SETTLED:
            start, since = sim.com[:, 0].copy(), gait.time[0]
            continue
        steps += changed
        ankles = sim.body_position[:, sim.feet]
        seen["width"] += list(np.abs(ankles[:, 0, 1] - ankles[:, 1, 1])[changed])
        trunk = sim.body_matrix[:, sim.trunk]
        seen["lean"].append(float(np.arcsin(-trunk[:, 6]).mean()))
        hip = sim.body_position[:, sim.root, 2] - ankles[np.arange(WALKERS), stance, 2]
        seen["hip"].append(float(hip.mean()) + 0.08)
        angle = sim.qpos[:, sim.joint_qpos]
        seen["arm"].append(float(angle[:, elbow].mean()))
        if (gait.gaze.turned > 0.99).all():
            seen["trunk"].append(float(np.arctan2(trunk[:, 3], trunk[:, 0]).mean()))
            seen["head"].append(float(angle[:, neck].mean()))
    time, way = gait.time[0] - since, np.abs(sim.com[:, 0] - start)
    means = {name: float(np.mean(values)) for name, values in seen.items() if values}
    return means | {
        "speed": float(way.mean() / time),
        "step_length": float(way.sum() / steps.sum()),
        "cadence": float(60 * steps.mean() / time),
    }


@pytest.mark.parametrize(
    ("direction", "speed", "length", "width"),
    [("backward", 0.6, 0.27, 0.2), ("backward", 0.8, 0.42, 0.12), ("forward", 0.8, 0.4, 0.14)],
)
def test_speed_step_length_and_width(direction, speed, length, width):
    asked = Technique(speed_m_per_s=speed, step_length_m=length, step_width_m=width)
    did = walked(direction, asked)
    assert did["speed"] == pytest.approx(speed, rel=0.1)
    assert did["step_length"] == pytest.approx(length, rel=0.15)
    assert did["width"] == pytest.approx(width, abs=0.03)
    assert did["arm"] < 45 * DEGREE  # arms that are not crossed hang


def test_cadence_lean_and_height():
    asked = Technique(
        speed_m_per_s=0.6, cadence_steps_per_min=122, trunk_lean_rad=0.12, hip_height_m=0.92
    )
    did = walked("backward", asked)
    assert did["cadence"] == pytest.approx(122, rel=0.1)
    assert did["lean"] == pytest.approx(0.12, abs=3 * DEGREE)
    assert did["hip"] == pytest.approx(0.92, abs=0.015)


def test_looking_back_with_arms_crossed():
    asked = Technique(
        speed_m_per_s=0.6,
        arms="crossed",
        looks_per_min=60,
        look_duration_s=60,
        look_trunk_yaw_rad=0.35,
        look_head_yaw_rad=1.0,
    )
    did = walked("backward", asked)
    assert did["trunk"] == pytest.approx(0.35, abs=5 * DEGREE)
    assert did["head"] == pytest.approx(1.0, abs=5 * DEGREE)
    assert did["arm"] > 60 * DEGREE
