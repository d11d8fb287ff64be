"""MuJoCo Warp steps the same walkers as the processor: what they see, earn and when they fall.

Warp computes in float32. Over 20 policy steps what is observed differs by less than 0.001 (m, rad,
m/s), loads by less than 0.01 body weights, spin of the pelvis by less than 0.01 rad/s, velocities
of joints by less than 0.3 rad/s: toes are light, and a contact that begins a substep sooner turns
them so much. Rewards differ by less than 0.001.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import numpy as np
import pytest

from retrowalk.envs.gym.vector import WalkVectorEnv
from retrowalk.sim.errors import ConfigError, RetrowalkError
from retrowalk.sim.physics import warp_backend

STEPS = 20
DEVICE = os.environ.get("RETROWALK_WARP_DEVICE", "cpu")
SEEN, EARNED = 1e-3, 1e-3
LOOSER = {"contact": 1e-2, "pelvis_spin": 1e-2, "joint_rates": 0.3}
STRENGTHS = {"strength": [0.8, 1.1]}
SLACK = -0.9  # action: nearly no excitation


@pytest.fixture(scope="module")
def extra() -> None:
    pytest.importorskip("mujoco_warp", reason="the extra `gpu` is not installed")


def walking(backend: str, **fields: Any) -> WalkVectorEnv:
    device = DEVICE if backend == "warp" else "cpu"
    env = WalkVectorEnv(
        3, autoreset_mode="Disabled", backend=backend, device=device, speed_m_per_s=0.6, **fields
    )
    env.reset(seed=1)
    return env


def actions(env: WalkVectorEnv, steps: int) -> np.ndarray:
    small = 0.1 * np.random.default_rng(0).uniform(-1, 1, (steps, *(env.action_space.shape or ())))
    return small + SLACK if env.task.action_mode == "excitation" else small


def tolerances(env: WalkVectorEnv) -> np.ndarray:
    """Of each column of the observation."""
    terms = env.walks[0].terms
    return np.concatenate([np.full(len(t.columns), LOOSER.get(n, SEEN)) for n, t in terms.items()])


@pytest.mark.usefixtures("extra")
@pytest.mark.parametrize(
    "fields",
    [
        {"action_mode": "excitation"},
        {"action_mode": "excitation", "surfaces": "treadmill", "randomise": STRENGTHS},
        {"action_mode": "residual", "slip": True, "pushes": {}},
        {"action_mode": "joint", "surfaces": "treadmill"},
        {"action_mode": "excitation", "body": "human-torque"},
    ],
)
def test_warp_walks_as_the_processor_does(fields: dict[str, Any]):
    ours, theirs = walking("mujoco", **fields), walking("warp", **fields)
    tolerance = tolerances(ours)
    for action in actions(ours, STEPS):
        seen, reward, fallen, _, info = ours.step(action)
        also_seen, also_reward, also_fallen, _, also_info = theirs.step(action)
        assert (np.abs(seen - also_seen) < tolerance).all()
        np.testing.assert_allclose(reward, also_reward, atol=EARNED)
        np.testing.assert_array_equal(fallen, also_fallen)
        np.testing.assert_array_equal(info["blown_up"], also_info["blown_up"])


@pytest.mark.usefixtures("extra")
def test_each_walker_has_its_own_friction():
    slippery = {"action_mode": "excitation", "randomise": {"friction": [0.1, 0.5]}}
    ours, theirs = walking("mujoco", **slippery), walking("warp", **slippery)
    usual = walking("warp", action_mode="excitation")
    seen, also_seen, usually = (
        [env.step(action)[0] for action in actions(ours, 3)] for env in (ours, theirs, usual)
    )
    assert (np.abs(np.subtract(seen, also_seen)) < tolerances(ours)).all()
    assert (np.abs(usually[-1] - also_seen[-1]) > tolerances(ours)).any(1).all()


@pytest.mark.usefixtures("extra")
def test_slack_walkers_fall_at_the_same_step():
    envs = [walking(backend, action_mode="excitation") for backend in ("mujoco", "warp")]
    slack = np.full(envs[0].action_space.shape or (), -1.0)
    fallen = np.array([[env.step(slack)[2] for _ in range(45)] for env in envs])
    assert fallen[0, -1].all()
    steps = fallen.argmax(1)
    assert np.abs(steps[0] - steps[1]).max() <= 1


@pytest.mark.usefixtures("extra")
def test_a_walker_that_begins_anew_leaves_the_others_alone():
    beside, alone = (walking("warp", action_mode="excitation") for _ in range(2))
    for step, action in enumerate(actions(alone, 6)):
        if step == 3:
            beside.reset(options={"reset_mask": np.array([False, True, False])})
        seen, also_seen = beside.step(action)[0], alone.step(action)[0]
        np.testing.assert_array_equal(seen[[0, 2]], also_seen[[0, 2]])


@pytest.mark.usefixtures("extra")
def test_what_is_no_number_ends_that_walker_alone():
    env = walking("warp", action_mode="excitation")
    env.walks[0].sim.qvel[1] = np.nan
    *_, info = env.step(actions(env, 1)[0])
    np.testing.assert_array_equal(info["blown_up"], [False, True, False])


@pytest.mark.usefixtures("extra")
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"surfaces": "rough-4cm"}, "without heights"),
        ({"randomise": {"mass": [0.9, 1.1]}}, "masses cannot differ"),
    ],
)
def test_what_warp_cannot_is_refused(fields: dict[str, Any], said: str):
    with pytest.raises(ConfigError, match=said):
        walking("warp", **fields)


@pytest.mark.usefixtures("extra")
def test_a_gpu_that_is_not_there_is_told():
    with pytest.raises(ConfigError, match="device: 'cuda:99' is not on this machine; there is cpu"):
        WalkVectorEnv(1, backend="warp", device="cuda:99")


def test_a_missing_extra_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "mujoco_warp", None)
    warp_backend.find_device.cache_clear()
    with pytest.raises(RetrowalkError, match="needs the extra `gpu`"):
        WalkVectorEnv(1, backend="warp")


def test_a_device_of_another_backend_is_refused():
    with pytest.raises(ConfigError, match="device: 'cuda' is for backend 'warp'"):
        WalkVectorEnv(1, device="cuda")


def test_an_unknown_backend_is_refused():
    with pytest.raises(ConfigError, match="backend"):
        WalkVectorEnv(1, backend="jax")
