"""Training that begins from what was learned before, also with more to see than before."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from retrowalk.envs.gym.vector import WalkVectorEnv
from retrowalk.envs.policies.policy_file import read_policy
from retrowalk.experiments.learning.config import check_training_config
from retrowalk.experiments.learning.train import train
from retrowalk.sim.errors import ConfigError

pytest.importorskip("stable_baselines3")
torch = pytest.importorskip("torch")

SMALL = {
    "name": "first",
    "walkers": 4,
    "steps": 64,
    "segment_steps": 64,
    "network": [8],
    "ppo": {"n_steps": 16, "batch_size": 32, "n_epochs": 1, "learning_rate": 0.01},
    "sac": {"learning_starts": 8, "gradient_steps": 1, "batch_size": 16},
}
MORE = {"name": "second", "task": {"eyes": True, "muscles": True, "surfaces": ["obstacles-5cm"]}}


def config(**changes):
    return check_training_config(SMALL | changes, "small.yaml")


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("first")
    train(config(), folder)
    return folder


def begun(source: str, **changes):
    """A learner as it is before its first segment."""
    from retrowalk.experiments.learning.learner import make_learner
    from retrowalk.experiments.learning.warm_start import find_warm_start

    what = config(**changes, start_from=source)
    warm = find_warm_start(source)
    env = WalkVectorEnv(4, what.base, warm.table, autoreset_mode="SameStep")
    learner = make_learner(what, env, Path(source).parent / "begun")
    warm.apply(learner)
    return learner


@pytest.mark.parametrize("source", ["first.onnx", "checkpoint-00001.pt", "."])
def test_more_is_observed_and_nothing_else_changes(run: Path, source: str):
    policy = read_policy(run / "first.onnx")
    learner = begun(str(run / source), **MORE)
    observation, _ = learner.env.reset(seed=3)
    terms = learner.env.walks[0].terms
    new = [n for n in terms if n not in {t.term for t in policy.contract.observation}]
    assert new == ["activation", "ground_ahead"]
    names = [name for name, term in terms.items() for _ in term.columns]
    known = observation[:, [name not in new for name in names]]
    scaled = learner.normaliser.normalize_obs(observation)
    told, _ = learner.model.predict(scaled, deterministic=True)
    np.testing.assert_allclose(told, policy(known), atol=1e-5)


def test_a_checkpoint_brings_the_value_a_gait_trains_it_first(run: Path, tmp_path: Path):
    value = "mlp_extractor.value_net.0.weight"
    before = torch.load(run / "checkpoint-00001.pt", weights_only=True)["policy"]
    assert torch.equal(begun(str(run)).model.policy.state_dict()[value], before[value])
    train(config(start_from=str(run / "first.onnx"), steps=128), tmp_path)
    first, second = (
        torch.load(tmp_path / f"checkpoint-0000{i}.pt", weights_only=True)["policy"] for i in (1, 2)
    )
    acting = [name for name in first if "value" not in name and "log_std" not in name]
    for name in acting:
        torch.testing.assert_close(first[name], before[name])
        assert not torch.equal(second[name], before[name])
    assert not torch.equal(first[value], second[value])


def test_a_run_begun_from_another_resumes_without_it(run: Path, tmp_path: Path):
    source = tmp_path / "source"
    shutil.copytree(run, source)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    train(config(start_from=str(source), **MORE, steps=128), whole)
    train(config(start_from=str(source), **MORE), parts)
    shutil.rmtree(source)
    train(config(start_from=str(source), **MORE, steps=128), parts, resume=True)
    ours, theirs = (
        torch.load(folder / "checkpoint-00002.pt", weights_only=True) for folder in (whole, parts)
    )
    for name, tensor in ours["policy"].items():
        assert torch.equal(tensor, theirs["policy"][name]), name
    for name in ("mean", "var", "count"):
        assert torch.equal(ours["observation"][name], theirs["observation"][name]), name


def test_soft_actor_critic_goes_on_from_its_checkpoint(run: Path, tmp_path: Path):
    train(config(algorithm="sac"), tmp_path)
    learner = begun(str(tmp_path), algorithm="sac", **MORE)
    kept = torch.load(tmp_path / "checkpoint-00001.pt", weights_only=True)["policy"]
    name = "critic.qf0.0.weight"
    now = learner.model.policy.state_dict()[name]
    assert torch.equal(now[:, -15:], kept[name][:, -15:])  # actions
    assert now.shape[1] > kept[name].shape[1]
    with pytest.raises(ConfigError, match="no critic"):
        begun(str(run / "first.onnx"), algorithm="sac")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"task": {"action_mode": "joint"}}, "other actions"),
        ({"task": {"direction": "forward", "speed_m_per_s": 0.9}}, "walks backward"),
        ({"network": [9]}, "another network"),
        ({"network": [8, 8]}, "another network"),
    ],
)
def test_what_does_not_fit_is_refused(run: Path, changes, said):
    with pytest.raises(ConfigError, match=said):
        begun(str(run), **changes)


def test_what_is_no_longer_observed_is_named(run: Path, tmp_path: Path):
    train(config(**MORE), tmp_path)
    with pytest.raises(ConfigError, match=r"activation\.activation_stance_"):
        begun(str(tmp_path))


def test_what_is_not_there_is_refused(tmp_path: Path):
    for source in (str(tmp_path), str(tmp_path / "gait.onnx"), "no-such-gait"):
        with pytest.raises(ConfigError):
            train(config(start_from=source), tmp_path / "run")
