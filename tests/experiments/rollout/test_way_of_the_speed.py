"""The commanded speed's way from a config's YAML to excitations: few files, checked once."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest

from retrowalk.envs.gaits.parameters import GaitTable
from retrowalk.experiments.rollout.trial_batch import TrialBatch
from retrowalk.experiments.rollout.trials import check_cell
from retrowalk.experiments.study.load import load_config
from retrowalk.experiments.study.plan import make_plan

SPEED = 0.7371  # nothing else has it
YAML = f"{{name: way, technique: {{speed_m_per_s: {SPEED}}}, trials: 1, duration_s: 1}}"
MOST_FILES = 14
PARTS = ("sim", "models", "envs", "experiments")


def _holds(value: Any) -> bool:
    """Return whether a value is the speed, or plain data with it."""
    if isinstance(value, str):
        return str(SPEED) in value
    if isinstance(value, dict):
        return any(map(_holds, value.values()))
    if isinstance(value, np.ndarray):
        return value.dtype.kind == "f" and bool((value == SPEED).any())
    return isinstance(value, float) and value == SPEED


@contextmanager
def files_that_hold_it(root: Path) -> Iterator[set[str]]:
    """Yield what comes to hold the files in whose functions, or their objects, the speed was seen.

    Files that hand on a cell or a technique as a whole do not see it.
    """
    found: set[str] = set()

    @cache
    def file_of(path: str) -> str | None:
        file = os.path.relpath(os.path.realpath(path), root)
        return file if file.partition(os.sep)[0] in PARTS else None

    def look(frame: FrameType, event: str, result: object) -> None:
        file = file_of(frame.f_code.co_filename) if event == "return" else None
        if file is None or file in found:
            return
        values = [*frame.f_locals.values(), result]
        values += getattr(frame.f_locals.get("self"), "__dict__", {}).values()
        if any(map(_holds, values)):
            found.add(file)

    sys.setprofile(look)
    try:
        yield found
    finally:
        sys.setprofile(None)


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The speeds that were held against what the gait was tuned for."""
    seen: list[float] = []
    plain: Callable[[GaitTable, float], None] = GaitTable.check

    def check(table: GaitTable, speed: float) -> None:
        seen.append(speed)
        plain(table, speed)

    monkeypatch.setattr(GaitTable, "check", check)
    return seen


def test_the_speed_passes_few_files_and_is_checked_once(tmp_path: Path, checks: list[float]):
    path = tmp_path / "way.yaml"
    path.write_text(YAML, encoding="utf-8")
    package = Path(os.path.realpath(sys.modules[TrialBatch.__module__].__file__ or "")).parents[2]
    with files_that_hold_it(package) as files:
        plan = make_plan(load_config(path))
        (cell,) = plan.cells
        check_cell(cell)
        batch = TrialBatch(cell, plan.trials(cell))
        batch.step()
    assert checks == [SPEED]
    assert len(files) <= MOST_FILES, sorted(files)
