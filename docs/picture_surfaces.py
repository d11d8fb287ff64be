"""Render a walker on every surface of the catalogue: the pictures of docs/surfaces.md.

Needs OpenGL without a display: `apt-get install libosmesa6`, then

    MUJOCO_GL=osmesa python docs/picture_surfaces.py docs/images/surfaces
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib.image
import mujoco
import numpy as np

from retrowalk.envs.technique import Technique
from retrowalk.experiments.cell_ground import recorded_ground
from retrowalk.experiments.plan import Cell, TrialSpec
from retrowalk.experiments.rollout import rollout_cell
from retrowalk.models.body import build_body
from retrowalk.models.walker import Walker
from retrowalk.sim.ground.presets import PRESETS

WIDTH, HEIGHT = 420, 300
WALK_S = 3.0
SEED = 30  # of a trial whose first patch, kerb and bar are near the start


def main(folder: Path, names: list[str]) -> None:
    """Walk three seconds backward on each surface and write the last instant before a fall."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        technique = Technique(speed_m_per_s=0.6)
        cell = Cell(
            0, "x", (), "backward", "human", Walker(), name, "scripted", technique, "", WALK_S
        )
        recording = rollout_cell(cell, [TrialSpec(0, 0, SEED)], 1)
        fell = float(recording["time_to_fall_s"][0])
        until = WALK_S if np.isnan(fell) else fell - 0.4
        sample = int(np.searchsorted(recording["time"].values, until)) - 1
        image = render(recording, recording["qpos"].values[0, sample])
        matplotlib.image.imsave(folder / f"{name}.png", image)
        print(name, "" if np.isnan(fell) else f"fell after {fell:.1f} s")


def render(recording, pose: np.ndarray) -> np.ndarray:  # type: ignore[no-untyped-def]
    """Return the picture of a pose on the ground of the recording."""
    ground = recorded_ground(recording)
    spec = build_body().spec()
    ground.add_to(spec)
    spec.worldbody.add_light(
        pos=[0, 0, 6], dir=[0.5, 0.35, -0.8], type=mujoco.mjtLightType.mjLIGHT_DIRECTIONAL
    )
    spec.visual.headlight.ambient[:] = 0.35
    spec.visual.headlight.diffuse[:] = 0.25
    sky = spec.add_texture(
        name="sky",
        type=mujoco.mjtTexture.mjTEXTURE_SKYBOX,
        builtin=mujoco.mjtBuiltin.mjBUILTIN_GRADIENT,
        width=64,
        height=384,
    )
    sky.rgb1[:], sky.rgb2[:] = [0.93, 0.95, 0.97], [0.99, 0.99, 0.99]
    checker = spec.add_texture(
        name="checker",
        type=mujoco.mjtTexture.mjTEXTURE_2D,
        builtin=mujoco.mjtBuiltin.mjBUILTIN_CHECKER,
        width=256,
        height=256,
    )
    checker.rgb1[:], checker.rgb2[:] = colours(ground)
    squares = spec.add_material(name="squares", texuniform=True, texrepeat=[2, 2])
    squares.textures[mujoco.mjtTextureRole.mjTEXROLE_RGB] = "checker"
    seen = spec.geom("floor") if ground.belt is not None else spec.geom("ground")
    seen.material = "squares"
    seen.rgba[:] = [1, 1, 1, 1]
    model = spec.compile()
    ground.finish(model)
    data = mujoco.MjData(model)
    data.qpos[:] = pose
    mujoco.mj_forward(model, data)
    camera = mujoco.MjvCamera()
    camera.distance, camera.azimuth, camera.elevation = 3.6, 65.0, -14.0
    floor = float(ground.height(pose[None, None, :2])[0, 0])
    camera.lookat[:] = [pose[0] - 0.4, pose[1], floor + 0.62]
    options = mujoco.MjvOption()
    options.geomgroup[3] = 0
    options.sitegroup[:] = 0
    with mujoco.Renderer(model, HEIGHT, WIDTH) as renderer:
        renderer.update_scene(data, camera, options)
        return renderer.render().copy()


def colours(ground) -> tuple[list[float], list[float]]:  # type: ignore[no-untyped-def]
    """Return the two colours of the squares: of stone, lawn, sand, mat or water."""
    surface = ground.surface
    if surface.indentation_m:
        if surface.damping_ratio > 0.5:
            return [0.86, 0.78, 0.58], [0.83, 0.74, 0.54]
        if surface.friction < 0.9:
            return [0.45, 0.62, 0.36], [0.42, 0.58, 0.33]
        return [0.40, 0.52, 0.70], [0.36, 0.48, 0.66]
    if surface.friction < 0.5:
        return [0.66, 0.76, 0.82], [0.61, 0.72, 0.79]
    return [0.83, 0.84, 0.81], [0.74, 0.75, 0.72]


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or list(PRESETS))
