"""Random streams by name: every stream is spawned from one seed and a path of names."""

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


def _words(name: str | int) -> tuple[int, ...]:
    digest = hashlib.sha256(repr(name).encode()).digest()
    return tuple(int.from_bytes(digest[i : i + 4], "little") for i in (0, 4))
