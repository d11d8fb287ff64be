"""Checkpoints of a training run: tensors and numbers, read without unpickling code."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import numpy as np

from ..sim.errors import ConfigError
from .learner import Learner

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
