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
from .planar_dynamics import PlanarModel
from .transcription import SCALE, Solved, Trajectory

_SHIPPED = Path(__file__).parent / "configs" / "starts"


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
      ConfigError: it is missing, damaged, something else, or lacks a part.
    """
    if not path.is_file():
        raise ConfigError(f"{path}: there is no such file")
    try:
        with np.load(path, allow_pickle=False) as stored:
            text = json.loads(str(stored["text"]))
            values = {name: stored[name] for name in SCALE}
        trajectory = Trajectory(values, float(text["duration_s"]))
        solved = Solved(trajectory=trajectory, **text["record"])
        return State(solved, float(text["velocity_m_per_s"]), text["provenance"])
    except Exception as error:  # damage shows as any error of what reads it
        raise_shortage(error)
        raise ConfigError(
            f"{path}: damaged, or no solved half stride (states/*.npz of `retrowalk solve`)"
        ) from error


def read_start(name: str, model: PlanarModel) -> State:
    """Read the state of a path, or of the name of one that ships, for a walker.

    Raises:
      ConfigError: it is neither, or was solved with another body.
    """
    if name in (ships := sorted(path.stem for path in _SHIPPED.glob("*.npz"))):
        return read_state(_SHIPPED / f"{name}.npz")
    if not Path(name).is_file():
        raise ConfigError(f"start '{name}': neither a file nor one that ships ({', '.join(ships)})")
    state = read_state(Path(name))
    if not state.solved.trajectory.is_of(model):
        raise ConfigError(f"{name}: is no half stride of this config's body")
    return state
