"""Muscles' share of joint contact forces, and what remains without it.

The muscles' part is the opposite of the pull of every piece of muscle that crosses the joint; the
rest is the intersegmental force of inverse dynamics: weight, inertia and the ground's reaction.
Both are taken along the whole force, so that they add up to the columns of *Joint load*. Where the
rest is small or below zero, the muscles alone press the joint together.
"""

from __future__ import annotations

import numpy as np

from ..base.definition import Measure
from ..base.filters import LOW_PASS_HZ, low_pass
from ..base.needs import STRAIGHT_PATHS
from ..base.per_stride import stride_mean, stride_peak
from ..base.strides import Strides
from ..base.trial import Trial

_JOINTS = ("hip", "knee", "ankle")
_PARTS = {"muscles": "the muscles' part", "rest": "what is left without the muscles"}
_LIMITS = (
    f"filtered at {LOW_PASS_HZ:g} Hz as the force itself; positions are one time step (2.5 ms) "
    "later than forces; null for a body whose muscles bend around surfaces"
)

MEASURES = (
    *(
        Measure(
            f"{joint}_contact_force_{part}_bw",
            f"{text} of {joint}_contact_force_peak_bw: along the joint's force, at its peak in the "
            "stride",
            "body weights",
            "positive: presses the joint together",
            limits=_LIMITS,
            needs=(STRAIGHT_PATHS,),
        )
        for joint in _JOINTS
        for part, text in _PARTS.items()
    ),
    *(
        Measure(
            f"{joint}_contact_impulse_{part}_bw_s",
            f"{text} of {joint}_contact_impulse_bw_s: the time integral over the stride along the "
            "joint's force at each instant",
            "body weights.s",
            "positive: presses the joint together",
            limits=_LIMITS,
            needs=(STRAIGHT_PATHS,),
        )
        for joint in _JOINTS
        for part, text in _PARTS.items()
    ),
    *(
        Measure(
            f"lumbar_compression_{when}_{part}_bw",
            f"{text} of lumbar_compression_{when}_bw",
            "body weights",
            "positive: presses the joint together",
            limits=_LIMITS,
            needs=(STRAIGHT_PATHS,),
        )
        for when in ("peak", "mean")
        for part, text in _PARTS.items()
    ),
)


def foot_columns(trial: Trial, strides: Strides, foot: int) -> dict[str, np.ndarray]:
    """Return the stride measures of this module for the strides of `foot`, each of shape (k,)."""
    columns: dict[str, np.ndarray] = {}
    span = strides.start, strides.end
    for joint in _JOINTS:
        found = _along(trial, joint, foot)
        if found is None:
            continue
        whole, parts = found
        for part, series in parts.items():
            at_peak = stride_peak(whole, series, *span)
            columns[f"{joint}_contact_force_{part}_bw"] = at_peak
            mean = stride_mean(series, *span)
            columns[f"{joint}_contact_impulse_{part}_bw_s"] = mean * strides.time_s
    return columns


def stride_columns(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return the stride measures of the lumbar joint, each of shape (k,)."""
    columns: dict[str, np.ndarray] = {}
    found = _along(trial, "lumbar")
    if found is not None:
        whole, parts = found
        span = strides.start, strides.end
        for part, series in parts.items():
            columns[f"lumbar_compression_peak_{part}_bw"] = stride_peak(whole, series, *span)
            columns[f"lumbar_compression_mean_{part}_bw"] = stride_mean(series, *span)
    return columns


def _along(
    trial: Trial, joint: str, foot: int | None = None
) -> tuple[np.ndarray, dict[str, np.ndarray]] | None:
    """Return the filtered force of a `joint` and its parts along it, (n,) [body weights].

    The direction is the whole force's at each instant; at the knee -z of the shank, at the lumbar
    joint z of the trunk. None if a part is not recorded.
    """
    recorded = trial.get(f"{joint}_contact_force_n")
    pulled = trial.get(f"{joint}_contact_force_muscles_n")
    if recorded is None or pulled is None:
        return None
    if foot is not None:
        recorded, pulled = recorded[:, foot], pulled[:, foot]
    weight = trial.layout.body_weight_n
    force = low_pass(recorded, trial.period_s) / weight
    muscles = low_pass(pulled, trial.period_s) / weight
    if joint in ("knee", "lumbar"):
        sign = -1.0 if joint == "knee" else 1.0
        whole, part = sign * force[..., 2], sign * muscles[..., 2]
    else:
        whole = np.sqrt(np.square(force).sum(-1))
        direction = force / np.where(whole > 0.0, whole, 1.0)[..., None]
        part = (muscles * direction).sum(-1)
    return whole, {"muscles": part, "rest": whole - part}
