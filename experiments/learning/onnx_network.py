"""A dense network as ONNX: normalise, clip, layers with activations between, then the action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

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
