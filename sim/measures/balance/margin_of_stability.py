"""Margin of stability: how far the base of support reaches beyond the extrapolated centre of mass.

The base of support is the true contact polygon: the convex hull of the medial and lateral points
of every region (heel, ball, toe) of either foot that bears over 5 N. Fore-aft the edge is the one
that lies farthest along travel; sideways, the one on the outer side of the foot whose stride it is.
The extrapolated centre of mass is x + v / sqrt(g / l), v over the ground, l from the ankle of the
stride's foot to the centre of mass.
"""

from __future__ import annotations

import numpy as np

from ..base.contact_polygon import holds_origin, reach, support_points
from ..base.definition import Measure
from ..base.label import Label
from ..base.per_stride import at_moment, each_sample, spread
from ..base.strides import Strides
from ..base.trial import Trial

_HOF = "Hof et al. 2005, J Biomech 38:1"
_SIGN = {
    "ap": "positive: the extrapolated centre of mass has not passed the edge; stable",
    "ml": "positive: the extrapolated centre of mass is inside the edge; stable",
}
_WHERE = {"ap": "along travel", "ml": "sideways"}
_MARGIN = {"ap": "margin along travel", "ml": "sideways margin"}
_LANDING = (
    "the foot has just landed, and only its loaded part counts: the heel in forward, mostly the "
    "toes in backward walking; mos_{}_outline_m takes the whole sole"
)

MEASURES = (
    *(
        Measure(
            f"mos_{axis}_m",
            f"margin of stability {_WHERE[axis]} at the contact that begins the stride: edge of "
            "the contact polygon minus extrapolated centre of mass",
            "m",
            _SIGN[axis],
            source=_HOF,
            limits=_LANDING.format(axis),
            label=f"margin of stability {_WHERE[axis]}",
            topic="Balance",
            place=1,
        )
        for axis in _WHERE
    ),
    *(
        Measure(
            f"mos_{axis}_least_m",
            f"smallest margin {_WHERE[axis]} while the stride's foot is on the ground, from the "
            "contact polygon of both feet",
            "m",
            _SIGN[axis],
            source=_HOF,
            label=f"least {_MARGIN[axis]} in the stance",
            topic="Balance",
            place=10,
        )
        for axis in _WHERE
    ),
    *(
        Measure(
            f"mos_{axis}_mean_m",
            f"mean margin {_WHERE[axis]} while the stride's foot is on the ground, from the "
            "contact polygon of both feet",
            "m",
            _SIGN[axis],
            source=_HOF,
        )
        for axis in _WHERE
    ),
    *(
        Measure(
            f"mos_{axis}_outline_m",
            f"as mos_{axis}_m, with the outline of the landing foot as the edge: all its sole "
            "points, loaded or not yet",
            "m",
            _SIGN[axis],
            source=_HOF,
            limits="what studies with markers on the foot report",
            label=f"margin {_WHERE[axis]} by the whole sole",
        )
        for axis in _WHERE
    ),
    Measure(
        "xcom_ap_m",
        "extrapolated centre of mass ahead of the landing ankle at the contact that begins the "
        "stride, along travel",
        "m",
        "positive: beyond the ankle",
        source=_HOF,
    ),
    Measure(
        "xcom_ml_m",
        "extrapolated centre of mass from the landing ankle towards the other foot at the contact "
        "that begins the stride",
        "m",
        "positive: on the inner side of the ankle",
        source=_HOF,
    ),
    Measure(
        "xcom_inside_fraction",
        "share of the stance with the extrapolated centre of mass inside the contact polygon",
        "1",
        source="Lugade et al. 2011, Gait Posture 33:406 (for the centre of mass)",
        label=Label("balance over the feet", "% of stance", 100.0, 1),
        topic="Balance",
        place=12,
    ),
    *(
        Measure(
            f"mos_{axis}_sd_m",
            f"standard deviation of mos_{axis}_m about each foot's mean",
            "m",
            limits="null with fewer than two strides of a foot",
            level="trial",
            label=f"variability (SD) of the {_MARGIN[axis]}",
            topic="Balance",
            place=4,
        )
        for axis in _WHERE
    ),
    *(
        Measure(
            f"mos_{axis}_least_sd_m",
            f"standard deviation of mos_{axis}_least_m about each foot's mean",
            "m",
            limits="null with fewer than two strides of a foot",
            level="trial",
        )
        for axis in _WHERE
    ),
    Measure(
        "mos_ml_min_m",
        "smallest mos_ml_m of all contacts",
        "m",
        _SIGN["ml"],
        source=_HOF,
        level="trial",
        label="least sideways margin of a step",
        topic="Balance",
        place=3,
    ),
)


def extrapolated_com_m(
    position: np.ndarray, velocity: np.ndarray, length: np.ndarray, gravity: float
) -> np.ndarray:
    """Return xi = x + v / sqrt(g / l) (Hof et al. 2005).

    Args:
        position, velocity: of the centre of mass, horizontal, shape (k, 2) [m], [m/s].
        length: of the pendulum, shape (k,) [m].
        gravity: g [m/s^2].
    """
    return position + velocity * np.sqrt(length / gravity)[:, None]


