"""Numbers and curves of a recorded walk, as laboratories give them for people.

Curves run from contact to contact of a foot, the mean over its steady strides and over both legs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from ...sim.measures.base.filters import low_pass
from ...sim.measures.base.per_stride import stride_max, stride_min
from ...sim.measures.base.strides import Strides, strides_of
from ...sim.measures.base.trial import FEET, Trial, trials_of
from ...sim.measures.gait.trunk import stride_columns as trunk_columns
from .curves import JOINTS, gait_curves, mean_curves

FEWEST_STRIDES = 4
"""Of both feet together; a walk with fewer tells nothing."""


@dataclass(frozen=True)
class RecordedWalk:
    """What one walk was like; what its recording lacks is left out.

    Attributes:
        stance: share of the stride. speed_m_per_s: over the ground.
        numbers, curves: by name, in the units of `forward_people.yaml`; curves have 101 points.
        activation: curve by muscle group.
    """

    stance: float
    speed_m_per_s: float
    numbers: dict[str, float]
    curves: dict[str, np.ndarray]
    activation: dict[str, np.ndarray]


def recorded_walk(recording: xr.Dataset) -> RecordedWalk | None:
    """Return what the walk of a recording with one trial was like; None if it is too short."""
    trial = next(iter(trials_of(recording)))
    strides, found = strides_of(trial), gait_curves(recording)
    if found is None or len(strides) < FEWEST_STRIDES:
        return None
    mass, weight = trial.layout.body_mass_kg, trial.layout.body_weight_n
    curves = {f"{joint} angle": np.degrees(angle) for joint, angle in found.angle_rad.items()}
    curves |= {f"{joint} moment": -moment / mass for joint, moment in found.moment_n_m.items()}
    curves |= {f"{joint} power": power / mass for joint, power in found.power_w.items()}
    curves |= {
        "vertical force": found.vertical_n / weight,
        "fore-aft force": _fore_aft(recording, trial) / weight,
    }
    first, last = int(strides.start.min()), int(strides.end.max())
    along = trial.com_on_ground_m[:, 0] * trial.travel_sign
    speed = float((along[last] - along[first]) / (trial.time_s[last] - trial.time_s[first]))
    numbers = _numbers(trial, strides, weight) | _work(trial, first, last, mass * speed)
    if "knee angle" in curves:
        numbers |= {"knee at contact": curves["knee angle"][0]}
        numbers |= {"knee peak": curves["knee angle"].max()}
    return RecordedWalk(
        stance=found.stance,
        speed_m_per_s=speed,
        numbers={name: float(value) for name, value in numbers.items()},
        curves=curves,
        activation=_activation(recording),
    )


def _numbers(trial: Trial, strides: Strides, weight_n: float) -> dict[str, float]:
    """Return what is averaged over the strides."""
    force = trial["ground_force_n"][..., 2].sum(-1).astype(float)  # (n, 2)
    own = np.arange(len(strides)), strides.foot
    numbers = {
        "cadence": np.mean(120.0 / strides.time_s),
        "double support": 100.0 * np.mean(strides.double_support_s / strides.time_s),
        "vertical peak, raw": stride_max(force, strides.start, strides.off)[own].mean() / weight_n,
    }
    lean = trunk_columns(trial, strides).get("trunk_lean_rad")
    if lean is not None:
        numbers["trunk lean"] = np.degrees(lean.mean())
    turn = trial.get("pelvis_quaternion")
    if turn is not None:
        w, x, y, z = np.moveaxis(turn.astype(float), -1, 0)
        yaw = np.unwrap(np.arctan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z)))
        bounds = strides.start, strides.end
        turned = stride_max(yaw, *bounds) - stride_min(yaw, *bounds)
        numbers["pelvis rotation"] = np.degrees(turned.mean())
    knee = trial.get("knee_contact_force_n")
    if knee is not None:
        load = -low_pass(knee[..., 2], trial.period_s)
        peak = stride_max(load, strides.start, strides.end)[own]
        numbers["knee contact force"] = peak.mean() / weight_n
    return {name: float(number) for name, number in numbers.items()}


def _work(trial: Trial, first: int, last: int, mass_speed: float) -> dict[str, float]:
    """Return the joints' positive work of both legs between two samples [J/kg/m]."""
    work: dict[str, float] = {}
    for name, joint in JOINTS.items():
        for foot in range(len(FEET)):
            moment, speed = (
                trial.leg_joint(joint, foot, variable)
                for variable in ("joint_moment_n_m", "joint_velocity_rad_per_s")
            )
            if moment is None or speed is None:
                return {}
            smooth = (low_pass(one, trial.period_s) for one in (moment, speed))
            power = np.prod(list(smooth), axis=0)[first:last]
            work[name] = work.get(name, 0.0) + np.maximum(power, 0.0).mean() / mass_speed
    shares = {"ankle work over hip work": work["ankle"] / max(work["hip"], 1e-3)}
    return shares | {"joint work": sum(work.values())}


def _fore_aft(recording: xr.Dataset, trial: Trial) -> np.ndarray:
    """Return the ground force along travel on a foot [N], (101,)."""
    force = recording["ground_force_n"].transpose("trial", "time", "foot", "region", "axis")
    along = low_pass(force.values[0, : trial.samples, ..., 0].sum(-1), trial.period_s)
    cut = recording.isel(time=slice(0, trial.samples))
    series = cut.assign(fore_aft_n=(("trial", "time", "foot"), trial.travel_sign * along[None]))
    return mean_curves(series, "fore_aft_n").isel(channel=0).values.astype(float)


def _activation(recording: xr.Dataset) -> dict[str, np.ndarray]:
    """Return the mean activation of each muscle group; empty where there are no muscles."""
    if "activation" not in recording:
        return {}
    curves = mean_curves(recording, "activation", by="group")
    return {
        str(group): curves.sel(channel=group).values.astype(float)
        for group in curves["channel"].values
    }
