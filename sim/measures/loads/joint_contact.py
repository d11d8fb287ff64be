"""Joint contact forces, muscle forces included, and the load on the lumbar spine.

Joint forces are those of the proximal on the distal bone: what the ground reaction, weight and
inertia leave, and the compression by the muscles that cross the joint.
"""

from __future__ import annotations

import numpy as np

from ..base.definition import Measure
from ..base.filters import LOW_PASS_HZ, low_pass
from ..base.needs import MUSCLES
from ..base.per_stride import stride_max, stride_mean
from ..base.strides import Strides
from ..base.trial import Trial

_QUADRICEPS = ("vasti", "rectus_femoris")
_LARGEST_KNEE_DEG = 120.0  # the patellofemoral relation was measured up to here

_FILTERED = (
    f"zero-phase fourth-order Butterworth low-pass at {LOW_PASS_HZ:g} Hz, against the spikes of a "
    "stiff contact sampled at 5 ms"
)
_RIGID = "rigid bones and one joint centre: no share of ligaments, of medial and lateral side"
_OF_JOINT = {  # joint -> what its force is, in words
    "hip": "force in the stride's hip, its size in any direction",
    "knee": "axial compression of the stride's knee (-z of the force of the femur on the tibia, "
    "shank frame)",
    "ankle": "force in the stride's ankle, its size in any direction",
}

MEASURES = (
    *(
        Measure(
            f"{joint}_contact_force_peak_bw",
            f"largest {what}, muscles included; {_FILTERED}",
            "body weights",
            "positive: compression" if joint == "knee" else "magnitude",
            limits=_RIGID,
            label="peak knee contact force" if joint == "knee" else "",
            topic="Joints and forces",
            place=7 if joint == "knee" else 9,
            needs=(MUSCLES,),
        )
        for joint, what in _OF_JOINT.items()
    ),
    *(
        Measure(
            f"{joint}_contact_impulse_bw_s",
            f"time integral over the stride of the {what}, muscles included",
            "body weights.s",
            "positive: compression" if joint == "knee" else "magnitude",
            limits=_RIGID,
            needs=(MUSCLES,),
        )
        for joint, what in _OF_JOINT.items()
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
        label="peak patellofemoral force",
        topic="Joints and forces",
        place=8,
        needs=("group rectus_femoris|vasti",),
    ),
    Measure(
        "patellofemoral_impulse_bw_s",
        "time integral over the stride of the compression of the patella (see "
        "patellofemoral_force_peak_bw)",
        "body weights.s",
        "positive: compression",
        source="as patellofemoral_force_peak_bw",
        limits="a planar relation of an average knee; flexion is clipped to 0-120 degrees",
        needs=("group rectus_femoris|vasti",),
    ),
    Measure(
        "lumbar_moment_peak_n_m",
        "largest magnitude of the net lumbar flexion moment in the stride",
        "N.m",
        limits="net moment, without co-contraction: see lumbar_extensor_tension_peak_n for the "
        "load of the extensors; unfiltered",
        label="peak lumbar moment",
        topic="Joints and forces",
        place=17,
        needs=("joint lumbar_flexion",),
    ),
    Measure(
        "lumbar_moment_mean_n_m",
        "mean net lumbar flexion moment over the stride",
        "N.m",
        "positive: flexor moment; negative: the spine's extensors carry the trunk",
        label="mean lumbar moment",
        topic="Joints and forces",
        place=18,
        needs=("joint lumbar_flexion",),
    ),
    Measure(
        "lumbar_extensor_tension_peak_n",
        "largest summed tension in the stride of the spine's extensors (erector spinae) of both "
        "sides",
        "N",
        limits="null without a complete steady stride, or if the body has no such muscle; one "
        "joint stands for the lumbar spine",
        needs=("group erector_spinae",),
    ),
    Measure(
        "lumbar_extensor_tension_mean_n",
        "mean summed tension over the stride of the spine's extensors (erector spinae) of both "
        "sides",
        "N",
        limits="null without a complete steady stride, or if the body has no such muscle; one "
        "joint stands for the lumbar spine",
        needs=("group erector_spinae",),
    ),
    Measure(
        "lumbar_compression_peak_bw",
        "largest compression of the lumbar joint (z of the force of the pelvis on the trunk, trunk "
        f"frame), muscles included; {_FILTERED}",
        "body weights",
        "positive: compression",
        limits="one joint stands for the lumbar spine; no pressure of the abdomen",
        topic="Joints and forces",
        place=11,
        needs=(MUSCLES,),
    ),
    Measure(
        "lumbar_compression_mean_bw",
        "mean compression of the lumbar joint over the stride (see lumbar_compression_peak_bw)",
        "body weights",
        "positive: compression",
        limits="one joint stands for the lumbar spine; no pressure of the abdomen",
        needs=(MUSCLES,),
    ),
)


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
    for joint in _OF_JOINT:
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
