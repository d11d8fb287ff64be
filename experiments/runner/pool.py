"""Run calls in worker processes, one simulation thread each, or in this process with one thread."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing.connection import wait
from typing import Any

from threadpoolctl import threadpool_limits

from ...sim.errors import WorkerDiedError
from .interruption import raise_if_interrupted
from .worker import Job, run_job
from .worker_server import Worker, new_worker

Call = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function of a module, and its arguments."""

_ASKED_TO_END = (signal.SIGTERM, signal.SIGINT)


class Pool:
    """Worker processes; on leaving, however, they end at once and leave nothing.

    Args:
        count: of workers. They start with the first call.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._idle: list[Worker] = []
        self._busy: dict[Any, tuple[Worker, int]] = {}

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        workers = [*self._idle, *(worker for worker, _ in self._busy.values())]
        self._idle, self._busy = [], {}
        for worker in workers:
            worker.end()

    def run(self, calls: Iterable[Call]) -> Iterator[tuple[int, Any]]:
        """Yield the number of each call and what it gave as it ends, in no set order.

        Raises:
            WorkerDiedError: a worker ended. Errors of calls are raised as they are; the first one
                stops the rest.
        """
        waiting = enumerate(calls)
        self._give(waiting)
        while self._busy:
            for connection in wait(list(self._busy)):
                worker, number = self._busy[connection]
                try:
                    fine, answer = worker.connection.recv()
                except (EOFError, OSError):
                    del self._busy[connection]
                    raise _death(worker) from None
                del self._busy[connection]
                self._idle.append(worker)
                if not fine:
                    raise answer
                self._give(waiting)
                yield number, answer
            raise_if_interrupted()

    def _give(self, waiting: Iterator[tuple[int, Call]]) -> None:
        """Give calls to workers that have none."""
        while len(self._busy) < self._count:
            number, call = next(waiting, (None, None))
            if number is None:
                return
            worker = self._idle.pop() if self._idle else _started()
            self._busy[worker.connection] = worker, number
            try:
                worker.connection.send(call)
            except OSError:
                del self._busy[worker.connection]
                raise _death(worker) from None


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
                raise_if_interrupted()
        return
    with Pool(workers) as pool:
        for _, trials in pool.run((run_job, (job,)) for job in jobs):
            yield trials


def _started() -> Worker:
    try:
        return new_worker()
    except (OSError, EOFError) as error:
        raise WorkerDiedError(f"a worker process could not be started ({error})") from None


def _death(worker: Worker) -> WorkerDiedError:
    """Return what ended a worker, in words."""
    status = worker.status()
    worker.connection.close()
    if -status in _ASKED_TO_END:
        time.sleep(0.2)  # whoever ends the workers may end this process with them: that comes first
    name = ""
    if status < 0:
        known = {int(one): one.name for one in signal.Signals}
        name = f" ({known.get(-status, f'signal {-status}')})"
    kill = status in (-getattr(signal, "SIGKILL", 9), -getattr(signal, "SIGABRT", 6))
    why = ", perhaps for lack of memory: try a smaller --batch or fewer --threads" if kill else ""
    return WorkerDiedError(f"a worker process died{name}{why}")
