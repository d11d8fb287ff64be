"""Schedulers to connect to, and clusters of our own: worker processes here, or jobs of Slurm."""

from __future__ import annotations

import logging
import multiprocessing
import sys
from pathlib import Path
from typing import Any

from dask import config
from distributed import Client, LocalCluster

from ...sim.errors import ConfigError, WorkerDiedError
from ...sim.extras import needs_extra
from ...sim.json_file import read_json
from ...sim.shortage import raise_shortage
from .scheduler_value import Place

CONNECT_S = 15.0
"""How long a scheduler may take to answer."""
_JOB_OPTIONS = ("memory", "walltime", "queue", "account", "interface")


def connect(place: Place) -> Client:
    """Return a client of the scheduler at an address or in a scheduler's file.

    Raises:
        ConfigError: nothing answers there, or the file is missing.
    """
    if place.kind == "file":
        _check_file(place)
    key = "scheduler_file" if place.kind == "file" else "address"
    where: dict[str, Any] = {key: place.text}
    try:
        return Client(**where, timeout=CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError, RuntimeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ConfigError(
            f"--scheduler {place.text}: no scheduler answers ({reason}); "
            "start one with `dask scheduler` and workers with `dask worker`"
        ) from None


def own_cluster(place: Place) -> Any:
    """Start the worker processes of `local:N`, or ask Slurm for jobs; returns the Dask cluster.

    Raises:
        ConfigError: dask-jobqueue is not installed, an option is missing, or there is no Slurm.
    """
    return _local(place) if place.kind == "local" else _slurm(place)


def worker_count(place: Place) -> int:
    """Return how many workers a cluster of our own will have."""
    if place.kind == "local":
        return place.workers
    return int(place.options.get("jobs", 1)) * int(place.options.get("cores") or 1)


def _local(place: Place) -> LocalCluster:
    if sys.platform == "linux":
        # from the server that imported the libraries, and that leaves ctrl-C to this process
        config.set({"distributed.worker.multiprocessing-method": "forkserver"})
        from multiprocessing.forkserver import ensure_running

        forkserver = multiprocessing.get_context("forkserver")
        forkserver.set_forkserver_preload([f"{__package__}.worker_imports"])
        ensure_running()  # before Dask names what to import
    quiet: dict[str, Any] = {"dashboard_address": "127.0.0.1:0", "silence_logs": logging.CRITICAL}
    own: dict[str, Any] = {"host": "127.0.0.1", "security": True}  # closed to this machine's users
    try:
        return LocalCluster(n_workers=place.workers, threads_per_worker=1, **own, **quiet)
    except ImportError as error:
        raise ConfigError(needs_extra(f"--scheduler {place.text}", "cluster", error)) from None
    except RuntimeError as error:
        raise_shortage(error)
        raise WorkerDiedError(
            f"--scheduler {place.text}: a worker did not start ({error.__cause__ or error})"
        ) from None


def _check_file(place: Place) -> None:
    """Refuse a scheduler's file that is none; Dask would wait for it to appear."""
    try:
        address = read_json(Path(place.text))["address"]
    except FileNotFoundError:
        reason = "no such file; `dask scheduler --scheduler-file` writes it"
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
    except (ValueError, KeyError, TypeError):
        reason = "is no scheduler's file: it names no address"
    else:
        if isinstance(address, str):
            return
        reason = "is no scheduler's file: its address is no text"
    raise ConfigError(f"--scheduler {place.text}: {reason}")


def _slurm(place: Place) -> Any:
    try:
        from dask_jobqueue.slurm import SLURMCluster
    except ModuleNotFoundError as error:
        raise ConfigError(needs_extra(f"--scheduler {place.text}:", "cluster", error)) from None
    options: dict[str, Any] = {
        name: place.options[name] for name in _JOB_OPTIONS if name in place.options
    }
    if "cores" in place.options:  # one process a core: a chunk uses one thread
        options |= {"cores": int(place.options["cores"]), "processes": int(place.options["cores"])}
    try:
        cluster = SLURMCluster(**options, silence_logs="critical")
    except ValueError:
        raise ConfigError(
            f"--scheduler {place.text}: cores and memory of a job are required, such as "
            "slurm:cores=8,memory=16GB, or in Dask's jobqueue.yaml"
        ) from None
    cluster.scale(jobs=int(place.options.get("jobs", 1)))
    return cluster
