"""The moving picture of a run: one recorded trial of each cell, as the player's scene."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import mujoco
import xarray as xr

from ..sim.errors import RetrowalkError
from ..sim.measures.muscle_groups import CHAINS
from .replay.scene import compile_body, figure, track
from .report_data import Cell, RunData
from .report_poses import steady_from

ACTIVATION_TOP = 0.6
"""Activation at the bright end of the colour scale, the same in every report."""

_COLOUR_MAP = "inferno"  # perceptually uniform, told apart with every common colour blindness
_BUDGET_BYTES = 7_000_000
_LONGEST_S, _SHORTEST_S = 12.0, 4.0
_AFTER_S = 2.0  # to be seen after a hazard


@dataclass(frozen=True)
class Replay:
    """The scene as JSON that is safe inside a script element, the trials' titles, the legend."""

    scene_json: str
    tracks: tuple[str, ...]
    ramp: str
    activation_top: int
    notes: tuple[str, ...] = ()


def replay(
    recorded: Sequence[tuple[Cell, xr.Dataset, mujoco.MjModel]], data: RunData
) -> Replay | None:
    """Return the moving picture of the recorded trials, backward before forward."""
    if not recorded:
        return None
    colours = _colours()
    figures: list[dict[str, Any]] = []
    tracks: list[dict[str, Any]] = []
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
            figures.append(figure(model, _groups(recording)))
        start = max(0.0, _start(recording, length))
        tracks.append({**track(recording, model, start, length), "figure": seen[id(model)]})
        titles.append(cell.label)
        used += len(json.dumps(tracks[-1]))
    scene = {
        "figures": figures,
        "tracks": tracks,
        "titles": titles,
        "colours": colours,
        "activation_top": ACTIVATION_TOP,
        "chains": {name.removesuffix("_chain"): list(groups) for name, groups in CHAINS.items()},
    }
    text = json.dumps(scene, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    ramp, top = ", ".join(colours[::7]), round(100 * ACTIVATION_TOP)
    return Replay(text, tuple(titles), ramp, top, tuple(_notes(tracks)))


def _notes(tracks: Sequence[dict[str, Any]]) -> list[str]:
    """Return what the legend must say of grounds and hazards that are there."""
    notes = []
    grounds = [one["ground"] for one in tracks]
    if any("patches" in one for one in grounds):
        notes.append("patches of another colour = other friction, the bluer the more slippery")
    if any("tint" in one for one in grounds):
        notes.append("green, sand or blue floor = soft or slippery ground")
    if any("belt" in one for one in grounds):
        notes.append("stripes of a belt move with it; distances are against the belt")
    kinds = {hazard["kind"] for one in tracks for hazard in one.get("hazards", [])}
    if kinds:
        notes.append("pink = what happens to the walker, and below the time bar when")
    if "push" in kinds:
        notes.append("pink arrow = push (20 cm long for 10 N·s)")
    return notes


def body_of(cell: Cell, recording: xr.Dataset, data: RunData) -> mujoco.MjModel | None:
    """Return the model that the trial was recorded with, None (and a gap) if it cannot be built."""
    name, walker = (str(recording.attrs.get(key, "")) for key in ("body", "walker"))
    try:
        model = _compiled(name, walker, json.dumps(data.config.get("walker")))
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


@lru_cache(maxsize=16)
def _compiled(body: str, walker: str, settings: str) -> mujoco.MjModel:
    return compile_body(body, walker, json.loads(settings))


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


def _groups(recording: xr.Dataset) -> dict[str, str]:
    if "muscle_group" not in recording.coords:
        return {}
    names = recording["muscle"].values
    return {str(n): str(g) for n, g in zip(names, recording["muscle_group"].values, strict=True)}


def _colours() -> list[str]:
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    return [to_hex(colormaps[_COLOUR_MAP](0.18 + 0.80 * k / 63)) for k in range(64)]
