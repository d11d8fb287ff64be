"""Replay in the report: one recorded trial of each cell, as the player's scene."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache

import mujoco
import xarray as xr

from ...models.body import build_body
from ...models.walker import Walker
from ...sim.errors import RetrowalkError
from ..drawing.bodies import groups_of, person_of
from ..drawing.scene_parts import Figure, Track
from ..drawing.series import steady_from
from ..replay.player import Replay, assemble
from ..replay.scene import figure, track
from ..study.cohort import CohortFields
from .data import Cell, RunData

_BUDGET_BYTES = 7_000_000
_LONGEST_S, _SHORTEST_S = 12.0, 4.0
_AFTER_S = 2.0  # to be seen after a hazard


def replay(
    recorded: Sequence[tuple[Cell, xr.Dataset, mujoco.MjModel]], data: RunData
) -> Replay | None:
    """Return the moving picture of the recorded trials, backward before forward."""
    if not recorded:
        return None
    figures: list[Figure] = []
    tracks: list[Track] = []
    titles: list[str] = []
    seen: dict[int, int] = {}
    length = max(_SHORTEST_S, min(_LONGEST_S, _BUDGET_BYTES / (21_000 * len(recorded))))
    used = 0
    for cell, recording, model in recorded:
        if used > _BUDGET_BYTES:
            data.gaps.append(
                f"The moving picture leaves out “{cell.label}” to keep the page small."
            )
            continue
        if id(model) not in seen:
            seen[id(model)] = len(figures)
            person = _person(recording, data)
            rows = build_body(str(recording.attrs.get("body", "")), person).muscles
            figures.append(figure(model, groups_of(recording), person, rows))
        start = max(0.0, _start(recording, length))
        tracks.append(track(recording, model, start, length))
        tracks[-1]["figure"] = seen[id(model)]
        titles.append(cell.label)
        used += len(json.dumps(tracks[-1]))
    return assemble(figures, tracks, titles)


def body_of(cell: Cell, recording: xr.Dataset, data: RunData) -> mujoco.MjModel | None:
    """Return the model that the trial was recorded with, None (and a gap) if it cannot be built."""
    try:
        model = _compiled(str(recording.attrs.get("body", "")), _person(recording, data))
    except (RetrowalkError, ValueError, KeyError) as error:
        data.gaps.append(
            f"The body of “{cell.label}” could not be built, so it is not drawn ({error})."
        )
        return None
    if model.nq != recording.sizes.get("position"):
        data.gaps.append(
            f"The recording of “{cell.label}” was made with another version of the body, "
            "so it is not drawn."
        )
        return None
    return model


def _person(recording: xr.Dataset, data: RunData) -> Walker:
    """Return who walks: one of the cohort, or whom the config's walker tells.

    Raises:
        ConfigError: nothing tells.
    """
    name = str(recording.attrs.get("walker", ""))
    if given := data.config.get("cohort"):
        people = CohortFields.model_validate(given).people(int(data.config["seed"]))
        if name in people:
            return people[name]
    return person_of(name, data.config.get("walker"))


@lru_cache(maxsize=16)
def _compiled(body: str, walker: Walker) -> mujoco.MjModel:
    return build_body(body, walker).spec().compile()


def _start(recording: xr.Dataset, length: float) -> float:
    """Show steady walking, and what happens in it; a fall, where there is one, at the end."""
    fall = float(recording["time_to_fall_s"]) if "time_to_fall_s" in recording else float("nan")
    if fall == fall:
        return fall + 1.0 - length
    steady = steady_from(recording)
    first = _first_hazard(recording)
    if first is None or steady + 0.5 <= first <= steady + length - _AFTER_S:
        return steady
    return max(first - 0.4 * length, 0.0)


def _first_hazard(recording: xr.Dataset) -> float | None:
    """Return when the first hazard came, None where none did [s]."""
    if "hazard_onset_s" not in recording:
        return None
    onsets = recording["hazard_onset_s"].values.ravel()
    return float(onsets[onsets == onsets].min()) if (onsets == onsets).any() else None
