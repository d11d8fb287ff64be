"""Render one stride of a shipped gait as a row of frames: the pictures of README and docs.

Needs OpenGL without a display: `apt-get install libosmesa6`, then

    MUJOCO_GL=osmesa python docs/picture.py backward 0.8 docs/images/backward.png
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib.image
import mujoco
import numpy as np

from retrowalk.envs.technique import Technique
from retrowalk.experiments.plan import Cell, TrialSpec
from retrowalk.experiments.rollout import rollout_cell
from retrowalk.models.body import build_body
from retrowalk.models.walker import Walker
from retrowalk.sim.surface import add_surface

FRAMES, WIDTH, HEIGHT = 6, 240, 440


def main(direction: str, speed: float, out: Path) -> None:
    """Walk ten seconds and write the last whole stride's frames side by side."""
    technique = Technique(speed_m_per_s=speed)
    cell = Cell(
        0, "picture", (), direction, "human", Walker(), "flat", "scripted", technique, "", 10.0
    )
    recording = rollout_cell(cell, [TrialSpec(0, 0, 1)], 1)
    loaded = recording["ground_force_n"].sel(axis="z").sum("region").values[0, :, 1] > 40.0
    lands = np.flatnonzero(loaded[10:] & ~loaded[:-10].copy())
    lands = lands[np.r_[True, np.diff(lands) > 100]] + 10
    samples = np.linspace(lands[-2], lands[-1], FRAMES, endpoint=False).astype(int)
    qpos = recording["qpos"].values[0, samples]

    spec = build_body().spec()
    add_surface(spec, "flat")
    spec.worldbody.add_light(
        pos=[0, 0, 6], dir=[0.3, 0.3, -1], type=mujoco.mjtLightType.mjLIGHT_DIRECTIONAL
    )
    spec.visual.headlight.ambient[:] = 0.45
    ground = spec.geom("ground")
    ground.rgba[:] = [0.80, 0.82, 0.78, 1.0]
    sky = spec.add_texture(
        name="sky",
        type=mujoco.mjtTexture.mjTEXTURE_SKYBOX,
        builtin=mujoco.mjtBuiltin.mjBUILTIN_GRADIENT,
        width=64,
        height=384,
    )
    sky.rgb1[:], sky.rgb2[:] = [0.93, 0.95, 0.97], [0.99, 0.99, 0.99]
    model = spec.compile()
    data = mujoco.MjData(model)
    camera = mujoco.MjvCamera()
    camera.distance, camera.azimuth, camera.elevation = 2.9, 90.0, -6.0
    options = mujoco.MjvOption()
    options.geomgroup[3] = 0
    options.sitegroup[:] = 0
    images = []
    with mujoco.Renderer(model, HEIGHT, WIDTH) as renderer:
        for pose in qpos:
            data.qpos[:] = pose
            mujoco.mj_forward(model, data)
            camera.lookat[:] = [pose[0], pose[1], 0.86]
            renderer.update_scene(data, camera, options)
            images.append(renderer.render().copy())
    out.parent.mkdir(parents=True, exist_ok=True)
    matplotlib.image.imsave(out, np.hstack(images))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), Path(sys.argv[3]))
