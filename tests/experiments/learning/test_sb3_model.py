"""Models of stable-baselines3: nothing of one is read unless trusted; converted, they act alike."""

from __future__ import annotations

import base64
import json
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from retrowalk.envs.policies.policy_file import read_policy
from retrowalk.envs.task.task import Task
from retrowalk.experiments.learning.sb3_model import convert
from retrowalk.experiments.learning.trusted_policies import (
    policies_of,
    with_converted,
)
from retrowalk.experiments.rollout.trials import check_cell
from retrowalk.experiments.study.load import load_config
from retrowalk.experiments.study.plan import make_plan
from retrowalk.models.walker import Walker
from retrowalk.sim.errors import ConfigError

pytest.importorskip("stable_baselines3")
pytest.importorskip("onnx")

CONFIG = """\
name: zipped
technique: {speed_m_per_s: 0.6}
factors: {policy: [scripted, "model.zip"]}
trials: 2
duration_s: 2
contrasts:
  - {measure: fell, between: {policy: [model.zip, scripted]}}
"""


class Malice:
    """Unpickled, it leaves a trace."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self):
        return (Path.touch, (self.trace,))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with a config that names model.zip."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zipped.yaml").write_text(CONFIG, "utf-8")
    return tmp_path


def save_model(path: Path, algorithm: str = "ppo", normalised: bool = True, **settings) -> Any:
    """Save an untrained model of our environment; return it and its normaliser."""
    from stable_baselines3 import PPO, SAC
    from stable_baselines3.common.vec_env import VecNormalize

    from retrowalk.envs.gym.sb3 import as_vec_env
    from retrowalk.envs.gym.vector import WalkVectorEnv

    env = WalkVectorEnv(num_envs=2, task=Task(**settings.pop("task", {})))
    normaliser: Any = VecNormalize(as_vec_env(env))
    rng = np.random.default_rng(0)
    shape = normaliser.obs_rms.mean.shape
    normaliser.obs_rms.mean = rng.standard_normal(shape)
    normaliser.obs_rms.var = 0.5 + rng.random(shape)
    kind: Any = PPO if algorithm == "ppo" else SAC
    sizes = {"n_steps": 4, "batch_size": 4} if algorithm == "ppo" else {"buffer_size": 10}
    model = kind("MlpPolicy", normaliser, device="cpu", seed=1, **sizes, **settings)
    model.save(path)
    if normalised:
        normaliser.save(path.with_name(f"{path.stem}_vecnormalize.pkl"))
    return model, normaliser


def poison(path: Path, trace: Path) -> None:
    """Put a trap into a saved model, where stable-baselines3 unpickles."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    data = json.loads(parts["data"])
    trap = base64.b64encode(pickle.dumps(Malice(trace))).decode()
    data["trap"] = {":type:": "<class 'dict'>", ":serialized:": trap}
    parts["data"] = json.dumps(data).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_without_trust_a_malicious_model_runs_no_code(folder: Path):
    trace = folder / "trace"
    save_model(folder / "model.zip")
    poison(folder / "model.zip", trace)
    with pytest.raises(ConfigError, match=r"reading it runs whatever code is in it; add --trust"):
        load_config("zipped.yaml")
    with pytest.raises(ConfigError, match="--trust"):
        load_config("quick-start", ["policy=model.zip"])
    with pytest.raises(ConfigError, match="may run code when it is read, so it is not"):
        read_policy(folder / "model.zip")
    cell = make_plan(load_config("zipped.yaml", trust=True)).cells[1]
    with pytest.raises(ConfigError, match="may run code"):
        check_cell(cell)  # unconverted, it goes no further
    assert not trace.exists()
    convert(folder / "model.zip", "backward", Walker())
    assert trace.exists()  # the trap works


@pytest.mark.parametrize(
    ("algorithm", "settings"),
    [
        ("ppo", {}),
        ("sac", {"policy_kwargs": {"net_arch": [32, 16]}}),
        ("ppo", {"task": {"action_mode": "joint", "eyes": True}, "normalised": False}),
    ],
)
def test_a_converted_model_acts_as_it_did(folder: Path, algorithm: str, settings: dict):
    model, normaliser = save_model(folder / "model.zip", algorithm, **settings)
    policy = read_policy(convert(folder / "model.zip", "backward", Walker()))
    columns = sum(len(term.columns) for term in policy.contract.observation)
    seen = np.random.default_rng(1).standard_normal((32, columns)).astype(np.float32)
    given = normaliser.normalize_obs(seen) if settings.get("normalised", True) else seen
    asked, _ = model.predict(given, deterministic=True)
    np.testing.assert_allclose(policy(seen), asked, atol=2e-5)
    task = Task(**settings.get("task", {}))
    assert (policy.contract.action.mode, policy.contract.eyes) == (task.action_mode, task.eyes)
    told = policy.contract.training["normaliser"]
    assert told == ("model_vecnormalize.pkl" if settings.get("normalised", True) else None)


def test_a_trusted_config_goes_on_with_the_converted_gait(folder: Path):
    save_model(folder / "model.zip")
    said: list[str] = []
    config = with_converted(load_config("zipped.yaml", trust=True), said.append)
    assert policies_of(config) == ("scripted", "model.onnx")
    assert config.contrasts[0].levels == ("model.onnx", "scripted")
    assert "model.zip was converted to model.onnx" in said[0]
    check_cell(make_plan(config).cells[1])
    again = with_converted(load_config("zipped.yaml", trust=True))
    assert again.digest() == config.digest()


def test_another_gait_of_that_name_is_not_written_over(folder: Path):
    save_model(folder / "model.zip")
    (folder / "model.onnx").write_bytes(b"mine")
    with pytest.raises(ConfigError, match=r"there stands another one already"):
        convert(folder / "model.zip", "backward", Walker())
    assert (folder / "model.onnx").read_bytes() == b"mine"


def test_what_is_no_model_is_told(folder: Path):
    with pytest.raises(ConfigError, match="no such file"):
        convert(folder / "model.zip", "backward", Walker())
    (folder / "model.zip").write_bytes(b"PK nonsense")
    with pytest.raises(ConfigError, match="cannot be read as a model of stable-baselines3"):
        convert(folder / "model.zip", "backward", Walker())


def test_a_model_of_another_environment_is_told(folder: Path):
    from stable_baselines3 import PPO

    PPO("MlpPolicy", "Pendulum-v1", n_steps=4, batch_size=4, device="cpu").save(folder / "model")
    with pytest.raises(ConfigError, match="its actions are not from -1 to 1"):
        convert(folder / "model.zip", "backward", Walker())
