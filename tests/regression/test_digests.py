"""No number moves unless it is meant to: results of small studies against recorded digests."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import digests

JOBS = digests.jobs()


@pytest.mark.parametrize("name", JOBS)
def test_no_number_moved(name: str, tmp_path: Path):
    kept = digests.recorded()
    assert name in kept, f"python -P tests/regression/digests.py write {name}"
    if kept[name]["fingerprint"] != digests.fingerprint_of(name):
        warnings.warn(f"{name}: other machine or libraries; summaries alone compared", stacklevel=1)
    assert digests.moved(name, JOBS[name](tmp_path)) == []


def test_threads_and_batches_move_nothing(tmp_path: Path):
    """Where the recorded digests are this machine's, of one thread and all trials together."""
    found = digests.run_study("fraction", tmp_path, threads=2, batch=1)
    assert digests.moved("fraction", found) == []


def test_a_number_that_moved_is_named(monkeypatch: pytest.MonkeyPatch):
    found = digests.Found()
    found.add("qpos", [1.0])
    kept = {"fingerprint": digests.fingerprint_of("a"), "digests": {"qpos": "0", "gone": "1"}}
    monkeypatch.setattr(digests, "recorded", lambda: {"a": kept | {"summaries": {}}})
    assert digests.moved("a", found) == ["a: qpos: moved", "a: gone: missing"]
    other = {"fingerprint": {}, "summaries": {"qpos": (1.0, 1.0), "x": (2.0, 2.0)}}
    monkeypatch.setattr(digests, "recorded", lambda: {"a": other})
    near = digests.Found(summaries={"qpos": (1.0 + 1e-7, 1.0), "x": (2.1, 2.1)})
    assert digests.moved("a", near) == ["a: x: mean 2.1, recorded 2.0"]
