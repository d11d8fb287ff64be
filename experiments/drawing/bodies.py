"""Bodies as a recording names them: compiled, posed, with the groups of their muscles."""

from __future__ import annotations

from dataclasses import replace

import mujoco
import numpy as np
import xarray as xr

from ...models.walker import Walker
from ...sim.plain_values import is_mapping


def compile_body(body: str, walker: str, settings: object = None) -> mujoco.MjModel:
    """Return the compiled model of a body as a recording names it, without any ground.

    `settings` are the walker's fields in the run's config: they tell of a walker that is not in
    the catalogue.
    """
    from ...models.body import build_body

    return build_body(body, person_of(walker, settings)).spec().compile()


def person_of(walker: str, settings: object = None) -> Walker:
    """Return who walks, by the name in a recording and the walker's fields in the run's config.

    Raises:
        ConfigError: neither tells.
    """
    from ...models.catalogue import WALKERS, find_walker

    given = dict(settings) if is_mapping(settings) else {}
    fields = {k: v for k, v in given.items() if k != "preset" and v is not None}
    if walker in WALKERS or not fields:
        return find_walker(walker)
    base = find_walker(given.get("preset") or "young-adult")
    return replace(base, name=walker, **fields)


def groups_of(recording: xr.Dataset) -> dict[str, str]:
    """Return the group of every muscle of a recording, by the muscle's name."""
    if "muscle_group" not in recording.coords:
        return {}
    names = recording["muscle"].values
    return {str(n): str(g) for n, g in zip(names, recording["muscle_group"].values, strict=True)}


def body_poses(model: mujoco.MjModel, qpos: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return world positions (frames, bodies, 3) and unit quaternions (frames, bodies, 4)."""
    data = mujoco.MjData(model)
    position = np.empty((len(qpos), model.nbody, 3))
    quaternion = np.empty((len(qpos), model.nbody, 4))
    for frame, pose in enumerate(qpos):
        data.qpos[:] = pose
        mujoco.mj_kinematics(model, data)
        position[frame], quaternion[frame] = data.xpos, data.xquat
    return position, quaternion
