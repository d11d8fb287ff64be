"""Training: twice the same, and after an interruption too; what it exports is what it learned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrowalk.envs.gaits.policy_file import read_policy
from retrowalk.experiments.training import read_curve, train
from retrowalk.experiments.training_config import check_training_config, load_training_config
from retrowalk.sim.errors import ConfigError

pytest.importorskip("stable_baselines3")
torch = pytest.importorskip("torch")

SMALL = {
    "name": "small",
    "walkers": 4,
    "steps": 128,
    "segment_steps": 64,
    "network": [8],
    "task": {"pushes": {}, "start_noise_rad": 0.05},
    "stages": [{"from_steps": 64, "task": {"surfaces": ["rough-2cm"]}}],
    "ppo": {"n_steps": 16, "batch_size": 32, "n_epochs": 1},
    "sac": {"learning_starts": 8, "gradient_steps": 1, "batch_size": 16},
}


def small(**changes):
    return check_training_config(SMALL | changes, "small.yaml")


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    train(small(), folder)
    return folder


def weights(folder: Path) -> dict:
    last = sorted(folder.glob("checkpoint-*.pt"))[-1]
    return torch.load(last, weights_only=True)["policy"]


def test_a_resumed_run_is_the_same_run(run: Path, tmp_path: Path):
    train(small(steps=64), tmp_path)
    train(small(), tmp_path, resume=True)
    ours, theirs = weights(run), weights(tmp_path)
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_what_is_exported_is_what_was_learned(run: Path):
    policy = read_policy(run / "small.onnx")
    state = weights(run)
    kept = torch.load(sorted(run.glob("checkpoint-*.pt"))[-1], weights_only=True)["observation"]
    columns = sum(len(term.columns) for term in policy.contract.observation)
    observation = np.random.default_rng(0).normal(0, 1, (5, columns)).astype(np.float32)
    scaled = (observation - kept["mean"].numpy()) / np.sqrt(kept["var"].numpy() + 1e-8)
    x = torch.tensor(np.clip(scaled, -8, 8), dtype=torch.float32)
    hidden = "mlp_extractor.policy_net.0"
    x = torch.nn.functional.elu(x @ state[f"{hidden}.weight"].T + state[f"{hidden}.bias"])
    x = x @ state["action_net.weight"].T + state["action_net.bias"]
    np.testing.assert_allclose(policy(observation), x.clip(-1, 1).numpy(), atol=1e-5)


def test_the_curve_and_the_contract_tell_how_it_was_made(run: Path):
    rows = read_curve(run)
    assert [float(row["steps"]) for row in rows] == [64.0, 128.0]
    training = read_policy(run / "small.onnx").contract.training
    assert training["steps"] == 128
    assert training["config"]["name"] == "small"
    assert len(training["learning_curve"]) == 2


def test_a_folder_with_a_run_is_not_overwritten(run: Path, tmp_path: Path):
    with pytest.raises(ConfigError, match="--resume"):
        train(small(), run)
    with pytest.raises(ConfigError, match="no checkpoint"):
        train(small(), tmp_path, resume=True)


def test_soft_actor_critic_learns_too(tmp_path: Path):
    exported = train(small(algorithm="sac", steps=64), tmp_path)
    assert read_policy(exported).contract.action.mode == "residual"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"walker": 3}, "unknown key 'walker'; did you mean 'walkers'"),
        ({"ppo": {"gamma": 2.0}}, r"ppo\.gamma"),
        ({"task": {"surfaces": ["lava"]}}, "lava"),
        ({"stages": [{"from_steps": 0, "task": {"gravity": 0}}]}, "gravity"),
    ],
)
def test_bad_configs_are_refused_by_name(changes, said):
    with pytest.raises(ConfigError, match=said):
        small(**changes)


def test_shipped_configs_are_valid(root: Path):
    names = [path.stem for path in (root / "experiments" / "configs" / "train").glob("*.yaml")]
    assert names
    for name in names:
        assert load_training_config(name).file.name == name
    with pytest.raises(ConfigError, match="there are"):
        load_training_config("no-such-config")
