"""Marks around a recorded walker: muscles, forces, balance, hazards, rails, stripes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import mujoco
import numpy as np
import xarray as xr

from ...models.body import MuscleRow
from ...sim.ground.ground import Ground
from ...sim.physics.root_pose import root_pose
from ..drawing.balance import (
    STANDING,
    base_of_support,
    extrapolated_centre,
    with_standing_foot,
)
from ..drawing.colours import ACTIVATION_TOP, activation_colours
from ..drawing.ground_mesh import (
    BELT_TRAVEL,
    drawn_ground,
    height_under,
    with_belt_travel,
)
from ..drawing.muscle_belly import bellies, muscle_names, spindle
from ..drawing.scene_parts import Belt, DrawnHazard
from .hazards import drawn_hazards

ARROW, CENTRE, AHEAD, BASE = (
    (0.0, 0.56, 0.42),
    (0.10, 0.45, 0.80),
    (0.1, 0.1, 0.12),
    (0.2, 0.4, 0.6),
)
INSIDE, BEYOND, HAZARD = (0.0, 0.45, 0.85), (0.85, 0.33, 0.05), (0.80, 0.12, 0.58)
STRIPE = (0.62, 0.66, 0.70)

_RINGS = 9
_LEAST_LOAD = 0.03  # of body weight: below it no arrow
_LIFT_M = 0.006
_FADE_S = 0.5
_PUSH_M_PER_N_S = 0.02
_STRIPE_M = 0.4
_FADING = ("push", "belt-jerk", "attention-lapse")
_IDENTITY = np.eye(3).ravel()


@dataclass(frozen=True)
class Marks:
    """Everything about a trial that is drawn beside bodies and ground, sample by sample.

    `path` (samples, 2) is the root's, x and y [m].
    """

    recording: xr.Dataset
    ground: Ground
    weight_n: float
    activation: np.ndarray
    path: np.ndarray
    floor: np.ndarray
    ahead: np.ndarray | None
    base: np.ndarray | None
    hazards: list[DrawnHazard]
    treadmill: Belt | None

    @staticmethod
    def of(recording: xr.Dataset, model: mujoco.MjModel, ground: Ground, root: str) -> Marks:
        """Return the marks of one trial (no `trial` dimension); `root` is the body's."""
        recording = with_standing_foot(with_belt_travel(recording))
        names = muscle_names(model)
        activation = np.zeros((recording.sizes["time"], len(names)))
        if "activation" in recording:
            kept = recording["activation"].reindex(muscle=names).transpose("time", "muscle")
            activation = np.clip(np.nan_to_num(kept.values), 0.0, 1.0)
        xy = root_pose(model, root).position(recording["qpos"].values)[:, :2]
        floor = height_under(ground, recording, xy)
        belt = drawn_ground(ground, recording, xy).get("belt") if ground.belt else None
        return Marks(
            recording,
            ground,
            float(recording.attrs.get("body_mass_kg", 75.0)) * 9.81,
            activation,
            xy,
            floor,
            extrapolated_centre(recording, floor),
            base_of_support(recording),
            drawn_hazards(recording, model),
            belt,
        )

    def happening(self, sample: int) -> list[tuple[DrawnHazard, float]]:
        """Return the hazards of a moment, each with its strength: 1, less while it fades."""
        clock = float(self.recording["time"].values[sample])
        found: list[tuple[DrawnHazard, float]] = []
        for hazard in self.hazards:
            gone = clock - hazard["to"]
            fade = _FADE_S if hazard["kind"] in _FADING else 1e-9
            if clock >= hazard["from"] and gone < fade:
                found.append((hazard, 1.0 - max(gone, 0.0) / fade))
        return found

    def margins(self, sample: int) -> tuple[float, float, int] | None:
        """Return the margin of stability along travel, sideways [m], and the side it is on (±1)."""
        if self.ahead is None or self.base is None:
            return None
        away = self.base[sample] - self.ahead[sample, :2]
        away = away[np.isfinite(away).all(axis=1)]
        if not len(away):
            return None
        side = 1 if int(self.recording[STANDING].values[sample]) == 0 else -1
        along = float((away[:, 0] * float(self.recording["travel_sign"])).max())
        return along, float((away[:, 1] * side).max()), side


