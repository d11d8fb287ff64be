"""From a trained learner to one ONNX file (normaliser inside) and its JSON contract."""

from __future__ import annotations

import json
import platform
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from ..store.atomic import write_bytes, write_text
from .contract import new_contract
from .learner import OBSERVATION_CLIP, Learner
from .onnx_network import Layer, dense_network
from .training_record import VERSIONS

_EPSILON = 1e-8  # of the variance, as VecNormalize has it


def export_policy(
    learner: Learner,
    table: dict[str, Any],
    curve: list[dict[str, str]],
    sessions: list[dict[str, Any]],
    path: Path,
) -> None:
    """Write `path` (.onnx) and the contract beside it.

    Args:
        learner: what was trained. table: the scripted gait learned on, as `gait_as_data` gives.
        curve: rows of the learning curve. sessions: the calls that worked on it.
    """
    network = _network(learner)
    config = learner.config
    training = {
        "config": config.file.model_dump(mode="json"),
        "command": " ".join(["retrowalk", *sys.argv[1:]]),
        "seed": config.seed,
        "steps": int(learner.model.num_timesteps),
        "python": platform.python_version(),
        "versions": {name: metadata.version(name) for name in VERSIONS},
        "sessions": sessions,
        "learning_curve": curve,
    }
    walk = learner.env.walks[0]
    contract = new_contract(config.base, walk, table, path.stem, network, training)
    write_bytes(path, network)
    write_text(path.with_suffix(".json"), json.dumps(contract, indent=1) + "\n")


def _network(learner: Learner) -> bytes:
    """ONNX of: normalise, clip, layers with ELU between, then clip (PPO) or tanh (SAC)."""
    norm: Any = learner.normaliser.obs_rms
    layers, squash = _layers(learner.model)
    scale = 1.0 / np.sqrt(norm.var + _EPSILON)
    return dense_network(layers, norm.mean, scale, OBSERVATION_CLIP, squash)


def _layers(model: Any) -> tuple[list[Layer], bool]:
    """Layers of the policy's mean action, and whether tanh ends it."""
    import torch

    policy = model.policy
    if hasattr(policy, "actor"):
        hidden, end, squash = policy.actor.latent_pi, policy.actor.mu, True
    else:
        hidden, end, squash = policy.mlp_extractor.policy_net, policy.action_net, False
    linear = [layer for layer in hidden if isinstance(layer, torch.nn.Linear)]
    found = [
        Layer(one.weight.detach().numpy(), one.bias.detach().numpy(), activation)
        for one, activation in [*((one, "Elu") for one in linear), (end, "")]
    ]
    return found, squash
