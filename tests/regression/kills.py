"""Random kills of `retrowalk run`, `train` and `tune`, resumed to the uninterrupted numbers.

    python -P tests/regression/kills.py FOLDER [KIND...] [--kills 100] [--seed 1] [--forked]

A command is started, killed at a random moment of its work (by processor time, which other programs
do not shift) and started again with `--resume`, until it comes to its end; its results are compared
with those of one that nobody disturbed, and a new one begins, until there were enough kills. After
every kill the process, its group and all that it started must be gone, with nothing left in its
folder for temporary files or in the system's shared memory; a signal that a program can hear must
end it in one line. FOLDER/KIND.json tells the counts so far.
With `--forked` commands are forks of this process, which imported their libraries: more kills a
minute, and more of them while the command works. Other programs' shared memory is out of sight in a
mount namespace with a tmpfs on /dev/shm (`unshare -m`).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from retrowalk.experiments.rollout.engine import simulation_engine
from retrowalk.experiments.store.machine import available_cores

sys.path.insert(0, str(Path(__file__).resolve().parent))
from forks import CommandFork

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
CORES = available_cores()
GONE_S = 5.0
"""How long processes may take to be gone after the one that was killed."""
SHARED = Path("/dev/shm")
CACHES = ("torchinductor",)
"""What libraries keep among temporary files, undisturbed too."""

RUN = {
    "name": "kills",
    "question": "Does it resume?",
    "factors": {"direction": ["backward", "forward"]},
    "technique": {"speed_m_per_s": 0.8},
    "trials": 2,
    "duration_s": 3,
    "seed": 7,
    "contrasts": [
        {"measure": "stride_length_m", "between": {"direction": ["backward", "forward"]}}
    ],
}
COHORT = RUN | {
    "cohort": {"n": 2},
    "controllers": ["scripted", "reference-residual"],
    "trials": 1,
}
TRAIN = {
    "name": "kills",
    "walkers": 4,
    "steps": 320,
    "segment_steps": 64,
    "network": [8],
    "task": {"pushes": {}, "start_noise_rad": 0.05},
    "ppo": {"n_steps": 16, "batch_size": 32, "n_epochs": 1},
    "evaluation": {"every_segments": 2, "trials": 2, "duration_s": 0.5},
}
TUNE = {
    "name": "kills",
    "direction": "backward",
    "speed_m_per_s": 0.6,
    "start": "scripted-backward-0.6",
    "trials": 1,
    "duration_s": 4.5,
    "generations": 3,
    "population": 4,
    "sigma": 0.1,
}


def run_results(out: Path) -> dict[str, Any]:
    """Return every file of a run's results, byte by byte."""
    told = ("manifest.json", "report.html", "report.md")
    files = [path for path in out.rglob("*") if path.is_file() and path.name not in told]
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(files)
        if path.parent.name != "figures"
    }


def train_results(out: Path) -> dict[str, Any]:
    """Return what was learned: the last checkpoint's numbers, network, curve, evaluations."""
    import csv

    import torch

    last = torch.load(max(out.glob("checkpoint-*.pt")), weights_only=True)
    rows = list(csv.DictReader((out / "learning_curve.csv").read_text().splitlines()))
    names = sorted(path.name for path in out.iterdir() if path.name != "tensorboard")
    return {
        "weights": {name: one.numpy().tobytes() for name, one in last["policy"].items()},
        "curve": [{key: one for key, one in row.items() if key != "minutes"} for row in rows],
        "evaluation": (out / "evaluation.csv").read_bytes(),
        "network": (out / "kills.onnx").read_bytes(),
        "best": (out / "best" / "kills.onnx").read_bytes(),
        "files": names,
    }


def tune_results(out: Path) -> dict[str, Any]:
    """Return the gait and the costs of every generation."""
    gait = yaml.safe_load((out / "gait.yaml").read_text())
    costs = np.load(out / "gait.history.npz")["costs"].tobytes()
    names = sorted(path.name for path in out.iterdir() if not path.name.endswith(".lock"))
    return {"gait": gait["parameters"], "costs": costs, "files": names}


