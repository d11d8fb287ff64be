"""Checkpoints of a training run: tensors and numbers, read without unpickling code."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import numpy as np

from ...sim.errors import ConfigError
from ...sim.plain_values import is_dict
from ...sim.shortage import raise_shortage
from ..store.atomic import write_atomic
from .learner import Learner
from .learning_curve import Rows, read_curve

if TYPE_CHECKING:
    import torch

_REPLAY = ("observations", "next_observations", "actions", "rewards", "dones", "timeouts")
_NAME = re.compile(r"checkpoint-(\d{5})\.pt")


class DamagedError(ConfigError):
    """A checkpoint's files are damaged or gone: an earlier checkpoint may be whole."""


def save_checkpoint(learner: Learner, folder: Path, segment: int, curve: Rows) -> Path:
    """Write all that the next segment needs; return the file's path. Whole or not at all.

    The learning curve so far is in it, so that no row is lost between two files.
    """
    import torch

    model: Any = learner.model  # what is private of it is kept too
    norm = learner.normaliser
    optimisers = {name: part.state_dict() for name, part in _optimisers(model).items()}
    data = {
        "segment": segment,
        "curve": curve,
        "num_timesteps": model.num_timesteps,
        "n_updates": model._n_updates,
        "policy": model.policy.state_dict(),
        "optimisers": optimisers,
        "observation": _moments(norm.obs_rms),
        "returns": _moments(norm.ret_rms),
    }
    if getattr(model, "log_ent_coef", None) is not None:
        data["log_ent_coef"] = model.log_ent_coef.detach().clone()
    if getattr(model, "replay_buffer", None) is not None:
        _save_replay(model.replay_buffer, folder, segment)
    path = folder / f"checkpoint-{segment:05d}.pt"
    write_atomic(path, lambda file: torch.save(data, file))
    return path


def go_back(learner: Learner, folder: Path, note: Callable[[str], None]) -> tuple[int, Rows]:
    """Restore the learner from the last intact checkpoint in `folder`.

    Returns the number of segments done and the learning curve of them. Damaged checkpoints are
    told to `note`; what followed is learned again, to the same numbers.

    Raises:
        ConfigError: every checkpoint is damaged, or they are of another network.
    """
    said = ""
    for path in checkpoints(folder):
        try:
            found = load_checkpoint(learner, path)
        except DamagedError as error:
            said = said or str(error)
            continue
        if said:
            note(f"{said}; going on from {path.name}, what followed it is learned again")
        return found
    raise ConfigError(f"{said}, and no earlier one is whole; choose another folder with --out")


def load_checkpoint(learner: Learner, path: Path) -> tuple[int, Rows]:
    """Restore the learner from a checkpoint; return segments done and the learning curve.

    Raises:
        ConfigError: the file is damaged, or of another network.
    """
    model: Any = learner.model
    norm = learner.normaliser
    data = read_checkpoint(path)
    try:
        model.policy.load_state_dict(data["policy"])
        for name, optimiser in _optimisers(model).items():
            optimiser.load_state_dict(data["optimisers"][name])
    except Exception as error:
        raise_shortage(error)
        raise ConfigError(f"{path}: not a checkpoint of this config ({error})") from error
    if "log_ent_coef" in data:
        model.log_ent_coef.data.copy_(data["log_ent_coef"])
    if getattr(model, "replay_buffer", None) is not None:
        _load_replay(model.replay_buffer, path.parent, int(data["segment"]))
    model.num_timesteps, model._n_updates = data["num_timesteps"], data["n_updates"]
    Moments.kept(data["observation"]).put(norm.obs_rms)
    Moments.kept(data["returns"]).put(norm.ret_rms)
    curve = data["curve"] if "curve" in data else read_curve(path.parent)
    return int(data["segment"]), curve[: int(data["segment"])]


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Return a checkpoint's tensors and numbers by name.

    Raises:
        ConfigError: the file is not there or damaged.
    """
    import torch

    try:
        with ZipFile(path) as file:  # torch itself checks no checksum
            if (spoilt := file.testzip()) is not None:
                raise ValueError(f"bad checksum of {spoilt}")
        data = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise_shortage(error)
        told = str(error).partition("\n")[0]
        raise DamagedError(f"{path}: damaged, or not a checkpoint ({told})") from error
    if not is_dict(data) or "policy" not in data:
        raise ConfigError(f"{path}: not a checkpoint of a training run")
    return data


@dataclass(frozen=True)
class Moments:
    """Mean, variance and count of a normaliser."""

    mean: np.ndarray
    var: np.ndarray
    count: float | np.ndarray

    @classmethod
    def kept(cls, kept: Mapping[str, Any]) -> Moments:
        """Return the moments that a checkpoint keeps."""
        count = kept["count"]
        return cls(
            np.asarray(kept["mean"].numpy(), np.float64),
            np.asarray(kept["var"].numpy(), np.float64),
            count if isinstance(count, float) else count.numpy(),
        )

    def put(self, rms: Any) -> None:
        """Give them to a normaliser."""
        rms.mean, rms.var, rms.count = self.mean, self.var, self.count


def _save_replay(buffer: Any, folder: Path, segment: int) -> None:
    """Write what a replay buffer holds; that of the checkpoint before is no longer needed."""
    path = folder / f"replay-{segment:05d}.npz"
    filled = buffer.buffer_size if buffer.full else buffer.pos
    held = {name: getattr(buffer, name)[:filled] for name in _REPLAY}
    held |= {"pos": buffer.pos, "full": buffer.full}
    write_atomic(path, lambda file: np.savez(file, allow_pickle=False, **held))
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
    except Exception as error:  # damage shows as any error of what reads it
        raise_shortage(error)
        told = f"{path}: damaged, or not the replay buffer of this config ({error})"
        raise DamagedError(told) from error


def latest(folder: Path) -> Path | None:
    """Return the last checkpoint in `folder`, or None."""
    return next(iter(checkpoints(folder)), None)


def checkpoints(folder: Path) -> list[Path]:
    """Return the checkpoints in `folder`, the last first."""
    found = [path for path in folder.glob("checkpoint-*.pt") if _NAME.fullmatch(path.name)]
    return sorted(found, reverse=True)


def _moments(rms: Any) -> dict[str, torch.Tensor | float]:
    import torch

    return {
        "mean": torch.tensor(np.asarray(rms.mean)),
        "var": torch.tensor(np.asarray(rms.var)),
        "count": torch.tensor(rms.count) if np.ndim(rms.count) else float(rms.count),
    }


def _optimisers(model: Any) -> dict[str, torch.optim.Optimizer]:
    if hasattr(model, "actor"):
        found = {"actor": model.actor.optimizer, "critic": model.critic.optimizer}
        if model.ent_coef_optimizer is not None:
            found["entropy"] = model.ent_coef_optimizer
        return found
    return {"policy": model.policy.optimizer}
