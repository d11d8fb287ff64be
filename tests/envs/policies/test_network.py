"""Networks from anybody: what is feed-forward runs, all else is refused in a sentence, at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from retrowalk.envs.policies.network import Network
from retrowalk.envs.policies.onnx_check import MOST_NODES, OPERATORS
from retrowalk.sim.errors import ConfigError

onnx = pytest.importorskip("onnx")
helper, numpy_helper = onnx.helper, onnx.numpy_helper
FLOAT = onnx.TensorProto.FLOAT
COLUMNS, SIZE = 4, 3
node = helper.make_node


def model(
    nodes: list[Any],
    weights: dict[str, np.ndarray] | None = None,
    rows: Any = "n",
    sparse: list[Any] | None = None,
    **more: Any,
) -> Any:
    """ONNX of `nodes` from `observation` to `action`, with a weight `w` (SIZE, COLUMNS)."""
    weight = 0.1 * np.arange(SIZE * COLUMNS, dtype=np.float32).reshape(SIZE, COLUMNS)
    held = {"w": weight} | (weights or {})
    graph = helper.make_graph(
        nodes,
        "gait",
        [helper.make_tensor_value_info("observation", FLOAT, ["n", COLUMNS])],
        [helper.make_tensor_value_info("action", FLOAT, [rows, SIZE])],
        [numpy_helper.from_array(value, name) for name, value in held.items()],
        sparse_initializer=sparse,
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], **more)
    made.ir_version = 8
    return made


LAYER = node("Gemm", ["observation", "w"], ["action"], transB=1)


def load(made: Any) -> Network:
    data = made if isinstance(made, bytes) else made.SerializeToString()
    return Network(data, "my-gait", COLUMNS, SIZE)


def test_a_layer_gives_rows_of_actions():
    network = load(model([LAYER]))
    seen = np.random.default_rng(0).standard_normal((5, COLUMNS)).astype(np.float32)
    weight = 0.1 * np.arange(SIZE * COLUMNS).reshape(SIZE, COLUMNS)
    np.testing.assert_allclose(network(seen), seen @ weight.T, rtol=1e-5, atol=1e-6)


def outside(place: str) -> Any:
    made = model([LAYER])
    tensor = made.graph.initializer[0]
    onnx.external_data_helper.set_external_data(tensor, location=place)
    tensor.ClearField("raw_data")
    return made


def loop() -> Any:
    body = helper.make_graph(
        [node("Identity", ["on"], ["still"]), node("Identity", ["x"], ["y"])],
        "body",
        [
            helper.make_tensor_value_info("i", onnx.TensorProto.INT64, []),
            helper.make_tensor_value_info("on", onnx.TensorProto.BOOL, []),
            helper.make_tensor_value_info("x", FLOAT, None),
        ],
        [
            helper.make_tensor_value_info("still", onnx.TensorProto.BOOL, []),
            helper.make_tensor_value_info("y", FLOAT, None),
        ],
    )
    first = node("Gemm", ["observation", "w"], ["raw"], transB=1)
    endless = node("Loop", ["", "on", "raw"], ["action"], body=body)
    return model([first, endless], {"on": np.array(True)})


def function() -> Any:
    made = model([node("Mine", ["observation"], ["action"], domain="mine")])
    body = [node("Identity", ["x"], ["y"])]
    opsets = [helper.make_opsetid("", 17)]
    made.functions.append(helper.make_function("mine", "Mine", ["x"], ["y"], body, opsets))
    return made


def hidden(kind: str, **attributes: Any) -> Any:
    raw = node("Gemm", ["observation", "w"], ["raw"], transB=1)
    return model([raw, node(kind, ["raw"], ["action"], **attributes)])


def sparse() -> Any:
    values = helper.make_tensor("s", FLOAT, [1], [1.0])
    where = helper.make_tensor("i", onnx.TensorProto.INT64, [1], [0])
    return model([LAYER], sparse=[helper.make_sparse_tensor(values, where, [SIZE])])


def filled(value: float) -> Any:
    return model([LAYER], {"w": np.full((SIZE, COLUMNS), value, np.float32)})


LONG = [node("Tanh", ["observation"], ["x0"])] + [
    node("Tanh", [f"x{i}"], [f"x{i + 1}"]) for i in range(MOST_NODES)
]
TALL, WIDE = np.ones((2048, 1), np.float32), np.ones((1, 2048), np.float32)
REFUSED: dict[str, tuple[Any, str]] = {
    "weights beside it": (outside("weights.bin"), "'w' are in another file"),
    "weights anywhere": (outside("/etc/passwd"), "'w' are in another file"),
    "a loop": (loop(), "the operator 'Loop'; allowed are Abs, Add"),
    "somebody's operator": (
        model([node("Gelu", ["observation"], ["action"], domain="com.x")]),
        "x",
    ),
    "a function": (function(), "functions or training of its own"),
    "chance": (hidden("Bernoulli"), "the operator 'Bernoulli'"),
    "sparse weights": (sparse(), "sparse weights"),
    "too many operators": (model(LONG), f"{MOST_NODES + 1} operators, more than {MOST_NODES}"),
    "a layer too wide": (model([LAYER], {"v": np.ones((1, 2049), np.float32)}), "'v' have the sha"),
    "all memory": (
        model([node("Add", ["a", "b"], ["c"]), LAYER], {"a": TALL, "b": WIDE}),
        "Add computes from constants alone",
    ),
    "more rows": (hidden("Flatten", axis=0), "its Flatten makes other rows"),
    "not a number": (filled(np.nan), "'w' hold what is no number"),
    "no number comes out": (
        model(
            [
                node("Gemm", ["observation", "w"], ["raw"], transB=1),
                node("Sub", ["raw", "raw"], ["zero"]),
                node("Div", ["zero", "zero"], ["action"]),
            ]
        ),
        r"gives what is no number \(NaN\)",
    ),
    "absurd actions": (
        model(
            [
                node("Gemm", ["observation", "w"], ["raw"], transB=1),
                node("Add", ["raw", "huge"], ["action"]),
            ],
            {"huge": np.full(SIZE, 1e20, np.float32)},
        ),
        r"gives absurd actions, up to 1e\+20",
    ),
    "one row for all": (
        model(
            [
                node("ReduceMean", ["observation"], ["one"], axes=[0], keepdims=1),
                node("Gemm", ["one", "w"], ["action"], transB=1),
            ]
        ),
        r"gives values of shape \(1, 3\) for 2 walkers; \(2, 3\) is meant",
    ),
    "another layout": (model([node("Tanh", ["observation"], ["action"])]), "not a network|takes"),
    "nothing": (b"", "not a network in ONNX format"),
    "a text": (b"hello " * 100, "not a network in ONNX format"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_gait_is_refused_by_the_gait_s_name(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "weights.bin").write_bytes(np.ones(SIZE * COLUMNS, np.float32).tobytes())
    made, said = REFUSED[name]
    with pytest.raises(ConfigError, match=said) as caught:
        load(made)
    assert str(caught.value).startswith("my-gait: ")


def test_values_far_off_are_named_while_walking():
    """A weight so large that it is no number, or absurd, only away from zero."""
    network = load(filled(1e30))
    with pytest.raises(ConfigError, match=r"my-gait: the network gives absurd actions"):
        network(np.ones((2, COLUMNS), np.float32))


def test_no_operator_that_is_allowed_takes_a_network():
    for name in OPERATORS:
        schema = onnx.defs.get_schema(name)
        kinds = {str(one.type) for one in schema.attributes.values()}
        assert not any("GRAPH" in kind for kind in kinds), name


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_torch_writes_is_allowed(tmp_path: Path):
    torch = pytest.importorskip("torch")
    layers = [torch.nn.Flatten(), torch.nn.Linear(COLUMNS, 8), torch.nn.ELU()]
    layers += [torch.nn.Linear(8, 8), torch.nn.LayerNorm(8), torch.nn.Linear(8, SIZE)]
    net = torch.nn.Sequential(*layers, torch.nn.Tanh()).eval()
    path = tmp_path / "net.onnx"
    names: dict[str, Any] = {"input_names": ["observation"], "output_names": ["action"]}
    try:
        torch.onnx.export(
            net,
            (torch.zeros(2, COLUMNS),),
            str(path),
            dynamic_axes={"observation": {0: "n"}, "action": {0: "n"}},
            opset_version=17,
            dynamo=False,
            **names,
        )
    except Exception as error:
        pytest.skip(f"this torch does not export so: {error}")
    seen = np.random.default_rng(0).standard_normal((5, COLUMNS)).astype(np.float32)
    expected = net(torch.from_numpy(seen)).detach().numpy()
    np.testing.assert_allclose(load(path.read_bytes())(seen), expected, atol=1e-5)


@given(st.integers(0, 2**31), st.integers(1, 4))
def test_a_damaged_network_runs_or_is_refused(seed: int, flips: int):
    rng = np.random.default_rng(seed)
    data = bytearray(model([LAYER]).SerializeToString())
    for _ in range(flips):
        data[rng.integers(len(data))] ^= 1 << int(rng.integers(8))
    try:
        network = load(bytes(data))
    except ConfigError:
        return
    assert network(np.zeros((3, COLUMNS), np.float32)).shape == (3, SIZE)


IMPORT = """
from retrowalk.envs.policies.policy_file import read_policy, shipped_policies
import numpy as np
policy = read_policy(next(iter(shipped_policies().values())))
columns = sum(len(term.columns) for term in policy.contract.observation)
policy(np.zeros((2, columns), np.float32))
"""


SCRIPTED = """
import sys
import numpy as np
import gymnasium as gym
import retrowalk as rw
import retrowalk.envs
env = gym.make("retrowalk/Backward-v0")
env.reset(seed=1)
env.step(np.zeros(15))
rw.simulate(technique={"speed_m_per_s": 0.6}, duration_s=1, threads=1)
print("onnxruntime" in sys.modules)
"""


def test_who_walks_by_no_learned_gait_imports_no_onnxruntime():
    ran = subprocess.run([sys.executable, "-c", SCRIPTED], capture_output=True, text=True)
    assert ran.stdout == "False\n", ran.stderr


def test_onnxruntime_writes_nothing_into_the_users_cache(tmp_path: Path):
    home = os.environ | {"HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    home.pop("XDG_CACHE_HOME", None)
    home.pop("ORT_DISABLE_TELEMETRY", None)
    subprocess.run([sys.executable, "-c", IMPORT], check=True, env=home)
    assert list(tmp_path.rglob("*onnxruntime*")) == []
