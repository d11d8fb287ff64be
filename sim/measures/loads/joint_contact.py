"""Joint contact forces, muscle forces included, and the load on the lumbar spine.

Joint forces are those of the proximal on the distal bone: what the ground reaction, weight and
inertia leave, and the compression by the muscles that cross the joint.
"""

from __future__ import annotations

import numpy as np

from ..base.definition import read_measures
from ..base.filters import LOW_PASS_HZ, low_pass
from ..base.per_stride import stride_max, stride_mean
from ..base.strides import Strides
from ..base.trial import Trial

_QUADRICEPS = ("vasti", "rectus_femoris")
_LARGEST_KNEE_DEG = 120.0  # the patellofemoral relation was measured up to here

MEASURES = read_measures(__name__, LOW_PASS_HZ=LOW_PASS_HZ)


def patellofemoral_factor(knee_rad: np.ndarray) -> np.ndarray:
    """Return patellofemoral compression over quadriceps force at knee flexion `knee_rad`.

    van Eijden et al. 1986 as fitted by Brechter & Powers 2002; see `MEASURES`.
    """
    q = np.clip(np.rad2deg(knee_rad), 0.0, _LARGEST_KNEE_DEG)
    above = 0.462 + q * (1.47e-3 - 3.84e-5 * q)
    return above / (1.0 - q * (1.62e-2 - q * (1.55e-4 - 6.98e-7 * q)))


def foot_columns(trial: Trial, strides: Strides, foot: int) -> dict[str, np.ndarray]:
    """Return the stride measures of this module for the strides of `foot`, each of shape (k,)."""
    columns: dict[str, np.ndarray] = {}
    weight, seconds = trial.layout.body_weight_n, strides.time_s
    span = strides.start, strides.end
    for joint in ("hip", "knee", "ankle"):
        force = joint_force_n(trial, joint, foot)
        if force is not None:
            peak, mean = stride_max(force, *span), stride_mean(force, *span)
            columns[f"{joint}_contact_force_peak_bw"] = peak / weight
            columns[f"{joint}_contact_impulse_bw_s"] = mean * seconds / weight
    force = patellofemoral_force_n(trial, foot)
    if force is not None:
        columns["patellofemoral_force_peak_bw"] = stride_max(force, *span) / weight
        columns["patellofemoral_impulse_bw_s"] = stride_mean(force, *span) * seconds / weight
    return columns


def joint_force_n(trial: Trial, joint: str, foot: int) -> np.ndarray | None:
    """Return the filtered force in the `joint` (`hip knee ankle`) of a leg, (n,) [N].

    Compression at the knee, size of the force elsewhere; None if not recorded.
    """
    recorded = trial.get(f"{joint}_contact_force_n")
    if recorded is None:
        return None
    smooth = low_pass(recorded[:, foot], trial.period_s)
    return -smooth[..., 2] if joint == "knee" else np.sqrt(np.square(smooth).sum(axis=-1))


def stride_columns(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return the measures of the lumbar spine that the recording can give, each (k,)."""
    columns: dict[str, np.ndarray] = {}
    span = strides.start, strides.end
    moment = trial.joint("lumbar_flexion", "joint_moment_n_m")
    if moment is not None:
        columns["lumbar_moment_peak_n_m"] = stride_max(np.abs(moment), *span)
        columns["lumbar_moment_mean_n_m"] = stride_mean(moment, *span)
    tension, groups = trial.get("tension_n"), trial.layout.muscles.get("muscle_group")
    if tension is not None and groups is not None and "erector_spinae" in groups.astype(str):
        pull = tension[:, groups.astype(str) == "erector_spinae"].sum(axis=1)
        columns["lumbar_extensor_tension_peak_n"] = stride_max(pull, *span)
        columns["lumbar_extensor_tension_mean_n"] = stride_mean(pull, *span)
    force = trial.get("lumbar_contact_force_n")
    if force is not None:
        press = low_pass(force[:, 2], trial.period_s) / trial.layout.body_weight_n
        columns["lumbar_compression_peak_bw"] = stride_max(press, *span)
        columns["lumbar_compression_mean_bw"] = stride_mean(press, *span)
    return columns


def patellofemoral_force_n(trial: Trial, foot: int) -> np.ndarray | None:
    """Return the compression of the patella [N], shape (n,); None if a part is not recorded."""
    tension, knee = trial.get("tension_n"), trial.leg_joint("knee", foot)
    groups = trial.layout.muscles.get("muscle_group")
    if tension is None or knee is None or groups is None:
        return None
    side = trial.layout.muscle_side(foot)
    quadriceps = side[np.isin(groups.astype(str)[side], _QUADRICEPS)]
    if not len(quadriceps):
        return None
    return patellofemoral_factor(knee.astype(float)) * tension[:, quadriceps].sum(axis=1)
