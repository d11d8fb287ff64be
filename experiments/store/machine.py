"""What this machine has."""

from __future__ import annotations

import os
import sys

from ...sim.errors import ShortageError

LEAST_MIB = 1024
"""Address space that the libraries need: with less some of them never return, or abort."""


def available_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def check_address_space() -> None:
    """Refuse a limit of address space (`ulimit -v`) in which the libraries find no place.

    Raises:
        ShortageError: it is too small.
    """
    if sys.platform == "win32":
        return
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY and limit < LEAST_MIB * 2**20:
        raise ShortageError(
            f"not enough memory: `ulimit -v` allows this program {limit // 2**20} MiB of address "
            f"space, and it needs {LEAST_MIB} MiB or more"
        )
