"""Workers give answers or one error, and none outlives its pool; no interrupt is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import weakref
from pathlib import Path

import pytest
from pool_calls import divide, end_by, refuse, tell

from retrowalk.experiments.runner.interruption import (
    Interrupted,
    interruptible,
    lacking,
    raise_if_interrupted,
)
from retrowalk.experiments.runner.pool import Pool
from retrowalk.sim.errors import ConfigError, ShortageError, WorkerDiedError, WritingError

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals")


def alive(process: int) -> bool:
    """Whether a process is there, and no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_every_call_is_answered_by_another_process():
    with Pool(2) as pool:
        answers = dict(pool.run((divide, (i, 2)) for i in range(20)))
        again = dict(pool.run([(divide, (3, 4))]))
    assert [answers[i][0] for i in range(20)] == [i / 2 for i in range(20)]
    processes = {process for _, process in answers.values()}
    assert len(processes) == 2
    assert again[0][1] in processes
    assert os.getpid() not in processes


def test_an_error_of_a_call_is_raised_as_it_is():
    with Pool(2) as pool, pytest.raises(ConfigError, match=r"^the reason$"):
        list(pool.run([(refuse, ("the reason",))]))
    with Pool(2) as pool, pytest.raises(ZeroDivisionError) as told:
        list(pool.run([(divide, (1, 0))]))
    assert "in divide" in told.value.__notes__[0]  # where it was raised, over there


@posix
@pytest.mark.parametrize(
    ("number", "said"),
    [
        (signal.SIGKILL, r"died \(SIGKILL\), perhaps for lack of memory"),
        (signal.SIGTERM, r"died \(SIGTERM\)$"),
        (signal.SIGSEGV, r"died \(SIGSEGV\)$"),
    ],
)
def test_what_ended_a_worker_is_told(number: signal.Signals, said: str):
    with Pool(2) as pool, pytest.raises(WorkerDiedError, match=said):
        list(pool.run([(end_by, (number,)), (divide, (1, 1))]))


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
@pytest.mark.parametrize("state", [signal.SIGSTOP, signal.SIGCONT])
def test_a_worker_ends_with_its_pool_stopped_or_busy(state: signal.Signals, tmp_path: Path):
    begun = time.monotonic()
    path = tmp_path / "process"

    def leave(pool: Pool) -> None:
        answers = pool.run([(tell, (path, state)), (divide, (1, 1))])
        next(answers)
        while not path.exists() or not path.read_text():
            time.sleep(0.01)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), Pool(2) as pool:
        leave(pool)
    assert not alive(int(path.read_text()))
    assert time.monotonic() - begun < 20.0


class Watched:
    """Something that a weak reference can watch."""


def interrupt_in_a_callback() -> None:
    watched = Watched()
    seen = weakref.ref(watched, lambda _: os.kill(os.getpid(), signal.SIGINT))
    del watched
    assert seen() is None


@posix
def test_an_interrupt_in_a_callback_of_a_weak_reference_is_not_lost():
    """Python prints such an exception and goes on, wherever a signal happens to come."""
    begun = time.monotonic()

    def work() -> None:
        interrupt_in_a_callback()
        time.sleep(10)

    with (
        pytest.raises(Interrupted, match=r"^interrupted: all is kept$"),
        interruptible("all is kept"),
    ):
        work()
    assert time.monotonic() - begun < 5.0


@posix
def test_an_interrupt_that_a_library_swallows_is_found_by_the_next_loop():
    seen = []

    def work() -> None:
        for number in range(3):
            raise_if_interrupted()
            seen.append(number)
            try:
                os.kill(os.getpid(), signal.SIGTERM)
                time.sleep(1)
            except BaseException:
                continue

    with pytest.raises(Interrupted), interruptible("all is kept"):
        work()
    assert seen == [0]
    before = signal.getsignal(signal.SIGTERM)
    with interruptible("nothing happened"):
        raise_if_interrupted()
    assert signal.getsignal(signal.SIGTERM) == before


@posix
def test_an_interrupt_that_becomes_another_error_is_an_interrupt():
    """So an extension's import does: onnxruntime raises `ImportError: initialization failed`."""

    def work() -> None:
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(1)
        except KeyboardInterrupt:
            raise ImportError("initialization failed") from None

    with pytest.raises(Interrupted, match="all is kept"), interruptible("all is kept"):
        work()


def test_what_the_machine_lacks_is_told_in_our_words():
    full = OSError(28, "No space left on device", "runs/a/report.md")
    assert str(lacking(full)) == "runs/a/report.md: No space left on device"
    assert isinstance(lacking(full), WritingError)
    assert isinstance(lacking(MemoryError()), ShortageError)
    assert lacking(RuntimeError("of our own")) is None
    with pytest.raises(ShortageError, match=r"; all is kept$"), interruptible("all is kept"):
        raise MemoryError


@posix
def test_a_signal_while_libraries_end_themselves_changes_nothing():
    program = (
        "import atexit, os, signal\n"
        "atexit.register(os.kill, os.getpid(), signal.SIGTERM)\n"
        "atexit.register(os.kill, os.getpid(), signal.SIGINT)\n"
        "from retrowalk.experiments.commands.cli import guarded\n"
        "guarded(lambda: None)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
