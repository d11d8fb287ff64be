"""Cost function of tuning, from the tallies of `GaitMonitor`.

Survival first, then the commanded speed and little muscle effort, then bounds within which people
walk; inside a bound nothing is gained, so that no single trait is driven to its extreme. None of
the human findings that `validate` compares with is in it.
"""

from __future__ import annotations

import numpy as np

# (tally, least, most, weight per unit beyond)
BOUNDS = (
    ("stance", 0.59, 0.66, 25.0),
    ("width", 0.09, 0.16, 20.0),
    ("slip", 0.0, 0.012, 100.0),
    ("worst_slip", 0.0, 0.026, 50.0),
    ("peak_force", 0.95, 1.30, 2.0),
    ("worst_activation", 0.0, 0.30, 15.0),
    ("pitch", -0.05, 0.12, 20.0),
    ("stance_knee", 0.05, 0.28, 10.0),
    ("foot_roll", 0.0, 0.06, 20.0),
    ("landing_speed", 0.0, 0.3, 2.0),
    ("asymmetry", 0.0, 0.03, 5.0),
    ("length_asymmetry", 0.0, 0.04, 15.0),
)
LEAST_STEP_TIME = ((0.6, 0.8, 1.2), (0.53, 0.52, 0.50))  # speeds [m/s], shortest step times [s]
SURVIVAL, SPEED, EFFORT, TRANSPORT, CHATTER, CONTACT = 10.0, 20.0, 40.0, 1.5, 0.3, 3.0
FREE_SPEED_ERROR = 0.02  # share of the commanded speed
LOST = 80.0  # cost of a tally that does not exist because the walker fell too early


def cost(
    tally: dict[str, np.ndarray], speed_m_per_s: float, toe_first: bool, knee_pain: float = 0.0
) -> np.ndarray:
    """Cost (n,) of walkers with tallies (n,) each; lower is better.

    A painful knee adds `knee_pain` for each body weight that both knees bear on average.
    """
    total = SURVIVAL * (1.0 - tally["survived"])
    off = np.abs(tally["speed"] - speed_m_per_s) / speed_m_per_s
    steady = SPEED * np.maximum(off - FREE_SPEED_ERROR, 0.0)
    steady = steady + EFFORT * tally["square_activation"] + CHATTER * tally["chatter"]
    steady = steady + TRANSPORT * tally["power"] / speed_m_per_s  # J/kg/m
    if knee_pain:
        steady = steady + knee_pain * tally["knee_force"]
    wrong = 1.0 - tally["toe_first"] if toe_first else tally["toe_first"]
    steady = steady + CONTACT * wrong
    shortest = np.interp(speed_m_per_s, *LEAST_STEP_TIME)
    for name, low, high, weight in (("step_time", shortest, 0.70, 60.0), *BOUNDS):
        value = tally[name]
        steady = steady + weight * (np.maximum(low - value, 0) + np.maximum(value - high, 0))
    return total + np.where(np.isfinite(steady), np.minimum(steady, LOST), LOST)