@dataclass(frozen=True)
class Kind:
    """A command that is killed.

    Attributes:
        config: of it. place: what is given to `--out`, within the folder. options: further ones.
        results: what an end gave, from the folder. command: its name, where it is not the kind's.
    """

    config: dict[str, Any]
    place: str
    options: tuple[str, ...]
    results: Callable[[Path], dict[str, Any]]
    command: str = ""


_RUN_OPTIONS = ("--threads", "2", "--batch", "1", "--no-open")
KINDS = {
    "run": Kind(RUN, "", _RUN_OPTIONS, run_results),
    "cohort": Kind(COHORT, "", _RUN_OPTIONS, run_results, "run"),
    "train": Kind(TRAIN, "", (), train_results),
    "tune": Kind(TUNE, "gait.yaml", ("--threads", "2"), tune_results),
}
WAYS = ("kill", "kill group", "terminate", "terminate group", "interrupt", "kill a worker")


@dataclass
class Counts:
    """What happened so far, and in `faults` what should not have."""

    kills: Counter[str] = field(default_factory=Counter)
    finished_before: int = 0
    compared: int = 0
    faults: list[str] = field(default_factory=list)


def import_all() -> None:
    """Import what commands need, for forks."""
    for name in (
        *("experiments.runner.run", "experiments.commands.run", "experiments.report.page"),
        *("experiments.commands.train", "experiments.tuning.search", "sim.measures"),
        *("experiments.learning.learner", "experiments.learning.checkpoint"),
    ):
        import_module(f"retrowalk.{name}")
    for name in ("stable_baselines3", "torch", "h5netcdf", "scipy.signal", "pyarrow.parquet"):
        import_module(name)
    simulation_engine()