def ankles_m(trial: Trial) -> np.ndarray:
    """Return both ankles over the ground, (n, 2, 3) [m]; the sole's middle if not recorded."""
    index = trial.layout.index("point", "ankle")
    points = trial["foot_point_m"]
    ankle = points.mean(axis=2) if index is None else points[:, :, index]
    ankle = ankle.astype(float)
    ankle[..., 0] -= trial.ground_moved_m[:, None]
    return ankle


def _walkers_frame(offset: np.ndarray, strides: Strides, owner: np.ndarray | slice) -> np.ndarray:
    """Return horizontal vectors (m, ..., 2) as (along travel, outward of the stride's foot)."""
    outward = strides.left * strides.outward[:, None]
    axes = np.stack([strides.travel, outward], axis=1)[owner]  # (m, 2, 2)
    return np.einsum("m...i,mji->m...j", offset, axes)


def at_contact(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return what the contacts that begin strides give, each (k,)."""
    when = strides.start, strides.start_s, trial.time_s
    ankle = ankles_m(trial)[strides.start, strides.foot]
    centre = at_moment(trial.com_on_ground_m, *when)
    length = np.sqrt(np.square(centre - ankle).sum(axis=1))
    velocity = at_moment(trial.com_speed_m_per_s, *when)[:, :2]
    gravity = trial.layout.gravity_m_per_s2
    xi = extrapolated_com_m(centre[:, :2], velocity, length, gravity)
    every = slice(None)
    beyond = _walkers_frame(xi - ankle[:, :2], strides, every)
    columns = {"xcom_ap_m": beyond[:, 0], "xcom_ml_m": -beyond[:, 1]}

    sole = trial["foot_point_m"][strides.start, strides.foot].astype(float)[..., :2]
    sole[..., 0] -= trial.ground_moved_m[strides.start][:, None]
    ankle_index = trial.layout.index("point", "ankle")
    sole = np.delete(sole, [] if ankle_index is None else [ankle_index], axis=1)
    outline = _walkers_frame(sole - xi[:, None], strides, every).max(axis=1, initial=-np.inf)
    columns |= {"mos_ap_outline_m": outline[:, 0], "mos_ml_outline_m": outline[:, 1]}

    found = support_points(trial, strides.start)
    if found is not None:
        points, loaded = found
        offset = _walkers_frame(points - xi[:, None], strides, every)
        columns["mos_ap_m"] = reach(offset[..., 0], loaded)
        columns["mos_ml_m"] = reach(offset[..., 1], loaded)
    return columns


def in_stance(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return what the stances that begin strides give, each (k,)."""
    samples, owner, first = each_sample(strides.start, strides.off)
    found = support_points(trial, samples)
    if found is None:
        return {}
    points, loaded = found
    ankle = ankles_m(trial)[samples, strides.foot[owner]]
    centre = trial.com_on_ground_m[samples]
    length = np.sqrt(np.square(centre - ankle).sum(axis=1))
    velocity = trial.com_speed_m_per_s[samples, :2]
    xi = extrapolated_com_m(centre[:, :2], velocity, length, trial.layout.gravity_m_per_s2)
    offset = _walkers_frame(points - xi[:, None], strides, owner)
    columns = {}
    count = strides.off - strides.start
    for axis, name in enumerate(_WHERE):
        margin = reach(offset[..., axis], loaded)
        columns[f"mos_{name}_least_m"] = np.fmin.reduceat(margin, first)
        some = np.add.reduceat(np.isfinite(margin).astype(float), first)
        total = np.add.reduceat(np.nan_to_num(margin), first)
        columns[f"mos_{name}_mean_m"] = total / np.where(some > 0, some, np.nan)
    inside = holds_origin(offset, loaded)
    columns["xcom_inside_fraction"] = np.add.reduceat(inside.astype(float), first) / count
    return columns


def stride_columns(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return the stride measures of this module, each of shape (k,)."""
    nothing = np.full(len(strides), np.nan)
    columns = {measure.name: nothing for measure in MEASURES if measure.level == "stride"}
    if len(strides):
        columns |= at_contact(trial, strides) | in_stance(trial, strides)
    return columns


def trial_columns(
    trial: Trial, strides: Strides, columns: dict[str, np.ndarray]
) -> dict[str, float]:
    """Return the trial measures of this module."""
    sideways = columns["mos_ml_m"]
    known = sideways[np.isfinite(sideways)]
    return {
        **{f"mos_{a}_sd_m": spread(columns[f"mos_{a}_m"], strides.foot) for a in _WHERE},
        **{
            f"mos_{a}_least_sd_m": spread(columns[f"mos_{a}_least_m"], strides.foot) for a in _WHERE
        },
        "mos_ml_min_m": float(known.min()) if len(known) else float("nan"),
    }
