"""The seeds of an experiment's trials."""

from __future__ import annotations

import numpy as np

from ...sim.random_streams import named_generator, named_sequence

__all__ = ["named_generator", "named_sequence", "trial_seeds"]


def trial_seeds(seed: int, count: int) -> tuple[int, ...]:
    """Return the seeds of trials 0 to `count` - 1, the same for every cell of an experiment.

    Each fits in 53 bits, so that JSON and spreadsheets keep it exactly. The seed of trial i does
    not depend on `count`.
    """
    return tuple(
        int(named_sequence(seed, "trial", index).generate_state(1, np.uint64)[0] >> 11)
        for index in range(count)
    )
