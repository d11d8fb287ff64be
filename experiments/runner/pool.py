"""Run jobs in worker processes, one simulation thread each, or in this process with one thread."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from types import ModuleType

from threadpoolctl import threadpool_limits

from ...sim.errors import SimulationError
from .library_threads import limit_library_threads
from .worker import Job, run_job
from .worker_server import worker_context


def run_jobs(jobs: Sequence[Job], workers: int) -> Iterator[int]:
    """Run every job, yielding its number of trials as each ends, in no set order.

    The first error stops the rest. Leaving the iteration early (an error, Ctrl-C) ends the workers
    at once; what they have not finished leaves nothing behind.
    """
    workers = min(workers, len(jobs))
    if workers <= 1:
        with threadpool_limits(1):
            for job in jobs:
                yield run_job(job)
        return
    limit_library_threads()
    before = set(multiprocessing.active_children())
    executor = ProcessPoolExecutor(workers, mp_context=worker_context(), initializer=_start_worker)
    try:
        with _main_left_out():
            waiting: set[Future[int]] = {executor.submit(run_job, job) for job in jobs}
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
        executor.shutdown()
    except BrokenProcessPool:
        raise SimulationError(
            "a worker process died, perhaps for lack of memory: what is finished is kept; "
            "continue with --resume, and a smaller --batch or fewer --threads"
        ) from None
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        for child in set(multiprocessing.active_children()) - before:
            child.terminate()


@contextmanager
def _main_left_out() -> Generator[None]:
    """Let workers start without the program that asked for them.

    Python imports it again in each, so that a script without `if __name__ == "__main__":` would
    start its study once more there. Jobs need nothing of it.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _start_worker() -> None:
    """Leave Ctrl-C to the parent, and end when it ends, however it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def end_with_parent() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()
