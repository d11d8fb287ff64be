"""OpenGL without a display: EGL where it works, else OSMesa, else a line that says what to do."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from functools import cache
from typing import Any

from ...envs.gym.picture import loaded_platform
from ...sim.errors import RetrowalkError

KINDS = ("egl", "osmesa")
"""What is tried, in this order, where MUJOCO_GL does not say."""

_PROBE = "import mujoco.{kind} as gl; gl.GLContext(64, 64).make_current(); print('works')"
_PROBE_S = 60.0


class NoOpenGLError(RetrowalkError):
    """Nothing that can draw pictures is installed."""


def gl_context(wide: int, high: int) -> Any:
    """Return a current OpenGL context for pictures of that size [pixels].

    Raises:
        NoOpenGLError: neither EGL nor OSMesa works here.
    """
    if sys.platform in ("darwin", "win32"):
        import mujoco

        context = mujoco.GLContext(wide, high)  # type: ignore[attr-defined]
    else:
        kind = working_kind()
        module = importlib.import_module(f"mujoco.{loaded_platform() or kind}")
        context = module.GLContext(wide, high)
    context.make_current()
    return context


@cache
def working_kind() -> str:
    """Return `egl` or `osmesa`, found by trying each in a process of its own.

    A library that cannot draw may end the process, and PyOpenGL keeps the first that it loads.
    """
    asked = os.environ.get("MUJOCO_GL", "").lower()
    for kind in (asked,) if asked in KINDS else KINDS:
        surroundings = {k: v for k, v in os.environ.items() if k != "PYOPENGL_PLATFORM"}
        surroundings["MUJOCO_GL"] = kind
        try:
            tried = subprocess.run(
                [sys.executable, "-c", _PROBE.format(kind=kind)],
                env=surroundings,
                capture_output=True,
                text=True,
                timeout=_PROBE_S,
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if tried.returncode == 0 and "works" in tried.stdout:
            os.environ["PYOPENGL_PLATFORM"] = kind
            return kind
    raise NoOpenGLError(
        "pictures need OpenGL and neither EGL nor OSMesa works here: install one of them "
        "(Debian: apt-get install libegl1 or libosmesa6); the page that --html writes needs nothing"
    )
