"""How hard the muscles work in a stride: activation, tension, impulse and fibre work.

A stride belongs to one leg, and so do its muscle measures: they sum or average over the muscles on
the side of the stride's foot (trunk muscles too). A trial's value is the mean over the strides of
both feet, so it is that of one side of the body in one stride.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .definition import Measure
from .muscle_groups import CHAINS, MUSCLE_GROUPS
from .over_strides import stride_max, stride_mean
from .strides import Strides
from .trial import Layout, Trial

_SIDE = "null without a complete steady stride, or if the body has no such muscle"

MEASURES = (
    Measure(
        "activation_<group>",
        "mean activation over the stride of the <group> on the stride's side, weighted by maximum "
        "isometric force",
        "1",
        limits=_SIDE,
    ),
    *(
        Measure(
            f"activation_{chain}",
            f"mean activation over the stride of all muscles of the {chain.replace('_', ' ')} "
            "on the stride's side, weighted by maximum isometric force: "
            + ", ".join(group.replace("_", " ") for group in groups),
            "1",
            limits=_SIDE,
        )
        for chain, groups in CHAINS.items()
    ),
    Measure("activation_mean", "plain mean activation of all muscles of the stride's side", "1"),
    Measure(
        "activation_squared_mean",
        "plain mean of squared activation of all muscles of the stride's side",
        "1",
    ),
    Measure(
        "tension_peak_n_<group>",
        "largest summed tension of the <group> on the stride's side in the stride",
        "N",
        limits=_SIDE,
    ),
    Measure(
        "impulse_n_s_<group>",
        "time integral over one stride of the summed tension of the <group> on the stride's side",
        "N.s",
        limits=_SIDE,
    ),
    Measure(
        "work_positive_j_<group>",
        "work that the fibres of the <group> do while they shorten, in one stride on its side: "
        "sum over muscles of the integral of max(-T v L0, 0), T tension, v fibre velocity",
        "J",
        "positive",
        limits=_SIDE + "; tension includes the small passive force",
    ),
    Measure(
        "work_negative_j_<group>",
        "work done on the fibres of the <group> while they lengthen, in one stride on its side",
        "J",
        "zero or negative",
        limits=_SIDE + "; tension includes the small passive force",
    ),
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


def stride_columns(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return the stride measures of this module, each of shape (k,)."""
    columns = {
        column.name: np.full(len(strides), np.nan)
        for measure in MEASURES
        for column in measure.columns()
    }
    for foot in (0, 1):
        own = strides.foot == foot
        muscles = trial.layout.muscle_side(foot)
        if not own.any() or not len(muscles):
            continue
        for name, values in _of_side(trial, strides, own, muscles).items():
            columns[name][own] = values
    return columns


def _of_side(
    trial: Trial, strides: Strides, own: np.ndarray, muscles: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the measures of the strides `own`, over `muscles`, each (strides,)."""
    start, end, time_s = strides.start[own], strides.end[own], strides.time_s[own]
    first = int(start[0])
    window = slice(first, int(end[-1]) + 1)
    start, end = start - first, end - first
    members = group_members(trial.layout, muscles)
    columns: dict[str, np.ndarray] = {}
    activation = trial.get("activation")
    if activation is not None:
        strength = trial.layout.muscles.get("max_isometric_force_n", np.ones(muscles.max() + 1))
        columns |= _activation(
            activation[window, muscles], strength[muscles].astype(float), members, start, end
        )
    tension = trial.get("tension_n")
    if tension is not None:
        series = tension[window, muscles]
        for group, index in members.items():
            summed = series[:, index].sum(axis=1)
            columns[f"tension_peak_n_{group}"] = stride_max(summed, start, end)
            columns[f"impulse_n_s_{group}"] = stride_mean(summed, start, end) * time_s
        velocity = trial.get("fibre_velocity_per_s")
        lengths = trial.layout.muscles.get("optimal_fibre_length_m")
        if velocity is not None and lengths is not None:
            power = series * velocity[window, muscles]
            power *= -lengths[muscles].astype(power.dtype)
            columns |= _work(power, members, start, end, time_s)
    return columns


def _activation(
    activation: np.ndarray,
    strength: np.ndarray,
    members: Mapping[str, np.ndarray],
    start: np.ndarray,
    end: np.ndarray,
) -> dict[str, np.ndarray]:
    """Return the activation measures from `activation` (n, muscles), weighted by `strength`."""
    mean = stride_mean(activation, start, end)  # (k, muscles)
    columns = {
        "activation_mean": mean.mean(axis=1),
        "activation_squared_mean": stride_mean(np.square(activation), start, end).mean(axis=1),
    }
    for name, index in {**members, **chain_members(members)}.items():
        weight = strength[index] / strength[index].sum()
        columns[f"activation_{name}"] = (mean[:, index] * weight).sum(axis=1)
    return columns


def _work(
    power: np.ndarray,
    members: Mapping[str, np.ndarray],
    start: np.ndarray,
    end: np.ndarray,
    time_s: np.ndarray,
) -> dict[str, np.ndarray]:
    """Return positive and negative work by group from fibre `power` (n, muscles) [W]."""
    columns = {}
    signs = {"work_positive_j": np.maximum, "work_negative_j": np.minimum}
    for name, clip in signs.items():
        work = stride_mean(clip(power, 0), start, end) * time_s[:, None]  # (k, muscles)
        for group, index in members.items():
            columns[f"{name}_{group}"] = work[:, index].sum(axis=1)
    return columns
