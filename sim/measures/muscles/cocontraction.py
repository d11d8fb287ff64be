"""Co-contraction: how much the muscles on the two sides of a joint pull at the same time."""

from __future__ import annotations

import numpy as np

from ..base.definition import Measure
from ..base.label import Label
from ..base.per_stride import stride_mean
from ..base.strides import Strides
from ..base.trial import Trial
from .muscle_load import group_members, side_of

ANTAGONISTS = {
    "hip": (("iliopsoas", "rectus_femoris"), ("gluteus_maximus", "hamstrings")),
    "knee": (
        ("vasti", "rectus_femoris"),
        ("hamstrings", "biceps_femoris_short", "gastrocnemius"),
    ),
    "ankle": (("tibialis_anterior",), ("gastrocnemius", "soleus")),
    "trunk": (("abdominals",), ("erector_spinae",)),
}
"""Muscle groups on the two sides of each joint."""

MEASURES = tuple(
    Measure(
        f"cocontraction_{joint}",
        "2 integral(min(A, B)) / integral(A + B) over the stride, A and B the activations, "
        f"weighted by maximum isometric force, of {' with '.join(one)} and of "
        f"{' with '.join(other)} on the stride's side".replace("_", " "),
        "1",
        "0: never together; 1: always equally active",
        source="Falconer & Winter 1985, Electromyogr Clin Neurophysiol 25:135 (there of moments)",
        limits="null without a complete steady stride, without one of the muscles, or if all rest",
        label=Label(f"{joint} co-contraction", "%", 100.0, 1),
        needs=(f"group {'|'.join(one)}", f"group {'|'.join(other)}"),
    )
    for joint, (one, other) in ANTAGONISTS.items()
)


def stride_columns(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return the stride measures of this module, each of shape (k,)."""
    columns = {measure.name: np.full(len(strides), np.nan) for measure in MEASURES}
    activation = trial.get("activation")
    if activation is None:
        return columns
    for foot in (0, 1):
        side = side_of(trial, strides, foot)
        if side is None:
            continue
        series = activation[side.window, side.muscles]
        members = group_members(trial.layout, side.muscles)
        for joint, pair in ANTAGONISTS.items():
            means: list[np.ndarray | None] = []
            for groups in pair:
                found = [members[group] for group in groups if group in members]
                index = np.concatenate(found) if found else np.empty(0, int)
                weight = side.strength[index]
                means.append(series[:, index] @ weight / weight.sum() if len(index) else None)
            one, other = means
            if one is None or other is None:
                continue
            both = stride_mean(one + other, side.start, side.end)
            shared = 2.0 * stride_mean(np.minimum(one, other), side.start, side.end)
            share = shared / np.where(both > 0, both, np.nan)
            columns[f"cocontraction_{joint}"][strides.foot == foot] = share
    return columns
