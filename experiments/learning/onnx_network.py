"""Dense networks of stable-baselines3 policies as ONNX: normalise, clip, layers, action."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ...sim.errors import ConfigError

OPSET = 17
ACTIVATIONS = ("Elu", "Tanh", "Relu", "LeakyRelu", "Sigmoid")
"""Operators of ONNX that may stand between layers."""


@dataclass(frozen=True)
class Layer:
    """y = activation(weight x + bias).

    Attributes:
        weight: (outputs, inputs). bias: (outputs,).
        activation: one of `ACTIVATIONS`, empty for none. alpha: of Elu and LeakyRelu.
    """

    weight: np.ndarray
    bias: np.ndarray
    activation: str = ""
    alpha: float = 1.0


def dense_network(
    layers: Sequence[Layer], mean: np.ndarray, scale: np.ndarray, clip: float, squash: bool
) -> bytes:
    """Return the ONNX of `observation` (walkers, columns) -> `action` (walkers, size), -1 to 1.

    Args:
        layers: in order. mean, scale: (columns,); the first layer reads (observation - mean)
            * scale, clipped to `clip` either way. squash: end with tanh; else clipped to -1 to 1.
    """
    from onnx import TensorProto, checker, helper, numpy_helper

    constants = {
        "mean": mean,
        "scale": scale,
        "low": np.array(-clip),
        "high": np.array(clip),
        "least": np.array(-1.0),
        "most": np.array(1.0),
    }
    nodes = [
        helper.make_node("Sub", ["observation", "mean"], ["centred"]),
        helper.make_node("Mul", ["centred", "scale"], ["scaled"]),
        helper.make_node("Clip", ["scaled", "low", "high"], ["x0"]),
    ]
    for i, layer in enumerate(layers):
        constants[f"weight{i}"], constants[f"bias{i}"] = layer.weight, layer.bias
        given, out = [f"x{i}", f"weight{i}", f"bias{i}"], f"x{i + 1}"
        nodes.append(helper.make_node("Gemm", given, [f"y{i}"], transB=1))
        sloped: dict[str, Any] = {}
        if layer.activation in ("Elu", "LeakyRelu"):
            sloped["alpha"] = layer.alpha
        nodes.append(helper.make_node(layer.activation or "Identity", [f"y{i}"], [out], **sloped))
    last = f"x{len(layers)}"
    if squash:
        nodes.append(helper.make_node("Tanh", [last], ["action"]))
    else:
        nodes.append(helper.make_node("Clip", [last, "least", "most"], ["action"]))
    columns, size = layers[0].weight.shape[1], layers[-1].weight.shape[0]
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


def policy_layers(policy: Any, path: Path) -> tuple[list[Layer], bool]:
    """Return the layers of an SB3 policy's mean action, and whether tanh ends it.

    Raises:
        ConfigError: naming `path`; the policy is no network of dense layers.
    """
    actor = getattr(policy, "actor", None)
    if actor is None and hasattr(policy, "mlp_extractor") and hasattr(policy, "action_net"):
        parts, squash = [*policy.mlp_extractor.policy_net, policy.action_net], policy.squash_output
    elif actor is not None and hasattr(actor, "latent_pi"):
        end = actor.mu if not hasattr(actor.mu, "__iter__") else actor.mu[0]
        parts, squash = [*actor.latent_pi, end], True
    elif actor is not None and hasattr(actor.mu, "__iter__"):
        parts, squash = list(actor.mu), False  # its own tanh is among them
    else:
        raise ConfigError(f"{path}: {type(policy).__name__} is no network of dense layers")
    owner = policy if actor is None else actor
    extractor = type(owner.features_extractor).__name__
    if extractor != "FlattenExtractor":
        raise ConfigError(f"{path}: reads its observation by a {extractor}, not directly")
    return _dense(parts, path), squash


def _dense(parts: Iterable[Any], path: Path) -> list[Layer]:
    from torch import nn

    names: dict[type, str] = {
        nn.ELU: "Elu",
        nn.Tanh: "Tanh",
        nn.ReLU: "Relu",
        nn.LeakyReLU: "LeakyRelu",
        nn.Sigmoid: "Sigmoid",
    }
    layers: list[Layer] = []
    for part in parts:
        if isinstance(part, nn.Linear):
            kept = [one.detach().cpu().numpy() for one in part.parameters()]  # weight, and bias
            layers.append(Layer(kept[0], kept[1] if kept[1:] else np.zeros(part.out_features)))
        elif type(part) in names and layers and not layers[-1].activation:
            alpha = float(getattr(part, "alpha", getattr(part, "negative_slope", 1.0)))
            layers[-1] = replace(layers[-1], activation=names[type(part)], alpha=alpha)
        elif not isinstance(part, nn.Identity | nn.Flatten | nn.Dropout):
            raise ConfigError(f"{path}: a layer of kind {type(part).__name__} cannot be converted")
    if not layers:
        raise ConfigError(f"{path}: has no layers")
    return layers
