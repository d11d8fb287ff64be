"""What `--scheduler` may say, what is said of what it may not, and the time that is left."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from rich.progress import Progress, Task
from small_config import CONFIG

from retrowalk.experiments.commands.run import TimeLeft
from retrowalk.experiments.runner.remote_chunk import Delivery, check_names
from retrowalk.experiments.runner.scheduler import open_workers
from retrowalk.experiments.runner.scheduler_value import read_place
from retrowalk.experiments.runner.worker import recording_name
from retrowalk.experiments.study.load import check_config
from retrowalk.experiments.study.plan import Chunk, chunks_of, make_plan
from retrowalk.models.yaml_source import parse_yaml
from retrowalk.sim.errors import ConfigError, SimulationError, WorkerDiedError


def ignore(text: str) -> None:
    """Take a note."""


@pytest.mark.parametrize(
    ("text", "kind", "workers"),
    [
        ("tcp://10.0.0.1:8786", "address", 1),
        ("tls://node-7.cluster:8786", "address", 1),
        ("localhost:8786", "address", 1),
        ("tcp://[::1]:8786", "address", 1),
        ("scheduler.json", "file", 1),
        ("local:4", "local", 4),
        ("slurm", "slurm", 1),
    ],
)
def test_places_are_told_apart(text: str, kind: str, workers: int):
    place = read_place(text)
    assert (place.kind, place.workers, place.text) == (kind, workers, text)


def test_slurm_takes_options():
    place = read_place("slurm:jobs=3, cores=8,memory=16GB,walltime=1-02:00:00")
    assert place.options == {
        "jobs": "3",
        "cores": "8",
        "memory": "16GB",
        "walltime": "1-02:00:00",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "must be an address"),
        ("somewhere", "must be an address"),
        ("tcp://host:99999", "must be an address"),
        ("host:", "must be an address"),
        ("local:0", "from 1 to 1024"),
        ("local:", "from 1 to 1024"),
        ("local:four", "from 1 to 1024"),
        ("slurm:", "unknown option"),
        ("slurm:core=8", "did you mean 'cores'"),
        ("slurm:cores=0", "cores must be a whole number from 1, is '0'"),
        ("slurm:memory=lots", "memory must be such as 16GB"),
        ("slurm:walltime=soon", "walltime must be such as 04:00:00"),
        ("slurm:cores=8,cores=9", "cores is repeated"),
    ],
)
def test_what_is_no_place_is_refused_with_what_is(text: str, said: str):
    with pytest.raises(ConfigError, match="--scheduler") as caught:
        read_place(text)
    assert said in str(caught.value)


def test_threads_do_not_go_with_a_scheduler():
    with (
        pytest.raises(ConfigError, match="--threads: has no effect"),
        open_workers("local:2", 2, ignore),
    ):
        pass


def test_without_the_extra_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    for name in ("dask_workers", "dask_places"):
        monkeypatch.delitem(sys.modules, f"retrowalk.experiments.runner.{name}", raising=False)
    with pytest.raises(ConfigError) as caught, open_workers("local:2", None, ignore):
        pass
    assert "needs the extra `cluster` (distributed is not installed): pip install '" in str(
        caught.value
    )
    assert len(str(caught.value).splitlines()) == 1


def test_a_scheduler_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    from retrowalk.experiments.runner import dask_places

    monkeypatch.setattr(dask_places, "CONNECT_S", 1.0)
    with (
        pytest.raises(ConfigError, match=r"127\.0\.0\.1:9.*no scheduler answers"),
        open_workers("tcp://127.0.0.1:9", None, ignore),
    ):
        pass


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no such file"),
        ("{", "is no scheduler's file"),
        ("[]", "is no scheduler's file"),
        ('{"address": 3}', "is no scheduler's file"),
    ],
)
def test_a_schedulers_file_that_is_none_is_told_at_once(
    tmp_path: Path, content: str | None, said: str
):
    pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    file = tmp_path / "scheduler.json"
    if content is not None:
        file.write_text(content)
    began = time.monotonic()
    with pytest.raises(ConfigError, match=said), open_workers(str(file), None, ignore):
        pass
    assert time.monotonic() - began < 5


def test_strangers_cannot_use_the_workers_of_local():
    distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    from retrowalk.experiments.runner.dask_places import own_cluster

    with own_cluster(read_place("local:1")) as cluster:
        address = cluster.scheduler_address
        assert address.startswith("tls://127.0.0.1:")
        for how in (
            {"address": address.replace("tls", "tcp")},
            {"address": address, "security": distributed.Security.temporary()},
        ):
            with pytest.raises((OSError, TimeoutError, ValueError)):
                distributed.Client(**how, timeout=1, set_as_default=False)


@pytest.mark.parametrize(
    ("pieces", "recordings"),
    [
        (["../../evil/x"], []),
        (["/tmp/evil/x"], []),
        (["trials-000000-000006-of-7/../../x.arrow"], []),
        (["trials-000000-000006-of-7\\..\\x.arrow"], []),
        (["..", "trials-000000-000006-of-7/trials.arrow"], []),
        (["trials-000000-000006-of-7/trials.arrow", "trials-000007-000013-of-7/trials.arrow"], []),
        ([], []),
        (["trials-000000-000006-of-7/trials.arrow"], ["../../evil.nc"]),
        (["trials-000000-000006-of-7/trials.arrow"], ["other.nc"]),
    ],
)
def test_files_that_a_chunk_does_not_make_are_refused(pieces: list[str], recordings: list[str]):
    sent = Delivery(2, dict.fromkeys(pieces, b""), dict.fromkeys(recordings, b""), {"host": "far"})
    with pytest.raises(SimulationError, match="the worker on far sent"):
        check_names(sent, first_chunk())


def test_files_that_a_chunk_makes_pass():
    chunk = first_chunk()
    names = ["trials-000000-000006-of-7/trials.arrow", "trials-000000-000006-of-7/curves.npz"]
    kept = [recording_name(chunk.cell, chunk.trials[0])]
    check_names(Delivery(2, dict.fromkeys(names, b""), dict.fromkeys(kept, b""), {}), chunk)


def first_chunk() -> Chunk:
    plan = make_plan(check_config(parse_yaml(CONFIG, "small.yaml")))
    return next(chunks_of(plan.cells[0], plan.trials(plan.cells[0]), 7))


@pytest.mark.parametrize(
    ("before", "done", "total", "elapsed_s", "left"),
    [
        (0, 0, 10, 5.0, ""),
        (0, 5, 10, 50.0, "about 50 s left"),
        (6, 8, 10, 300.0, "about 5 min left"),  # of a resumed run, only what it ran itself counts
        (0, 1, 101, 120.0, "about 3 h 20 min left"),
        (0, 10, 10, 50.0, ""),
    ],
)
def test_the_time_left_follows_from_what_this_call_ran(
    before: int, done: int, total: int, elapsed_s: float, left: str
):
    now = 1000.0
    with Progress(disable=True, get_time=lambda: now) as bar:
        number = bar.add_task("run", total=None, before=before)
        bar.tasks[0].start_time = now - elapsed_s
        bar.update(number, completed=done, total=total)
        task: Task = bar.tasks[0]
        assert TimeLeft().render(task).plain == left


def test_workers_that_do_not_start_are_told(monkeypatch):
    places = pytest.importorskip("retrowalk.experiments.runner.dask_places")

    def fail(**_options: object) -> None:
        raise RuntimeError("Nanny failed to start.") from RuntimeError("no worker process")

    monkeypatch.setattr(sys, "platform", "darwin")  # without a forkserver
    monkeypatch.setattr(places, "LocalCluster", fail)
    with pytest.raises(
        WorkerDiedError, match=r"local:2: a worker did not start \(no worker process\)"
    ):
        places.own_cluster(read_place("local:2"))
