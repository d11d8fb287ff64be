"""Training: twice the same, and after an interruption too; what it exports is what it learned."""

from __future__ import annotations

import contextlib
import csv
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from retrowalk.envs.policies.policy_file import read_policy
from retrowalk.experiments.learning.checkpoint import DamagedError, read_checkpoint
from retrowalk.experiments.learning.config import (
    check_training_config,
    load_training_config,
)
from retrowalk.experiments.learning.evaluation import MEASURES
from retrowalk.experiments.learning.learning_curve import read_curve
from retrowalk.experiments.learning.train import train
from retrowalk.experiments.store.lock import held
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
    last = max(folder.glob("checkpoint-*.pt"))
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
    kept = torch.load(max(run.glob("checkpoint-*.pt")), weights_only=True)["observation"]
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
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"holds no training of retrowalk \(manifest\.json"):
        train(small(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"seed": 2}, "seed = 2"),
        ({"task": SMALL["task"] | {"speed_m_per_s": [0.5, 0.6]}}, "task.speed_m_per_s"),
        ({"task": SMALL["task"] | {"start_noise_rad": 0.06}}, "task.start_noise_rad = 0.06"),
        ({"stages": []}, "stages = []"),
        ({"ppo": SMALL["ppo"] | {"learning_rate": 1e-3}}, "ppo.learning_rate = 0.001"),
        ({"algorithm": "sac"}, "algorithm"),
        ({"walkers": 8}, "walkers = 8"),
    ],
)
def test_a_training_goes_on_with_nothing_else(run: Path, changes: dict, key: str):
    before = {path: path.read_bytes() for path in run.iterdir() if path.is_file()}
    with pytest.raises(ConfigError, match=rf"small\.yaml: {re.escape(key)}.*was begun with.*--out"):
        train(small(**changes), run, resume=True)
    assert {path: path.read_bytes() for path in before} == before


def test_what_older_trainings_tell_of_themselves_is_held_to_as_well(run: Path, tmp_path: Path):
    """They have no record, but the contract beside the gait; and no curve in the checkpoint."""
    shutil.copytree(run, tmp_path, dirs_exist_ok=True)
    (tmp_path / "training.json").unlink()
    with pytest.raises(ConfigError, match="seed"):
        train(small(seed=2), tmp_path, resume=True)