def add_marks(
    scene: mujoco.MjvScene,
    data: mujoco.MjData,
    marks: Marks,
    sample: int,
    rows: Sequence[MuscleRow],
    *,
    balance: bool = True,
) -> None:
    """Append a sample's marks to the scene; `balance`: forces and balance too."""
    pen = _Pen(scene)
    if marks.treadmill is not None:
        _belt(pen, marks, sample)
    _muscles(pen, data, marks, sample, tuple(rows))
    _hazards(pen, data, marks, sample)
    if balance:
        _forces(pen, marks, sample)
        _balance(pen, marks, sample)


class _Pen:
    """Appends shapes to a scene while there is room."""

    def __init__(self, scene: mujoco.MjvScene) -> None:
        self.scene = scene

    def shape(
        self,
        kind: mujoco.mjtGeom,
        size: Sequence[float],
        at: np.ndarray,
        colour: Sequence[float],
        turn: np.ndarray = _IDENTITY,
        alpha: float = 1.0,
    ) -> mujoco.MjvGeom | None:
        if self.scene.ngeom >= self.scene.maxgeom:
            return None
        geoms: Any = self.scene.geoms
        geom = geoms[self.scene.ngeom]
        rgba = np.array([*colour, alpha], np.float32)
        place, turned = np.asarray(at, float), np.asarray(turn, float)
        mujoco.mjv_initGeom(geom, kind.value, np.array(size, float), place, turned, rgba)
        geom.category = mujoco.mjtCatBit.mjCAT_DECOR.value
        self.scene.ngeom += 1
        return geom

    def rod(
        self,
        a: np.ndarray,
        b: np.ndarray,
        radius: float,
        colour: Sequence[float],
        kind: mujoco.mjtGeom = mujoco.mjtGeom.mjGEOM_CAPSULE,
        alpha: float = 1.0,
    ) -> None:
        geom = self.shape(kind, [1, 1, 1], a, colour, alpha=alpha)
        if geom is not None:
            mujoco.mjv_connector(
                geom, kind.value, radius, np.asarray(a, float), np.asarray(b, float)
            )

    def ball(self, at: np.ndarray, radius: float, colour: Sequence[float]) -> None:
        self.shape(mujoco.mjtGeom.mjGEOM_SPHERE, [radius] * 3, at, colour)

    def arrow(
        self,
        a: np.ndarray,
        b: np.ndarray,
        radius: float,
        colour: Sequence[float],
        alpha: float = 1.0,
    ) -> None:
        self.rod(a, b, radius, colour, mujoco.mjtGeom.mjGEOM_ARROW, alpha)


@lru_cache(maxsize=1)
def _ramp() -> np.ndarray:
    return np.array(
        [[int(c[k : k + 2], 16) / 255 for k in (1, 3, 5)] for c in activation_colours()]
    )


def _muscles(
    pen: _Pen, data: mujoco.MjData, marks: Marks, sample: int, rows: tuple[MuscleRow, ...]
) -> None:
    ramp = _ramp()
    for actuator, belly in enumerate(bellies(data.model, rows)):
        if len(belly.sites) < 2:
            continue
        active = float(marks.activation[sample, actuator])
        colour = ramp[round(min(active / ACTIVATION_TOP, 1.0) * (len(ramp) - 1))]
        rings = spindle(data.site_xpos[list(belly.sites)], belly, active, _RINGS)
        for one, other in itertools.pairwise(rings):
            pen.rod(one[:3], other[:3], 0.5 * (one[3] + other[3]), colour)


def _forces(pen: _Pen, marks: Marks, sample: int) -> None:
    recording = marks.recording
    if "ground_force_n" not in recording or "centre_of_pressure_m" not in recording:
        return
    force = recording["ground_force_n"].isel(time=sample).sum("region").values / marks.weight_n
    centre = recording["centre_of_pressure_m"].isel(time=sample).values
    for foot in range(len(force)):
        if np.linalg.norm(force[foot]) > _LEAST_LOAD and np.isfinite(centre[foot]).all():
            pen.arrow(centre[foot], centre[foot] + force[foot], 0.013, ARROW)


