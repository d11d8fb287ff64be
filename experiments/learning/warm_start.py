"""Warm start: begin training from a gait's file or a run's checkpoint.

Columns of the observation are matched by name. Those that are new begin with weights of zero, so at
first the policy does what it did before; their statistics begin anew, those of the others go on. A
checkpoint brings the value too; a gait's file has none, so the first segment then trains the value
alone and leaves the policy as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...envs.gaits.parameters import GaitTable
from ...envs.policies.policy_file import (
    FORMAT,
    Contract,
    LearnedPolicy,
    read_contract,
    read_policy,
    shipped_policies,
)
from ...sim.errors import ConfigError
from ...sim.json_file import read_json
from ...sim.plain_values import is_dict
from .checkpoint import Moments, latest, read_checkpoint
from .learner import Learner

_UNSEEN = 1e-4  # observations that a new column's statistics count as, as VecNormalize begins
_EPSILON = 1e-8  # of the variance in a gait's file
_READS_OBSERVATION = re.compile(r"(policy_net|value_net|latent_pi|qf\d+)\.0\.weight$")


@dataclass(frozen=True)
class WarmStart:
    """What was learned before.

    Attributes:
        source: where it was read. contract: its layout. table: the scripted gait learned on.
        tensors: by the names of the policy's parameters; without the value's for a gait's file.
        observation, returns: of the normaliser; returns None for a gait's file.
    """

    source: str
    contract: Contract
    table: GaitTable
    tensors: dict[str, Any]
    observation: Moments
    returns: Moments | None

    @property
    def value_known(self) -> bool:
        """Whether the value comes along with the policy."""
        return self.returns is not None

    def apply(self, learner: Learner) -> None:
        """Give `learner` what was learned; its steps are counted from 0.

        Raises:
            ConfigError: other actions, a column that is no longer observed, or another network.
        """
        walk, policy = learner.env.walks[0], learner.model.policy
        old = self.contract
        if (old.action.mode, old.action.names) != (
            learner.env.task.action_mode,
            walk.actions.names,
        ):
            raise ConfigError(f"start_from: {self.source} acts by other actions than this task")
        if old.direction != learner.env.task.direction:
            raise ConfigError(f"start_from: {self.source} walks {old.direction}")
        if not self.value_known and learner.config.file.algorithm != "ppo":
            raise ConfigError(
                f"start_from: {self.source} holds no critic, which SAC needs; give a checkpoint"
            )
        columns = [f"{name}.{c}" for name, term in walk.terms.items() for c in term.columns]
        known = [f"{term.term}.{c}" for term in old.observation for c in term.columns]
        missing = [name for name in known if name not in columns]
        if missing:
            raise ConfigError(
                f"start_from: {self.source} observes what this task does not: {', '.join(missing)}"
            )
        at = np.array([columns.index(name) for name in known])
        state = policy.state_dict()
        unlike = set(state) ^ set(self.tensors)
        if not self.value_known:
            unlike = {name for name in unlike if "value" not in name and name != "log_std"}
        if unlike:
            raise ConfigError(f"start_from: {self.source} is of another network ({min(unlike)})")
        for name, tensor in self.tensors.items():
            state[name] = _fitted(name, tensor, state[name], at, len(columns), self.source)
        policy.load_state_dict(state)
        _take_over(learner.normaliser.obs_rms, self.observation, at)
        if self.returns is not None:
            _take_over(learner.normaliser.ret_rms, self.returns, ...)


def find_warm_start(name: str) -> WarmStart:
    """Read a gait (a shipped one's name, .onnx or .json), a checkpoint (.pt) or a run's folder.

    Nothing is unpickled that could run code.

    Raises:
        ConfigError: telling what is not there or not readable.
    """
    path = Path(name)
    if path.is_dir():
        found = latest(path)
        if found is None:
            raise ConfigError(f"start_from: {path} holds no checkpoint")
        path = found
    if path.suffix == ".pt":
        return _from_checkpoint(path)
    if not path.suffix:
        path = shipped_policies().get(name, path)
        if not path.is_file():
            raise ConfigError(f"start_from: no folder, file or shipped learned gait '{name}'")
    return _from_gait(path)


def _from_checkpoint(path: Path) -> WarmStart:
    data = read_checkpoint(path)
    contracts = [file for file in sorted(path.parent.glob("*.json")) if _is_contract(file)]
    if len(contracts) != 1:
        raise ConfigError(
            f"start_from: beside {path} must be the one .json contract that training wrote, "
            f"there are {len(contracts)}"
        )
    contract = read_contract(contracts[0])
    observation, returns = (Moments.kept(data[name]) for name in ("observation", "returns"))
    return WarmStart(
        str(path), contract, contract.gait.table, dict(data["policy"]), observation, returns
    )


def _is_contract(path: Path) -> bool:
    try:
        data = read_json(path)
    except (OSError, ValueError):
        return False
    return is_dict(data) and data.get("format") == FORMAT


def _from_gait(path: Path) -> WarmStart:
    import onnx
    import torch
    from onnx import numpy_helper

    policy: LearnedPolicy = read_policy(path)
    model = onnx.load_model_from_string(path.with_suffix(".onnx").read_bytes())
    held = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    count = sum(name.startswith("weight") for name in held)
    try:
        tensors: dict[str, Any] = {}
        for i in range(count):
            layer = "action_net" if i == count - 1 else f"mlp_extractor.policy_net.{2 * i}"
            tensors[f"{layer}.weight"] = torch.tensor(held[f"weight{i}"])
            tensors[f"{layer}.bias"] = torch.tensor(held[f"bias{i}"])
        variance = 1.0 / held["scale"].astype(float) ** 2 - _EPSILON
        seen = float(policy.contract.training.get("steps", 1.0))
        observation = Moments(held["mean"], np.maximum(variance, 0.0), seen)
    except KeyError as error:
        raise ConfigError(f"start_from: {path} was not written by `retrowalk train`") from error
    return WarmStart(str(path), policy.contract, policy.table, tensors, observation, None)


def _fitted(name: str, old: Any, new: Any, at: np.ndarray, columns: int, source: str) -> Any:
    """Return `old` in the shape of `new`; a first layer gets zeros for columns that are new."""
    if not _READS_OBSERVATION.search(name):
        if old.shape != new.shape:
            raise ConfigError(f"start_from: {source} is of another network ({name})")
        return old
    beside = old.shape[1] - len(at)  # actions, which a critic reads after the observation
    if beside < 0 or new.shape != (old.shape[0], columns + beside):
        raise ConfigError(f"start_from: {source} is of another network ({name})")
    out = new.new_zeros(new.shape)
    out[:, at], out[:, columns:] = old[:, : len(at)], old[:, len(at) :]
    return out


def _take_over(running: Any, kept: Moments, at: Any) -> None:
    """Put kept statistics at columns `at` of a normaliser's; each column gets a count of its own.

    The formula of the running mean and variance holds column by column.
    """
    mean, var = np.array(running.mean, float), np.array(running.var, float)
    count = np.full(mean.shape, _UNSEEN)
    mean[at], var[at], count[at] = kept.mean, kept.var, kept.count
    running.mean, running.var, running.count = mean, var, count
