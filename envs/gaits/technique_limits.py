"""Limits of the techniques that the scripted gait can walk.

Ranges are what 8 walkers of 20 s each walked without falling more than once, doing what was asked
within the tolerances of tests/envs/test_techniques.py; `docs/develop/gait.md` has the numbers.
"""

from __future__ import annotations

import numpy as np

from ...sim.errors import ConfigError
from ..task.technique import Technique

# direction: (speeds [m/s], natural step lengths [m] there)
NATURAL_STEP = {
    "backward": ((0.6, 0.8, 1.0), (0.316, 0.393, 0.400)),
    "forward": ((0.8, 1.0, 1.2), (0.43, 0.51, 0.60)),
}
STEP_SHARE = (0.8, 1.08)  # of the natural step length
RANGES = {
    "backward": {
        "step_width_m": (0.09, 0.25),
        "hip_height_m": (0.92, 0.93),
        "trunk_lean_rad": (0.0, 0.15),
    },
    "forward": {
        "step_width_m": (0.08, 0.22),
        "hip_height_m": (0.92, 0.93),
        "trunk_lean_rad": (0.09, 0.15),
    },
}
CONTACTS = {
    "backward": ("toe_first", "flat", "heel_first"),
    "forward": ("heel_first",),
}


def check_technique_limits(direction: str, technique: Technique) -> None:
    """Refuse a technique that the scripted gait of `direction` cannot walk.

    Raises:
        ConfigError: naming the field, its value and what can be asked for.
    """
    who = f"the scripted {direction} gait"
    for name, (low, high) in RANGES[direction].items():
        value = getattr(technique, name)
        if value is not None and not low <= value <= high:
            raise ConfigError(f"technique.{name}: {value} is outside {low} to {high} of {who}")
    contact = technique.foot_contact
    if contact is not None and contact not in CONTACTS[direction]:
        can = ", ".join(CONTACTS[direction])
        raise ConfigError(f"technique.foot_contact: {who} cannot land {contact} (can: {can})")
    period = technique.step_time_s
    if period is None:
        return
    natural = float(np.interp(technique.speed_m_per_s, *NATURAL_STEP[direction]))
    least, most = (round(share * natural, 3) for share in STEP_SHARE)
    asked = period * technique.speed_m_per_s
    if not least - 1e-9 <= asked <= most + 1e-9:
        cadence = [round(60.0 * technique.speed_m_per_s / x, 1) for x in (most, least)]
        raise ConfigError(
            f"technique: steps of {asked:.3g} m at {technique.speed_m_per_s} m/s are outside the "
            f"{least} to {most} m of {who} ({cadence[0]} to {cadence[1]} steps/min)"
        )
