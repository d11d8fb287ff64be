"""Runs of a made-up walker of which every number that the findings need is known beforehand.

Every joint angle is a sine over the gait cycle; the backward one is the forward one reversed in
time, mixed with its quadrature so that their correlation is what `Truth` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from retrowalk.experiments.rollout.engine import Engine
from retrowalk.experiments.runner.run import Options, run_experiment
from retrowalk.experiments.study.experiment import ExperimentConfig
from retrowalk.experiments.study.plan import Cell, TrialSpec

STANCE = 0.6
STRIDE_S = 1.2
PERIOD_S = 0.01
WEIGHT_N = 750.0
JOINTS = ("hip_flexion", "knee", "ankle")
ANGLES = ("thigh", "knee", "ankle")
PITCH_RAD = 0.5
"""Of the pelvis backward, at twice the stride's frequency: it is in the hip, not in the thigh."""
CONFIG = {
    "name": "known",
    "factors": {"direction": ["backward", "forward"], "speed_m_per_s": [0.8, 1.0]},
    "technique": {},
    "trials": 8,
    "duration_s": 4,
    "seed": 3,
    "keep_recordings": 3,
}
FORWARD = {
    "speed_m_per_s": 0.77,
    "stride_length_m": 1.0,
    "cadence_steps_per_min": 100.0,
    "toe_first_fraction": 0.0,
    "hip_rom_rad": 0.8,
    "knee_rom_rad": 1.0,
    "ankle_rom_rad": 0.5,
    "activation_mean": 0.1,
    "activation_erector_spinae": 0.1,
    "double_support_fraction": 0.2,
    "stance_fraction": 0.6,
    "step_width_m": 0.1,
    "cost_of_transport_j_per_kg_m": 4.0,
}
ROM = {"hip_rom_rad": 0.6, "knee_rom_rad": 0.7, "ankle_rom_rad": 0.5}
MATCHED = {"activation_mean": 0.14, "activation_erector_spinae": 0.12, "step_width_m": 0.13}
SUPPORT = {"double_support_fraction": 0.25, "stance_fraction": 0.64, "toe_first_fraction": 1.0}


@dataclass(frozen=True)
class Truth:
    """What is true backward; the defaults agree with every finding that a run can reach.

    Attributes:
        measures: trial measures, `noise` (share) above or below from trial to trial.
        correlation: of the thigh's angle and each joint's with the reversed forward one.
        power: backward power over the reversed forward power.
        peaks: first and second peak of the vertical force [body weights].
        least_cost: speed of least cost by direction [m/s], None for none.
    """

    measures: dict[str, float] = field(
        default_factory=lambda: {
            "stride_length_m": 0.8,
            "cadence_steps_per_min": 96.0,
            **ROM,
            **MATCHED,
            **SUPPORT,
        }
    )
    noise: float = 0.002
    correlation: dict[str, float] = field(
        default_factory=lambda: {"thigh": 0.97, "knee": 0.8, "ankle": 0.3}
    )
    power: float = -0.5
    peaks: tuple[float, float] = (1.2, 1.0)
    heel_last: bool = True
    least_cost: dict[str, float] | None = None


DISAGREES = Truth(
    measures={
        "speed_m_per_s": 0.77,
        "stride_length_m": 1.2,
        "cadence_steps_per_min": 120.0,
        "toe_first_fraction": 0.1,
        "hip_rom_rad": 0.9,
        "knee_rom_rad": 1.1,
        "ankle_rom_rad": 0.8,
        "activation_mean": 0.08,
        "activation_erector_spinae": 0.08,
        "step_width_m": 0.08,
        "double_support_fraction": 0.15,
        "stance_fraction": 0.56,
    },
    correlation={"thigh": 0.6, "knee": 0.7, "ankle": 0.9},
    power=1.5,
    peaks=(1.0, 1.2),
    heel_last=False,
)
CANNOT_TELL = Truth(measures=FORWARD, noise=0.2)


def make_run(folder: Path, truth: Truth | None = None, **changes: object) -> Path:
    """Write a finished run of the walker with the config's `changes` and return its folder."""
    config = ExperimentConfig.model_validate({**CONFIG, **changes})
    options = Options(threads=1, command=("/bin/retrowalk", "run", "known.yaml"))
    run_experiment(config, folder, options, engine(truth or Truth()))
    return folder


def engine(truth: Truth) -> Engine:
    """Return a stand-in for the simulation whose trials are as `truth` says."""

    def rollout(cell: Cell, trials: Sequence[TrialSpec], threads: int) -> xr.Dataset:
        return recording(truth, cell, trials)

    def measure(data: xr.Dataset) -> tuple[pd.DataFrame, pd.DataFrame]:
        return measured(truth, data)

    def waveforms(data: xr.Dataset) -> xr.Dataset:
        nothing = np.zeros((data.sizes["trial"], 2))
        coords = {"trial": data["trial"].values, "phase": [0.0, 1.0]}
        return xr.Dataset({"joint_angle_rad": (("trial", "phase"), nothing)}, coords)

    return Engine(lambda cell: None, lambda cell: {}, rollout, measure, waveforms)


