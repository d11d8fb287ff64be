"""Pictures without a screen: one choice of EGL or OSMesa in a process, and silence at its end."""

from __future__ import annotations

import os
import subprocess
import sys

import mujoco
import pytest

from retrowalk.sim import offscreen
from retrowalk.sim.errors import ShortageError

BOTH = """
import importlib
first = importlib.import_module("mujoco.{first}").GLContext(64, 64)
first.make_current()
import mujoco
from retrowalk.sim.offscreen import Offscreen, loaded_platform
model = mujoco.MjModel.from_xml_string("<mujoco/>")
drawn = Offscreen(model, 64, 64).picture(mujoco.MjvScene(model, 10))
print(loaded_platform(), drawn.shape)
first.free()
"""
LEFT_OPEN = """
import gymnasium as gym, retrowalk.envs
env = gym.make{kind}("retrowalk/Backward-v0", render_mode="rgb_array")
env.reset(seed=0)
env.render()
print("drawn")
"""


def python(code: str, **surroundings: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | surroundings
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)


@pytest.mark.parametrize("first", offscreen.KINDS)
def test_the_first_platform_stays(first: str):
    if python(offscreen._PROBE.format(kind=first)).returncode:
        pytest.skip(f"{first} does not work here")
    ran = python(BOTH.format(first=first))
    assert ran.stdout == f"{first} (64, 64, 3)\n", ran.stderr


@pytest.mark.parametrize("kind", ["", "_vec"])
@pytest.mark.parametrize("platform", ["", *offscreen.KINDS])
def test_who_leaves_it_open_hears_nothing_at_the_end(platform: str, kind: str):
    if platform and python(offscreen._PROBE.format(kind=platform)).returncode:
        pytest.skip(f"{platform} does not work here")
    ran = python(LEFT_OPEN.format(kind=kind), MUJOCO_GL=platform)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "drawn\n", "")


@pytest.mark.parametrize(
    ("asked", "said"),
    [("off", "MUJOCO_GL=off switches pictures off"), ("", "neither EGL nor OSMesa works here")],
)
def test_a_sentence_says_why_there_is_no_picture(asked: str, said: str, monkeypatch):
    monkeypatch.setenv("MUJOCO_GL", asked)
    monkeypatch.setattr(offscreen, "_PROBE", "raise SystemExit(1) # {kind}")
    offscreen.working_kind.cache_clear()
    with pytest.raises(offscreen.NoOpenGLError, match=said):
        offscreen.working_kind()
    offscreen.working_kind.cache_clear()


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process")
def test_a_limit_of_memory_in_which_drawing_fails_at_random_is_told(monkeypatch):
    import resource

    monkeypatch.setattr(resource, "getrlimit", lambda of: (2048 << 20, resource.RLIM_INFINITY))
    with pytest.raises(ShortageError, match="2048 MiB of address space, and drawing pictures"):
        offscreen.Offscreen(mujoco.MjModel.from_xml_string("<mujoco/>"), 8, 8)
