"""Dose-response of falls to pushes: the impulse at which half fall, with its interval.

    P(fall | J) = g + (1 - g) / (1 + exp(-s (ln J - ln J50)))

J is the impulse [N.s], J50 the impulse at which half of those fall that would not have anyhow, s
the slope per unit of ln J, and g the share that falls without a push.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from ...sim.errors import ConfigError
from .paired import LEVEL, Interval

SLOPES = (0.5, 60.0)
"""Range of s: below, a push hardly matters; above, a hundredth more impulse makes all fall."""
_BEYOND = math.log(8.0)  # how far outside the impulses tried J50 is looked for
_POINTS = 241
_SLOPE_POINTS = 41


@dataclass(frozen=True)
class DoseResponse:
    """A fitted dose-response.

    Attributes:
        half: impulse at which half fall [N.s] and its interval; a bound is None where the data do
            not give one (nobody fell: no upper bound; all fell: no lower one), the estimate where
            either is missing.
        slope: s; None without an estimate, and at the end of `SLOPES` if the data separate.
        trials, falls: behind it. spontaneous: g, given.
    """

    half: Interval
    slope: float | None
    trials: int
    falls: int
    spontaneous: float

    def fall_probability(self, impulse_n_s: np.ndarray) -> np.ndarray:
        """Return P(fall) at impulses (n,); NaN without an estimate."""
        if self.half.estimate is None or self.slope is None:
            return np.full(np.shape(impulse_n_s), np.nan)
        place = np.log(impulse_n_s) - math.log(self.half.estimate)
        return probability(place, self.slope, self.spontaneous)


def probability(place: np.ndarray, slope: np.ndarray | float, spontaneous: float) -> np.ndarray:
    """Return P(fall) at ln J - ln J50 = `place`; broadcasts."""
    return spontaneous + (1.0 - spontaneous) / (1.0 + np.exp(-np.clip(slope * place, -500, 500)))


def log_likelihood(
    middle: np.ndarray, slope: np.ndarray, dose: np.ndarray, fell: np.ndarray, spontaneous: float
) -> np.ndarray:
    """Return the log-likelihood of ln J50 = `middle` and `slope`, broadcast against each other.

    Args:
        dose: ln J, (n,). fell: (n,) bool.
    """
    total = np.zeros(np.broadcast_shapes(np.shape(middle), np.shape(slope)))
    for value in np.unique(dose):  # equal impulses together
        own = dose == value
        share = np.clip(probability(value - middle, slope, spontaneous), 1e-12, 1.0 - 1e-12)
        falls = int(fell[own].sum())
        total = total + falls * np.log(share) + (int(own.sum()) - falls) * np.log1p(-share)
    return total


@dataclass(frozen=True)
class SlopePrior:
    """ln s is about ln `median`, with the standard deviation `spread`."""

    median: float
    spread: float


@dataclass(frozen=True)
class _Likelihood:
    """The log-likelihood of trials, less what the prior holds against a slope."""

    dose: np.ndarray
    fell: np.ndarray
    spontaneous: float
    prior: SlopePrior | None

    def __call__(self, middle: np.ndarray, slope: np.ndarray) -> np.ndarray:
        """Return it for `middle` and `slope`, broadcast against each other."""
        found = log_likelihood(middle, slope, self.dose, self.fell, self.spontaneous)
        if self.prior is None:
            return found
        return found - 0.5 * (np.log(slope / self.prior.median) / self.prior.spread) ** 2


def fit_dose_response(
    impulse_n_s: np.ndarray,
    fell: np.ndarray,
    spontaneous: float = 0.0,
    level: float = LEVEL,
    slope_prior: SlopePrior | None = None,
) -> DoseResponse:
    """Fit the curve by maximum likelihood, with the profile-likelihood interval of J50.

    The interval holds every J50 whose best likelihood is within chi2(level, 1) / 2 of the maximum.
    It needs no spread of the outcomes: where all fall above an impulse and none below, it lies
    about the gap. Venzon & Moolgavkar 1988, Appl Stat 37:87.

    Args:
        impulse_n_s: > 0, (n,) [N.s]. fell: (n,). spontaneous: g, share that falls unpushed, 0..1.
        slope_prior: what is known of s beforehand; None: nothing. Without it few trials chosen
            adaptively look steeper than they are, and the interval is too narrow.

    Raises:
        ConfigError: an impulse is not above 0, or `spontaneous` not within 0..1.
    """
    impulse, fell = np.asarray(impulse_n_s, float), np.asarray(fell, bool)
    if not (impulse > 0).all():
        raise ConfigError("a dose-response needs impulses above 0 N.s")
    if not 0.0 <= spontaneous < 1.0:
        raise ConfigError(f"the share that falls unpushed is {spontaneous}, not within 0 to 1")
    trials, falls = len(impulse), int(fell.sum())
    if not trials:
        return DoseResponse(Interval(None, None, None), None, 0, 0, spontaneous)
    dose = np.log(impulse)
    middles = np.linspace(float(dose.min()) - _BEYOND, float(dose.max()) + _BEYOND, _POINTS)
    slopes = np.geomspace(*SLOPES, _SLOPE_POINTS)
    likelihood = _Likelihood(dose, fell, spontaneous, slope_prior)
    surface = likelihood(middles[:, None], slopes)
    profile = surface.max(axis=1)
    drop = float(stats.chi2.ppf(level, 1)) / 2.0
    best, top = _best(middles, slopes, surface, likelihood)
    inside = np.flatnonzero(profile >= top - drop)
    if not len(inside):  # narrower than the grid
        inside = np.array([int(np.abs(middles - best[0]).argmin())])

    def margin(middle: float) -> float:
        return _profile(middle, slopes, likelihood) - (top - drop)

    low = _crossing(margin, middles, int(inside[0]), -1)
    high = _crossing(margin, middles, int(inside[-1]), 1)
    if low is None or high is None:
        return DoseResponse(Interval(None, _exp(low), _exp(high)), None, trials, falls, spontaneous)
    half = Interval(math.exp(best[0]), _exp(low), _exp(high))
    return DoseResponse(half, best[1], trials, falls, spontaneous)


def _best(
    middles: np.ndarray,
    slopes: np.ndarray,
    surface: np.ndarray,
    likelihood: _Likelihood,
) -> tuple[tuple[float, float], float]:
    """Return the middle and slope of the largest likelihood, and that; the middle of a plateau."""
    top = surface.max()
    j = int(surface.argmax()) % len(slopes)
    flat = np.flatnonzero(surface[:, j] >= top - 1e-9)
    start = (float(middles[flat].mean()), float(slopes[j]))

    def cost(x: np.ndarray) -> float:
        slope = np.exp(x[1])
        return -float(likelihood(np.array(x[0]), np.array(slope)))

    bounds = [(middles[0], middles[-1]), tuple(np.log(SLOPES))]
    found = optimize.minimize(cost, [start[0], np.log(start[1])], bounds=bounds, method="L-BFGS-B")
    if -found.fun < top + 1e-9:
        return start, float(top)
    return (float(found.x[0]), float(np.exp(found.x[1]))), float(-found.fun)


def _profile(middle: float, slopes: np.ndarray, likelihood: _Likelihood) -> float:
    """Return the largest likelihood of all slopes at one middle."""

    def cost(x: float) -> float:
        here, slope = np.array(middle), np.array(math.exp(x))
        return -float(likelihood(here, slope))

    every = likelihood(np.array(middle), slopes)
    j = int(every.argmax())
    near = np.log(slopes[[max(j - 1, 0), min(j + 1, len(slopes) - 1)]])
    found = optimize.minimize_scalar(cost, bounds=tuple(near), method="bounded")
    return max(float(every[j]), -float(found.fun))


def _crossing(
    margin: Callable[[float], float], middles: np.ndarray, last_inside: int, step: int
) -> float | None:
    """Return where the profile leaves the interval, None if it does not on the grid."""
    i = last_inside
    while 0 <= i < len(middles) and margin(float(middles[i])) >= 0:
        i += step
    if not 0 <= i < len(middles):
        return None
    inner = float(middles[i - step])
    if margin(inner) < 0:  # the top lies between two points of the grid
        return inner
    low, high = sorted((float(middles[i]), inner))
    return float(optimize.root_scalar(margin, bracket=(low, high), xtol=1e-6).root)


def _exp(value: float | None) -> float | None:
    return None if value is None else math.exp(value)