class Trial:
    """One command in a folder of its own, killed and resumed until it ends."""

    def __init__(self, name: str, folder: Path, forked: bool) -> None:
        self.name, self.kind, self.folder, self.begun = name, KINDS[name], folder, False
        self.forked = forked
        self.out, self.temporary = folder / "out", folder / "tmp"
        self.temporary.mkdir(parents=True)
        self.out.mkdir()
        (folder / "kills.yaml").write_text(yaml.safe_dump(self.kind.config))

    def start(self) -> subprocess.Popen[str] | CommandFork:
        """Start the command, to go on where it was killed."""
        program = Path(sys.executable).with_name("retrowalk")
        out = str(self.out / self.kind.place) if self.kind.place else str(self.out)
        name = self.kind.command or self.name
        command = [str(program), name, "kills.yaml", "--out", out, *self.kind.options]
        if self.name != "train" or self.begun:
            command.append("--resume")
        if self.forked:
            return CommandFork(command[1:], self.folder, self.temporary)
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env={**os.environ, "TMPDIR": str(self.temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )


def of_session(number: int) -> dict[int, float]:
    """Return the processes of a session that have not ended, and the processor time [s] of each."""
    found: dict[int, float] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            state, *numbers = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(numbers[2]) == number and state != "Z":
                found[int(folder.name)] = sum(map(int, numbers[10:14])) * TICK_S
    return found


def work(process: subprocess.Popen[str] | CommandFork, until_s: float = float("inf")) -> float:
    """Let a command work for so much processor time or to its end; return what it took [s]."""
    had_s = 0.0
    while process.poll() is None and had_s < until_s:
        time.sleep(float(np.clip((until_s - had_s) / CORES, 0.01, 0.2)))
        had_s = max(had_s, sum(of_session(process.pid).values()))
    return had_s


def in_use(name: str) -> bool:
    """Return whether a process that lives has the shared memory of this name."""
    for maps in Path("/proc").glob("[0-9]*/maps"):
        with contextlib.suppress(OSError):
            if f"/dev/shm/{name}" in maps.read_text():
                return True
    return not (SHARED / name).exists()


def send(way: str, process: subprocess.Popen[str] | CommandFork, rng: np.random.Generator) -> None:
    """Kill a command in one of the ways."""
    numbers = {"kill": signal.SIGKILL, "terminate": signal.SIGTERM, "interrupt": signal.SIGINT}
    number = numbers[way.split()[0]]
    with contextlib.suppress(ProcessLookupError):
        if way.endswith("group"):
            os.killpg(process.pid, number)
        elif way.endswith("worker"):
            others = sorted(of_session(process.pid).keys() - {process.pid})
            os.kill(int(rng.choice(others)) if others else process.pid, number)
        else:
            os.kill(process.pid, number)


def faults_of(
    trial: Trial, way: str, process: subprocess.Popen[str] | CommandFork, shared: set[str]
) -> list[str]:
    """Return what is wrong after a kill."""
    try:
        _, told = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return [f"{way}: did not end"]
    found = []
    deadline = time.monotonic() + GONE_S
    while of_session(process.pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    if left := of_session(process.pid):
        found.append(f"{way}: {len(left)} processes are left")
        os.killpg(process.pid, signal.SIGKILL)
    kept = (path.name for path in trial.temporary.rglob("*"))
    if left := sorted(name for name in kept if not name.startswith(CACHES)):
        found.append(f"{way}: {left} left among temporary files")
    new = {path.name for path in SHARED.iterdir()} - shared
    if left := sorted(name for name in new if not in_use(name)):
        found.append(f"{way}: {left} left in shared memory")
    code, lines = process.returncode, [one for one in told.splitlines() if "Error" in one]
    if "Traceback" in told or len(lines) > 1:
        found.append(f"{way}: exit code {code}, told {told[-2000:]}")
    allowed = {"kill": (-9, 0), "kill group": (-9, 0), "kill a worker": (1, 0, -9)}
    if code not in allowed.get(way, (130, 0, -signal.SIGTERM, -signal.SIGINT)):
        found.append(f"{way}: exit code {code}")
    return found


def whole(name: str, folder: Path, forked: bool) -> tuple[dict[str, Any], float]:
    """Return the results of a command that nobody disturbs, and its processor time [s]."""
    trial = Trial(name, folder, forked)
    process = trial.start()
    took_s = work(process)
    _, told = process.communicate()
    if process.returncode:
        raise SystemExit(told)
    return trial.kind.results(trial.out), took_s


def kill_often(
    name: str, folder: Path, kills: int, rng: np.random.Generator, forked: bool
) -> Counts:
    """Kill a command so many times; FOLDER/NAME.json tells how far it is."""
    expected, took_s = whole(name, folder / f"{name}-whole", forked)
    counts, trial, number = Counts(), None, 0
    while sum(counts.kills.values()) < kills:
        if trial is None:
            number += 1
            trial = Trial(name, folder / f"{name}-{number}", forked)
        shared = {path.name for path in SHARED.iterdir()}
        process, way = trial.start(), str(rng.choice(WAYS))
        work(process, float(rng.uniform(0.0, 1.1 * took_s)))
        ended = process.poll() is not None
        if not ended:
            send(way, process, rng)
            counts.kills[way] += 1
        before = len(counts.faults)
        counts.faults += faults_of(trial, "undisturbed" if ended else way, process, shared)
        trial.begun = any(trial.out.glob("training.json"))
        if process.returncode == 0:
            counts.finished_before += not ended
            counts.compared += 1
            found = trial.kind.results(trial.out)
            counts.faults += [
                f"{name}-{number}: {key} differs"
                for key in {*found, *expected}
                if found.get(key) != expected.get(key)
            ]
            if len(counts.faults) == before:
                shutil.rmtree(trial.folder)
            trial = None
        text = json.dumps(vars(counts), indent=1)
        (folder / f"{name}.json").write_text(text)
    return counts


def main() -> int:
    """Kill what the arguments name, and print the counts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("kinds", nargs="*", default=[*KINDS])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--forked", action="store_true")
    asked = parser.parse_args()
    if asked.forked:
        import_all()
    faults = 0
    for name in asked.kinds:
        rng = np.random.default_rng([asked.seed, list(KINDS).index(name)])
        counts = kill_often(name, asked.folder.resolve(), asked.kills, rng, asked.forked)
        print(name, json.dumps(vars(counts), indent=1), flush=True)
        faults += len(counts.faults)
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
