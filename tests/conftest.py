"""What all tests share: one numpy thread, Hypothesis profiles, which retrowalk is under test."""

from __future__ import annotations

import os

# Before anything imports numpy: its threads on tiny matrices fight the batch's threads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import gc
import importlib.util
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

ROOT = Path(__file__).resolve().parents[1]

# Folders with stand-ins and made-up data that other tests and worker processes import too.
sys.path[:0] = [
    str(ROOT / "tests" / folder)
    for folder in (
        "architecture",
        "sim/ground",
        "sim/measures",
        "envs/gaits",
        "sim/measures/muscles",
        "envs/gym",
        "experiments/statistics",
        "experiments/study",
        "experiments/rollout",
        "experiments/claims",
        "experiments/runner",
        "experiments/analysis",
        "experiments/findings",
        "experiments/report",
        "experiments/viewer",
    )
]


def _package_folder() -> Path:
    """Return the folder that holds the `retrowalk.sim` under test, without importing it."""
    spec = importlib.util.find_spec("retrowalk.sim")
    if spec is None or spec.origin is None:
        raise pytest.UsageError("retrowalk is not installed here; `make test` sets everything up")
    return Path(spec.origin).resolve().parents[1]


def pytest_report_header() -> str:
    return f"retrowalk: {_package_folder()}"


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to test the checkout where `make test` said that it tests the built wheel."""
    if not os.environ.get("RETROWALK_TEST_WHEEL"):
        return
    folder = _package_folder()
    if not folder.is_relative_to(Path(sys.prefix).resolve()):
        raise pytest.UsageError(f"the tests would import retrowalk from {folder}, not the wheel")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Keep what collecting made out of the garbage collector's rounds."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout that holds these tests."""
    return ROOT


@pytest.fixture
def command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Call the command line with arguments; return exit code, stdout, stderr."""
    from retrowalk.experiments.commands.cli import main

    def calling(*arguments: str, program: str = "retrowalk") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", [program, *arguments])
        before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        finally:  # at its end a program is deaf
            for number, handler in before.items():
                signal.signal(number, handler)
        out, err = capsys.readouterr()
        return code, out, err

    return calling
