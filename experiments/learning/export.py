"""From a trained learner to one ONNX file (normaliser inside) and its JSON contract."""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path
from typing import Any, cast

import numpy as np

from ...envs.policies.policy_file import GaitRows
from ..store.atomic import write_bytes, write_text
from .contract import new_contract
from .learner import OBSERVATION_CLIP, Learner
from .onnx_network import dense_network, policy_layers
from .training_record import TrainingSession, versions_here

_EPSILON = 1e-8  # of the variance, as VecNormalize has it


def export_policy(
    learner: Learner,
    table: GaitRows,
    curve: list[dict[str, str]],
    sessions: list[TrainingSession],
    path: Path,
) -> None:
    """Write `path` (.onnx) and the contract beside it.

    Args:
        learner: what was trained. table: the scripted gait learned on.
        curve: rows of the learning curve. sessions: the calls that worked on it.
    """
    network = _network(learner, path)
    config, model = learner.config, cast(Any, learner.model)
    training = {
        "config": config.file.model_dump(mode="json"),
        "command": " ".join(["retrowalk", *sys.argv[1:]]),
        "seed": config.seed,
        "steps": int(model.num_timesteps),
        "python": platform.python_version(),
        "versions": versions_here(),
        "sessions": sessions,
        "learning_curve": curve,
    }
    walk = learner.env.walks[0]
    contract = new_contract(config.base, walk, table, path.stem, network, training)
    write_bytes(path, network)
    write_text(path.with_suffix(".json"), json.dumps(contract, indent=1) + "\n")


def _network(learner: Learner, path: Path) -> bytes:
    """ONNX of: normalise, clip, layers with ELU between, then clip (PPO) or tanh (SAC)."""
    norm: Any = learner.normaliser.obs_rms
    layers, squash = policy_layers(learner.model.policy, path)
    scale = 1.0 / np.sqrt(norm.var + _EPSILON)
    return dense_network(layers, norm.mean, scale, OBSERVATION_CLIP, squash)
