"""Random seeds by name: every stream is spawned from one seed and a path of names."""

from __future__ import annotations

import hashlib

import numpy as np


def named_sequence(seed: int, *names: str | int) -> np.random.SeedSequence:
    """Return the `SeedSequence` that `seed` holds under `names`, the same on every machine.

    A name is hashed to a spawn key, so a stream depends on its own name alone: adding another
    stream, or asking in another order, changes nothing.
    """
    key = tuple(word for name in names for word in _words(name))
    return np.random.SeedSequence(entropy=seed, spawn_key=key)


def named_generator(seed: int, *names: str | int) -> np.random.Generator:
    """Return a fresh generator for the stream `names` of `seed`."""
    return np.random.default_rng(named_sequence(seed, *names))


def trial_seeds(seed: int, count: int) -> tuple[int, ...]:
    """Return the seeds of trials 0 to `count` - 1, the same for every cell of an experiment.

    Each fits in 53 bits, so that JSON and spreadsheets keep it exactly. The seed of trial i does
    not depend on `count`.
    """
    return tuple(
        int(named_sequence(seed, "trial", index).generate_state(1, np.uint64)[0] >> 11)
        for index in range(count)
    )


def _words(name: str | int) -> tuple[int, ...]:
    digest = hashlib.sha256(repr(name).encode()).digest()
    return tuple(int.from_bytes(digest[i : i + 4], "little") for i in (0, 4))
