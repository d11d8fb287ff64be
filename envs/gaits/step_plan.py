"""Where the body is going and where the next foot should land.

Extrapolated centre of mass xi = x + v / w0 with w0 = sqrt(g / h) (Hof et al. 2005, J Biomech 38:1);
foot placement by constant offset from where xi will be at contact (Hof 2008, Hum Mov Sci 27:112).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .geometry import clip

GRAVITY = 9.81


@dataclass(frozen=True)
class StepPlan:
    """Plan of the step in progress; arrays are (n, ...).

    Attributes:
        xcom: (n, 2) extrapolated centre of mass [m]. target: (n, 2) where the ankle should land.
        phase: (n,) share of the planned step time, 0 to 1.
        deviation_x: xi's lead on its nominal course, world +x [m].
        deviation_y: xi's deviation from its nominal course, towards the swing side [m].
    """

    xcom: np.ndarray
    target: np.ndarray
    phase: np.ndarray
    deviation_x: np.ndarray
    deviation_y: np.ndarray


def plan_step(
    p: dict[str, np.ndarray],
    speed: np.ndarray,
    com: np.ndarray,
    com_velocity: np.ndarray,
    stance_ankle: np.ndarray,
    swing_side: np.ndarray,
    time_in_step: np.ndarray,
    drift: np.ndarray,
) -> StepPlan:
    """Predict xi at the end of the step and place the foot behind it along travel, outside it.

    Args:
        p: gait parameters, (n,) each. speed: planned speed along world x (signed), (n,).
        com, com_velocity, stance_ankle: (n, 3), world.
        swing_side: +1 where the left leg swings, -1 the right. time_in_step: (n,) [s].
        drift: sideways position against the course to hold [m].
    """
    period = p["step_time"]
    phase = clip(time_in_step / period, 0.0, 1.0)
    x, y = stance_ankle[:, 0], stance_ankle[:, 1]
    height = np.maximum(com[:, 2] - stance_ankle[:, 2] + 0.08, 0.5)
    w0 = np.sqrt(GRAVITY / height)
    xcom = com[:, :2] + com_velocity[:, :2] / w0[:, None]
    grow_rest = np.exp(w0 * np.maximum(period - time_in_step, 0.0))
    grow_now = np.exp(w0 * np.minimum(time_in_step, period))
    grow = np.exp(w0 * period)

    # centre of pressure moves linearly along the stance foot
    start, way = p["cop_start"], p["cop_travel"]
    heel = x + start
    lead = xcom[:, 0] - (heel + way * phase)
    shift = way / period / w0
    end_x = heel + way + shift + (lead - shift) * grow_rest
    outward = xcom[:, 1] - y
    end_y = y + outward * grow_rest

    offset_x = speed * period / (grow - 1.0) * p["offset_gain_x"] + p["offset_x"]
    offset_y = p["plan_width"] / (grow + 1.0) * p["offset_gain_y"] + p["offset_y"]
    target, com_x = np.empty_like(xcom), com[:, 0]
    target[:, 0] = clip(end_x - offset_x - start, com_x - 0.6, com_x + 0.6)
    outside = (end_y - y) * swing_side + offset_y
    outside = outside + swing_side * p["drift_gain"] * clip(drift, -0.3, 0.3)
    target[:, 1] = y + swing_side * clip(outside, p["least_width"], 0.5)
    return StepPlan(
        xcom=xcom,
        target=target,
        phase=phase,
        deviation_x=lead - offset_x * grow_now,
        deviation_y=outward * swing_side - offset_y * grow_now,
    )
