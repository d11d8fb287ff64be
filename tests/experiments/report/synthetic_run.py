"""A small run that the real runner writes from made-up trials: every piece of a run's folder.

The walkers are the real body moved by sine waves, so the page has something to draw. Trial 1 of
each cell falls and trial 2 is invalid.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import mujoco
import numpy as np
import pandas as pd
import xarray as xr

from retrowalk.experiments.rollout.engine import Engine
from retrowalk.experiments.rollout.ground import ground_attributes
from retrowalk.experiments.runner.run import Options, run_experiment
from retrowalk.experiments.study.columns import MEASURE_COLUMNS, MUSCLE_GROUPS
from retrowalk.experiments.study.experiment import ExperimentConfig
from retrowalk.experiments.study.plan import Cell, TrialSpec
from retrowalk.models.body import build_body

CONFIG = {
    "name": "made-up",
    "question": "Does the made-up walk <differ> & how?",
    "factors": {"direction": ["backward", "forward"]},
    "technique": {"speed_m_per_s": 0.8},
    "trials": 8,
    "duration_s": 6,
    "seed": 3,
    "contrasts": [
        {"measure": "activation_posterior_chain", "as": "ratio"},
        {"measure": "activation_anterior_chain", "as": "ratio"},
        {"measure": "mos_ml_m", "as": "difference"},
        {"measure": "step_width_m", "as": "difference"},
    ],
}
RATE_HZ = 50.0
STRIDE_S = 1.1
FELL, INVALID = 1, 2  # index of the trial in its cell


def make_run(folder: Path, **changes: object) -> Path:
    """Write a run with the config's `changes` into `folder` and return it."""
    settings = {**CONFIG, **changes}
    contrasts = [
        {"between": {"direction": ["backward", "forward"]}, **one}
        for one in settings["contrasts"]  # type: ignore[union-attr]
    ]
    config = ExperimentConfig.model_validate({**settings, "contrasts": contrasts})
    command = ("/usr/bin/retrowalk", "run", "made up.yaml")
    run_experiment(config, folder, Options(threads=1, command=command), ENGINE)
    return folder


def check(cell: Cell) -> None:
    """Every cell can be made up."""


def digests(cell: Cell) -> dict[str, str]:
    return {f"body {cell.body}": build_body(cell.body, cell.walker).digest}


def rollout(cell: Cell, trials: Sequence[TrialSpec], threads: int) -> xr.Dataset:
    body = build_body(cell.body, cell.walker)
    model = body.spec().compile()
    sign = -1.0 if cell.direction == "backward" else 1.0
    time = np.arange(1, round(cell.duration_s * RATE_HZ) + 1) / RATE_HZ
    qpos = _sine_walk(model, time, sign, cell.technique.speed_m_per_s)
    force, pressure = _steps(time, qpos, sign)
    count = len(trials)
    wave = 0.5 + 0.5 * np.sin(2 * np.pi * (time[:, None] / STRIDE_S + np.arange(model.nu) / 7))
    com = qpos[:, :3] + [0.0, 0.0, 0.05]
    fell = [spec.index == FELL for spec in trials]

    def stacked(values: np.ndarray) -> np.ndarray:
        return np.repeat(values[None], count, axis=0)

    recording = xr.Dataset(
        {
            "qpos": (("trial", "time", "position"), stacked(qpos)),
            "joint_angle_rad": (("trial", "time", "joint"), stacked(qpos[:, 7:])),
            "activation": (("trial", "time", "muscle"), stacked(0.3 * wave)),
            "com_position_m": (("trial", "time", "axis"), stacked(com)),
            "com_velocity_m_per_s": (
                ("trial", "time", "axis"),
                stacked(np.gradient(com, 1 / RATE_HZ, axis=0)),
            ),
            "ground_force_n": (("trial", "time", "foot", "region", "axis"), stacked(force)),
            "centre_of_pressure_m": (("trial", "time", "foot", "axis"), stacked(pressure)),
            "steady_from_s": ("trial", np.full(count, 1.0)),
            "travel_sign": ("trial", np.full(count, sign)),
            "fell": ("trial", fell),
            "time_to_fall_s": ("trial", np.where(fell, 4.0, np.nan)),
            "valid": ("trial", [spec.index != INVALID for spec in trials]),
            "noise": ("trial", [spec.seed % 1000 / 1000 for spec in trials]),
        },
        coords={
            "trial": [spec.trial for spec in trials],
            "time": time,
            "joint": [model.joint(i).name for i in range(1, model.njnt)],
            "muscle": [row.name for row in body.muscles],
            "muscle_group": ("muscle", [row.group for row in body.muscles]),
            "foot": ["left", "right"],
            "region": ["heel", "ball", "toe"],
            "axis": ["x", "y", "z"],
        },
        attrs={
            "direction": cell.direction,
            "body": cell.body,
            "walker": cell.walker.name,
            "surface": cell.surface,
            "body_mass_kg": body.mass_kg,
        },
    )
    if cell.surface != "flat" or cell.hazards:  # else as recordings were before there was either
        recording = recording.assign(seed=("trial", [spec.seed for spec in trials]))
        recording.attrs |= ground_attributes(cell)
    return recording.assign(_happenings(cell, time, count)) if cell.hazards else recording


