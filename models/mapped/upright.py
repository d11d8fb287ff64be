"""An MJCF's bodies with the axes of the world: x forward, y left, z up, in straight standing.

Laws and measures read forces, tilts and lengths in the frames of the bodies. A body of somebody
else has frames of its own; here every frame is turned to the world's and all that lies in it is
turned back, so that the physics stays what it is.
"""

from __future__ import annotations

import mujoco
import numpy as np
from scipy.spatial.transform import Rotation

from ...sim.physics.spec_parts import SpecParts
from .body_map import FORWARD

_QUATERNION = mujoco.mjtOrientation.mjORIENTATION_QUAT
_MESH = mujoco.mjtGeom.mjGEOM_MESH
_STRAIGHT = np.array([1.0, 0.0, 0.0, 0.0])
_DIGITS = 12  # of axes: what is along an axis of the world is so exactly


def make_upright(spec: SpecParts, root: str, thighs: tuple[str, str], forward: str) -> None:
    """Turn all frames of `spec`, and put the origin of `root` midway between the hips.

    Inertias are written out, so that they no longer follow from geoms; scenery (geoms of the
    world), cameras, lights and keyframes go.
    """
    _clear_scenery(spec)
    spec.compiler.fusestatic = False
    model = spec.compile()
    data = mujoco.MjData(model)
    mujoco.mj_kinematics(model, data)
    turn = Rotation.from_euler("z", FORWARD[forward], degrees=True)
    frames = turn * _rotation(data.xquat)
    for body in spec.bodies[1:]:
        i = body.id
        own = frames[i]
        body.pos = frames[model.body_parentid[i]].apply(model.body_pos[i])
        body.quat, body.alt.type = _STRAIGHT, _QUATERNION
        body.explicitinertial, body.fullinertia = True, np.full(6, np.nan)
        body.mass, body.inertia = float(model.body_mass[i]), model.body_inertia[i]
        body.ipos = own.apply(model.body_ipos[i])
        body.iquat = _quaternion(own * _rotation(model.body_iquat[i]))
        body.ialt.type = _QUATERNION
    for frame in spec.frames:
        frame.pos, frame.quat, frame.alt.type = np.zeros(3), _STRAIGHT, _QUATERNION
    for joint in spec.joints:
        own = frames[model.jnt_bodyid[joint.id]]
        joint.pos = own.apply(model.jnt_pos[joint.id])
        joint.axis = own.apply(model.jnt_axis[joint.id]).round(_DIGITS) + 0.0
    for site in spec.sites:
        own = frames[model.site_bodyid[site.id]]
        site.pos = own.apply(model.site_pos[site.id])
        site.quat = _quaternion(own * _rotation(model.site_quat[site.id]))
        site.fromto, site.alt.type = np.full(6, np.nan), _QUATERNION
    for geom in spec.geoms:
        _turn_geom(geom, model, frames[model.geom_bodyid[geom.id]])
    spec.compiler.inertiafromgeom = mujoco.mjtInertiaFromGeom.mjINERTIAFROMGEOM_FALSE
    spec.compiler.settotalmass, spec.compiler.balanceinertia = -1.0, True
    hips = turn.apply(data.xpos[[model.body(name).id for name in thighs]]).mean(0)
    _move_origin(spec, root, hips - turn.apply(data.xpos[model.body(root).id]))


def _clear_scenery(spec: SpecParts) -> None:
    world = spec.bodies[0].name
    of_world = [part for part in (*spec.geoms, *spec.sites) if part.parent.name == world]
    for part in (*spec.cameras, *spec.lights, *spec.keys, *of_world):
        spec.delete(part)


def _turn_geom(geom: mujoco.MjsGeom, model: mujoco.MjModel, own: Rotation) -> None:
    """Turn one geom; where a mesh gave only its size it has that and needs the mesh no more."""
    i = geom.id
    place, turned = model.geom_pos[i], _rotation(model.geom_quat[i])
    if model.geom_type[i] == _MESH:  # as compiled, a mesh's own centre and axes are in it
        mesh = model.geom_dataid[i]
        turned = turned * _rotation(model.mesh_quat[mesh]).inv()
        place = place - turned.apply(model.mesh_pos[mesh])
    else:
        geom.meshname, geom.size = "", model.geom_size[i]
    geom.pos, geom.quat = own.apply(place), _quaternion(own * turned)
    geom.fromto, geom.alt.type = np.full(6, np.nan), _QUATERNION


def _move_origin(spec: SpecParts, root: str, by: np.ndarray) -> None:
    """Move the origin of body `root` and leave all that hangs on it where it is."""
    body = spec.body(root)
    body.pos = body.pos + by
    body.ipos = body.ipos - by
    for part in (*spec.geoms, *spec.sites, *spec.bodies[1:]):
        if part.parent.name == root:
            part.pos = part.pos - by
    for joint in spec.joints:
        if joint.parent.name == root:
            joint.pos, joint.ref = np.zeros(3), 0.0


def _rotation(quaternion: np.ndarray) -> Rotation:
    return Rotation.from_quat(quaternion, scalar_first=True)


def _quaternion(rotation: Rotation) -> np.ndarray:
    return rotation.as_quat(scalar_first=True)
