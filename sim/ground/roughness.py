"""Random heights on a square grid: band-limited bumps, and flat-topped tiles.

Only additions, subtractions, multiplications and divisions of float64 in a fixed order, so that a
seed gives the same heights, bit for bit, on every machine.
"""

from __future__ import annotations

import numpy as np

_MEAN_OVER = 5  # lattice points whose mean is taken out: it limits the longest wavelength


def bumps(
    rng: np.random.Generator, columns: int, rows: int, cells: int, limit: float = 4.0
) -> np.ndarray:
    """Heights with a standard deviation of 1, (columns, rows).

    White noise on a lattice, less its mean over 5 x 5 lattice points, through a cubic B-spline:
    the spline takes out what is shorter than two lattice spacings, the mean what is longer than
    about ten. The first columns do not depend on how many there are.

    Args:
        rng: gives the noise. columns, rows: of the grid. cells: grid cells a lattice spacing.
        limit: the heights are clipped to plus and minus this many standard deviations.
    """
    along, across = (-(-count // cells) + 3 + _MEAN_OVER - 1 for count in (columns, rows))
    noise = rng.random((along, across)) - 0.5
    noise = _less_local_mean(noise)
    heights = _spline(_spline(noise, cells).T, cells).T[:columns, :rows]
    return np.clip(heights / _deviation(cells), -limit, limit)


def tiles(rng: np.random.Generator, columns: int, rows: int, cells: int) -> np.ndarray:
    """Heights of flat-topped square tiles, uniform in -0.5 to 0.5, (columns, rows).

    A tile and its joint span `cells` grid cells: `cells` grid points are level, and the last cell
    is the ramp to the next tile. The first columns do not depend on how many there are.
    """
    heights = rng.random((-(-columns // cells), -(-rows // cells))) - 0.5
    return np.repeat(np.repeat(heights, cells, 0), cells, 1)[:columns, :rows]


def _less_local_mean(noise: np.ndarray) -> np.ndarray:
    """Return `noise` less its mean over 5 x 5, where that is defined: 4 fewer each way."""
    inner = len(noise) - _MEAN_OVER + 1, noise.shape[1] - _MEAN_OVER + 1
    total = np.zeros(inner)
    for i in range(_MEAN_OVER):
        for j in range(_MEAN_OVER):
            total = total + noise[i : i + inner[0], j : j + inner[1]]
    half = _MEAN_OVER // 2
    middle = noise[half : half + inner[0], half : half + inner[1]]
    return middle - total / _MEAN_OVER**2


def _weights(phase: float) -> tuple[float, float, float, float]:
    """Uniform cubic B-spline weights of four lattice points, `phase` past the second."""
    f, g = phase, 1.0 - phase
    return (
        g * g * g / 6,
        (3 * f * f * f - 6 * f * f + 4) / 6,
        (3 * g * g * g - 6 * g * g + 4) / 6,
        f * f * f / 6,
    )


def _spline(lattice: np.ndarray, cells: int) -> np.ndarray:
    """Return `lattice` with `cells` points a spacing along the first axis, three spacings less."""
    spans = len(lattice) - 3
    out = np.empty((spans * cells, lattice.shape[1]))
    for p in range(cells):
        a, b, c, d = _weights(p / cells)
        out[p::cells] = (a * lattice[:-3] + b * lattice[1:-2]) + (
            c * lattice[2:-1] + d * lattice[3:]
        )
    return out


def _deviation(cells: int) -> float:
    """Standard deviation of the heights before they are scaled, from the filter's weights."""
    spline_2 = cross = mean_2 = 0.0  # sums over lattice points, averaged over the phases
    for p in range(cells):
        taps = [0.0, 0.0, *_weights(p / cells), 0.0, 0.0]
        means = [sum(taps[max(k - 2, 0) : k + 3]) / _MEAN_OVER for k in range(-2, len(taps) + 2)]
        spline_2 += sum(t * t for t in taps) / cells
        cross += sum(t * m for t, m in zip(taps, means[2:-2], strict=True)) / cells
        mean_2 += sum(m * m for m in means) / cells
    gain = spline_2 * spline_2 - 2 * cross * cross + mean_2 * mean_2
    return float(np.sqrt(gain / 12.0))  # of white noise in -0.5 to 0.5: variance 1/12
