"""Offscreen OpenGL: EGL where it works, else OSMesa, else an error that says what to do.

The one place that chooses: environments, videos and the documents' pictures all draw by it.
"""

from __future__ import annotations

import atexit
import importlib
import os
import subprocess
import sys
from functools import cache
from typing import Any
from weakref import WeakSet

import mujoco
import numpy as np

from .errors import RetrowalkError
from .shortage import check_address_space

KINDS = ("egl", "osmesa")
"""What is tried, in this order, where MUJOCO_GL does not say."""

LEAST_MIB = 2560
"""Address space that OpenGL in software needs: with less it fails at random, or crashes."""

_OFF = ("0", "disable", "disabled", "off", "false")  # of MUJOCO_GL
_PROBE = "import mujoco.{kind} as gl; gl.GLContext(64, 64).make_current(); print('works')"
_PROBE_S = 60.0


class NoOpenGLError(RetrowalkError):
    """Nothing that can draw pictures is installed."""


class Offscreen:
    """Draws scenes of a model; the graphics memory is given back by `close`, or at exit.

    MuJoCo's own renderer wants `MUJOCO_GL` before the first import of mujoco; this one chooses when
    it is made.

    Args:
        model: whose meshes, textures and heights are drawn. wide, high: of a picture [pixels].
        font: scale of letters.

    Raises:
        NoOpenGLError: neither EGL nor OSMesa works here.
        ShortageError: a limit of address space is too small for it.
    """

    def __init__(
        self,
        model: mujoco.MjModel,
        wide: int,
        high: int,
        font: mujoco.mjtFontScale = mujoco.mjtFontScale.mjFONTSCALE_100,
    ) -> None:
        check_address_space(LEAST_MIB, "drawing pictures")
        self._size = wide, high
        self._context = _context(wide, high)
        try:
            self._drawn = mujoco.MjrContext(model, font.value)
        except mujoco.FatalError as error:
            self._context.free()
            raise NoOpenGLError(f"pictures need a newer OpenGL than is here ({error})") from error
        mujoco.mjr_setBuffer(mujoco.mjtFramebuffer.mjFB_OFFSCREEN.value, self._drawn)
        if not _OPEN:  # EGL ends at exit too: what draws has to be closed before
            atexit.unregister(_close_all)
            atexit.register(_close_all)
        _OPEN.add(self)

    def picture(self, scene: mujoco.MjvScene, heights_of: Any = None) -> np.ndarray:
        """Return the picture (high, wide, 3) uint8 of `scene`.

        `heights_of`: a model whose height field is drawn in place of the last one's.
        """
        wide, high = self._size
        self._context.make_current()
        if heights_of is not None and heights_of.nhfield:
            mujoco.mjr_uploadHField(heights_of, self._drawn, 0)
        place = mujoco.MjrRect(0, 0, wide, high)
        mujoco.mjr_render(place, scene, self._drawn)
        pixels = np.empty((high, wide, 3), np.uint8)
        mujoco.mjr_readPixels(pixels, None, place, self._drawn)
        return np.ascontiguousarray(pixels[::-1])

    def close(self) -> None:
        """Give the graphics memory back; once is enough."""
        if self in _OPEN:
            _OPEN.discard(self)
            self._context.make_current()
            self._drawn.free()
            self._context.free()

    def __del__(self) -> None:
        self.close()


_OPEN: WeakSet[Offscreen] = WeakSet()


def _close_all() -> None:
    for one in list(_OPEN):
        one.close()


def _context(wide: int, high: int) -> Any:
    """Return a current OpenGL context for pictures of that size [pixels]."""
    if sys.platform in ("darwin", "win32"):
        context = mujoco.GLContext(wide, high)  # type: ignore[attr-defined]
    else:
        kind = loaded_platform() or working_kind()
        try:
            context = importlib.import_module(f"mujoco.{kind}").GLContext(wide, high)
        except Exception as error:  # of PyOpenGL and of the library behind it: of many kinds
            raise NoOpenGLError(f"pictures need OpenGL, and {kind} failed here: {error}") from error
    context.make_current()
    return context


def loaded_platform() -> str | None:
    """Return `egl` or `osmesa` if this process draws by it already: PyOpenGL keeps its first."""
    loaded = getattr(sys.modules.get("OpenGL.platform"), "PLATFORM", None)
    name = type(loaded).__name__.lower()
    return next((kind for kind in KINDS if name.startswith(kind)), None)


@cache
def working_kind() -> str:
    """Return `egl` or `osmesa`, found by trying each in a process of its own.

    A library that cannot draw may end the process, and PyOpenGL keeps the first that it loads.

    Raises:
        NoOpenGLError: neither works, or MUJOCO_GL switches drawing off.
    """
    asked = os.environ.get("MUJOCO_GL", "").lower()
    if asked in _OFF:
        raise NoOpenGLError(f"MUJOCO_GL={asked} switches pictures off; unset it")
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
    none = f"MUJOCO_GL={asked} does not work" if asked in KINDS else "neither EGL nor OSMesa works"
    raise NoOpenGLError(
        f"pictures need OpenGL and {none} here: install one of them "
        "(Debian: apt-get install libegl1 or libosmesa6)"
    )
