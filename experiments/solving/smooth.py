"""Smooth versions of the body's muscle curves and of the cost's corners, for CasADi and numpy.

A solver with exact second derivatives needs functions without corners. Every curve is built from
`positive_part`, so that one width says how far it is from the body's own curve.
"""

from __future__ import annotations

from typing import Any

from ...models.physiology import MuscleCurve
from ...sim.measures.muscles.metabolic_rate import AEROBIC

LENGTH_WIDTH = 0.15
"""Rounding of the force-length curve's corners, in halves of a flank."""
VELOCITY_WIDTH = 0.05
"""Rounding of the force-velocity curve's corners, in maximum velocities."""


def positive_part(x: Any, width: Any) -> Any:
    """Return max(x, 0) with its corner rounded over about `width`."""
    return 0.5 * (x + (x * x + width * width) ** 0.5)


def _square(x: Any, width: float) -> Any:
    part = positive_part(x, width)
    return part * part


def falling_side(length: Any, curve: MuscleCurve) -> Any:
    """Return the active force-length factor beyond the optimum; 1 below it."""
    return _flank((curve.lmax - length) / (0.5 * (curve.lmax - 1.0)))


def rising_side(length: Any, curve: MuscleCurve) -> Any:
    """Return the active force-length factor below the optimum; 1 beyond it."""
    return _flank((length - curve.lmin) / (0.5 * (1.0 - curve.lmin)))


def _flank(x: Any) -> Any:
    """Return two parabolas from 0 at x = 0 to 1 at x = 2, level outside."""
    w = LENGTH_WIDTH
    return 0.5 * _square(x, w) - _square(x - 1.0, w) + 0.5 * _square(x - 2.0, w)


def active_force_length(length: Any, curve: MuscleCurve) -> Any:
    """Return the active force-length factor at fibre `length` [L0]."""
    return rising_side(length, curve) * falling_side(length, curve)


def force_velocity(velocity: Any, curve: MuscleCurve) -> Any:
    """Return the force-velocity factor; `velocity` in maximum velocities, lengthening positive."""
    w, y = VELOCITY_WIDTH, curve.fvmax - 1.0
    rise = _square(1.0 + velocity, w)
    return rise - (1.0 + 1.0 / y) * _square(velocity, w) + _square(velocity - y, w) / y


def metabolic_rate(
    activation: Any,
    length: Any,
    velocity_per_s: Any,
    active_force_n: Any,
    slow_twitch: float,
    optimal_length_m: float,
    mass_kg: float,
    curve: MuscleCurve,
) -> Any:
    """Return a muscle's metabolic rate [W]: a smooth version of Umberger 2010.

    The formula stands in `sim.measures.muscles.metabolic_rate`. Excitation is taken as equal
    to activation, and the slow fibres' shortening heat has no ceiling.
    """
    fast, falling = 1.0 - slow_twitch, falling_side(length, curve)
    shortening = positive_part(-velocity_per_s, 0.2)
    lengthening = positive_part(velocity_per_s, 0.2)
    heat_fast, heat_slow = 153.0 / curve.vmax, 250.0 / curve.vmax
    maintenance = activation**0.6 * (128.0 * fast + 25.0) * (0.4 + 0.6 * falling)
    shorten = shortening * (heat_slow * slow_twitch + heat_fast * fast)
    lengthen = 0.3 * activation * falling * heat_slow * lengthening
    heat = AEROBIC * (maintenance + activation * activation * falling * shorten + lengthen)
    return mass_kg * heat + active_force_n * optimal_length_m * shortening
