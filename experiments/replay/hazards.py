"""Hazards of a recorded trial as the player marks them: when, where, direction, severity."""

from __future__ import annotations

import mujoco
import numpy as np
import xarray as xr

from ...models.sides import sided
from ...sim.hazards.hazard import kinds
from ...sim.hazards.trip import BAR_HALF_DEPTH_M, BAR_HALF_WIDTH_M
from ..drawing.packing import rounded
from ..drawing.scene_parts import DrawnHazard

_REGIONS = ("heel", "ball", "toe")
_ROOM_M = 0.02  # around a foot in a hole
_UNSEEN_HOLE_M = (0.16, 0.08)  # half sizes of a hole that no foot came into


def drawn_hazards(recording: xr.Dataset, model: mujoco.MjModel) -> list[DrawnHazard]:
    """Return the hazards that came in a trial (no `trial` dimension), in order of their onset.

    Each has `kind`, `from` and `to` [s of the trial], `foot`, `words` and, by its kind, the `body`
    and `direction` of a push, the `place` and `size` of a trip's bar, the `hole` of a missed step
    (least and most x and y, height of its floor).
    """
    if "hazard_onset_s" not in recording:
        return []
    drawn: list[DrawnHazard] = []
    time = recording["time"].values
    for k, onset in enumerate(np.atleast_1d(recording["hazard_onset_s"].values)):
        if not np.isfinite(onset):
            continue
        one = recording.isel(hazard=k)
        acting = one["hazard_active"].values > 0.5 if "hazard_active" in one else time < 0
        until = float(time[acting].max()) if acting.any() else float(onset)
        drawn.append(_drawn(one, model, float(onset), max(until, float(onset)), acting))
    return sorted(drawn, key=lambda hazard: hazard["from"])


def hazard_words(kind: str, magnitude: float) -> str:
    """Return a hazard's kind and how hard it is, with its unit."""
    return kinds()[kind].words(magnitude) if kind in kinds() else kind


def _drawn(
    one: xr.Dataset, model: mujoco.MjModel, onset: float, until: float, acting: np.ndarray
) -> DrawnHazard:
    kind, magnitude = str(one["hazard_kind"].values), float(one["hazard_magnitude"])
    foot = str(one["hazard_foot"].values) if "hazard_foot" in one else ""
    drawn: DrawnHazard = {
        "kind": kind,
        "from": round(onset, 4),
        "to": round(until, 4),
        "foot": foot,
        "words": hazard_words(kind, magnitude),
    }
    place = one["hazard_place_m"].values if "hazard_place_m" in one else np.full(3, np.nan)
    direction = one["hazard_direction"].values if "hazard_direction" in one else np.full(3, np.nan)
    if kind == "push" and np.isfinite(direction).all():
        name = str(one["hazard_body"].values)
        body = mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_BODY, name)
        middle = rounded(model.body_ipos[max(body, 0)], 4)
        drawn["body"], drawn["middle"] = max(body, 1), middle
        drawn["direction"], drawn["impulse_n_s"] = rounded(direction, 4), magnitude
    elif kind == "trip" and np.isfinite(place).all():
        half = [BAR_HALF_DEPTH_M, BAR_HALF_WIDTH_M, 0.5 * magnitude]
        drawn["place"] = rounded(place + np.array([0.0, 0.0, half[2]]), 4)
        drawn["size"] = half
    elif kind == "missed-step" and np.isfinite(place).all():
        qpos = one["qpos"].values[acting]
        drawn["hole"] = _hole(model, qpos, foot[:1], place, magnitude)
    return drawn


def _hole(
    model: mujoco.MjModel, qpos: np.ndarray, side: str, place: np.ndarray, depth: float
) -> list[float]:
    """Return least and most x, least and most y and floor of what the foot fell into.

    The simulation's hole is as wide as the foot may land, for that foot alone: what is drawn is
    the part where it was in it.
    """
    names = [sided(region, side) for region in _REGIONS]
    geoms = [mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_GEOM, name) for name in names]
    data = mujoco.MjData(model)
    corners: list[np.ndarray] = []
    for pose in qpos if min(geoms) >= 0 else qpos[:0]:
        data.qpos[:] = pose
        mujoco.mj_kinematics(model, data)
        for geom in geoms:
            reach = model.geom_size[geom, 0] + _ROOM_M
            middle = data.geom_xpos[geom]
            if middle[2] - model.geom_size[geom, 0] < place[2] + 0.5 * depth:
                corners += [middle[:2] - reach, middle[:2] + reach]
    if not corners:
        corners = [place[:2] - _UNSEEN_HOLE_M, place[:2] + _UNSEEN_HOLE_M]
    low, high = np.min(corners, axis=0), np.max(corners, axis=0)
    return rounded(np.array([low[0], high[0], low[1], high[1], place[2]]), 4)
