"""Zero-phase low-pass filter for series that carry the impact of the foot."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

LOW_PASS_HZ = 20.0
"""Cut-off for forces, their rates, moments and powers."""


def low_pass(series: np.ndarray, period_s: float, cut_off_hz: float = LOW_PASS_HZ) -> np.ndarray:
    """Return `series` (n, ...) filtered without phase shift; NaN if too short to filter.

    Fourth-order Butterworth: second order, forwards and backwards.
    """
    from scipy.signal import sosfiltfilt

    if cut_off_hz * period_s >= 0.5:  # sampled too slowly to hold anything above the cut-off
        return series.astype(float)
    sections = _sections(2.0 * cut_off_hz * period_s)
    if len(series) <= 3 * (2 * len(sections) + 1):
        return np.full(series.shape, np.nan)
    return sosfiltfilt(sections, series.astype(float), axis=0)


@lru_cache(maxsize=32)
def _sections(cut_off: float) -> np.ndarray:
    """Return the second-order sections of the filter; `cut_off` in Nyquist frequencies."""
    from scipy.signal import butter

    return np.asarray(butter(2, cut_off, output="sos"))
