"""Training on MuJoCo Warp: the same config, contract and network out."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from retrowalk.envs.policies.policy_file import read_policy
from retrowalk.experiments.learning.config import check_training_config
from retrowalk.experiments.learning.train import train
from retrowalk.sim.errors import ConfigError

pytest.importorskip("stable_baselines3")
torch = pytest.importorskip("torch")

DEVICE = os.environ.get("RETROWALK_WARP_DEVICE", "cpu")
SMALL = {
    "name": "small",
    "walkers": 4,
    "steps": 64,
    "segment_steps": 32,
    "network": [8],
    "logs": [],
    "task": {"action_mode": "excitation", "speed_m_per_s": 0.6},
    "ppo": {"n_steps": 8, "batch_size": 32, "n_epochs": 1},
}


def contract(path: Path) -> dict:
    return json.loads(path.with_suffix(".json").read_text("utf-8"))


def test_what_is_trained_on_warp_is_a_gait_like_any_other(tmp_path: Path):
    pytest.importorskip("mujoco_warp", reason="the extra `gpu` is not installed")
    on_warp = SMALL | {"backend": "warp", "device": DEVICE}
    gait, usual = (
        train(check_training_config(config, "small.yaml"), tmp_path / name)
        for name, config in (("warp", on_warp), ("mujoco", SMALL))
    )
    read_policy(gait)
    made, also = contract(gait), contract(usual)
    assert made.keys() == also.keys()
    apart = {name for name in made if made[name] != also[name]}
    assert apart == {"onnx_sha256", "training"}
    assert made["training"]["config"]["backend"] == "warp"
    resumed = check_training_config(on_warp | {"steps": 96}, "small.yaml")
    assert train(resumed, tmp_path / "warp", resume=True) == gait


def test_a_gpu_that_torch_does_not_find_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    config = check_training_config(SMALL | {"device": "cuda"}, "small.yaml")
    with pytest.raises(ConfigError, match="torch finds no GPU here"):
        train(config, tmp_path)


def test_a_device_that_is_none_is_refused():
    with pytest.raises(ConfigError, match="device"):
        check_training_config(SMALL | {"device": "gpu"}, "small.yaml")
