"""Training on MuJoCo Warp: the same config, contract and network out."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from retrowalk.envs.gym import starts
from retrowalk.envs.policies.policy_file import read_policy
from retrowalk.experiments.learning.config import check_training_config
from retrowalk.experiments.learning.learning_curve import CURVE, read_rows
from retrowalk.experiments.learning.tensor_ppo import TensorMoments
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


def state(folder: Path) -> dict:
    return torch.load(max(folder.glob("checkpoint-*.pt")), weights_only=True)


@pytest.fixture
def small_bank(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starts, "COUNT", (6, 8))


@pytest.mark.usefixtures("small_bank")
def test_rollouts_on_the_device_are_learned_from_and_gone_on_with(tmp_path: Path):
    pytest.importorskip("mujoco_warp", reason="the extra `gpu` is not installed")
    task = SMALL["task"] | {"pushes": {}, "episode_s": 0.2}
    stages = [{"from_steps": 64, "task": {"surfaces": "treadmill", "speed_m_per_s": 0.7}}]
    evaluation = {"every_segments": 2, "trials": 1, "duration_s": 1.0}
    fields = SMALL | {
        "backend": "warp",
        "device": DEVICE,
        "task": task,
        "stages": stages,
        "steps": 128,
        "segment_steps": 64,
        "evaluation": evaluation,
    }
    whole, part = tmp_path / "whole", tmp_path / "part"
    told: list[str] = []
    gait = train(check_training_config(fields, "small.yaml"), whole, note=told.append)
    assert told == []  # it says so where it is not on the device
    train(check_training_config(fields | {"steps": 64}, "small.yaml"), part)
    train(check_training_config(fields, "small.yaml"), part, resume=True)
    ours, theirs = state(whole), state(part)
    same = [torch.equal(ours["policy"][name], theirs["policy"][name]) for name in ours["policy"]]
    assert all(same) or DEVICE != "cpu"
    assert ours["num_timesteps"] == 128
    rows = read_rows(whole / CURVE)
    assert [row["steps"] for row in rows] == ["64", "128"]
    assert all(float(row["return"]) == float(row["return"]) for row in rows)
    judged = read_rows(whole / "evaluation.csv")
    assert [row["surface"] for row in judged] == ["flat"]

    policy, kept = read_policy(gait), ours["observation"]
    columns = sum(len(term.columns) for term in policy.contract.observation)
    seen = np.random.default_rng(0).normal(0, 1, (5, columns)).astype(np.float32)
    scaled = (seen - kept["mean"].numpy()) / np.sqrt(kept["var"].numpy() + 1e-8)
    x = torch.tensor(np.clip(scaled, -8, 8), dtype=torch.float32)
    weights, hidden = ours["policy"], "mlp_extractor.policy_net.0"
    x = torch.nn.functional.elu(x @ weights[f"{hidden}.weight"].T + weights[f"{hidden}.bias"])
    x = x @ weights["action_net.weight"].T + weights["action_net.bias"]
    np.testing.assert_allclose(policy(seen), x.clip(-1, 1).numpy(), atol=1e-5)


@pytest.mark.usefixtures("small_bank")
def test_what_the_device_cannot_is_learned_through_the_host_and_told(tmp_path: Path):
    pytest.importorskip("mujoco_warp", reason="the extra `gpu` is not installed")
    told: list[str] = []
    fields = {"backend": "warp", "device": DEVICE, "steps": 32}
    fields["task"] = SMALL["task"] | {"eyes": True}
    config = check_training_config(SMALL | fields, "small.yaml")
    train(config, tmp_path, note=told.append)
    assert told == ["small.yaml: eyes is computed on the processor, and so are rewards: slower"]


def test_a_tensor_s_moments_are_those_of_its_rows():
    rows = torch.randn((3, 50, 4), dtype=torch.float64) * 3.0 + 1.0
    moments = TensorMoments((4,), torch.device("cpu"))
    for part in rows:
        moments.update(part)
    every = rows.flatten(0, 1).numpy()
    np.testing.assert_allclose(moments.mean, every.mean(0), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(moments.var, every.var(0), rtol=1e-3)
    assert moments.count == pytest.approx(150)
    other = TensorMoments((4,), torch.device("cpu"))
    other.mean, other.var, other.count = moments.mean, moments.var, np.full(4, 150.0)
    assert torch.equal(other.centred(rows[0], 1e-8, 8.0), moments.centred(rows[0], 1e-8, 8.0))


def test_a_gpu_that_torch_does_not_find_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    config = check_training_config(SMALL | {"device": "cuda"}, "small.yaml")
    with pytest.raises(ConfigError, match="torch finds no GPU here"):
        train(config, tmp_path)


def test_a_device_that_is_none_is_refused():
    with pytest.raises(ConfigError, match="device"):
        check_training_config(SMALL | {"device": "gpu"}, "small.yaml")
