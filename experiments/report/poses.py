"""One stride as a row of stick figures, for print."""

from __future__ import annotations

from collections.abc import Iterator

import mujoco
import numpy as np
import pandas as pd
import xarray as xr

from ...models.sides import SIDES, side_of
from ..drawing.bodies import body_poses
from ..drawing.series import steady_from
from .data import Cell
from .style import DIRECTION_COLOURS, GRID, INK, SOFT, Picture, canvas, picture


def poses(
    cell: Cell,
    recording: xr.Dataset,
    model: mujoco.MjModel,
    strides: pd.DataFrame,
    name: str,
) -> Picture:
    """One stride as still stick figures, seen from the walker's right side."""
    from matplotlib.patches import Circle

    start, stride = _stride(recording, strides)
    wanted = start + np.linspace(0, stride, 9)
    clip = recording.sel(time=wanted, method="nearest")
    position, quaternion = body_poses(model, clip["qpos"].values)
    travel = -1.0 if cell.direction == "backward" else 1.0
    spacing = 0.62
    colour = DIRECTION_COLOURS.get(cell.direction, INK)
    with canvas(7.2, 2.35) as (figure, ((axes,),)):
        for k, (place, turn) in enumerate(zip(position, quaternion, strict=True)):
            shift = travel * spacing * k - place[1, 0]
            head = _head(model, place, turn)
            if head is not None:
                axes.add_patch(Circle((head[0] + shift, head[2]), 0.1, color=SOFT, linewidth=0))
            for side in (SIDES[0], "", SIDES[1]):  # far side first
                tone = {SIDES[0]: GRID, "": SOFT, SIDES[1]: colour}[side]
                for a, b in _sticks(model, place, turn, side):
                    axes.plot([a[0] + shift, b[0] + shift], [a[2], b[2]], color=tone, linewidth=2.4)
        axes.axhline(0, color=SOFT, linewidth=0.8)
        axes.annotate(
            "",
            (travel * spacing * 9.4, 0.05),
            (travel * spacing * 8.9, 0.05),
            arrowprops={"arrowstyle": "->", "color": INK},
        )
        ends = sorted((-0.6 * travel, spacing * 9.5 * travel))
        axes.set_xlim(*ends)
        axes.set_aspect("equal")
        axes.set_axis_off()
        text = (
            f"Nine poses over one stride of {stride:.2f} s, {cell.label}, spread out along the "
            "direction of travel; the right leg and arm are in colour."
        )
        return picture(figure, name, f"One stride, {cell.label}", text)


def _stride(recording: xr.Dataset, strides: pd.DataFrame) -> tuple[float, float]:
    """Return start and length of the first steady stride of the right foot [s]."""
    if {"trial", "foot", "start_s", "stride_time_s"} <= set(strides):
        own = strides[(strides["trial"] == int(recording["trial"])) & (strides["foot"] == "right")]
        if len(own):
            return float(own["start_s"].iloc[0]), float(own["stride_time_s"].iloc[0])
    return steady_from(recording), 1.1  # about a stride, where none was measured


def _head(model: mujoco.MjModel, place: np.ndarray, turn: np.ndarray) -> np.ndarray | None:
    """Return the middle of the head, None without one."""
    body = mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_BODY, "head")
    shapes = np.flatnonzero(model.geom_bodyid == body)
    if body < 0 or not len(shapes):
        return None
    rotated = np.empty(3)
    mujoco.mju_rotVecQuat(rotated, model.geom_pos[shapes].mean(axis=0), turn[body])
    return place[body] + rotated


def _sticks(
    model: mujoco.MjModel, place: np.ndarray, turn: np.ndarray, side: str
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the ends of the lines that stand for the bodies of a side (`l`, `r`, none)."""
    rotated = np.empty(3)
    for body in range(1, model.nbody):
        name = model.body(body).name
        own = side_of(name)
        if own != side:
            continue
        parent = int(model.body_parentid[body])
        if parent > 0:
            yield place[parent], place[body]
        shapes = np.flatnonzero(model.geom_bodyid == body)
        if body in model.body_parentid[1:] or name == "head" or not len(shapes):
            continue
        local = model.geom_pos[shapes]  # a last segment ends at its farthest shape
        far = local[np.argmax((local**2).sum(axis=1))]
        mujoco.mju_rotVecQuat(rotated, far, turn[body])
        yield place[body], place[body] + rotated
