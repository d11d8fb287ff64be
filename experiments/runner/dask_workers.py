"""Run jobs on Dask: a scheduler somewhere, worker processes of our own, or jobs of Slurm.

Needs the extra `cluster`. Chunks that a dead worker had are given to another; a chunk's files come
back to this process, which alone writes them, so that none is lost and none is doubled.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

from distributed import Client
from distributed.scheduler import KilledWorker

from ...sim.errors import RetrowalkError, SimulationError
from .dask_places import connect, own_cluster, worker_count
from .remote_chunk import Delivery, check_names, run_remotely, store
from .scheduler_value import Place
from .worker import Job

WAIT_S = 10.0
"""Without a worker for so long, the user is told."""
AHEAD = 2
"""Chunks given out for each that can run: few, so that little waits to be written."""
KEPT = "what is finished is kept; continue with --resume"


class DaskWorkers:
    """The workers of one scheduler; use it in a `with` block.

    Args:
        place: which scheduler. note: told a line where the user should know.

    Raises:
        ConfigError: on entering, where an address does not answer; on running, where a cluster of
            our own cannot start.
    """

    def __init__(self, place: Place, note: Callable[[str], None]) -> None:
        self._place, self._note = place, note
        self._cluster: Any = None
        self._client: Client | None = None
        self._told = False
        self._machines: dict[str, Mapping[str, Any]] = {}

    def __enter__(self) -> DaskWorkers:
        _hush()
        if self._place.kind in ("address", "file"):
            self._client = connect(self._place)
        return self

    def __exit__(self, *_: object) -> None:
        parts: tuple[Any, ...] = (self._client, self._cluster)
        for part in parts:
            if part is not None:
                with suppress(Exception):  # of what is ending anyway
                    part.close(timeout=5)

    @property
    def count(self) -> int:
        """How many chunks run at the same time: threads of the workers there are or will be."""
        known = 0 if self._client is None else _threads(self._client)
        own = self._place.kind in ("local", "slurm")
        return max(1, known, worker_count(self._place) if own else 0)

    @property
    def provenance(self) -> Mapping[str, Any]:
        """The scheduler, and the machines that worked."""
        machines = [self._machines[host] for host in sorted(self._machines)]
        return {"scheduler": self._place.text, "workers": machines}

    def run(self, jobs: Sequence[Job]) -> Iterator[int]:
        """Run every job, yielding its number of trials as each is in the run's folder.

        Raises:
            ConfigError: a worker would give other numbers than this process.
            SimulationError: the scheduler is lost, a chunk ends every worker that has it, or a
                worker sent other files than its chunk's.
        """
        if not jobs:
            return
        client: Any = self._started()  # of whose calls Dask tells no types
        left = iter(jobs)
        given: dict[str, tuple[Any, Job]] = {}
        ended: SimpleQueue[str] = SimpleQueue()
        run = uuid.uuid4().hex[:12]

        def ends(future: Any) -> None:
            ended.put(future.key)

        def give() -> None:
            most = AHEAD * self.count
            while len(given) < most and (job := next(left, None)) is not None:
                key = f"retrowalk-{run}-{job.chunk.trials[0].trial}"
                given[key] = client.submit(run_remotely, job, key=key, pure=False), job
                given[key][0].add_done_callback(ends)

        try:
            give()
            while given:
                future, job = given.pop(self._next(client, ended))
                delivery = _result(future)
                future.release()
                check_names(delivery, job.chunk)
                store(delivery, job.pieces, job.recordings)
                self._machines[str(delivery.worker["host"])] = delivery.worker
                yield delivery.trials
                give()
        finally:
            with suppress(Exception):
                client.cancel([future for future, _ in given.values()], force=True)

    def _started(self) -> Client:
        if self._client is None:
            self._cluster = own_cluster(self._place)
            self._client = Client(self._cluster, set_as_default=False)
        return self._client

    def _next(self, client: Any, ended: SimpleQueue[str]) -> str:
        """Wait for a chunk to end and return its key; say so once where no worker is there."""
        while True:
            try:
                return ended.get(timeout=WAIT_S)
            except Empty:
                if not self._told and not _threads(client):
                    self._told = True
                    self._note(f"{self._place.text}: no workers; waiting for some (Ctrl-C ends)")


def _hush() -> None:
    """Silence Dask's own log; errors reach the user as ours."""
    for name in ("distributed", "distributed.client", "bokeh", "tornado", "tornado.application"):
        for handler in logging.getLogger(name).handlers:
            handler.setLevel(logging.CRITICAL)


def _threads(client: Any) -> int:
    """Return how many threads the workers have that are there now."""
    return sum(client.nthreads().values())


def _result(future: Any) -> Delivery:
    """Return what a chunk gave, or raise why it gave nothing, in our words."""
    try:
        return future.result()
    except RetrowalkError:
        raise
    except KilledWorker as error:
        raise SimulationError(
            f"a chunk ended the {error.allowed_failures + 1} workers that had it, perhaps for lack "
            f"of memory; try a smaller --batch; {KEPT}"
        ) from None
    except (CancelledError, OSError) as error:
        raise SimulationError(f"the scheduler is lost ({type(error).__name__}); {KEPT}") from None
