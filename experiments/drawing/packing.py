"""Numbers and shapes of a replay scene as small JSON."""

from __future__ import annotations

import base64

import mujoco
import numpy as np

from .scene_parts import Block, Shape

KINDS = {
    mujoco.mjtGeom.mjGEOM_SPHERE: "ellipsoid",
    mujoco.mjtGeom.mjGEOM_ELLIPSOID: "ellipsoid",
    mujoco.mjtGeom.mjGEOM_CAPSULE: "capsule",
    mujoco.mjtGeom.mjGEOM_CYLINDER: "capsule",
    mujoco.mjtGeom.mjGEOM_BOX: "box",
}
"""What the player draws each of MuJoCo's shapes as."""


def shape(model: mujoco.MjModel, geom: int) -> Shape:
    """Return body, kind, half sizes along its own axes, pose in the body, colour of a geom.

    Half sizes of a capsule: radius, radius, half length.
    """
    kind = mujoco.mjtGeom(model.geom_type[geom])
    size = model.geom_size[geom].copy()
    if kind == mujoco.mjtGeom.mjGEOM_SPHERE:
        size[:] = size[0]
    elif kind in (mujoco.mjtGeom.mjGEOM_CAPSULE, mujoco.mjtGeom.mjGEOM_CYLINDER):
        size = np.array([size[0], size[0], size[1]])
    return {
        "body": int(model.geom_bodyid[geom]),
        "kind": KINDS[kind],
        "size": rounded(size),
        "position": rounded(model.geom_pos[geom]),
        "quaternion": rounded(model.geom_quat[geom]),
        "colour": rounded(model.geom_rgba[geom, :3], 3),
    }


def block(values: np.ndarray, step: float) -> Block:
    """Return (frames, ...) as int16 multiples of `step`; -32768 stands for "no value"."""
    flat = values.reshape(len(values), -1)
    whole = np.clip(np.round(np.nan_to_num(flat / step)), -32767, 32767).astype("<i2")
    whole[~np.isfinite(flat)] = -32768
    return {"width": flat.shape[1], "step": step, "data": encode(whole, "<i2")}


def encode(values: np.ndarray, kind: str) -> str:
    """Return base64 of the values as numbers of `kind`, as numpy writes it."""
    return base64.b64encode(np.ascontiguousarray(values, dtype=kind).tobytes()).decode("ascii")


def rounded(values: np.ndarray, digits: int = 5) -> list[float]:
    """Return the values as a list of short numbers."""
    return [round(float(value), digits) for value in values]
