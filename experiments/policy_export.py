"""From a trained learner to one ONNX file (normaliser inside) and its JSON contract."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from ..envs.gaits.policy_file import FORMAT
from ..envs.steering import SMOOTHING
from ..models.body import build_body
from .learner import OBSERVATION_CLIP, Learner

OPSET = 17
VERSIONS = ("mujoco", "numpy", "torch", "stable-baselines3", "onnx", "retrowalk")
_EPSILON = 1e-8  # of the variance, as VecNormalize has it


def export_policy(
    learner: Learner, table: dict[str, Any], curve: list[dict[str, str]], path: Path
) -> None:
    """Write `path` (.onnx) and the contract beside it.

    Args:
        learner: what was trained. table: the scripted gait learned on, as `gait_as_data` gives.
        curve: rows of the learning curve.
    """
    network = _network(learner)
    path.write_bytes(network)
    config, env = learner.config, learner.env
    base, walk = config.base, env.walks[0]
    contract = {
        "format": FORMAT,
        "name": path.stem,
        "direction": base.direction,
        "body": base.body,
        "walker": base.walker.name,
        "body_digest": build_body(base.body, base.walker).digest,
        "speed_m_per_s": list(base.speed_m_per_s),
        "action": {
            "mode": base.action_mode,
            "names": list(walk.actions.names),
            "units": list(walk.actions.units),
            "period_s": walk.period_s,
            "smoothing": SMOOTHING,
        },
        "observation": [
            {"term": name, "columns": list(term.columns), "unit": term.unit}
            for name, term in walk.terms.items()
        ],
        "eyes": base.eyes,
        "muscles": base.muscles,
        "gait": table,
        "onnx_sha256": hashlib.sha256(network).hexdigest(),
        "training": {
            "config": config.file.model_dump(mode="json"),
            "command": " ".join(["retrowalk", *sys.argv[1:]]),
            "seed": config.seed,
            "steps": int(learner.model.num_timesteps),
            "python": platform.python_version(),
            "versions": {name: metadata.version(name) for name in VERSIONS},
            "learning_curve": curve,
        },
    }
    path.with_suffix(".json").write_text(json.dumps(contract, indent=1) + "\n", "utf-8")


def _network(learner: Learner) -> bytes:
    """ONNX of: normalise, clip, layers with ELU between, then clip (PPO) or tanh (SAC)."""
    from onnx import TensorProto, checker, helper, numpy_helper

    norm: Any = learner.normaliser.obs_rms
    layers, squash = _layers(learner.model)
    scale = 1.0 / np.sqrt(norm.var + _EPSILON)
    constants = {
        "mean": norm.mean,
        "scale": scale,
        "low": np.array(-OBSERVATION_CLIP),
        "high": np.array(OBSERVATION_CLIP),
        "least": np.array(-1.0),
        "most": np.array(1.0),
    }
    nodes = [
        helper.make_node("Sub", ["observation", "mean"], ["centred"]),
        helper.make_node("Mul", ["centred", "scale"], ["scaled"]),
        helper.make_node("Clip", ["scaled", "low", "high"], ["x0"]),
    ]
    for i, (weight, bias) in enumerate(layers):
        constants[f"weight{i}"], constants[f"bias{i}"] = weight, bias
        nodes.append(
            helper.make_node("Gemm", [f"x{i}", f"weight{i}", f"bias{i}"], [f"y{i}"], transB=1)
        )
        if i < len(layers) - 1:
            nodes.append(helper.make_node("Elu", [f"y{i}"], [f"x{i + 1}"], alpha=1.0))
    last = f"y{len(layers) - 1}"
    if squash:
        nodes.append(helper.make_node("Tanh", [last], ["action"]))
    else:
        nodes.append(helper.make_node("Clip", [last, "least", "most"], ["action"]))
    columns, size = layers[0][0].shape[1], layers[-1][0].shape[0]
    graph = helper.make_graph(
        nodes,
        "gait",
        [helper.make_tensor_value_info("observation", TensorProto.FLOAT, ["walkers", columns])],
        [helper.make_tensor_value_info("action", TensorProto.FLOAT, ["walkers", size])],
        [numpy_helper.from_array(np.asarray(v, np.float32), name) for name, v in constants.items()],
    )
    model = helper.make_model(
        graph, producer_name="retrowalk", opset_imports=[helper.make_opsetid("", OPSET)]
    )
    model.ir_version = 8
    checker.check_model(model)
    return model.SerializeToString()


def _layers(model: Any) -> tuple[list[tuple[np.ndarray, np.ndarray]], bool]:
    """Weights and biases of the policy's mean action, and whether tanh ends it."""
    import torch

    policy = model.policy
    if hasattr(policy, "actor"):
        hidden, end, squash = policy.actor.latent_pi, policy.actor.mu, True
    else:
        hidden, end, squash = policy.mlp_extractor.policy_net, policy.action_net, False
    linear = [layer for layer in hidden if isinstance(layer, torch.nn.Linear)]
    arrays = [(one.weight.detach().numpy(), one.bias.detach().numpy()) for one in (*linear, end)]
    return arrays, squash
