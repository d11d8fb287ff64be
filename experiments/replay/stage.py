"""A recorded trial as MuJoCo draws it: for videos, and for the pictures of the documents.

with Stage(recording, body, walker, Size(640, 480)) as stage:
    image = stage.image(sample, Camera.of("side"))
"""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Any

import mujoco
import numpy as np
import xarray as xr

from ...models.body import build_body
from ...models.walker import Walker
from ...sim.errors import ConfigError
from ...sim.ground.ground import Ground, lay_ground
from ...sim.ground.surface import Surface
from ...sim.offscreen import NoOpenGLError, Offscreen
from ..drawing.ground_mesh import laid_ground
from ..drawing.skin import skin_of
from .stage_marks import Marks, add_marks

MOST_SHAPES = 8000
SEEN_THROUGH = {
    "thigh": 0.16,
    "shank": 0.16,
    "pelvis": 0.24,
    "torso": 0.42,
    "foot": 0.6,
    "toes": 0.6,
}
"""How solid the skin over muscles is drawn, by body; the rest is solid."""

_OWN_SHAPES = 5  # group of the model's plain shapes, which the skin hides
_SUN = [0.16, 0.46, -0.87]
_SKY, _HORIZON = [0.62, 0.73, 0.84], [0.93, 0.95, 0.97]


@dataclass(frozen=True)
class Size:
    """Of a picture [pixels]."""

    wide: int
    high: int


@dataclass(frozen=True)
class CameraView:
    """Where from: turned about the vertical and above the horizon [degrees], how far [m].

    `beside` moves what is looked at, along x [m]; `height` is how high above the ground it lies.
    """

    azimuth: float
    elevation: float
    distance: float = 4.1
    beside: float = 0.0
    height: float = 0.94

    @staticmethod
    def of(name: str) -> CameraView:
        """Return a camera by its name.

        Raises:
            ConfigError: there is none of that name.
        """
        if name not in CAMERAS:
            raise ConfigError(f"--camera {name}: must be one of {', '.join(CAMERAS)}")
        return CAMERAS[name]


CAMERAS = {
    "follow": CameraView(122.0, -12.0),
    "side": CameraView(90.0, -6.0),
    "back": CameraView(0.0, -8.0),
    "front": CameraView(180.0, -8.0),
    "top": CameraView(90.0, -75.0, 5.0),
}