def _happenings(cell: Cell, time: np.ndarray, count: int) -> dict[str, tuple]:
    """Hazards at 2 s, 3 s, ... for 0.4 s each, in every trial alike: pushes go to the left."""
    onset = 2.0 + np.arange(len(cell.hazards))
    active = (time[:, None] > onset) & (time[:, None] <= onset + 0.4)
    nowhere = np.full((count, len(onset), 3), np.nan)
    kinds = [hazard.kind for hazard in cell.hazards]
    pushed = np.array([[0.0, 1.0, 0.0] if kind == "push" else [np.nan] * 3 for kind in kinds])
    put = nowhere.copy()
    for k, kind in enumerate(kinds):
        if kind in ("trip", "missed-step"):
            put[:, k] = [-0.6 * onset[k], 0.1, -0.05 if kind == "missed-step" else 0.0]
    of_both, of_trial = ("trial", "hazard", "axis"), ("trial", "hazard")
    return {
        "hazard_active": (("trial", "time", "hazard"), np.tile(active.astype("f4"), (count, 1, 1))),
        "hazard_onset_s": (of_trial, np.tile(onset, (count, 1))),
        "hazard_foot": (of_trial, np.full((count, len(onset)), "left")),
        "hazard_kind": ("hazard", np.array(kinds)),
        "hazard_magnitude": ("hazard", np.array([one.magnitude for one in cell.hazards])),
        "hazard_body": (
            "hazard",
            np.array([getattr(one, "pushed_body", "") for one in cell.hazards]),
        ),
        "hazard_place_m": (of_both, put),
        "hazard_direction": (of_both, np.tile(pushed, (count, 1, 1))),
    }


def measure(recording: xr.Dataset) -> tuple[pd.DataFrame, pd.DataFrame]:
    noise = recording["noise"].values
    backward = recording.attrs["direction"] == "backward"
    rows = {
        name: (0.1 + 0.01 * i + (0.05 if backward and "posterior" in name else 0.0)) + 0.01 * noise
        for i, name in enumerate(MEASURE_COLUMNS)
    }
    rows |= {name: recording[name].values for name in ("trial", "fell", "valid", "time_to_fall_s")}
    strides = pd.DataFrame({"trial": recording["trial"].values, "foot": "right"})
    strides = strides.assign(start_s=2.0, stride_time_s=STRIDE_S)
    return pd.DataFrame(rows), strides


def waveforms(recording: xr.Dataset) -> xr.Dataset:
    phase = np.linspace(0.0, 1.0, 101)
    joints, count = ("hip_flexion", "knee", "ankle"), recording.sizes["trial"]
    shift = 0.1 * recording["noise"].values[:, None, None]
    angles = np.sin(2 * np.pi * phase + np.arange(len(joints))[:, None]) + shift
    active = 0.2 + 0.1 * np.sin(2 * np.pi * phase + np.arange(len(MUSCLE_GROUPS))[:, None])
    return xr.Dataset(
        {
            "joint_angle_rad": (("trial", "joint", "phase"), angles),
            "activation": (("trial", "group", "phase"), np.repeat(active[None], count, axis=0)),
        },
        coords={
            "trial": recording["trial"].values,
            "joint": list(joints),
            "group": list(MUSCLE_GROUPS),
            "phase": phase,
        },
    )


def _sine_walk(
    model: mujoco.MjModel, time: np.ndarray, sign: float, speed_m_per_s: float
) -> np.ndarray:
    """Positions of a body whose legs swing by sine waves. Shape (time, nq)."""
    qpos = np.tile(model.qpos0, (len(time), 1))
    qpos[:, 0] = sign * speed_m_per_s * time
    for side, start in (("l", 0.0), ("r", np.pi)):
        swing = np.sin(2 * np.pi * time / STRIDE_S + start)
        for joint, size, middle in (("hip_flexion", 0.4, 0.1), ("knee", 0.4, 0.5)):
            qpos[:, model.joint(f"{joint}_{side}").qposadr[0]] = middle + size * swing
    return qpos


def _steps(time: np.ndarray, qpos: np.ndarray, sign: float) -> tuple[np.ndarray, np.ndarray]:
    """Ground forces (time, 2, 3, 3) and centres of pressure (time, 2, 3) of alternating steps."""
    force = np.zeros((len(time), 2, 3, 3))
    pressure = np.full((len(time), 2, 3), np.nan)
    for foot in (0, 1):
        phase = (time / STRIDE_S + foot / 2) % 1.0
        for region, (start, end) in enumerate(((0.0, 0.4), (0.1, 0.6), (0.3, 0.62))):
            force[:, foot, region, 2] = np.where((phase > start) & (phase < end), 245.0, 0.0)
        loaded = phase < 0.6
        pressure[loaded, foot] = qpos[loaded, :3] * [1, 0, 0] + [0.05 * sign, 0.1 - 0.2 * foot, 0]
    return force, pressure


ENGINE = Engine(check, digests, rollout, measure, waveforms)
