"""Pictures of the walkers of a simulation, without a screen."""

from __future__ import annotations

import mujoco
import numpy as np

from ...sim.offscreen import Offscreen
from ...sim.physics.simulation import Simulation

WIDTH, HEIGHT = 480, 360
_MOST_GEOMS = 2000


class FollowCamera:
    """A camera that follows one walker of a simulation from its right side.

    Args:
        sim: the simulation.

    Raises:
        NoOpenGLError: nothing here can draw without a screen.
    """

    def __init__(self, sim: Simulation) -> None:
        self._sim = sim
        self._offscreen = Offscreen(sim.model, WIDTH, HEIGHT)
        self._scene = mujoco.MjvScene(sim.model, _MOST_GEOMS)
        self._data, self._options = mujoco.MjData(sim.model), mujoco.MjvOption()
        self._view = mujoco.MjvCamera()
        self._view.distance, self._view.azimuth, self._view.elevation = 3.2, 90.0, -10.0

    def picture(self, index: int) -> np.ndarray:
        """Return a picture (HEIGHT, WIDTH, 3) uint8 of walker `index`."""
        sim, data, model = self._sim, self._data, self._sim.model
        if sim.fields.models is not None:  # it has a model, and so ground, of its own
            model = sim.fields.models[index]
        model.vis.headlight.ambient[:], model.vis.headlight.diffuse[:] = 0.5, 0.5
        data.qpos[:], data.act[:] = sim.qpos[index], sim.act[index]
        if model.nmocap:
            data.mocap_pos[:] = sim.mocap_position[index]
            data.mocap_quat[:] = sim.mocap_quaternion[index]
        mujoco.mj_forward(model, data)
        self._view.lookat[:] = [*data.xpos[sim.root, :2], 0.9]
        mujoco.mjv_updateScene(
            model,
            data,
            self._options,
            mujoco.MjvPerturb(),
            self._view,
            mujoco.mjtCatBit.mjCAT_ALL.value,
            self._scene,
        )
        return self._offscreen.picture(self._scene, heights_of=model)

    def close(self) -> None:
        """Free the graphics memory."""
        self._offscreen.close()
