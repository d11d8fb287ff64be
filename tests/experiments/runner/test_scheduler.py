"""Runs on Dask: a real scheduler and real workers, which are killed, give a local run's results."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import pytest
from small_config import CONFIG

pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")

HERE = Path(__file__).parent
SCRIPT = HERE / "run_fake.py"
WAIT_S = 120.0


def environment(sleep_s: float) -> dict[str, str]:
    """Workers import the stand-in from here; a rollout takes `sleep_s`."""
    return {**os.environ, "PYTHONPATH": str(HERE), "FAKE_SLEEP_S": str(sleep_s)}


def start(
    config: Path, out: Path, resume: str, *scheduler: str, sleep_s: float = 0.0
) -> subprocess.Popen[str]:
    """Start a run in a process group of its own, as a terminal would: chunks of 2."""
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), str(config), str(out), "1", "2", resume, *scheduler],
        env=environment(sleep_s),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def finish(process: subprocess.Popen[str]) -> None:
    out, err = process.communicate(timeout=WAIT_S)
    assert process.returncode == 0, out + err


def outcome(out: Path) -> dict[str, Any]:
    """Return every file of a run but the manifest, which tells of machines and times.

    Of a NetCDF file all that is in it: HDF5 seldom (one run of some thirty, under load) lays out
    the same content otherwise, with the header of one variable in another place.
    """
    return {
        str(path.relative_to(out)): content(path) if path.suffix == ".nc" else path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


def content(path: Path) -> dict[str, Any]:
    """Return attributes, dimensions, types and bits of all that a NetCDF file holds."""
    with h5py.File(path) as file:
        found: dict[str, Any] = {"": attributes(file.attrs)}
        for name, variable in file.items():
            dimensions = [[scale.name for scale in dim.values()] for dim in variable.dims]
            stored = variable[()]
            bits = np.asarray(stored).tolist() if stored.dtype.kind == "O" else stored.tobytes()
            about = variable.dtype.str, variable.shape, variable.chunks, variable.compression
            found[name] = about, dimensions, bits, attributes(variable.attrs)
        return found


def attributes(held: Any) -> dict[str, tuple[str, Any]]:
    """Return the attributes but those of references within the file, which `dims` tells."""
    return {
        name: (type(value).__name__, repr(value))
        for name, value in held.items()
        if name not in ("REFERENCE_LIST", "DIMENSION_LIST")
    }


def pieces(out: Path) -> int:
    return len(list((out / "pieces").glob("trials-*")))


def wait_for(condition, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a local run gives."""
    folder = tmp_path_factory.mktemp("local")
    (folder / "small.yaml").write_text(CONFIG, encoding="utf-8")
    finish(start(folder / "small.yaml", folder / "run", "new"))
    return outcome(folder / "run")


