"""Co-contraction of the antagonists at each joint."""

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


def foot_columns(trial: Trial, strides: Strides, foot: int) -> dict[str, np.ndarray]:
    """Return the stride measures of this module for the strides of `foot`, each of shape (k,)."""
    activation, side = trial.get("activation"), side_of(trial, strides, foot)
    if activation is None or side is None:
        return {}
    columns: dict[str, np.ndarray] = {}
    series = activation[side.window, side.muscles]
    members = group_members(trial.layout, side.muscles)
    for joint, pair in ANTAGONISTS.items():
        means: list[np.ndarray] = []
        for groups in pair:
            found = [members[group] for group in groups if group in members]
            if found:
                index = np.concatenate(found)
                weight = side.strength[index]
                means.append(series[:, index] @ weight / weight.sum())
        if len(means) == 2:
            both = stride_mean(means[0] + means[1], side.start, side.end)
            shared = 2.0 * stride_mean(np.minimum(*means), side.start, side.end)
            columns[f"cocontraction_{joint}"] = shared / np.where(both > 0, both, np.nan)
    return columns
