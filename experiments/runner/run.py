"""Run an experiment: chunk by chunk into whole pieces, then into the tables of its folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from ...models.yaml_source import yaml_text
from ...sim.errors import ConfigError
from ..analysis.answer import Evidence
from ..analysis.answers import write_answers
from ..rollout.engine import Engine, simulation_engine
from ..store.atomic import write_text
from ..store.curve_store import gathered_curves
from ..store.integrity import check_all_there, sealed_files
from ..store.manifest import Manifest, Session, git_commit, new_manifest, write_manifest
from ..store.merge import merge_rows, trial_order
from ..store.not_measured import not_measured_rows
from ..store.pieces import STRIDES, TRIALS, PieceStore
from ..store.run import Run
from ..store.run_folder import RunFolder
from ..store.tables import write_table
from ..store.waveforms import average, write_netcdf
from ..study.experiment import ExperimentConfig
from ..study.pace import PreferredSpeed
from ..study.plan import Cell, Plan, TrialSpec, chunks_of, make_plan
from .adaptive_rounds import round_count, round_trials
from .scheduler import Workers, open_workers
from .take_up import Left, take_up, trials_of
from .worker import Job, RunIdentity

RECORDED_TRIAL_SECONDS = 480.0
"""Trial-seconds that a chunk may record by default: about 200 MB in each worker."""


@dataclass(frozen=True)
class Options:
    """How a run is carried out; none of it changes a number.

    Attributes:
        threads: worker processes, one simulation thread each; None for all cores.
        batch: most trials stepped together; None for as many as memory allows.
        resume: go on with the same run in the folder.
        command: what the user called, for the manifest.
        progress: called with (finished trials, all trials).
        source: where the config stands, for messages.
        scheduler: where the chunks are worked on (`--scheduler`); None: in this machine's cores.
        note: told a line that the user should know.
    """

    threads: int | None = None
    batch: int | None = None
    resume: bool = False
    command: Sequence[str] = ()
    progress: Callable[[int, int], None] = lambda done, total: None
    source: str = ""
    scheduler: str | None = None
    note: Callable[[str], None] = lambda text: None


def run_experiment(
    config: ExperimentConfig, out: Path, options: Options, engine: Engine | None = None
) -> RunFolder:
    """Run every trial of the experiment into the folder `out`.

    Same config and seed: the same numbers, whatever the options, interruptions included.

    Raises:
        ConfigError: a cell cannot be run, or the folder holds something else; nothing ran then.
    """
    engine = engine or simulation_engine()
    plan = checked_plan(config, engine, options.source or config.name)
    with open_workers(options.scheduler, options.threads, options.note) as workers:
        return _run_into(RunFolder(out), plan, options, engine, workers)


def _run_into(
    folder: RunFolder, plan: Plan, options: Options, engine: Engine, workers: Workers
) -> RunFolder:
    with folder.claimed():
        new = new_manifest(plan, engine)
        manifest = folder.open_run(new, options.resume)
        write_text(folder.config, yaml_text(plan.config.resolved()))
        store = PieceStore(folder.pieces, new["run"], folder.recordings)
        left = take_up(folder, store, manifest, new, _planned(plan), options.note)
        if not left.complete or left.recordings:
            plan = _at_preferred_speeds(plan, folder, options, engine, workers)
            work = _record_again if left.complete else _run
            work(plan, folder, store, left, options, engine, workers)
        store.remove()
    return folder


def _planned(plan: Plan) -> list[int]:
    return [spec.trial for cell in plan.cells for spec in plan.trials(cell)]


def _at_preferred_speeds(
    plan: Plan, folder: RunFolder, options: Options, engine: Engine, workers: Workers
) -> Plan:
    """Return the plan with the preferred speeds that it asks for, found by runs of their own."""
    from .preferred_speed import find_preferred_speeds

    source, resumed = options.source or plan.config.name, replace(options, resume=True)

    def sweep(config: ExperimentConfig, out: Path) -> RunFolder:
        own = checked_plan(config, engine, source)
        return _run_into(RunFolder(out), own, resumed, engine, workers)

    speeds = find_preferred_speeds(plan.config, folder.path, sweep)
    return plan if speeds is None else checked_plan(plan.config, engine, source, speeds)


def checked_plan(
    config: ExperimentConfig,
    engine: Engine,
    source: str,
    speeds: Sequence[PreferredSpeed] | None = None,
) -> Plan:
    """Return the plan, once every cell is known to be one that can be run.

    Raises:
        ConfigError: naming `source`, the cell and what is wrong.
    """
    try:
        plan = make_plan(config, speeds)
    except ConfigError as error:
        raise ConfigError(f"{source}: {error}") from None
    for cell in plan.cells:
        try:
            engine.check(cell)
        except ConfigError as error:
            raise ConfigError(f"{source}: the cell {cell.name}: {error}") from None
    return plan


def _run(
    plan: Plan,
    folder: RunFolder,
    store: PieceStore,
    left: Left,
    options: Options,
    engine: Engine,
    workers: Workers,
) -> None:
    started, clock = datetime.now(UTC).isoformat(timespec="seconds"), time.perf_counter()
    count, manifest, done = workers.count, left.manifest, left.done
    total = len(plan.cells) * len(plan.seeds)
    batch = _chunk_size(plan, options.batch, total - len(done), count)
    finished = len(done)
    options.progress(finished, total)
    for number in range(round_count(plan)):
        asked = round_trials(plan, number, store.outcomes(), done)
        size = _chunk_size(plan, options.batch, sum(len(specs) for _, specs in asked), count)
        for trials in workers.run(_jobs(asked, size, plan, folder, manifest, engine)):
            finished += trials
            options.progress(finished, total)
    _merge(plan, folder, store)
    took = round(time.perf_counter() - clock, 3)
    session: Session = {
        "command": list(options.command),
        "started": started,
        "threads": count,
        "batch": batch,
        "git_commit": git_commit(),
        "trials": total - len(done),
        "wall_time_s": took,
    }
    manifest["sessions"].append(cast(Session, {**session, **workers.provenance}))
    manifest["wall_time_s"] = round(manifest["wall_time_s"] + took, 3)
    manifest["status"] = "complete"
    manifest["files"] = sealed_files(folder, store.kept_recordings())
    write_manifest(folder.manifest, manifest)


def _record_again(
    plan: Plan,
    folder: RunFolder,
    store: PieceStore,
    left: Left,
    options: Options,
    engine: Engine,
    workers: Workers,
) -> None:
    """Run the trials of a finished run again whose recordings are damaged or missing."""
    store.remove()
    asked = trials_of(plan, left.recordings, Run(folder.path).trials)
    size = _chunk_size(plan, options.batch, len(left.recordings), workers.count)
    for _ in workers.run(_jobs(asked, size, plan, folder, left.manifest, engine)):
        pass
    kept = sealed_files(folder, store.kept_recordings())
    manifest = left.manifest.copy()
    manifest["files"] = manifest.get("files", {}) | kept
    write_manifest(folder.manifest, manifest)


def _jobs(
    asked: Sequence[tuple[Cell, Sequence[TrialSpec]]],
    size: int,
    plan: Plan,
    folder: RunFolder,
    manifest: Manifest,
    engine: Engine,
) -> list[Job]:
    """Return the trials as jobs of at most `size`."""
    expected = RunIdentity(manifest["numeric_versions"], manifest["digests"], manifest["run"])
    keep = plan.config.keep_recordings
    return [
        Job(chunk, engine, folder.pieces, folder.recordings, keep, expected)
        for cell, specs in asked
        for chunk in chunks_of(cell, specs, size)
    ]


def _merge(plan: Plan, folder: RunFolder, store: PieceStore) -> None:
    """Join the pieces into the run's tables and answer what it is asked."""
    order = trial_order(store, _planned(plan))
    merge_rows(order, TRIALS, folder.trials, store.run)
    merge_rows(order, STRIDES, folder.strides, store.run)
    trials = Run(folder.path).trials
    check_all_there(trials["trial"].tolist(), _planned(plan), folder.path)
    write_table(folder.not_measured, not_measured_rows(plan, trials))
    valid = trials[trials["valid"].astype(bool)]
    cell_of_trial = dict(zip(valid["trial"], valid["cell"], strict=True))
    with gathered_curves(order, store.folder) as curves:
        write_netcdf(folder.waveforms, average(curves, plan.cells, cell_of_trial))
        write_answers(Evidence(plan, trials, curves), folder)


def _chunk_size(plan: Plan, batch: int | None, left: int, threads: int) -> int:
    """Return how many trials to step together: few enough that every worker has some."""
    longest = max(cell.duration_s for cell in plan.cells)
    most = batch or max(1, int(RECORDED_TRIAL_SECONDS / longest))
    return max(1, min(most, -(-left // threads)))
