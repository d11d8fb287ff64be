"""A solved half stride on disk: trajectory, how the solver ended, and what was asked."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...sim.errors import ConfigError
from ...sim.shortage import raise_shortage
from ..store.atomic import make_folder, write_atomic
from .transcription import SCALE, Solved, Trajectory


@dataclass(frozen=True)
class State:
    """What a state file holds."""

    solved: Solved
    velocity_m_per_s: float
    provenance: dict[str, Any]


def write_state(path: Path, state: State) -> None:
    """Write a state file whole or not at all."""
    record = {k: v for k, v in asdict(state.solved).items() if k != "trajectory"}
    text = json.dumps(
        {
            "record": record,
            "velocity_m_per_s": state.velocity_m_per_s,
            "provenance": state.provenance,
            "duration_s": state.solved.trajectory.duration_s,
        }
    )
    make_folder(path.parent)
    arrays: dict[str, Any] = dict(state.solved.trajectory.values)
    write_atomic(path, lambda file: np.savez_compressed(file, text=np.array(text), **arrays))


def read_state(path: Path) -> State:
    """Read a state file.

    Raises:
      ConfigError: it cannot be read or lacks a part.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            text = json.loads(str(stored["text"]))
            values = {name: stored[name] for name in SCALE}
        trajectory = Trajectory(values, float(text["duration_s"]))
        solved = Solved(trajectory=trajectory, **text["record"])
        return State(solved, float(text["velocity_m_per_s"]), text["provenance"])
    except Exception as error:  # damage shows as any error of what reads it
        raise_shortage(error)
        raise ConfigError(f"{path}: not a readable state of a solve ({error})") from error
