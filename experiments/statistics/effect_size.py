"""Effect size of paired differences, and the smallest detectable one.

The interval of the standardised mean difference is that of the noncentrality of Student's t
(Cumming & Finch 2001, Educ Psychol Meas 61:532; Goulet-Pelletier & Cousineau 2018, Quant Methods
Psychol 14:242): exact for normal differences.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, nctdtrinc, ndtri, stdtrit

from .paired import LEVEL, Interval, hedges_g

POWER = 0.8
"""Chance to see a difference that is there, for which the smallest is told."""


@dataclass(frozen=True)
class Detectable:
    """Smallest true difference that is detected with the power `POWER`.

    Attributes:
        standardised: in standard deviations of the paired differences; None for shares.
        difference: in the measure's unit. ratio: as a share of the second condition's mean.
    """

    standardised: float | None
    difference: float | None
    ratio: float | None


def effect_size(differences: np.ndarray, level: float = LEVEL) -> Interval:
    """Return Hedges' g of paired differences (n,) with the interval of what it estimates.

    None without spread or below two pairs; the interval needs three.
    """
    n, g = len(differences), hedges_g(differences)
    if g is None:
        return Interval(None, None, None)
    if n < 3:
        return Interval(g, None, None)
    t = differences.mean() / differences.std(ddof=1) * math.sqrt(n)
    ends = [noncentrality(n - 1, p, t) / math.sqrt(n) for p in ((1 + level) / 2, (1 - level) / 2)]
    return Interval(g, *ends)


def noncentrality(df: int, probability: float, t: float) -> float:
    """Return the noncentrality of Student's t with which `t` is the quantile of a probability.

    Where it is so large that the exact function gives up: t's normal approximation (Hedges 1981,
    J Educ Stat 6:107), whose standard error is sqrt(1 + t^2 / (2 df)).
    """
    found = float(nctdtrinc(df, probability, t)) if abs(t) < 30 else math.nan
    rough = t - float(ndtri(probability)) * math.sqrt(1 + t**2 / (2 * df))
    return found if math.isfinite(found) and abs(found - rough) < 1 + 0.2 * abs(t) else rough


def detectable(n: int, alpha: float = 1 - LEVEL, power: float = POWER) -> float | None:
    """Return the smallest standardised difference that a two-sided t test of `n` pairs detects.

    None below three pairs.
    """
    if n < 3:
        return None
    critical = float(stdtrit(n - 1, 1 - alpha / 2))
    return noncentrality(n - 1, 1 - power, critical) / math.sqrt(n)


def detectable_share(n: int, alpha: float = 1 - LEVEL, power: float = POWER) -> float | None:
    """Return the smallest share of `n` pairs, all differing one way, that McNemar's test detects.

    What a difference of shares must be where nothing happens in one of the conditions: at least
    the k pairs of which k alike are rarer than `alpha`. None where there are fewer than k.
    """
    least = math.ceil(1 - math.log2(alpha))
    if n < least:
        return None
    return float(betaincinv(least, n - least + 1, power))


def smallest(
    first: np.ndarray, second: np.ndarray, shares: bool, alpha: float = 1 - LEVEL
) -> Detectable:
    """Return the smallest difference that these pairs (n,), without gaps, can detect.

    Args:
        shares: the values are yes or no.
    """
    n = len(first)
    if shares:
        return Detectable(None, detectable_share(n, alpha), None)
    standardised = detectable(n, alpha)
    if standardised is None:
        return Detectable(None, None, None)
    if np.ptp(first - second) == 0:
        return Detectable(standardised, None, None)
    difference = standardised * float((first - second).std(ddof=1))
    base = abs(float(second.mean()))
    return Detectable(standardised, difference, difference / base if base > 0 else None)
