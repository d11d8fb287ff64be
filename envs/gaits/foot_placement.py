"""Foot placement: predicted body motion and where the next foot should land.

Extrapolated centre of mass xi = x + v / w0 with w0 = sqrt(g / h) (Hof et al. 2005, J Biomech 38:1);
foot placement by constant offset from where xi will be at contact (Hof 2008, Hum Mov Sci 27:112).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .geometry import at_least, at_most, clip_any, exponentials, square_root

GRAVITY = 9.81
STATION_GAIN = 0.3  # 1/s, of a walker's distance from the middle of a belt into its speed
FARTHEST_ASTRAY = 0.4  # m, of that distance
PLANNED_BY = (
    *("step_time", "cop_start", "cop_travel", "plan_width", "least_width", "drift_gain"),
    *("offset_x", "offset_y", "offset_gain_x", "offset_gain_y", "plan_speed_offset"),
)
"""Gait parameters that a plan needs."""
_HIGHEST = 1e6  # m: a centre of mass that has blown up divides by nothing


class StepPlan(NamedTuple):
    """Plan of the step in progress; each is (n,), or a float of a single walker.

    Attributes:
        xcom_x, xcom_y: extrapolated centre of mass [m].
        target_x, target_y: where the ankle should land [m].
        phase: share of the planned step time, 0 to 1.
        deviation_x: xi's lead on its nominal course, world +x [m].
        deviation_y: xi's deviation from its nominal course, towards the swing side [m].
    """

    xcom_x: Any
    xcom_y: Any
    target_x: Any
    target_y: Any
    phase: Any
    deviation_x: Any
    deviation_y: Any

    def rows(self) -> StepPlan:
        """Return the plan with arrays (n,), also of a single walker."""
        return StepPlan(*map(np.atleast_1d, self)) if type(self.phase) is float else self

    @property
    def target(self) -> np.ndarray:
        """Where the ankle should land, (n, 2) [m]."""
        return np.array([self.target_x, self.target_y]).T


def plan_step(
    p: dict[str, Any],
    speed: Any,
    com: Any,
    com_velocity: Any,
    stance_ankle: Any,
    swing_side: Any,
    time_in_step: Any,
    drift: Any,
) -> StepPlan:
    """Predict xi at the end of the step and place the foot behind it along travel, outside it.

    All numbers are arrays or tensors (n,), or all are floats, of a single walker.

    Args:
        p: gait parameters. speed: planned speed along world x (signed).
        com, com_velocity, stance_ankle: x, y, z, world.
        swing_side: +1 where the left leg swings, -1 the right. time_in_step: [s].
        drift: sideways position against the course to hold [m].
    """
    period = p["step_time"]
    phase = clip_any(time_in_step / period, 0.0, 1.0)
    (com_x, com_y, com_z), (x, y, z) = com, stance_ankle
    pendulum = GRAVITY / clip_any(com_z - z + 0.08, 0.5, _HIGHEST)
    w0 = square_root(pendulum)
    xcom_x, xcom_y = com_x + com_velocity[0] / w0, com_y + com_velocity[1] / w0
    grow_rest, grow_now, grow = exponentials(
        w0 * at_least(period - time_in_step, 0.0),
        w0 * at_most(time_in_step, period),
        w0 * period,
    )

    # centre of pressure moves linearly along the stance foot
    start, way = p["cop_start"], p["cop_travel"]
    heel = x + start
    lead = xcom_x - (heel + way * phase)
    shift = way / period / w0
    end_x = heel + way + shift + (lead - shift) * grow_rest
    outward = xcom_y - y
    end_y = y + outward * grow_rest

    offset_x = speed * period / (grow - 1.0) * p["offset_gain_x"] + p["offset_x"]
    offset_y = p["plan_width"] / (grow + 1.0) * p["offset_gain_y"] + p["offset_y"]
    outside = (end_y - y) * swing_side + offset_y
    outside = outside + swing_side * p["drift_gain"] * clip_any(drift, -0.3, 0.3)
    return StepPlan(
        xcom_x,
        xcom_y,
        clip_any(end_x - offset_x - start, com_x - 0.6, com_x + 0.6),
        y + swing_side * clip_any(outside, p["least_width"], 0.5),
        phase,
        lead - offset_x * grow_now,
        outward * swing_side - offset_y * grow_now,
    )


def on_belt(
    speed: Any, com: Any, velocity: Any, ankle: Any, belt: Any, travel: Any
) -> tuple[Any, Any, Any, Any]:
    """Speed, centre of mass, its velocity and the stance ankle as seen from a belt.

    `belt` [m/s] is its velocity, `travel` [m] how far it has gone; the speed, as all others as in
    `plan_step`, brings the walker back to the belt's middle.
    """
    astray = clip_any(com[0], -FARTHEST_ASTRAY, FARTHEST_ASTRAY)
    speed = speed + (belt != 0.0) * (-STATION_GAIN * astray)
    com, ankle = (com[0] - travel, *com[1:]), (ankle[0] - travel, *ankle[1:])
    return speed, com, (velocity[0] - belt, *velocity[1:]), ankle