def measured(truth: Truth, data: xr.Dataset) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the measures of a recording's trials."""
    backward = data.attrs["direction"] == "backward"
    own = {**FORWARD, **truth.measures} if backward else FORWARD
    sign = np.where((data["trial"].values % 2 == 0) == backward, 1.0, -1.0)  # as many of each
    rows = {name: data[name].values for name in ("trial", "valid", "fell")}
    for name, value in own.items():
        rows[name] = value * (1.0 + truth.noise * sign)
    if truth.least_cost:
        best = truth.least_cost[data.attrs["direction"]]
        rows["cost_of_transport_j_per_kg_m"] += (data.attrs["speed"] - best) ** 2
    return pd.DataFrame(rows), pd.DataFrame({"trial": data["trial"].values})


def recording(truth: Truth, cell: Cell, trials: Sequence[TrialSpec]) -> xr.Dataset:
    """Return a recording that follows docs/develop/contracts.md as far as the findings read it."""
    count, backward = len(trials), cell.direction == "backward"
    time = PERIOD_S * np.arange(1, round(cell.duration_s / PERIOD_S) + 1)
    phase = np.stack([(time / STRIDE_S + shift) % 1.0 for shift in (0.0, 0.5)], axis=-1)
    pitch = PITCH_RAD * np.sin(4 * np.pi * time / STRIDE_S) * backward
    joint, power = [], []
    for foot in (0, 1):
        angles = [_angle(truth.correlation[n], backward, phase[:, foot]) for n in ANGLES]
        joint += [angles[0] + pitch, *angles[1:]]
        power += [_power(truth.power, backward, phase[:, foot])] * len(JOINTS)
    com = np.zeros((len(time), 3))
    com[:, 0] = (-1 if backward else 1) * cell.technique.speed_m_per_s * time
    turn = np.stack([np.cos(pitch / 2), 0 * time, np.sin(pitch / 2), 0 * time], axis=-1)
    arrays = {
        "joint_angle_rad": (("joint",), np.stack(joint, axis=-1)),
        "joint_velocity_rad_per_s": (("joint",), np.ones((len(time), 6))),
        "joint_moment_n_m": (("joint",), np.stack(power, axis=-1)),
        "com_position_m": (("axis",), com),
        "com_velocity_m_per_s": (("axis",), np.gradient(com, PERIOD_S, axis=0)),
        "pelvis_quaternion": (("quaternion",), turn),
        "ground_force_n": (("foot", "region", "axis"), _force(truth, backward, phase)),
        "foot_point_m": (("foot", "point", "axis"), np.zeros((len(time), 2, 1, 3))),
    }
    return xr.Dataset(
        {
            **{
                name: (("trial", "time", *dims), np.repeat(values[None], count, axis=0))
                for name, (dims, values) in arrays.items()
            },
            "steady_from_s": ("trial", np.ones(count)),
            "travel_sign": ("trial", np.full(count, -1.0 if backward else 1.0)),
            "valid": ("trial", np.full(count, True)),
            "fell": ("trial", np.full(count, False)),
            "seed": ("trial", [spec.seed for spec in trials]),
        },
        coords={
            "trial": [spec.trial for spec in trials],
            "time": time,
            "joint": [f"{name}_{side}" for side in "lr" for name in JOINTS],
            "foot": ["left", "right"],
            "region": ["heel", "ball", "toe"],
            "point": ["heel"],
            "axis": ["x", "y", "z"],
        },
        attrs={
            "direction": cell.direction,
            "speed": cell.technique.speed_m_per_s,
            "body_mass_kg": WEIGHT_N / 9.81,
        },
    )


def _angle(correlation: float, backward: bool, phase: np.ndarray) -> np.ndarray:
    if not backward:
        return np.sin(2 * np.pi * phase)
    turned = 2 * np.pi * (STANCE - phase)
    return correlation * np.sin(turned) + np.sqrt(1 - correlation**2) * np.cos(turned)


def _power(scale: float, backward: bool, phase: np.ndarray) -> np.ndarray:
    turned = STANCE - phase if backward else phase
    return -100.0 * (scale if backward else 1.0) * np.sin(2 * np.pi * turned)


def _force(truth: Truth, backward: bool, phase: np.ndarray) -> np.ndarray:
    """Return two humps over stance (time, 2, 3, 3), borne by the toes first or by the heel."""
    first, second = truth.peaks if backward else (1.0, 1.1)
    load = np.where(phase < STANCE, 0.3, 0.0)
    for place, height in ((0.25, first), (0.75, second)):
        load += (height - 0.3) * np.exp(-0.5 * ((phase - place * STANCE) / 0.04) ** 2)
    early, late = (2, 0) if backward else (0, 2)
    late = late if truth.heel_last or not backward else 2
    share = np.full((*phase.shape, 3), 1 / 3)
    share[phase < 0.1] = np.eye(3)[early]
    share[phase > 0.5] = np.eye(3)[late]
    force = np.zeros((*phase.shape, 3, 3))
    force[..., 2] = WEIGHT_N * np.where(phase < STANCE, load, 0.0)[..., None] * share
    return force