class TrialStage:
    """One trial's walker on its ground, drawn by MuJoCo.

    Args:
        recording: of one trial (no `trial` dimension). body, walker: who walks.
        size: of the pictures. muscles: draw them, under skin that can be seen through.
        squares: half a metre wide, on the floor; else it is of one colour.

    Raises:
        NoOpenGLError: nothing here can draw.
    """

    def __init__(
        self,
        recording: xr.Dataset,
        body: str,
        walker: Walker,
        size: Size,
        *,
        muscles: bool = True,
        squares: bool = True,
    ) -> None:
        self.recording, self.size, self.muscles = recording, size, muscles
        laid = laid_ground(recording)
        self.ground = laid or lay_ground(Surface(), 1.0, 10.0, [np.random.default_rng(0)])
        built = build_body(body, walker)
        self.rows = built.muscles
        self.model = _dressed(built.spec(), walker, self.ground, size, muscles, squares)
        self.ground.finish(self.model)
        self.data = mujoco.MjData(self.model)
        try:
            font = mujoco.mjtFontScale.mjFONTSCALE_150
            self._offscreen = Offscreen(self.model, size.wide, size.high, font)
        except NoOpenGLError as error:
            raise NoOpenGLError(f"{error}; the page that --html writes needs nothing") from error
        self._scene = mujoco.MjvScene(self.model, MOST_SHAPES)
        self._scene.flags[mujoco.mjtRndFlag.mjRND_FOG] = 1
        self._options = mujoco.MjvOption()
        self._options.geomgroup[:] = [1, 1, 1, 0, 1, 0]
        self._options.sitegroup[:] = 0
        self._options.flags[mujoco.mjtVisFlag.mjVIS_TENDON] = 0
        self._options.flags[mujoco.mjtVisFlag.mjVIS_ACTUATOR] = 0
        self.marks = Marks.of(recording, self.model, self.ground, built.anatomy.root)

    def image(
        self,
        sample: int,
        camera: CameraView,
        target: np.ndarray | None = None,
        show: str = "balance",
    ) -> np.ndarray:
        """Return the picture (high, wide, 3) uint8 of a sample of the recording.

        Args:
            target: x and y of what is looked at [m]; the walker where it is not given.
            show: `balance` adds forces and balance, `muscles` only muscles, `nothing` neither.
        """
        pose = self.recording["qpos"].values[sample]
        self._pose(pose, sample)
        look = mujoco.MjvCamera()
        xy = self.marks.path[sample] if target is None else target
        look.azimuth, look.elevation, look.distance = (
            camera.azimuth,
            camera.elevation,
            camera.distance,
        )
        look.lookat[:] = [xy[0] + camera.beside, xy[1], self.floor(sample, xy) + camera.height]
        mujoco.mjv_updateScene(
            self.model,
            self.data,
            self._options,
            None,
            look,
            mujoco.mjtCatBit.mjCAT_ALL.value,
            self._scene,
        )
        if show != "nothing":
            add_marks(
                self._scene, self.data, self.marks, sample, self.rows, balance=show == "balance"
            )
        return self._offscreen.picture(self._scene)

    def floor(self, sample: int, xy: np.ndarray) -> float:
        """Return the ground's height [m] below a place, without bumps: cameras keep steady."""
        if self.ground.belt is not None:
            return 0.0
        return float(self.ground.plane[0] * xy[0] + self.ground.plane[1] * xy[1])

    def _pose(self, pose: np.ndarray, sample: int) -> None:
        self.data.qpos[: len(pose)] = pose
        if self.ground.belt is not None and "belt_slope" in self.recording:
            slope = float(np.nan_to_num(self.recording["belt_slope"].values[sample]))
            belt = self.model.body_mocapid[self.model.body("belt").id]
            tilt = np.array([0.0, 1.0, 0.0])
            mujoco.mju_axisAngle2Quat(self.data.mocap_quat[belt], tilt, -np.arctan(slope))
        mujoco.mj_kinematics(self.model, self.data)
        mujoco.mj_comPos(self.model, self.data)
        self.model.light_pos[0] = pose[:3] - 4.0 * np.array(_SUN)  # shadows are near
        mujoco.mj_camlight(self.model, self.data)
        mujoco.mj_tendon(self.model, self.data)

    def close(self) -> None:
        """Free the graphics memory."""
        self._offscreen.close()

    def __enter__(self) -> TrialStage:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _dressed(
    spec: mujoco.MjSpec,
    walker: Walker,
    ground: Ground,
    size: Size,
    see_through: bool,
    squares: bool,
) -> mujoco.MjModel:
    """Return the body on its ground with skin, sky and light; its own shapes are not drawn."""
    plain = spec.copy().compile()
    skin = skin_of(plain, walker)  # of bodies that do not look like people, the shapes themselves
    shapes: Any = spec.geoms
    for geom in shapes:
        geom.group = _OWN_SHAPES
    ground.add_to(spec)
    spec.visual.global_.offwidth, spec.visual.global_.offheight = size.wide, size.high
    spec.visual.quality.shadowsize = 4096
    spec.visual.quality.numslices = 12
    spec.visual.quality.numstacks = 6
    spec.visual.quality.offsamples = 4
    spec.visual.headlight.ambient[:] = 0.42
    spec.visual.headlight.diffuse[:] = 0.22
    spec.visual.headlight.specular[:] = 0.05
    spec.visual.global_.fovy = 30.0
    spec.visual.map.znear, spec.visual.map.zfar = 0.2, 40.0
    spec.visual.map.fogstart, spec.visual.map.fogend = 4.0, 14.0
    spec.visual.map.shadowclip = 6.0
    spec.visual.rgba.fog[:] = [*_HORIZON, 1.0]
    spec.stat.extent, spec.stat.center[:] = 1.6, [0.0, 0.0, 0.9]
    spec.worldbody.add_light(
        pos=[0, 0, 6],
        dir=_SUN,
        type=mujoco.mjtLightType.mjLIGHT_DIRECTIONAL,
        diffuse=[0.55, 0.55, 0.53],
        specular=[0.12, 0.12, 0.12],
    )
    _floor(spec, ground, squares)
    for body, piece in skin:
        mesh = spec.add_mesh(name=f"skin {piece.name}")
        mesh.uservert = piece.vertices.astype(float).ravel()
        mesh.userface = piece.faces.astype(np.int32).ravel()
        name = plain.body(body).name
        solid = SEEN_THROUGH.get(name.split("_")[0], 1.0) if see_through else 1.0
        spec.body(name).add_geom(
            type=mujoco.mjtGeom.mjGEOM_MESH,
            meshname=mesh.name,
            contype=0,
            conaffinity=0,
            mass=0.0,
            group=4,
            rgba=[*piece.colour, solid],
        )
    return spec.compile()


def _floor(spec: mujoco.MjSpec, ground: Ground, checked: bool) -> None:
    """Give the ground a colour of its kind, in squares of half a metre, and the sky its own."""
    sky = spec.add_texture(
        name="sky",
        type=mujoco.mjtTexture.mjTEXTURE_SKYBOX,
        builtin=mujoco.mjtBuiltin.mjBUILTIN_GRADIENT,
        width=64,
        height=384,
    )
    sky.rgb1[:], sky.rgb2[:] = _SKY, _HORIZON
    squares = spec.add_texture(
        name="squares",
        type=mujoco.mjtTexture.mjTEXTURE_2D,
        builtin=mujoco.mjtBuiltin.mjBUILTIN_CHECKER,
        width=512,
        height=512,
    )
    light, dark = ground_colours(ground.surface)
    squares.rgb1[:], squares.rgb2[:] = light, dark if checked else light
    material = spec.add_material(name="squares", texuniform=True, texrepeat=[1, 1])
    material.textures[mujoco.mjtTextureRole.mjTEXROLE_RGB] = "squares"
    material.specular, material.shininess = 0.05, 0.1
    seen = spec.geom("floor") if ground.belt is not None else spec.geom("ground")
    seen.material = "squares"
    seen.rgba[:] = [1, 1, 1, 1]


def ground_colours(surface: Surface) -> tuple[list[float], list[float]]:
    """Return the two colours of the squares: of stone, lawn, sand, mat or water."""
    if surface.indentation_m:
        if surface.damping_ratio > 0.5:
            return [0.86, 0.78, 0.58], [0.83, 0.74, 0.54]
        if surface.friction < 0.9:
            return [0.45, 0.62, 0.36], [0.42, 0.58, 0.33]
        return [0.40, 0.52, 0.70], [0.36, 0.48, 0.66]
    if surface.friction < 0.5:
        return [0.66, 0.76, 0.82], [0.61, 0.72, 0.79]
    return [0.80, 0.81, 0.80], [0.73, 0.74, 0.74]
