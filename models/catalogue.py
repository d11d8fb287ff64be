"""Every body and walker by name."""

from __future__ import annotations

from ..sim.errors import unknown_name
from .body import BODY_FILES, build_body
from .walker import Walker

BODIES = dict.fromkeys(BODY_FILES, build_body)
"""Name -> `build_body(name, walker)`."""

WALKERS = {
    walker.name: walker
    for walker in (
        Walker("young-adult"),
        Walker("short-adult", height_m=1.60, mass_kg=60.0),
        Walker("tall-adult", height_m=1.90, mass_kg=88.0),
        Walker("weak-adult", strength=0.7),
    )
}
"""Name -> walker."""


def find_walker(name: str) -> Walker:
    """Return the walker of this name.

    Raises:
      ConfigError: unknown name; the message lists all of them.
    """
    if name not in WALKERS:
        raise unknown_name("walker", name, WALKERS)
    return WALKERS[name]
