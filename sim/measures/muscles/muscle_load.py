"""Muscle load in a stride: activation, tension, impulse and fibre work.

A stride belongs to one leg, and so do its muscle measures: they sum or average over the muscles on
the side of the stride's foot (trunk muscles too). A trial's value is the mean over the strides of
both feet, so it is that of one side of the body in one stride; `strides.parquet` has the sides
apart, and `muscle_loads(recording)` gives every single muscle. The posterior chain is gluteus
maximus, hamstrings, gastrocnemius, soleus and erector spinae; the anterior chain iliopsoas, rectus
femoris, vasti, tibialis anterior and abdominals. A metre is one of the way of the centre of mass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..base.definition import read_measures
from ..base.muscle_groups import CHAINS, MUSCLE_GROUPS
from ..base.per_stride import stride_max, stride_mean
from ..base.strides import Strides
from ..base.trial import Layout, Trial

ISOMETRIC_PER_S = 0.05
"""Fibres that move more slowly [optimal lengths/s] neither shorten nor lengthen."""
_SHORTEST_PATH_M = 0.1  # a load per metre means nothing on a shorter way

MEASURES = read_measures(
    __name__, ISOMETRIC_PER_S=ISOMETRIC_PER_S, SHORTEST_PATH_M=_SHORTEST_PATH_M
)


def group_members(layout: Layout, muscles: np.ndarray) -> dict[str, np.ndarray]:
    """Return for each group the positions within `muscles` of its members (those that exist)."""
    groups = layout.muscles.get("muscle_group")
    if groups is None:
        return {}
    own = groups.astype(str)[muscles]
    members = {group: np.flatnonzero(own == group) for group in MUSCLE_GROUPS}
    return {group: index for group, index in members.items() if len(index)}


def chain_members(members: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return for each chain the positions of the muscles of its groups; from `group_members`."""
    found = {
        chain: [members[group] for group in groups if group in members]
        for chain, groups in CHAINS.items()
    }
    return {chain: np.concatenate(index) for chain, index in found.items() if index}


@dataclass(frozen=True)
class Side:
    """The strides of one foot and the muscles of its side.

    Attributes:
        window: slice of samples that holds the strides. start, end: samples within it, (k,).
        time_s, path_m: duration of each stride and the way of the centre of mass in it, (k,).
        muscles: indices into the recording's muscles, (m,). strength: F0 [N], (m,), or ones.
    """

    window: slice
    start: np.ndarray
    end: np.ndarray
    time_s: np.ndarray
    path_m: np.ndarray
    muscles: np.ndarray
    strength: np.ndarray


def side_of(trial: Trial, strides: Strides, foot: int) -> Side | None:
    """Return the side of `foot` (0 left, 1 right), None without strides or muscles."""
    own = strides.foot == foot
    muscles = trial.layout.muscle_side(foot)
    if not own.any() or not len(muscles):
        return None
    start, end = strides.start[own], strides.end[own]
    first = int(start[0])
    strength = trial.layout.muscles.get("max_isometric_force_n")
    return Side(
        window=slice(first, int(end[-1]) + 1),
        start=start - first,
        end=end - first,
        time_s=strides.time_s[own],
        path_m=_path(trial, start, end),
        muscles=muscles,
        strength=np.ones(len(muscles)) if strength is None else strength[muscles].astype(float),
    )


def _path(trial: Trial, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    moved = trial.com_on_ground_m[end, :2] - trial.com_on_ground_m[start, :2]
    path = np.hypot(moved[:, 0], moved[:, 1])
    return np.where(path >= _SHORTEST_PATH_M, path, np.nan)


def loads_of(trial: Trial, side: Side, parts: np.ndarray) -> dict[str, np.ndarray]:
    """Return the loads of sets of muscles, each (k, sets), by the name of the measure's prefix.

    Args:
        parts: which muscles of the side each set holds, (m, sets), 0 or 1; each has one at least.
    """
    span = side.start, side.end
    seconds, metres = side.time_s[:, None], side.path_m[:, None]
    loads: dict[str, np.ndarray] = {}
    activation = trial.get("activation")
    tension = trial.get("tension_n")
    velocity = trial.get("fibre_velocity_per_s")
    effort = None
    if activation is not None:
        effort = activation[side.window, side.muscles] * side.strength.astype(activation.dtype)
        series = effort @ (parts / (side.strength @ parts)).astype(effort.dtype)  # (n, sets)
        mean = stride_mean(series, *span)
        loads["activation"] = mean
        loads["activation_peak"] = stride_max(series, *span)
        loads["activation_integral_s"] = mean * seconds
        loads["activation_integral_s_per_m"] = mean * seconds / metres
    pull = None if tension is None else tension[side.window, side.muscles]
    if pull is not None:
        series = pull @ parts.astype(pull.dtype)
        mean, peak = stride_mean(series, *span), stride_max(series, *span)
        loads["tension_mean_n"], loads["tension_peak_n"] = mean, peak
        loads["tension_peak_share"] = peak / (side.strength @ parts)
        loads["impulse_n_s"] = mean * seconds
        loads["impulse_n_s_per_m"] = mean * seconds / metres
    if velocity is None:
        return loads
    speed = velocity[side.window, side.muscles]
    lengths = trial.layout.muscles.get("optimal_fibre_length_m")
    if pull is not None and lengths is not None:
        power = pull * speed
        power *= -lengths[side.muscles].astype(power.dtype)
        for name, clip in (("work_positive_j", np.maximum), ("work_negative_j", np.minimum)):
            loads[name] = stride_mean(clip(power, 0), *span) @ parts * seconds
    if effort is not None:
        whole = stride_mean(effort, *span) @ parts
        whole = np.where(whole > 0, whole, np.nan)
        for name, doing in (
            ("concentric_share", speed < -ISOMETRIC_PER_S),
            ("eccentric_share", speed > ISOMETRIC_PER_S),
        ):
            loads[name] = stride_mean(effort * doing, *span) @ parts / whole
    return loads


def part_matrix(members: Mapping[str, np.ndarray], count: int) -> np.ndarray:
    """Return which of `count` muscles each set of `members` holds, (count, sets), 0 or 1."""
    parts = np.zeros((count, len(members)))
    for column, index in enumerate(members.values()):
        parts[index, column] = 1.0
    return parts


def foot_columns(trial: Trial, strides: Strides, foot: int) -> dict[str, np.ndarray]:
    """Return the stride measures of this module for the strides of `foot`, each of shape (k,)."""
    side = side_of(trial, strides, foot)
    if side is None:
        return {}
    columns: dict[str, np.ndarray] = {}
    groups = group_members(trial.layout, side.muscles)
    members = groups | chain_members(groups)
    if members:
        loads = loads_of(trial, side, part_matrix(members, len(side.muscles)))
        for prefix, values in loads.items():
            columns |= {f"{prefix}_{part}": values[:, i] for i, part in enumerate(members)}
    activation = trial.get("activation")
    if activation is not None:
        series = activation[side.window, side.muscles]
        for name, values in (
            ("activation_mean", series),
            ("activation_squared_mean", np.square(series)),
        ):
            columns[name] = stride_mean(values, side.start, side.end).mean(axis=1)
    return columns