class Dask:
    """A scheduler and workers, each a process of its own, as a user would start them."""

    def __init__(self, folder: Path, sleep_s: float) -> None:
        self.file, self._sleep_s, self._folder = folder / "scheduler.json", sleep_s, folder
        self._processes: list[subprocess.Popen[bytes]] = []
        self.start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        deadline = time.monotonic() + WAIT_S
        while not self._told():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        self.address = str(json.loads(self._told())["address"])

    def _told(self) -> str:
        """What the scheduler has told of itself: the file is there a while before its words."""
        text = self.file.read_text() if self.file.exists() else ""
        return text if text.rstrip().endswith("}") else ""

    def start(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{program}", *arguments]
        process = subprocess.Popen(
            [*command, "--scheduler-file", str(self.file)],
            env=environment(self._sleep_s),
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._processes.append(process)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        return self.start(
            "dask_worker", "--nworkers", "1", "--nthreads", "1", "--no-nanny", "--no-dashboard"
        )

    def end(self) -> None:
        for process in reversed(self._processes):
            process.kill()
            process.wait()


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Dask]:
    """A scheduler with two workers, whose rollouts take a while."""
    dask = Dask(tmp_path, sleep_s=0.3)
    try:
        yield dask
    finally:
        dask.end()


def test_a_worker_killed_in_mid_run_loses_nothing_and_doubles_nothing(
    config_file: Path, tmp_path: Path, expected: dict[str, Any], dask: Dask
):
    out = tmp_path / "run"
    doomed, _ = dask.worker(), dask.worker()
    process = start(config_file, out, "new", dask.address)
    wait_for(lambda: pieces(out) >= 2, process)
    assert pieces(out) < 16  # 4 cells of 7 trials in chunks of 2: most are still to come
    doomed.send_signal(signal.SIGKILL)
    finish(process)
    trials = pd.read_parquet(out / "trials.parquet")
    assert trials["trial"].tolist() == list(range(28))
    assert outcome(out) == expected
    (session,) = json.loads((out / "manifest.json").read_text())["sessions"]
    assert session["scheduler"] == dask.address
    assert [worker["host"] for worker in session["workers"]] == [os.uname().nodename]


def test_a_run_waits_for_workers_and_goes_on_after_ctrl_c(
    config_file: Path, tmp_path: Path, expected: dict[str, Any], dask: Dask
):
    out = tmp_path / "run"
    process = start(config_file, out, "new", str(dask.file))
    wait_for((out / "manifest.json").exists, process)
    dask.worker()
    wait_for(lambda: pieces(out) >= 2, process)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=WAIT_S)
    assert process.returncode == 130
    told = [line for line in err.splitlines() if "no workers; waiting" not in line]
    assert len(told) == 1, err
    assert "--resume" in told[0]
    done = pieces(out)
    assert 2 <= done < 16
    finish(start(config_file, out, "resume", dask.address))
    assert outcome(out) == expected


def test_the_loss_of_the_scheduler_is_told_and_can_be_resumed(
    config_file: Path, tmp_path: Path, expected: dict[str, Any], dask: Dask
):
    out = tmp_path / "run"
    dask.worker()
    process = start(config_file, out, "new", dask.address)
    wait_for(lambda: pieces(out) >= 2, process)
    dask.end()
    _, err = process.communicate(timeout=WAIT_S)
    assert process.returncode == 1
    assert "the scheduler is lost" in err
    assert "Traceback" not in err
    finish(start(config_file, out, "resume"))
    assert outcome(out) == expected


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_workers_of_our_own_end_with_the_run_which_goes_on_to_the_same_bytes(
    config_file: Path, tmp_path: Path, expected: dict[str, Any], number: signal.Signals
):
    out = tmp_path / "run"
    process = start(config_file, out, "new", "local:2", sleep_s=0.3)
    wait_for(lambda: pieces(out) >= 2, process)
    if number == signal.SIGINT:
        os.killpg(process.pid, number)  # as ctrl-C on a terminal: to workers too
    else:
        process.send_signal(number)
    _, err = process.communicate(timeout=WAIT_S)  # returns once no worker holds the pipe any more
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert len(err.splitlines()) == 1, err
        finish(start(config_file, out, "resume", "local:2"))
        assert outcome(out) == expected


SBATCH = """\
#!/bin/sh
# stands for Slurm's: keeps the script and runs it at once, on this machine
cp "$1" "$FAKE_SLURM/script"
setsid bash "$FAKE_SLURM/script" >/dev/null 2>&1 &
echo "Submitted batch job $!"
"""
SCANCEL = """\
#!/bin/sh
echo "$1" >>"$FAKE_SLURM/cancelled"
kill -TERM -- "-$1"
"""


def test_slurm_is_asked_for_jobs_that_work_and_that_are_cancelled_at_the_end(
    config_file: Path,
    tmp_path: Path,
    expected: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
):
    for name, text in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("FAKE_SLURM", str(tmp_path))
    options = "cores=2,memory=4GB,walltime=01:30:00,queue=long,account=gait,interface=lo"
    finish(start(config_file, tmp_path / "run", "new", f"slurm:{options}"))
    assert outcome(tmp_path / "run") == expected
    script = (tmp_path / "script").read_text()
    for line in ("-p long", "-A gait", "-n 1", "--cpus-per-task=2", "--mem=4G", "-t 01:30:00"):
        assert f"#SBATCH {line}\n" in script
    assert " --nthreads 1 " in script
    assert " --nworkers 2 " in script
    assert (tmp_path / "cancelled").exists()
