"""Whatever is given to `rw`, it is refused in a sentence that names the argument."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import retrowalk as rw
from retrowalk.experiments.store.export.columns import QUANTITIES, lacks


class Long:
    def __repr__(self) -> str:
        return "W" * 100_000


HOLDS_ITSELF: dict[str, Any] = {}
HOLDS_ITSELF["self"] = HOLDS_ITSELF
ODD: tuple[Any, ...] = (
    *(True, -1, 2**70, float("nan"), 1j, "no-such", b"x", [[]], {"x": 1}, Long(), len),
    *(np.array([1, 2]), np.array("x"), np.float32(0.5), pd.NA, Path("no/such"), HOLDS_ITSELF),
)
CONFIG = {"name": "small", "technique": {"speed_m_per_s": 0.8}, "trials": 1}


def simulate(name: str) -> Any:
    fields: dict[str, Any] = {"speed_m_per_s": 0.8, "duration_s": 1.0}
    return lambda value: rw.simulate(**fields | {name: value})


@pytest.fixture(scope="module")
def calls(run_folder: Path) -> dict[str, Any]:
    """Calls that take one argument which none of the odd values can be, by words on it."""
    study, run = rw.Study(CONFIG), rw.open_run(run_folder)
    walk = run.recording(0)
    held = next(one for one in QUANTITIES if not lacks(walk, one))
    names = ("direction", "surface", "technique", "walker", "policy", "body", "treadmill")
    return {name: simulate(name) for name in names} | {
        "Study()": rw.Study,
        "kind": rw.list,
        "folder": rw.open_run,
        "measure()": rw.measure,
        "export()": lambda value: rw.export(value, "walk.csv"),
        "quantity": lambda value: rw.export(walk, "walk.csv", value),
        "trials: 0": lambda value: rw.export(walk, "walk.csv", held, trial=value),
        "replace()": study.replace,
        "factors": lambda value: study.replace(factors=value),
        "recording()": lambda value: run.recording([value]),  # type: ignore[arg-type]
        "replay()": lambda value: run.replay([value]),  # type: ignore[arg-type]
        "factor": run.falls_by,
        "language": run.report,
    }


def test_what_is_none_is_refused(calls: dict[str, Any]):
    for word, call in calls.items():
        for value in ODD:
            with pytest.raises(rw.RetrowalkError) as error:
                call(value)
            told = str(error.value)
            assert any(one in told for one in (word, "unknown", "no such", "holds itself")), told
            assert len(told) < 2000


def test_keys_within_keys_have_an_end():
    with pytest.raises(rw.ConfigError, match="more than 20 keys within each other"):
        rw.Study(CONFIG).replace({".".join("a" * 5000): 1})


def test_a_run_that_is_gone_is_told(run_folder: Path, tmp_path: Path):
    gone = tmp_path / "run"
    gone.symlink_to(run_folder)
    run = rw.open_run(gone)
    gone.unlink()
    for read in (lambda: run.trials, lambda: run.contrasts, lambda: run.recording(0), run.report):
        with pytest.raises(rw.ConfigError, match=r"missing|no such|cannot be"):
            read()
