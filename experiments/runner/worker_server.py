"""Where worker processes come from: on Linux a server that imported the libraries once.

Workers are forked from it, so that imports are paid once and their memory is shared. The server
can be started ahead, to import while this process does.
"""

from __future__ import annotations

import multiprocessing
import sys
from multiprocessing.context import BaseContext

from ..store.machine import available_cores


def worker_context() -> BaseContext:
    """Return how processes start: forked from the server on Linux, else spawned."""
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([f"{__package__}.worker_imports"])
    return context


def start_ahead(workers: int | None) -> None:
    """Start the server now if `workers` (None: one a core) will be more than one process."""
    if (workers or available_cores()) > 1 and sys.platform == "linux":
        from multiprocessing.forkserver import ensure_running

        worker_context()
        ensure_running()
