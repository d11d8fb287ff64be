"""One thread for each numerical library: our batches and workers use the cores instead."""

from __future__ import annotations

import os

_NAMES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def limit_library_threads() -> None:
    """Set the variables that the libraries read, unless the user did.

    They hold for libraries that are imported later and for new processes, so entry points call
    this before numpy is there.
    """
    for name in _NAMES:
        os.environ.setdefault(name, "1")
