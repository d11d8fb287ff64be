"""Benchmark of simulation speed, relative to raw physics measured in the same run."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from subprocess import PIPE

import mujoco
import numpy as np

from ...envs.gaits.gait_files import gait_table
from ...envs.task.technique import Technique
from ...models.walker import Walker
from ...sim.errors import SimulationError
from ...sim.physics.backend import CpuBatch
from ..rollout.trial_batch import TrialBatch
from ..rollout.trials import rollout_cell
from ..runner.memory_use import PeakMemory
from ..store.machine import available_cores
from ..store.run import Run
from ..study.plan import Cell, TrialSpec, trial_seeds
from .environments import bench_environments

SIMULATIONS = 64


Told = Callable[[str, float], None]
"""What is called with each number as soon as it is known."""


def bench(quick: bool, told: Told) -> dict[str, float]:
    """Measure; keys as in the design. `quick` walks fewer seconds, without PPO and the whole run.

    Raw is `mujoco.batch` alone: the same compiled model and number of threads, stepped with the
    controls that the scripted gait gave. The scripted gait walks and records in a worker process a
    thread, as `retrowalk run` does, with its own periods of control and recording. Raw and scripted
    alternate, so that both see the same load of the machine; their medians are compared. The whole
    run is compared with raw before and after it; its memory is the highest sum over its processes.
    """
    seconds, rounds = (1.0, 2) if quick else (5.0, 3)
    result = _Results(told)
    threads = available_cores()
    cell = _cell(seconds)
    trials = [TrialSpec(i, i, seed) for i, seed in enumerate(trial_seeds(1, SIMULATIONS))]
    controls, start, model, substeps = _recorded_controls(cell, trials)
    steps = len(controls) * substeps * SIMULATIONS
    raw: list[float] = []
    scripted: list[float] = []
    parts = np.array_split(np.arange(SIMULATIONS), threads)
    shares = [[trials[int(i)] for i in part] for part in parts]
    with ProcessPoolExecutor(threads, get_context("spawn")) as workers:
        list(workers.map(_walk, [replace(cell, duration_s=0.1)] * threads, shares))  # imports
        for _ in range(rounds):
            raw.append(_raw_seconds(model, start, controls, substeps, threads))
            began = time.perf_counter()
            list(workers.map(_walk, [cell] * threads, shares))
            scripted.append(time.perf_counter() - began)
    time_step = float(model.opt.timestep)
    raw_rate = steps / statistics.median(raw)
    result["threads"] = float(threads)
    result["raw_steps_per_s"] = raw_rate
    result["raw_realtime_factor"] = raw_rate * time_step
    result["scripted_over_raw"] = statistics.median(raw) / statistics.median(scripted)
    bench_environments(result, quick, threads)
    if not quick:
        simulated, run = _whole_run(threads)
        after = [_raw_seconds(model, start, controls, substeps, threads) for _ in range(rounds)]
        rate = steps / statistics.median(raw + after)  # what went just before and after
        result["run_over_raw"] = simulated / time_step / run["run_seconds"] / rate
        for name, value in run.items():
            result[name] = value
    return result


class _Results(dict[str, float]):
    """Numbers by name, each told when it is set."""

    def __init__(self, told: Told) -> None:
        super().__init__()
        self._told = told

    def __setitem__(self, name: str, value: float) -> None:
        super().__setitem__(name, value)
        self._told(name, value)


def _walk(cell: Cell, trials: list[TrialSpec]) -> None:
    """Walk and record in a worker process, as `retrowalk run` does; the recording is dropped."""
    rollout_cell(cell, trials, 1)


def _cell(seconds: float) -> Cell:
    return Cell(
        index=0,
        name="bench",
        levels=(),
        direction="backward",
        body="human",
        walker=Walker(),
        surface="flat",
        policy="scripted",
        technique=Technique(speed_m_per_s=float(gait_table("backward").speeds[0])),
        technique_name="custom",
        duration_s=seconds,
    )


def _recorded_controls(
    cell: Cell, trials: list[TrialSpec]
) -> tuple[list[np.ndarray], tuple[np.ndarray, ...], mujoco.MjModel, int]:
    """Controls (steps, n, muscles) and the state that they start from, of the scripted gait."""
    trial_batch = TrialBatch(cell, trials)
    sim, gait = trial_batch.sim, trial_batch.gait
    start = (sim.qpos.copy(), sim.qvel.copy(), sim.act.copy())
    substeps = round(gait.control_period_s / sim.time_step)
    controls: list[np.ndarray] = []
    for _ in range(round(cell.duration_s / gait.control_period_s)):
        controls.append(gait.excite(sim))
        sim.ctrl[:] = controls[-1]
        sim.step(substeps)
    return controls, start, sim.model, substeps


def _raw_seconds(
    model: mujoco.MjModel,
    start: tuple[np.ndarray, ...],
    controls: list[np.ndarray],
    substeps: int,
    threads: int,
) -> float:
    """Wall time of the batch alone."""
    raw = CpuBatch(model, SIMULATIONS, threads, persistent=False).raw
    for name, value in zip(("qpos", "qvel", "act"), start, strict=True):
        raw.bind(name)[:] = value
    ctrl = raw.bind("ctrl")
    began = time.perf_counter()
    for control in controls:
        ctrl[:] = control
        raw.step(nstep=substeps)
    return time.perf_counter() - began


def _whole_run(threads: int) -> tuple[float, dict[str, float]]:
    """Run the quick start by the scripted gait, in a process; seconds simulated, what it took.

    A trial that fell counts only for as long as it walked.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        options = ["--no-open", "--out", str(out), "--threads", str(threads)]
        command = [str(Path(sys.executable).with_name("retrowalk")), "run", "quick-start"]
        command += ["--set", "policy=scripted", "--set", "body=human"]  # as raw is
        began = time.perf_counter()
        with (
            subprocess.Popen([*command, *options], stdout=PIPE, stderr=PIPE, text=True) as process,
            PeakMemory(process.pid) as memory,
        ):
            _, errors = process.communicate()
        seconds = time.perf_counter() - began
        if process.returncode:
            raise SimulationError(f"the quick start failed: {errors.strip()}")
        simulated = float(Run(out).trials["duration_s"].sum())
    found = {"run_seconds": seconds}
    if memory.mib is not None:
        found["run_peak_memory_mib"] = memory.mib
    return simulated, found
