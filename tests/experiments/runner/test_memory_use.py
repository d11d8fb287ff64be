"""Memory of a process tree, sampled from outside."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from retrowalk.experiments.runner.memory_use import (
    PeakMemory,
    process_tree,
    proportional_set_mib,
)

CHILD = "import time; held = bytearray(b'x') * (64 << 20); print('ready', flush=True); input()"
PARENT = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {CHILD!r}], stdin=sys.stdin)
child.wait()
"""

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/smaps_rollup").exists(), reason="only Linux tells"
)


def test_peak_counts_what_descendants_held():
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        with PeakMemory(process.pid) as memory:
            assert process.stdout.readline() == "ready\n"
            assert len(list(process_tree(process.pid))) == 2
            time.sleep(1.0)
            process.stdin.write("\n")
            process.stdin.close()
            process.wait()
    assert memory.mib is not None
    assert 64.0 < memory.mib < 160.0


def test_a_process_that_has_ended_holds_nothing():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert proportional_set_mib(process.pid) == 0.0
