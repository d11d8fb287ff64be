"""A process that has drawn by one of EGL and OSMesa goes on with it: PyOpenGL keeps its first."""

from __future__ import annotations

import subprocess
import sys

import pytest

from retrowalk.experiments.drawing import gl_context

BOTH = """
import importlib
first = importlib.import_module("mujoco.{first}").GLContext(64, 64)
first.make_current()
from retrowalk.envs.picture import loaded_platform
from retrowalk.experiments.replay.gl_context import gl_context
gl_context(64, 64)
print(loaded_platform())
"""


@pytest.mark.parametrize("first", gl_context.KINDS)
def test_the_first_platform_stays(first: str):
    probe = gl_context._PROBE.format(kind=first)
    if subprocess.run([sys.executable, "-c", probe], capture_output=True).returncode:
        pytest.skip(f"{first} does not work here")
    ran = subprocess.run(
        [sys.executable, "-c", BOTH.format(first=first)], capture_output=True, text=True
    )
    assert ran.stdout.split() == [first], ran.stderr
