"""Pictures of a simulation, without a screen: by OSMesa where it is installed, else EGL."""

from __future__ import annotations

import ctypes.util
import importlib
import os
import sys

import mujoco
import numpy as np

from ...sim.errors import SimulationError
from ...sim.physics.simulation import Simulation

WIDTH, HEIGHT = 480, 360
_MOST_GEOMS = 2000


class Camera:
    """A camera that follows one walker of a simulation from its right side.

    MuJoCo's own renderer wants `MUJOCO_GL` before the first import of mujoco; this one chooses when
    it is made.

    Args:
        sim: the simulation.

    Raises:
        SimulationError: nothing here can draw without a screen.
    """

    def __init__(self, sim: Simulation) -> None:
        self._sim, self.model = sim, sim.model
        try:
            self._context = importlib.import_module(f"mujoco.{_backend()}").GLContext(WIDTH, HEIGHT)
            self._context.make_current()
            self._pixels = mujoco.MjrContext(sim.model, mujoco.mjtFontScale.mjFONTSCALE_100.value)
        except Exception as error:
            raise SimulationError(
                f"nothing here draws without a screen ({_backend()}: {error}); "
                "install libosmesa6 or a driver with EGL"
            ) from error
        mujoco.mjr_setBuffer(mujoco.mjtFramebuffer.mjFB_OFFSCREEN.value, self._pixels)
        self._scene = mujoco.MjvScene(sim.model, _MOST_GEOMS)
        self._data, self._options = mujoco.MjData(sim.model), mujoco.MjvOption()
        self._view = mujoco.MjvCamera()
        self._view.distance, self._view.azimuth, self._view.elevation = 3.2, 90.0, -10.0

    def picture(self, index: int) -> np.ndarray:
        """Return a picture (HEIGHT, WIDTH, 3) uint8 of walker `index`."""
        sim, data, model = self._sim, self._data, self.model
        if sim.fields.models is not None:  # it has a model, and so ground, of its own
            model = sim.fields.models[index]
        model.vis.headlight.ambient[:], model.vis.headlight.diffuse[:] = 0.5, 0.5
        data.qpos[:], data.act[:] = sim.qpos[index], sim.act[index]
        if model.nmocap:
            data.mocap_quat[:] = sim.mocap_quaternion[index]
        mujoco.mj_forward(model, data)
        self._context.make_current()
        if model.nhfield:
            mujoco.mjr_uploadHField(model, self._pixels, 0)
        self._view.lookat[:] = [data.qpos[0], data.qpos[1], 0.9]
        mujoco.mjv_updateScene(
            model,
            data,
            self._options,
            mujoco.MjvPerturb(),
            self._view,
            mujoco.mjtCatBit.mjCAT_ALL.value,
            self._scene,
        )
        window = mujoco.MjrRect(0, 0, WIDTH, HEIGHT)
        mujoco.mjr_render(window, self._scene, self._pixels)
        picture = np.empty((HEIGHT, WIDTH, 3), np.uint8)
        mujoco.mjr_readPixels(picture, None, window, self._pixels)
        return np.ascontiguousarray(picture[::-1])

    def close(self) -> None:
        """Release the drawing context."""
        self._pixels.free()
        self._context.free()


def loaded_platform() -> str | None:
    """Return `egl` or `osmesa` if this process draws by it already: PyOpenGL keeps its first."""
    loaded = getattr(sys.modules.get("OpenGL.platform"), "PLATFORM", None)
    name = type(loaded).__name__.lower()
    return next((kind for kind in ("egl", "osmesa") if name.startswith(kind)), None)


def _backend() -> str:
    """Name of the module of mujoco that makes the context."""
    if platform := loaded_platform():
        return platform
    asked = os.environ.get("MUJOCO_GL", "").lower()
    if asked in ("egl", "osmesa"):
        return asked
    return "osmesa" if ctypes.util.find_library("OSMesa") else "egl"
