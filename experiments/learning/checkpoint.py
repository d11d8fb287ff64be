"""Checkpoints of a training run: tensors and numbers, read without unpickling code."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import numpy as np

from ...sim.errors import ConfigError
from .learner import Learner

_REPLAY = ("observations", "next_observations", "actions", "rewards", "dones", "timeouts")
_NAME = re.compile(r"checkpoint-(\d{5})\.pt")


def save_checkpoint(learner: Learner, folder: Path, segment: int) -> Path:
    """Write all that the next segment needs; return the file's path. Whole or not at all."""
    import torch

    model, norm = learner.model, learner.normaliser
    optimisers = {name: part.state_dict() for name, part in _optimisers(model).items()}
    data = {
        "segment": segment,
        "num_timesteps": model.num_timesteps,
        "n_updates": model._n_updates,
        "policy": model.policy.state_dict(),
        "optimisers": optimisers,
        "observation": _moments(norm.obs_rms),
        "returns": _moments(norm.ret_rms),
    }
    model_: Any = model
    if getattr(model_, "log_ent_coef", None) is not None:
        data["log_ent_coef"] = model_.log_ent_coef.detach().clone()
    if getattr(model_, "replay_buffer", None) is not None:
        _save_replay(model_.replay_buffer, folder, segment)
    path = folder / f"checkpoint-{segment:05d}.pt"
    half = path.with_suffix(".tmp")
    torch.save(data, half)
    os.replace(half, path)
    return path


def load_checkpoint(learner: Learner, path: Path) -> int:
    """Put the learner where the checkpoint was; return the number of segments done.

    Raises:
        ConfigError: the file is damaged, or of another network.
    """
    model, norm = learner.model, learner.normaliser
    data = read_checkpoint(path)
    try:
        model.policy.load_state_dict(data["policy"])
        for name, optimiser in _optimisers(model).items():
            optimiser.load_state_dict(data["optimisers"][name])
    except Exception as error:
        raise ConfigError(f"{path}: not a checkpoint of this config ({error})") from error
    model_: Any = model
    if "log_ent_coef" in data:
        model_.log_ent_coef.data.copy_(data["log_ent_coef"])
    if getattr(model_, "replay_buffer", None) is not None:
        _load_replay(model_.replay_buffer, path.parent, int(data["segment"]))
    model.num_timesteps, model._n_updates = data["num_timesteps"], data["n_updates"]
    running: dict[str, Any] = {"observation": norm.obs_rms, "returns": norm.ret_rms}
    for name, moments in running.items():
        kept = moments_of(data[name])
        moments.mean, moments.var, moments.count = kept["mean"], kept["var"], kept["count"]
    return int(data["segment"])


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Return a checkpoint's tensors and numbers by name.

    Raises:
        ConfigError: the file is not there or damaged.
    """
    import torch

    try:
        data = torch.load(path, weights_only=True)
    except Exception as error:
        raise ConfigError(f"{path}: not a checkpoint ({error})") from error
    if not isinstance(data, dict) or "policy" not in data:
        raise ConfigError(f"{path}: not a checkpoint of a training run")
    return data


def moments_of(kept: dict[str, Any]) -> dict[str, Any]:
    """Mean, variance and count of a normaliser as a checkpoint keeps them, as numpy has them."""
    count = kept["count"]
    return {
        "mean": np.asarray(kept["mean"].numpy(), np.float64),
        "var": np.asarray(kept["var"].numpy(), np.float64),
        "count": count if isinstance(count, float) else count.numpy(),
    }


def _save_replay(buffer: Any, folder: Path, segment: int) -> None:
    """Write what a replay buffer holds; that of the checkpoint before is no longer needed."""
    path = folder / f"replay-{segment:05d}.npz"
    half = path.with_name(f"half-{path.name}")
    filled = buffer.buffer_size if buffer.full else buffer.pos
    held = {name: getattr(buffer, name)[:filled] for name in _REPLAY}
    np.savez(half, allow_pickle=False, pos=buffer.pos, full=buffer.full, **held)
    os.replace(half, path)
    for old in folder.glob("replay-*.npz"):
        if old.name < f"replay-{segment - 1:05d}.npz":
            old.unlink()


def _load_replay(buffer: Any, folder: Path, segment: int) -> None:
    path = folder / f"replay-{segment:05d}.npz"
    try:
        with np.load(path, allow_pickle=False) as kept:
            for name in _REPLAY:
                getattr(buffer, name)[: len(kept[name])] = kept[name]
            buffer.pos, buffer.full = int(kept["pos"]), bool(kept["full"])
    except (OSError, KeyError, ValueError) as error:
        raise ConfigError(f"{path}: not the replay buffer of this config ({error})") from error


def latest(folder: Path) -> Path | None:
    """Return the last checkpoint in `folder`, or None."""
    found = sorted(path for path in folder.glob("checkpoint-*.pt") if _NAME.fullmatch(path.name))
    return found[-1] if found else None


def _moments(rms: Any) -> dict[str, Any]:
    import torch

    return {
        "mean": torch.tensor(np.asarray(rms.mean)),
        "var": torch.tensor(np.asarray(rms.var)),
        "count": torch.tensor(rms.count) if np.ndim(rms.count) else float(rms.count),
    }


def _optimisers(model: Any) -> dict[str, Any]:
    if hasattr(model, "actor"):
        found = {"actor": model.actor.optimizer, "critic": model.critic.optimizer}
        if model.ent_coef_optimizer is not None:
            found["entropy"] = model.ent_coef_optimizer
        return found
    return {"policy": model.policy.optimizer}
