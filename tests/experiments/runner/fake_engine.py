"""A stand-in for the simulation: recordings and measures that depend on cell and seed alone."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from retrowalk.experiments.rollout.engine import Engine
from retrowalk.experiments.study.plan import Cell, TrialSpec
from retrowalk.sim.errors import ConfigError

SLEEP_S = "FAKE_SLEEP_S"  # seconds that a rollout takes
JOINTS = ("hip_flexion_l", "knee_l", "ankle_l")
GROUPS = ("vasti", "soleus")
PHASES = 11


def check(cell: Cell) -> None:
    if cell.technique.speed_m_per_s > 1.5:
        raise ConfigError(f"speed_m_per_s {cell.technique.speed_m_per_s}: allowed up to 1.5")


def digests(cell: Cell) -> dict[str, str]:
    return {f"body {cell.body}": hashlib.sha256(cell.body.encode()).hexdigest()}


def rollout(cell: Cell, trials: Sequence[TrialSpec], threads: int) -> xr.Dataset:
    time.sleep(float(os.environ.get(SLEEP_S, "0")))
    count, samples = len(trials), 50
    angle = np.stack(
        [_random(cell, spec).normal(size=(samples, len(JOINTS))) for spec in trials]
    ).astype(np.float32)
    return xr.Dataset(
        {
            "joint_angle_rad": (("trial", "time", "joint"), angle),
            "qpos": (("trial", "time", "position"), angle.astype(np.float64)),
        },
        coords={
            "trial": [spec.trial for spec in trials],
            "seed": ("trial", [spec.seed for spec in trials]),
            "fell": ("trial", [spec.index == 4 for spec in trials]),
            "valid": ("trial", [spec.index != 5 for spec in trials]),
            "time": np.linspace(0.0, cell.duration_s, samples),
            "joint": list(JOINTS),
            "travel_sign": ("trial", np.full(count, -1.0 if cell.direction == "backward" else 1.0)),
        },
        attrs={"direction": cell.direction, "technique": cell.technique_name},
    )


def die(cell: Cell, trials: Sequence[TrialSpec], threads: int) -> xr.Dataset:
    os._exit(9)


def measure(recording: xr.Dataset) -> tuple[pd.DataFrame, pd.DataFrame]:
    angle = recording["joint_angle_rad"].values.astype(float)
    spread = angle.std(axis=1)  # (trial, joint)
    fell = recording["fell"].values
    trials = pd.DataFrame(
        {
            "trial": recording["trial"].values,
            "valid": recording["valid"].values,
            "fell": fell,
            "time_to_fall_s": np.where(fell, 3.0, np.nan),
            "stride_length_m": 1.0 + 0.1 * recording["travel_sign"].values + 0.01 * spread[:, 0],
            "step_width_m": np.where(fell, np.nan, 0.1 + 0.01 * spread[:, 1]),
            "extra_measure": spread[:, 2],
        }
    )
    strides = pd.DataFrame(
        {
            "trial": np.repeat(recording["trial"].values, 3),
            "stride": np.tile(np.arange(3), len(angle)),
            "foot": "left",
            "stride_length_m": angle[:, :3, 0].ravel(),
        }
    )
    return trials, strides[~np.repeat(fell, 3)]


def waveforms(recording: xr.Dataset) -> xr.Dataset:
    angle = recording["joint_angle_rad"].values[:, :PHASES]  # (trial, phase, joint)
    angle = np.where(recording["fell"].values[:, None, None], np.nan, angle)
    return xr.Dataset(
        {"joint_angle_rad": (("trial", "joint", "phase"), angle.transpose(0, 2, 1))},
        coords={
            "trial": recording["trial"].values,
            "joint": list(JOINTS),
            "phase": np.linspace(0.0, 1.0, PHASES),
        },
    )


def write_report(run_dir: Path, language: str = "en") -> Path:
    page = run_dir / "report.html"
    page.write_text("<p>report</p>", encoding="utf-8")
    return page


def _random(cell: Cell, spec: TrialSpec) -> np.random.Generator:
    speed = round(1000 * cell.technique.speed_m_per_s)
    return np.random.default_rng([spec.seed, cell.direction == "backward", speed])


ENGINE = Engine(check, digests, rollout, measure, waveforms)
