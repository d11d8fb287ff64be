"""Write the mean of two networks of one search, weight by weight, as a network.

    python -P docs/make/mean_network.py EARLIER.npz LATER.npz SHARE OUT.npz

SHARE is that of the later one, 0 to 1. Between two states of one search the mean is often better
than either (Izmailov et al. 2018, Averaging weights leads to wider optima and better
generalization, arXiv:1803.05407).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from retrowalk.envs.gaits.residual_network import ResidualNetwork, network_bytes, read_network


def mean(earlier: ResidualNetwork, later: ResidualNetwork, share: float) -> ResidualNetwork:
    """Return the network whose every number is `share` of `later`'s and the rest of `earlier`'s.

    Raises:
        ValueError: their observations are scaled differently, so that weights mean other things.
    """
    if not np.array_equal(earlier.mean, later.mean) or not np.array_equal(
        earlier.deviation, later.deviation
    ):
        raise ValueError("the networks scale their observations differently: not of one search")

    def between(one: list[np.ndarray], other: list[np.ndarray]) -> list[np.ndarray]:
        return [(1.0 - share) * a + share * b for a, b in zip(one, other, strict=True)]

    return ResidualNetwork(
        between(list(earlier.weights), list(later.weights)),
        between(list(earlier.biases), list(later.biases)),
        earlier.mean,
        earlier.deviation,
    )


if __name__ == "__main__":
    first, second, told, out = sys.argv[1:]
    found = mean(read_network(Path(first)), read_network(Path(second)), float(told))
    Path(out).write_bytes(network_bytes(found))
