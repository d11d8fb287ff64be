"""Spatiotemporal measures: speed, cadence, step and stride, stance, symmetry."""

from __future__ import annotations

import numpy as np

from ..base.definition import Measure
from ..base.label import Label
from ..base.needs import SIDEWAYS
from ..base.per_stride import asymmetry, average, spread
from ..base.strides import Strides
from ..base.trial import BEFORE_FALL_S, Trial

_SHORTEST_WINDOW_S = 0.5  # a speed needs at least about one step

MEASURES = (
    Measure(
        "distance_m",
        "displacement of the whole-body centre of mass over the ground along the commanded "
        "direction (world x times the sign of travel), from the first sample to the fall or the "
        "end; the belt's travel is taken off on a treadmill",
        "m",
        "positive in the commanded direction",
        limits="includes the seconds before steady walking; null for an invalid trial",
        level="trial",
        label=Label("distance walked", "m", digits=1),
    ),
    Measure(
        "speed_m_per_s",
        "displacement of the centre of mass over the ground along the commanded direction in the "
        "steady window, divided by the window's length",
        "m/s",
        "positive in the commanded direction",
        limits="null if the steady window is shorter than 0.5 s; a walker that veers loses speed",
        level="trial",
        label="walking speed",
        topic="Gait",
        place=1,
    ),
    Measure(
        "cadence_steps_per_min",
        "120 s / mean stride time",
        "steps/min",
        source="Whittle 2007, Gait Analysis",
        level="trial",
        label="cadence",
        topic="Gait",
        place=2,
    ),
    Measure(
        "stride_count",
        "number of complete steady strides, left and right",
        "1",
        limits="null for an invalid trial",
        level="trial",
        label=Label("strides measured in a trial", "strides", digits=0),
        topic="Gait",
        place=17,
    ),
    Measure(
        "strides_before_fall_count",
        f"number of complete strides that are left out because they end less than {BEFORE_FALL_S:g}"
        " s before a fall (see above: steady walking)",
        "1",
        "0: no fall, or one before steady walking",
        limits="null for an invalid trial",
        level="trial",
        label=Label("strides left out before a fall", "strides", digits=0),
        topic="Gait",
        place=17,
    ),
    Measure(
        "steady_time_s",
        f"length of the steady window: from `steady_from_s` to the end, or to {BEFORE_FALL_S:g} s "
        "before a fall",
        "s",
        "0: no steady walking",
        limits="null for an invalid trial",
        level="trial",
        label="time of steady walking",
    ),
    Measure("stride_time_s", "from a contact of a foot to the next contact of the same foot", "s"),
    Measure(
        "stride_time_cv",
        "standard deviation of stride time about each foot's mean, over the mean",
        "1",
        limits="null with fewer than two strides of a foot; 5 ms sampling alone gives about 0.001",
        level="trial",
        label=Label("stride time variability (CV)", "%", 100.0, 1),
        topic="Balance",
        place=9,
        variability=True,
    ),
    Measure(
        "stride_length_m",
        "displacement of the heel over the ground between two contacts of the same foot, along the "
        "path of the centre of mass in that stride",
        "m",
        "positive along travel",
        source="Whittle 2007, Gait Analysis",
        label=Label("stride length", "m"),
        topic="Gait",
        place=3,
    ),
    Measure(
        "step_length_m",
        "heel of the landing foot at its contact minus heel of the other foot at its own contact "
        "before, along the path",
        "m",
        "positive: the foot lands ahead in the direction of travel",
        source="Huxham et al. 2006, Gait & Posture 23:159",
        limits="null where the other foot does not land exactly once in the stride",
        label=Label("step length", "m"),
        topic="Gait",
        place=4,
    ),
    Measure(
        "step_width_m",
        "heel of the landing foot at its contact minus heel of the other foot at its own contact "
        "before, across the path, counted outward",
        "m",
        "positive: feet on their own sides; negative: crossed",
        source="Huxham et al. 2006, Gait & Posture 23:159",
        limits="null where the other foot does not land exactly once in the stride",
        label="step width",
        topic="Gait",
        place=5,
        needs=(SIDEWAYS,),
    ),
    Measure(
        "step_width_sd_m",
        "standard deviation of step width about each foot's mean",
        "m",
        limits="null with fewer than two strides of a foot",
        level="trial",
        label="step width variability (SD)",
        topic="Balance",
        place=6,
        variability=True,
        needs=(SIDEWAYS,),
    ),
    Measure(
        "step_length_sd_m",
        "standard deviation of step length about each foot's mean",
        "m",
        limits="null with fewer than two strides of a foot",
        level="trial",
        label="step length variability (SD)",
        topic="Balance",
        place=7,
        variability=True,
    ),
    Measure(
        "step_time_sd_s",
        "standard deviation of step time about each foot's mean",
        "s",
        limits="null with fewer than two strides of a foot",
        level="trial",
        topic="Balance",
        place=8,
        variability=True,
    ),
    Measure(
        "step_time_s",
        "from the other foot's contact to this foot's next contact",
        "s",
        limits="null where the other foot does not land exactly once in the stride",
        label="step time",
        topic="Gait",
        place=6,
    ),
    Measure(
        "stance_fraction",
        "contact to foot off, as a share of stride time",
        "1",
        label=Label("stance phase", "% of stride", 100.0, 1),
        topic="Gait",
        place=7,
    ),
    Measure(
        "double_support_fraction",
        "time with both feet on the ground, as a share of stride time",
        "1",
        label=Label("double support", "% of stride", 100.0, 1),
        topic="Gait",
        place=8,
    ),
    Measure(
        "landing_support_s",
        "time with both feet on the ground after the contact that begins the stride; 0 if the "
        "other foot has left the ground before",
        "s",
        label="double support at landing",
        topic="Gait",
        place=9,
    ),
    Measure(
        "step_length_asymmetry",
        "|L - R| / mean(|L|, |R|) of the feet's mean step lengths",
        "1",
        "0: symmetric",
        level="trial",
        label=Label("step length, left to right", "%", 100.0, 1),
        topic="Gait",
        place=14,
    ),
    Measure(
        "step_time_asymmetry",
        "|L - R| / mean(|L|, |R|) of the feet's mean step times",
        "1",
        "0: symmetric",
        level="trial",
        label=Label("step time, left to right", "%", 100.0, 1),
        topic="Gait",
        place=15,
    ),
    Measure(
        "stance_asymmetry",
        "|L - R| / mean(|L|, |R|) of the feet's mean stance fractions",
        "1",
        "0: symmetric",
        level="trial",
        label=Label("stance phase, left to right", "%", 100.0, 1),
        topic="Gait",
        place=16,
    ),
)


