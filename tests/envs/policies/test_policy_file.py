"""Learned gaits from files: what fits walks, what does not is refused, and no file runs code."""

from __future__ import annotations

import hashlib
import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from retrowalk.envs.gaits.gait_files import gait_table
from retrowalk.envs.gym.batch_task import BatchTask
from retrowalk.envs.policies.actions import KINDS
from retrowalk.envs.policies.learned_gait import LearnedGait
from retrowalk.envs.policies.policy_file import FORMAT, GaitRows, read_policy
from retrowalk.envs.policies.steered_walkers import SMOOTHING
from retrowalk.envs.scene import Course, build_scene
from retrowalk.envs.task.task import Task
from retrowalk.envs.task.technique import Technique
from retrowalk.models.body import build_body
from retrowalk.models.catalogue import find_walker
from retrowalk.sim.errors import ConfigError, SimulationError

onnx = pytest.importorskip("onnx")


def linear_network(columns: int, size: int) -> bytes:
    """ONNX of a fixed random linear map, clipped to -1 to 1."""
    from onnx import TensorProto, helper, numpy_helper

    weight = 0.1 * np.random.default_rng(0).standard_normal((size, columns))
    constants = {"weight": weight, "least": np.array(-1.0), "most": np.array(1.0)}
    graph = helper.make_graph(
        [
            helper.make_node("Gemm", ["observation", "weight"], ["raw"], transB=1),
            helper.make_node("Clip", ["raw", "least", "most"], ["action"]),
        ],
        "gait",
        [helper.make_tensor_value_info("observation", TensorProto.FLOAT, ["n", columns])],
        [helper.make_tensor_value_info("action", TensorProto.FLOAT, ["n", size])],
        [numpy_helper.from_array(np.asarray(v, np.float32), k) for k, v in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    return model.SerializeToString()


def write_policy(
    folder: Path, network: bytes | None = None, mode: str = "residual", **changes
) -> Path:
    """Write a policy that fits the young adult, but for `changes` to its contract."""
    table = gait_table("backward")
    walk = BatchTask(Task(action_mode=mode), "flat", table, [1])
    columns = sum(len(term.columns) for term in walk.terms.values())
    data = network or linear_network(columns, len(walk.actions.names))
    contract = {
        "format": FORMAT,
        "name": "gait",
        "direction": "backward",
        "body": "human",
        "walker": "young-adult",
        "body_digest": build_body().digest,
        "speed_m_per_s": [0.6, 0.8],
        "action": {
            "mode": mode,
            "names": list(walk.actions.names),
            "units": list(walk.actions.units),
            "period_s": walk.period_s,
            "smoothing": SMOOTHING,
        },
        "observation": [
            {"term": name, "columns": list(term.columns), "unit": term.unit}
            for name, term in walk.terms.items()
        ],
        "eyes": False,
        "muscles": False,
        "gait": GaitRows.of(table).model_dump(),
        "onnx_sha256": hashlib.sha256(data).hexdigest(),
        "training": {},
    }
    path = folder / "gait.onnx"
    path.write_bytes(data)
    path.with_suffix(".json").write_text(json.dumps(contract | changes), "utf-8")
    return path


def learned(path: Path, speed: float = 0.7, walker: str = "young-adult") -> LearnedGait:
    who = find_walker(walker)
    body = build_body("human", who)
    sim = build_scene(body, Course(), [np.random.default_rng(0)] * 2).sim
    return LearnedGait(sim, body, who, read_policy(path), Technique(speed_m_per_s=speed))


@pytest.mark.parametrize("mode", KINDS)
def test_a_learned_gait_does_what_the_environment_did(tmp_path: Path, mode: str):
    policy = read_policy(write_policy(tmp_path, mode=mode))
    task = Task(speed_m_per_s=(0.7, 0.7), action_mode=mode)
    walk = BatchTask(task, "flat", gait_table("backward"), [1, 2])
    gait = learned(tmp_path / "gait.onnx")
    rngs = [[np.random.default_rng(i) for i in range(2)] for _ in range(2)]
    walk.gait.reset(np.arange(2), rngs[0])
    walk.gait.command(np.arange(2), np.full(2, 0.7))
    walk.rest(np.arange(2))
    gait.reset(np.arange(2), rngs[1])
    sim = gait.interface.sim
    for _ in range(20):
        walk.step(policy(walk.observe()))
        for _ in range(4):
            sim.ctrl[:] = gait.excite(sim)
            sim.step(2)
    assert np.abs(walk.action).max() > 0.01
    np.testing.assert_array_equal(sim.qpos, walk.sim.qpos)
    with pytest.raises(SimulationError, match="begin anew together"):
        gait.reset(np.array([1]), rngs[1][:1])


class Malice:
    """Unpickled, it leaves a trace."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self):
        return (Path.touch, (self.trace,))


@pytest.mark.parametrize("ending", [".onnx", ".json", ".zip", ".pkl", ".pt"])
def test_a_malicious_pickle_runs_no_code(tmp_path: Path, ending: str):
    trace = tmp_path / "trace"
    poison = pickle.dumps(Malice(trace))
    path = write_policy(tmp_path)
    if ending == ".onnx":  # even with its own digest in the contract
        path = write_policy(tmp_path, network=poison)
    else:
        path = path.with_suffix(ending)
        path.write_bytes(poison)
    with pytest.raises(ConfigError):
        read_policy(path)
    assert not trace.exists()
    pickle.loads(poison)  # the trap works
    assert trace.exists()


def test_a_damaged_network_is_refused(tmp_path: Path):
    path = write_policy(tmp_path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(ConfigError, match="damaged, or not the network of"):
        read_policy(path)


def test_what_is_no_file_is_refused(tmp_path: Path):
    with pytest.raises(ConfigError, match="no such file"):
        read_policy(tmp_path / "nothing.onnx")
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(ConfigError, match="no such file"):
        read_policy(tmp_path / "folder.onnx")


def test_a_network_of_another_layout_is_refused(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"takes \[3\] and gives \[15\] values"):
        read_policy(write_policy(tmp_path, network=linear_network(3, 15)))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": "something else"}, "not the contract"),
        ({"body_digest": "0" * 64}, "learned for the body 'human' of the walker 'young-adult'"),
        ({"speed_m_per_s": [0.3, 0.5]}, r"0\.7 is outside what the policy 'gait' learned"),
        ({"action": {}}, "action.mode"),
        ({"unheard_of": 1}, "unheard_of"),
    ],
)
def test_a_contract_that_does_not_fit_is_refused(tmp_path: Path, changes, said):
    with pytest.raises(ConfigError, match=said):
        learned(write_policy(tmp_path, **changes))


def test_a_layout_of_another_version_is_refused(tmp_path: Path):
    path = write_policy(tmp_path)
    contract = json.loads(path.with_suffix(".json").read_text("utf-8"))
    contract["observation"][0]["term"] = "posture"
    path.with_suffix(".json").write_text(json.dumps(contract), "utf-8")
    with pytest.raises(ConfigError, match="differing terms"):
        learned(path)


def test_another_walker_is_refused(tmp_path: Path):
    with pytest.raises(ConfigError, match="not for this one"):
        learned(write_policy(tmp_path), walker="older-adult")
