"""Adaptive design of push impulses that estimates the one at which half fall.

Bayesian: a grid posterior of ln J50 and slope, and for each batch the impulses that leave the least
expected variance of ln J50 (D_s-optimal for the middle, averaged over the posterior; Chaloner &
Verdinelli 1995, Stat Sci 10:273). In the manner of the psi method (Kontsevich & Tyler 1999, Vision
Res 39:2729), with batches, as simulations are cheapest side by side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...sim.errors import ConfigError
from .dose_response import log_likelihood, probability

_MIDDLES, _SLOPES, _CANDIDATES, _DRAWS = 121, 25, 73, 160
_SLOPE_RANGE = (2.0, 40.0)


@dataclass(frozen=True)
class AdaptiveImpulses:
    """A design over impulses from `lowest_n_s` to `highest_n_s` (both above 0).

    Attributes:
        spontaneous: share that falls without a push.
    """

    lowest_n_s: float
    highest_n_s: float
    spontaneous: float = 0.0

    def __post_init__(self) -> None:
        """Refuse an empty range.

        Raises:
            ConfigError: the range is empty or not above 0.
        """
        if not 0.0 < self.lowest_n_s < self.highest_n_s:
            raise ConfigError(
                f"impulses from {self.lowest_n_s} to {self.highest_n_s} N.s are no range above 0"
            )

    def next_batch(
        self,
        count: int,
        impulse_n_s: np.ndarray,
        fell: np.ndarray,
        rng: np.random.Generator,
    ) -> np.ndarray:
        """Return `count` impulses to try after those tried so far, sorted (count,) [N.s].

        Args:
            impulse_n_s, fell: of the trials so far, (n,); empty at first.
            rng: draws from the posterior.
        """
        dose, fell = np.log(np.asarray(impulse_n_s, float)), np.asarray(fell, bool)
        low, high = math.log(self.lowest_n_s), math.log(self.highest_n_s)
        candidates = np.linspace(low, high, _CANDIDATES)
        if not len(dose):  # nothing known: spread them evenly
            return np.exp(low + (high - low) * (np.arange(count) + 0.5) / count)
        middle, slope = self._draws(dose, fell, rng)
        gain = self._information(candidates[:, None] - middle, slope)  # (candidates, draws, 3)
        known = self._information(dose[:, None] - middle, slope).sum(axis=0)  # (draws, 3)
        known = known + np.array([(high - low) ** -2, 0.0, 1.0])  # prior: the range, a factor e
        chosen: list[float] = []
        for _ in range(count):
            after = known[None] + gain
            left = after[..., 2] / (after[..., 0] * after[..., 2] - after[..., 1] ** 2)
            best = int(np.log(left).mean(axis=1).argmin())
            chosen.append(candidates[best])
            known = known + gain[best]
        return np.exp(np.sort(chosen))

    def _draws(
        self, dose: np.ndarray, fell: np.ndarray, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return ln J50 and slope drawn from the posterior, each (draws,).

        The prior is flat in ln J50 over the range and an eighth of it beyond, and in ln slope.
        """
        low, high = math.log(self.lowest_n_s), math.log(self.highest_n_s)
        beyond = (high - low) / 8
        middles = np.linspace(low - beyond, high + beyond, _MIDDLES)
        slopes = np.geomspace(*_SLOPE_RANGE, _SLOPES)
        fit = log_likelihood(middles[:, None], slopes, dose, fell, self.spontaneous)
        weight = np.exp(fit - fit.max()).ravel()
        chosen = rng.choice(weight.size, _DRAWS, p=weight / weight.sum())
        return middles[chosen // _SLOPES], slopes[chosen % _SLOPES]

    def _information(self, place: np.ndarray, slope: np.ndarray) -> np.ndarray:
        """Return Fisher's information about (ln J50, ln slope): its 3 entries, (..., 3)."""
        g = self.spontaneous
        share = np.clip(probability(place, slope, g), 1e-9, 1 - 1e-9)
        rise = (share - g) * (1.0 - share) / (1.0 - g)  # d share / d(slope place)
        weight = np.square(rise) / (share * (1.0 - share))
        by_middle, by_slope = -slope, slope * place
        parts = (by_middle * by_middle, by_middle * by_slope, by_slope * by_slope)
        return np.stack([weight * part for part in parts], axis=-1)