def _balance(pen: _Pen, marks: Marks, sample: int) -> None:
    if marks.ahead is None or not np.isfinite(marks.ahead[sample]).all():
        return
    com = marks.recording["com_position_m"].values[sample].astype(float)
    ground = _lying(marks, sample, marks.ahead[sample, None, :2])[0]
    pen.ball(com, 0.032, CENTRE)
    pen.rod(com, _lying(marks, sample, com[None, :2])[0], 0.003, CENTRE)
    pen.ball(ground, 0.024, AHEAD)
    if marks.base is not None:
        corners = marks.base[sample]
        corners = corners[np.isfinite(corners).all(axis=1)]
        if len(corners):
            lying = _lying(marks, sample, corners)
            for a, b in zip(lying, np.roll(lying, -1, axis=0), strict=True):
                pen.rod(a, b, 0.005, BASE)
    margins = marks.margins(sample)
    if margins is not None:
        along, sideways, side = margins
        travel = float(marks.recording["travel_sign"])
        for size, way in ((along, (travel, 0.0)), (sideways, (0.0, float(side)))):
            tip = _lying(marks, sample, marks.ahead[sample, None, :2] + size * np.array([way]))[0]
            pen.rod(ground, tip, 0.008, INSIDE if size >= 0 else BEYOND)


def _lying(marks: Marks, sample: int, xy: np.ndarray) -> np.ndarray:
    """Return points (k, 3) on the ground at places (k, 2)."""
    if marks.ground.belt is not None and "belt_slope" in marks.recording:
        slope = float(np.nan_to_num(marks.recording["belt_slope"].values[sample]))
        height = slope * xy[:, 0]
    else:
        height = marks.ground.height(xy[None])[0]
    return np.column_stack([xy, height + _LIFT_M])


def _hazards(pen: _Pen, data: mujoco.MjData, marks: Marks, sample: int) -> None:
    box = mujoco.mjtGeom.mjGEOM_BOX
    for hazard, strength in marks.happening(sample):
        kind, foot = hazard["kind"], "l" if hazard["foot"] == "left" else "r"
        if kind == "push" and "direction" in hazard:
            body, way = hazard.get("body", 1), np.array(hazard["direction"])
            turned = data.xmat[body].reshape(3, 3) @ np.array(hazard.get("middle"))
            tip = data.xpos[body] + turned - 0.13 * way
            size = max(_PUSH_M_PER_N_S * hazard.get("impulse_n_s", 0.0), 0.15)
            pen.arrow(tip - size * way, tip, 0.022, HAZARD, 0.3 + 0.7 * strength)
        elif kind == "trip" and "place" in hazard and "size" in hazard:
            pen.shape(box, hazard["size"], np.array(hazard["place"]), HAZARD)
        elif kind == "missed-step" and "hole" in hazard:
            x0, x1, y0, y1, _ = hazard["hole"]
            middle = np.array([[(x0 + x1) / 2, (y0 + y1) / 2]])
            half = [(x1 - x0) / 2, (y1 - y0) / 2, 0.002]
            pen.shape(box, half, _lying(marks, sample, middle)[0], (0.12, 0.10, 0.10))
        elif kind == "slip":
            at = data.xpos[data.model.body(f"foot_{foot}").id]
            lying = _lying(marks, sample, at[None, :2])[0]
            pen.shape(mujoco.mjtGeom.mjGEOM_CYLINDER, [0.17, 0.17, 0.002], lying, HAZARD, alpha=0.7)


def _belt(pen: _Pen, marks: Marks, sample: int) -> None:
    """Stripes that run with the belt, and the rails."""
    assert marks.treadmill is not None
    length, width = marks.treadmill["length"], marks.treadmill["width"]
    travel = float(np.nan_to_num(marks.recording[BELT_TRAVEL].values[sample]))
    slope = 0.0
    if "belt_slope" in marks.recording:
        slope = float(np.nan_to_num(marks.recording["belt_slope"].values[sample]))
    c, s = 1.0 / np.hypot(1.0, slope), slope / np.hypot(1.0, slope)
    turn = np.array([[c, 0.0, -s], [0.0, 1.0, 0.0], [s, 0.0, c]])
    count = max(1, round(length / _STRIPE_M))
    for k in range(count):
        x = (k * length / count + travel) % length - 0.5 * length
        if abs(x) < 0.5 * length - 0.02:
            at = turn @ np.array([x, 0.0, 0.001])
            half = [0.018, 0.5 * width, 0.001]
            pen.shape(mujoco.mjtGeom.mjGEOM_BOX, half, at, STRIPE, turn.ravel())
    for rail in marks.treadmill["rails"]:
        matrix = np.empty(9)
        mujoco.mju_quat2Mat(matrix, np.array(rail["quaternion"]))
        place, kind = np.array(rail["position"]), mujoco.mjtGeom.mjGEOM_CAPSULE
        pen.shape(kind, rail["size"], place, rail["colour"], matrix)
