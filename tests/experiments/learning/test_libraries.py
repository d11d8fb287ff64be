"""What docs/use/rl-libraries.md says of other libraries holds; logs and cards of a training."""

from __future__ import annotations

import hashlib
import inspect
import re
import sys
import types
from pathlib import Path

import pytest
import yaml

from retrowalk.envs.policies.policy_file import read_policy
from retrowalk.experiments.learning.card import card
from retrowalk.sim.errors import RetrowalkError

pytest.importorskip("stable_baselines3")

DOCS = Path(__file__).resolve().parents[3] / "docs" / "use"
SHIPPED = Path(inspect.getfile(read_policy)).parent / "shipped"


class Tensors(dict):
    """A stand-in for tensordict's TensorDict, which only rsl-rl brings."""

    def __init__(self, content: dict, batch_size: list[int]) -> None:
        super().__init__(content)
        assert all(one.shape[0] == batch_size[0] for one in content.values())


def test_the_code_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(
        sys.modules,
        "tensordict",
        types.SimpleNamespace(TensorDict=Tensors),  # type: ignore[arg-type]
    )
    page = DOCS / "rl-libraries.md"
    text, here = page.read_text("utf-8"), {}
    for block in re.finditer(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        line = text.count("\n", 0, block.start(1))
        exec(compile("\n" * line + block[1], str(page), "exec"), here)
    assert here["model"].num_timesteps == 32
    assert here["observation"]["policy"].shape[0] == 4
    assert set(here["extras"]) == {"time_outs"}


def test_the_zoo_settings_are_arguments_of_ppo():
    from stable_baselines3 import PPO

    from retrowalk.envs.gym.registration import ENVIRONMENTS

    settings = yaml.safe_load((DOCS / "rl-zoo-ppo.yml").read_text("utf-8"))
    assert set(settings) <= set(ENVIRONMENTS)
    of_the_zoo = {"env_wrapper", "normalize", "n_envs", "n_timesteps"}
    known = set(inspect.signature(PPO.__init__).parameters)
    for one in settings.values():
        assert set(one) - of_the_zoo <= known


@pytest.mark.parametrize("network", sorted(SHIPPED.glob("*.onnx")), ids=lambda path: path.stem)
def test_a_card_has_front_matter_and_hashes(network: Path):
    _, front, body = card(network).split("---\n", 2)
    told = yaml.safe_load(front)
    assert told["library_name"] == "retrowalk"
    assert "reinforcement-learning" in told["tags"]
    for file in (network, network.with_suffix(".json")):
        assert hashlib.sha256(file.read_bytes()).hexdigest() in body


def test_wandb_gets_numbers_and_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from retrowalk.experiments.learning.logs import check_logs, make_logger

    settings = {"name": "small", "seed": 1}
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(RetrowalkError, match="pip install wandb"):
        check_logs(["wandb"])
    rows: list[tuple[dict, int]] = []
    given: dict = {}
    run = types.SimpleNamespace(
        log=lambda numbers, step: rows.append((numbers, step)), finish=lambda: None
    )

    def init(**settings: object) -> types.SimpleNamespace:
        given.update(settings)
        return run

    monkeypatch.setitem(sys.modules, "wandb", types.SimpleNamespace(init=init))  # type: ignore[arg-type]
    logger = make_logger(["wandb"], tmp_path, settings)
    logger.record("train/kl", 0.01)
    logger.record("note", "words")
    logger.dump(64)
    assert rows == [({"train/kl": 0.01}, 64)]
    assert given["config"] == settings
