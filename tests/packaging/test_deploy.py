"""Recipes of deploy/: what can be tried without Slurm, Docker and Apptainer."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_a_job_of_the_array_runs_its_seed_and_goes_on(command_line, tmp_path: Path):
    program = tmp_path / "retrowalk"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', "utf-8")
    program.chmod(0o755)
    here = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    here |= {"SLURM_ARRAY_TASK_ID": "3", "SLURM_CPUS_PER_TASK": "8"}
    script = ["bash", str(DEPLOY / "slurm-array.sh")]
    done = subprocess.run([*script, "my study.yaml"], env=here, capture_output=True, text=True)
    given = done.stdout.splitlines()
    assert given[:4] == ["run", "my study.yaml", "--set", "seed=3"]
    assert given[given.index("--out") + 1] == "runs/my study-3"
    assert given[given.index("--threads") + 1] == "8"
    known = command_line("run", "--help")[1]
    assert all(one in known for one in given if one.startswith("--"))
    done = subprocess.run(script, env=here, capture_output=True, text=True)
    assert done.returncode != 0
    assert "a config, such as my-study.yaml" in done.stderr
