"""A model of stable-baselines3 (.zip) as a learned gait: .onnx and .json, written beside it.

Such a file is pickled: reading it runs whatever code is in it. So nothing here is called but for a
file that the user says is trusted (`--trust`); afterwards its .onnx does as well, and runs none.

The model must have been trained on one of our environments, or on one with the same observation and
action. What the file does not say is found by trying: the action mode and what is observed from the
sizes of both. It does not say which speeds were learned, so none is refused; walker and direction
are those of the study. Where a normaliser of stable-baselines3 (`VecNormalize.save`) stands beside
it, as `NAME_vecnormalize.pkl`, `NAME.pkl` or `vecnormalize.pkl`, it goes into the network.
"""

from __future__ import annotations

import hashlib
import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from ...envs.gaits.gait_files import gait_table
from ...envs.gym.batch_task import BatchTask
from ...envs.policies.network import Network
from ...envs.policies.policy_file import GaitRows
from ...envs.policies.policy_interface import LARGEST
from ...envs.task.task import ACTION_MODES, Task
from ...models.walker import Walker
from ...sim.errors import ConfigError, RetrowalkError
from ...sim.extras import needs_extra
from ...sim.json_file import read_json
from ...sim.shortage import raise_shortage
from ..store.atomic import write_bytes, write_text
from .contract import new_contract
from .onnx_network import Layer, dense_network, policy_layers

SPEEDS = (0.1, 3.0)  # m/s, all that a task may ask for
_CLOSE = 1e-4  # of actions, of -1 to 1: float32 through a few layers


def convert(path: Path, direction: str, walker: Walker, body: str = "human") -> Path:
    """Write the gait of the trusted model at `path` and return the path of its .onnx.

    Raises:
        ConfigError: no such file, no model, one of another kind of network or layout, or another
            .onnx stands where its own would.
        RetrowalkError: the extra `rl` is not installed.
    """
    if not path.is_file():
        raise ConfigError(f"{path}: no such file")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    target = path.with_suffix(".onnx")
    _refuse_other(target, path)
    policy = _read(path)
    layers, squash = policy_layers(policy, path)
    normaliser = _normaliser(path)
    mean, scale, clip = _normalising(normaliser, layers[0].weight.shape[1])
    network = dense_network(layers, mean, scale, clip, squash)
    _compare(network, policy, mean, scale, clip, path)
    walk = _walk(layers, direction, walker, body, path)
    training = {
        "converted_from": path.name,
        "converted_from_sha256": found,
        "normaliser": None if normaliser is None else normaliser.name,
    }
    table = GaitRows.of(gait_table(direction, walker.name, body))
    contract = new_contract(walk.task, walk, table, path.stem, network, training)
    write_bytes(target, network)
    write_text(target.with_suffix(".json"), json.dumps(contract, indent=1) + "\n")
    return target


def _refuse_other(target: Path, path: Path) -> None:
    """Refuse to write over a gait that was not converted from `path`."""
    contract = target.with_suffix(".json")
    if not target.exists() and not contract.exists():
        return
    try:
        origin = read_json(contract)["training"]["converted_from"]
    except (OSError, ValueError, KeyError, TypeError):
        origin = None
    if origin != path.name:
        raise ConfigError(
            f"{path}: would be converted to {target.name}, but there stands another one already; "
            "name that file itself, or move it away"
        )


def _read(path: Path) -> Any:
    """Unpickle the model's policy network."""
    try:
        from stable_baselines3.common.save_util import load_from_zip_file
    except ImportError as error:
        raise RetrowalkError(needs_extra(f"{path}: a zip", "rl", error)) from error
    try:
        data, parameters, _ = load_from_zip_file(path, device="cpu")
        assert data is not None
        options = {"use_sde": True} if data.get("use_sde") else {}
        policy = data["policy_class"](
            data["observation_space"],
            data["action_space"],
            lambda _: 0.0,
            **{**data.get("policy_kwargs", {}), **options},
        )
        policy.load_state_dict(parameters["policy"])
    except Exception as error:
        raise_shortage(error)
        raise ConfigError(
            f"{path}: cannot be read as a model of stable-baselines3 "
            f"({type(error).__name__}: {error})"
        ) from error
    low, high = getattr(policy.action_space, "low", None), getattr(policy.action_space, "high", 0)
    if low is None or not (np.all(low == -1.0) and np.all(high == 1.0)):
        raise ConfigError(f"{path}: its actions are not from -1 to 1, as ours are")
    policy.set_training_mode(False)
    return policy


def _normaliser(path: Path) -> Path | None:
    names = (f"{path.stem}_vecnormalize.pkl", f"{path.stem}.pkl", "vecnormalize.pkl")
    return next((file for name in names if (file := path.with_name(name)).is_file()), None)


def _normalising(file: Path | None, columns: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Mean (columns,), 1 / standard deviation (columns,) and clip of the normaliser, if any."""
    if file is None:
        return np.zeros(columns), np.ones(columns), LARGEST
    from stable_baselines3.common.save_util import load_from_pkl

    try:
        kept = load_from_pkl(file)
        if not kept.norm_obs:
            return np.zeros(columns), np.ones(columns), LARGEST
        mean, variance = np.asarray(kept.obs_rms.mean), np.asarray(kept.obs_rms.var)
        scale, clip = 1.0 / np.sqrt(variance + kept.epsilon), float(kept.clip_obs)
    except Exception as error:
        raise_shortage(error)
        raise ConfigError(
            f"{file}: not a normaliser of stable-baselines3 ({type(error).__name__}: {error})"
        ) from error
    if mean.shape != (columns,):
        raise ConfigError(f"{file}: normalises {mean.shape} values, the model reads {columns}")
    return mean, scale, clip


def _compare(
    network: bytes, policy: Any, mean: np.ndarray, scale: np.ndarray, clip: float, path: Path
) -> None:
    """Refuse a conversion that does not act as the model does."""
    rng = np.random.default_rng(0)
    observation = (mean + rng.standard_normal((64, len(mean))) / scale).astype(np.float32)
    columns, size = len(mean), policy.action_space.shape[0]
    action = Network(network, str(path), columns, size)(observation)
    seen = np.clip((observation - mean) * scale, -clip, clip).astype(np.float32)
    asked, _ = policy.predict(seen, deterministic=True)
    off = float(np.abs(np.asarray(action) - asked).max())
    if not off < _CLOSE:
        raise ConfigError(f"{path}: converted, it acts otherwise than it did (by {off:.2g})")


def _walk(layers: list[Layer], direction: str, walker: Walker, body: str, path: Path) -> BatchTask:
    """Return a walk whose observation and action have the model's sizes."""
    columns, size = layers[0].weight.shape[1], layers[-1].weight.shape[0]
    table = gait_table(direction, walker.name, body)
    sizes: list[tuple[int, int]] = []
    for mode in ACTION_MODES:
        for slip, muscles, eyes in product((False, True), repeat=3):
            task = Task(
                direction=direction,
                action_mode=mode,
                eyes=eyes,
                muscles=muscles,
                slip=slip,
                speed_m_per_s=SPEEDS,
                body=body,
                walker=walker,
            )
            walk = BatchTask(task, "flat", table, [0])
            own = sum(len(term.columns) for term in walk.terms.values()), len(walk.actions.names)
            if own == (columns, size):
                return walk
            sizes.append(own)
            if own[1] != size:
                break  # another mode's actions: what is observed does not matter
    told = "; ".join(f"{one} and {two}" for one, two in dict.fromkeys(sizes))
    raise ConfigError(
        f"{path}: observes {columns} values and gives {size} actions, as none of our environments "
        f"does ({told})"
    )
