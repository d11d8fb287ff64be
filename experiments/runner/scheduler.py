"""Schedulers: where a run's chunks are executed, locally or as `--scheduler` names."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from ...sim.errors import ConfigError
from ...sim.extras import needs_extra
from ..store.machine import available_cores
from .pool import run_jobs
from .scheduler_value import read_place
from .worker import Job


class Workers(Protocol):
    """What runs jobs."""

    @property
    def count(self) -> int:
        """How many jobs run at the same time, as far as is known."""
        ...

    @property
    def provenance(self) -> Mapping[str, Any]:
        """What the manifest tells of the workers, besides their number."""
        ...

    def run(self, jobs: Sequence[Job]) -> Iterator[int]:
        """Run every job, yielding its number of trials as each ends, in no set order."""
        ...


@dataclass(frozen=True)
class LocalPool:
    """Worker processes of this machine, without a scheduler."""

    count: int
    provenance: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def run(self, jobs: Sequence[Job]) -> Iterator[int]:
        """Run every job in `count` processes; one alone is this process."""
        return run_jobs(jobs, self.count)


@contextmanager
def open_workers(
    scheduler: str | None, threads: int | None, note: Callable[[str], None]
) -> Generator[Workers]:
    """Yield what runs a run's jobs, and end it afterwards.

    A scheduler at an address is connected to at once; one of our own starts with its first job.

    Args:
        scheduler: the value of `--scheduler`; None: this machine's cores. threads: worker
            processes without a scheduler. note: told a line where the user should know.

    Raises:
        ConfigError: a bad value, the extra `cluster` is not installed, or nothing answers there.
    """
    if scheduler is None:
        yield LocalPool(threads or available_cores())
        return
    if threads is not None:
        raise ConfigError("--threads: has no effect with --scheduler; local:N has N workers")
    place = read_place(scheduler)
    try:
        from .dask_workers import DaskWorkers
    except ModuleNotFoundError as error:
        raise ConfigError(needs_extra(f"--scheduler {scheduler}:", "cluster", error)) from None
    with DaskWorkers(place, note) as workers:
        yield workers
