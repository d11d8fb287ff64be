"""Large runs: memory does not grow with strides and curves, and a trial's bookkeeping is short."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "run_instant.py"
MOST_S_PER_TRIAL = 0.006
"""Three times what is promised on a quiet machine: others may share the cores."""
MOST_MIB_PER_TRIAL = 0.1
"""A trial's strides and curves alone are 0.13 MiB, and were several times in memory at once."""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory in KiB")
def test_memory_and_bookkeeping_of_a_trial(tmp_path: Path):
    command = [sys.executable, str(SCRIPT), str(tmp_path), "40", "200", "800"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=500)
    assert ran.returncode == 0, ran.stderr
    _, (few, short, _, small), (many, long, _, large) = map(json.loads, ran.stdout.splitlines())
    assert (long - short) / (many - few) < MOST_S_PER_TRIAL
    assert (large - small) / (many - few) < MOST_MIB_PER_TRIAL