def test_no_row_of_the_curve_is_lost_and_damage_is_learned_again(run: Path, tmp_path: Path):
    shutil.copytree(run, tmp_path, dirs_exist_ok=True)
    first, last = sorted(tmp_path.glob("checkpoint-*.pt"))
    rows = (tmp_path / "learning_curve.csv").read_text()
    (tmp_path / "learning_curve.csv").write_text(rows.rpartition("\n")[0].rpartition("\n")[0])
    train(small(), tmp_path, resume=True)  # as if killed between checkpoint and curve
    assert (tmp_path / "learning_curve.csv").read_text() == rows
    rng, said, whole = np.random.default_rng(0), [], last.read_bytes()
    for _ in range(20):
        spoilt = bytearray(whole)
        spoilt[rng.integers(len(whole))] ^= 1 << rng.integers(8)
        last.write_bytes(spoilt)
        with contextlib.suppress(DamagedError):  # what is not content may be anything
            read = read_checkpoint(last)["policy"]
            assert all(torch.equal(read[name], one) for name, one in weights(run).items())
    last.write_bytes(whole[: len(whole) // 2])
    train(small(), tmp_path, resume=True, note=said.append)
    assert last.name in said[0]
    assert f"going on from {first.name}" in said[0]
    ours, theirs = weights(run), weights(tmp_path)
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    assert [row["steps"] for row in read_curve(tmp_path)] == ["64", "128"]


def test_one_process_trains_in_a_folder_and_one_killed_early_begins_again(tmp_path: Path):
    with held(tmp_path), pytest.raises(ConfigError, match="another process is running there"):
        train(small(), tmp_path)
    with pytest.raises(KeyboardInterrupt):
        train(small(steps=64), tmp_path, report=_stop)
    for path in (*tmp_path.glob("checkpoint-*"), *tmp_path.glob("small.*")):
        path.unlink()
    with pytest.raises(ConfigError, match="seed"):
        train(small(steps=64, seed=2), tmp_path, resume=True)
    train(small(steps=64), tmp_path, resume=True)
    assert len(read_curve(tmp_path)) == 1


def _stop(row: dict) -> None:
    raise KeyboardInterrupt


def test_soft_actor_critic_resumes_as_exactly(tmp_path: Path):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    exported = train(small(algorithm="sac"), whole)
    assert read_policy(exported).contract.action.mode == "residual"
    train(small(algorithm="sac", steps=64), parts)
    train(small(algorithm="sac"), parts, resume=True)
    ours, theirs = weights(whole), weights(parts)
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_every_shipped_config_learns(root: Path, tmp_path: Path):
    """A segment of few walkers; nothing else of the config is changed."""
    few = {"walkers": 8, "steps": 16, "segment_steps": 16, "evaluation": None}
    for path in sorted((root / "experiments" / "learning" / "configs").glob("*.yaml")):
        data = yaml.safe_load(path.read_text("utf-8"))
        for algorithm, brief in (("ppo", {"n_steps": 2, "batch_size": 16}), ("sac", {})):
            if data["algorithm"] == algorithm:
                data[algorithm] = data.get(algorithm, {}) | brief
        if data["algorithm"] == "sac":
            data["sac"] |= {"learning_starts": 8, "buffer_size": 64, "batch_size": 8}
        if data.get("start_from") and "/" in data["start_from"]:
            del data["start_from"]  # a run of the user's own
        exported = train(check_training_config(data | few, path.name), tmp_path / path.stem)
        assert read_policy(exported).contract.training["steps"] == 16


def test_a_gait_is_tried_while_it_is_learned(tmp_path: Path):
    tried = {
        "every_segments": 1,
        "trials": 2,
        "duration_s": 0.5,
        "surfaces": ["flat", {"roughness_m": 0.01}],
        "patience": 1,
    }
    fields = {"evaluation": tried, "steps": 320, "ppo": SMALL["ppo"] | {"learning_rate": 1e-9}}
    exported = train(small(**fields), tmp_path)
    with (tmp_path / "evaluation.csv").open() as file:
        rows = list(csv.DictReader(file))
    # nothing is learned at that rate, so the second is no better and the third never comes
    assert [(row["steps"], row["surface"]) for row in rows] == [
        (steps, surface) for steps in ("64", "128") for surface in ("flat", rows[1]["surface"])
    ]
    assert {row["trials"] for row in rows} == {"2"}
    assert float(rows[0]["fall_share_low"]) <= float(rows[0]["fall_share"])
    assert float(rows[0]["fall_share"]) < float(rows[0]["fall_share_high"])
    assert len(read_curve(tmp_path)) == 2
    assert (tmp_path / "best" / exported.name).read_bytes() != exported.read_bytes()
    read_policy(tmp_path / "best" / exported.name)
    again = train(small(**fields), tmp_path, resume=True)  # stops at once, for the same reason
    assert len(read_curve(tmp_path)) == 2
    assert again == exported


def test_evaluations_are_summed_up_and_compared():
    from retrowalk.experiments.learning.evaluation import Evaluations, score, summary

    columns = ("valid", "fell", "speed_m_per_s", *MEASURES.values())
    others = [0.0] * len(MEASURES)
    trials = pd.DataFrame(
        [
            [True, False, 0.55, *others],
            [True, False, 0.45, *others],
            [True, True, 0.1, *others],
            [False, False, 9.0, *others],
        ],
        columns=pd.Index(columns),
    )
    told = summary(trials, 0.5)
    assert told["fall_share"] == pytest.approx(1 / 3)
    assert told["fall_share_low"] == pytest.approx(0.0615, abs=1e-3)  # Wilson, 1 of 3
    assert told["fall_share_high"] == pytest.approx(0.7923, abs=1e-3)
    assert told["speed_error"] == pytest.approx(0.1)
    assert score([told]) == pytest.approx(2 / 3 - 0.1)
    past = Evaluations(Path("nowhere"))
    past.rows = [
        {"steps": str(i), "fall_share": str(share), "speed_error": "0"}
        for i, share in enumerate((0.5, 0.2, 0.3, 0.4))
    ]
    assert not past.is_best()
    assert past.worn_out(2)
    assert not past.worn_out(3)
    assert not past.worn_out(None)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"walker": 3}, "unknown key 'walker'; did you mean 'walkers'"),
        ({"ppo": {"gamma": 2.0}}, r"ppo\.gamma"),
        ({"seed": 2**32}, "seed"),
        ({"network": [0]}, r"network\.0"),
        ({"task": {"surfaces": ["lava"]}}, "lava"),
        ({"stages": [{"from_steps": 0, "task": {"gravity": 0}}]}, "gravity"),
    ],
)
def test_bad_configs_are_refused_by_name(changes, said):
    with pytest.raises(ConfigError, match=said):
        small(**changes)


def test_the_config_in_the_docs_is_valid(root: Path):
    page = (root / "docs" / "use" / "environments.md").read_text("utf-8")
    (text,) = re.findall(r"```yaml\n(# my-gait\.yaml.*?)```", page, re.DOTALL)
    config = check_training_config(yaml.safe_load(text), "the docs")
    assert config.steps % config.segment_steps == 0


def test_a_shipped_config_changes_by_keys():
    config = load_training_config("ppo-residual-quick", ["seed=2", "ppo.n_epochs=1"])
    assert (config.seed, config.file.ppo.n_epochs) == (2, 1)
    with pytest.raises(ConfigError, match=r"--set ppo\.epochs=1: ppo\.epochs = 1"):
        load_training_config("ppo-residual-quick", ["ppo.epochs=1"])


def test_shipped_configs_are_valid(root: Path):
    names = [path.stem for path in (root / "experiments" / "learning" / "configs").glob("*.yaml")]
    assert names
    for name in names:
        assert load_training_config(name).file.name == name
    with pytest.raises(ConfigError, match="there are"):
        load_training_config("no-such-config")