def heels_m(trial: Trial) -> np.ndarray:
    """Return both heels over the ground, x and y, shape (n, 2, 2) [m]."""
    point = trial.layout.index("point", "heel")
    position = trial["foot_point_m"][:, :, point or 0, :2].astype(float)
    position[..., 0] -= trial.ground_moved_m[:, None]
    return position


def stride_columns(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return the stride measures of this module, each of shape (k,)."""
    heels = heels_m(trial)
    stride = heels[strides.end, strides.foot] - heels[strides.start, strides.foot]
    step = heels[strides.end, strides.foot] - heels[strides.opposite, 1 - strides.foot]
    step[strides.opposite < 0] = np.nan
    across = (step * strides.left).sum(axis=1) * strides.outward
    return {
        "stride_time_s": strides.time_s,
        "stride_length_m": (stride * strides.travel).sum(axis=1),
        "step_length_m": (step * strides.travel).sum(axis=1),
        "step_width_m": across,
        "step_time_s": strides.end_s - strides.opposite_s,
        "stance_fraction": (strides.off_s - strides.start_s) / strides.time_s,
        "double_support_fraction": strides.double_support_s / strides.time_s,
        "landing_support_s": strides.landing_support_s,
    }


def trial_columns(
    trial: Trial, strides: Strides, columns: dict[str, np.ndarray]
) -> dict[str, float]:
    """Return the trial measures of this module."""
    stride_time = average(columns["stride_time_s"])
    return {
        "distance_m": _progress(trial, 0, trial.samples) if trial.valid else float("nan"),
        "speed_m_per_s": speed_m_per_s(trial),
        "cadence_steps_per_min": 120.0 / stride_time,
        "stride_count": float(len(strides)) if trial.valid else float("nan"),
        "strides_before_fall_count": float(strides.before_fall) if trial.valid else float("nan"),
        "steady_time_s": steady_time_s(trial),
        "stride_time_cv": spread(columns["stride_time_s"], strides.foot) / stride_time,
        "step_width_sd_m": spread(columns["step_width_m"], strides.foot),
        "step_length_sd_m": spread(columns["step_length_m"], strides.foot),
        "step_time_sd_s": spread(columns["step_time_s"], strides.foot),
        "step_length_asymmetry": asymmetry(columns["step_length_m"], strides.foot),
        "step_time_asymmetry": asymmetry(columns["step_time_s"], strides.foot),
        "stance_asymmetry": asymmetry(columns["stance_fraction"], strides.foot),
    }


def speed_m_per_s(trial: Trial) -> float:
    """Return the steady speed along the commanded direction over the ground [m/s]."""
    window = steady_time_s(trial)
    if not window >= _SHORTEST_WINDOW_S:
        return float("nan")
    return _progress(trial, trial.steady_start, trial.steady_end) / window


def steady_time_s(trial: Trial) -> float:
    """Return the length of the steady window [s]; NaN for an invalid trial."""
    samples = trial.steady_end - 1 - trial.steady_start
    return max(samples, 0) * trial.period_s if trial.valid else float("nan")


def _progress(trial: Trial, first: int, end: int) -> float:
    """Return the displacement over the ground from sample `first` to before `end` [m]."""
    if end <= first:
        return float("nan")
    x = trial.com_on_ground_m[:, 0]
    return float((x[end - 1] - x[first]) * trial.travel_sign)
