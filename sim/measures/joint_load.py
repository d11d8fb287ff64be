"""Peaks of the ground reaction and of the forces and moments in the joints."""

from __future__ import annotations

import numpy as np

from .definition import Measure
from .events import vertical_force
from .over_strides import stride_max, stride_mean
from .strides import Strides
from .trial import Trial

LOW_PASS_HZ = 20.0
"""Cut-off of the filter for forces that carry the impact of the foot."""
_QUADRICEPS = ("vasti", "rectus_femoris")
_LARGEST_KNEE_DEG = 120.0  # the patellofemoral relation was measured up to here

_FILTERED = (
    f"zero-phase fourth-order Butterworth low-pass at {LOW_PASS_HZ:g} Hz, against the spikes of a "
    "stiff contact sampled at 5 ms"
)

MEASURES = (
    Measure(
        "vertical_grf_peak_bw",
        f"largest vertical ground force on the stride's foot, {_FILTERED}",
        "body weights",
    ),
    Measure(
        "vertical_grf_peak_raw_bw",
        "largest vertical ground force on the stride's foot, unfiltered",
        "body weights",
    ),
    Measure(
        "knee_contact_force_peak_bw",
        "largest axial compression of the stride's knee (-z of the force of the femur on the "
        f"tibia, shank frame), muscles included; {_FILTERED}",
        "body weights",
        "positive: compression",
    ),
    Measure(
        "patellofemoral_force_peak_bw",
        "largest compression of the patella on the femur of the stride's leg: k(q) times the "
        "summed tension of vasti and rectus femoris, q knee flexion in degrees, "
        "k = (0.462 + 1.47e-3 q - 3.84e-5 q^2) / (1 - 1.62e-2 q + 1.55e-4 q^2 - 6.98e-7 q^3)",
        "body weights",
        "positive: compression",
        source="van Eijden et al. 1986, J Biomech 19:219, as fitted by Brechter & Powers 2002, "
        "Med Sci Sports Exerc 34:1582",
        limits="a planar relation of an average knee; flexion is clipped to 0-120 degrees",
    ),
    Measure(
        "lumbar_moment_peak_n_m",
        "largest magnitude of the net lumbar flexion moment in the stride",
        "N.m",
        limits="net moment, without co-contraction: not the load of the extensors; unfiltered",
    ),
    Measure(
        "lumbar_moment_mean_n_m",
        "mean net lumbar flexion moment over the stride",
        "N.m",
        "positive: flexor moment; negative: the spine's extensors carry the trunk",
    ),
)


def patellofemoral_factor(knee_rad: np.ndarray) -> np.ndarray:
    """Return patellofemoral compression over quadriceps force at knee flexion `knee_rad`.

    van Eijden et al. 1986 as fitted by Brechter & Powers 2002; see `MEASURES`.
    """
    q = np.clip(np.rad2deg(knee_rad), 0.0, _LARGEST_KNEE_DEG)
    above = 0.462 + q * (1.47e-3 - 3.84e-5 * q)
    return above / (1.0 - q * (1.62e-2 - q * (1.55e-4 - 6.98e-7 * q)))


def low_pass(series: np.ndarray, period_s: float) -> np.ndarray:
    """Return `series` (n, ...) filtered without phase shift; NaN if too short to filter."""
    from scipy.signal import butter, sosfiltfilt

    if LOW_PASS_HZ * period_s >= 0.5:  # sampled too slowly to hold anything above the cut-off
        return series.astype(float)
    sections = np.asarray(butter(2, 2.0 * LOW_PASS_HZ * period_s, output="sos"))  # run twice
    if len(series) <= 3 * (2 * len(sections) + 1):
        return np.full(series.shape, np.nan)
    return sosfiltfilt(sections, series.astype(float), axis=0)


def stride_columns(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return the stride measures of this module, each of shape (k,)."""
    columns = {measure.name: np.full(len(strides), np.nan) for measure in MEASURES}
    if not len(strides):
        return columns
    weight = trial.layout.body_weight_n
    vertical = vertical_force(trial)
    smooth = low_pass(vertical, trial.period_s)
    knee = trial.get("knee_contact_force_n")
    compression = None if knee is None else low_pass(-knee[..., 2], trial.period_s)
    for foot in (0, 1):
        own = strides.foot == foot
        span = strides.start[own], strides.end[own]
        columns["vertical_grf_peak_bw"][own] = stride_max(smooth[:, foot], *span) / weight
        columns["vertical_grf_peak_raw_bw"][own] = stride_max(vertical[:, foot], *span) / weight
        if compression is not None:
            peak = stride_max(compression[:, foot], *span)
            columns["knee_contact_force_peak_bw"][own] = peak / weight
        force = patellofemoral_force_n(trial, foot)
        if force is not None:
            columns["patellofemoral_force_peak_bw"][own] = stride_max(force, *span) / weight
    moment = trial.joint("lumbar_flexion", "joint_moment_n_m")
    if moment is not None:
        span = strides.start, strides.end
        columns["lumbar_moment_peak_n_m"] = stride_max(np.abs(moment), *span)
        columns["lumbar_moment_mean_n_m"] = stride_mean(moment, *span)
    return columns


def patellofemoral_force_n(trial: Trial, foot: int) -> np.ndarray | None:
    """Return the compression of the patella [N], shape (n,); None if a part is not recorded."""
    tension, knee = trial.get("tension_n"), trial.joint(f"knee_{'lr'[foot]}")
    groups = trial.layout.muscles.get("muscle_group")
    if tension is None or knee is None or groups is None:
        return None
    side = trial.layout.muscle_side(foot)
    quadriceps = side[np.isin(groups.astype(str)[side], _QUADRICEPS)]
    if not len(quadriceps):
        return None
    return patellofemoral_factor(knee.astype(float)) * tension[:, quadriceps].sum(axis=1)
