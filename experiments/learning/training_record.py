"""`training.json`: settings and versions with which a training began."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypedDict, cast

from ...sim.errors import ConfigError
from ...sim.extras import installed_version
from ...sim.json_file import read_json
from ...sim.plain_values import is_dict
from ..store.manifest import git_commit
from ..store.sealed import read_sealed, write_sealed
from .config import TrainingConfig

RECORD = "training.json"
_RECORDED = (
    *("mujoco", "numpy", "torch", "stable-baselines3", "onnx", "retrowalk"),
    *("mujoco-warp", "warp-lang"),
)
MAY_CHANGE = ("steps", "logs")
"""Keys that a training may go on with otherwise: more steps, and where its numbers go."""

_REMEDY = "choose another folder with --out"


class TrainingSession(TypedDict):
    """What one call worked with, from a number of steps on, towards `steps`."""

    from_steps: int
    steps: int
    command: str
    git_commit: str | None
    python: str
    versions: dict[str, str]


class TrainingRecord(TypedDict):
    """The content of `training.json`: the config's fields, and a session a call."""

    config: dict[str, Any]
    sessions: list[TrainingSession]


def begun_with(folder: Path) -> TrainingRecord | None:
    """Return what stands in the record, or in the gait's file of a training without one.

    Raises:
        ConfigError: it is damaged.
    """
    if (folder / RECORD).exists():
        record = read_sealed(folder / RECORD, "what a training was begun with", _REMEDY)
        return cast(TrainingRecord, record)
    for path in sorted(folder.glob("*.json")):
        try:
            training = read_json(path)["training"]
            return {"config": training["config"], "sessions": []}
        except (OSError, ValueError, TypeError, KeyError):
            continue
    return None


def check_same_training(before: TrainingRecord, config: TrainingConfig, folder: Path) -> None:
    """Refuse to go on with other settings than the training was begun with.

    Raises:
        ConfigError: naming the file and the key.
    """
    asked = config.file.model_dump(mode="json")
    for key, was, now in _differences(before["config"], asked):
        if key not in MAY_CHANGE:
            raise ConfigError(
                f"{config.source}: {key} = {json.dumps(now)}: the training in {folder} was begun "
                f"with {json.dumps(was)}; put that back, or {_REMEDY}"
            )


def changed_versions(before: TrainingRecord) -> str:
    """Return in words what else than at the last session the numbers now come from."""
    if not before.get("sessions"):
        return ""
    last, now = before["sessions"][-1], this_session(0, 0)
    was = {**last["versions"], "python": last["python"], "commit": last["git_commit"]}
    new = {**now["versions"], "python": now["python"], "commit": now["git_commit"]}
    names = [name for name in new if was.get(name) != new[name]]
    return ", ".join(f"{n}: {str(was.get(n))[:12]}, now {str(new[n])[:12]}" for n in names)


def write_record(
    folder: Path, config: TrainingConfig, before: TrainingRecord | None, from_steps: int
) -> list[TrainingSession]:
    """Write what the training is made with, and return its sessions (calls)."""
    earlier = list(before["sessions"]) if before is not None else []
    kept = [one for one in earlier if one["from_steps"] < from_steps]
    sessions = [*kept, this_session(from_steps, config.steps)]
    fields = config.file.model_dump(mode="json")
    write_sealed(folder / RECORD, {"config": fields, "sessions": sessions})
    return sessions


def this_session(from_steps: int, steps: int) -> TrainingSession:
    """Return what this call works with."""
    return {
        "from_steps": from_steps,
        "steps": steps,
        "command": " ".join(["retrowalk", *sys.argv[1:]]),
        "git_commit": git_commit(),
        "python": platform.python_version(),
        "versions": versions_here(),
    }


def versions_here() -> dict[str, str]:
    """Return the versions of what a training's numbers come from, as far as it is installed."""
    return {name: found for name in _RECORDED if (found := installed_version(name))}


def _differences(old: Any, new: Any, key: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield the keys, dots between, whose values differ; keys that are new are left alone."""
    if is_dict(old) and is_dict(new) and (old or new):
        for name in dict.fromkeys((*old, *new)):
            inner = f"{key}.{name}" if key else str(name)
            if name not in old and key in _DEFAULTED:
                continue  # a field that a newer version added, or nobody gave
            yield from _differences(old.get(name), new.get(name), inner)
    elif old != new:
        yield key, old, new


_DEFAULTED = ("", "ppo", "sac", "evaluation")
