"""Figures and tracks as the one JSON that the page's player reads, with its legend."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from ...sim.measures.base.muscle_groups import CHAINS
from ..drawing.colours import ACTIVATION_TOP, activation_colours
from ..drawing.scene_parts import Figure, Track


@dataclass(frozen=True)
class Replay:
    """The scene as JSON that is safe inside a script element, the trials' titles, the legend."""

    scene_json: str
    tracks: tuple[str, ...]
    ramp: str
    activation_top: int
    notes: tuple[str, ...] = ()


def assemble(figures: Sequence[Figure], tracks: Sequence[Track], titles: Sequence[str]) -> Replay:
    """Return the replay of tracks, each of which names its figure by number."""
    colours = activation_colours()
    scene = {
        "figures": list(figures),
        "tracks": list(tracks),
        "titles": list(titles),
        "colours": list(colours),
        "activation_top": ACTIVATION_TOP,
        "chains": {name.removesuffix("_chain"): list(groups) for name, groups in CHAINS.items()},
    }
    text = json.dumps(scene, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    ramp, top = ", ".join(colours[::7]), round(100 * ACTIVATION_TOP)
    return Replay(text, tuple(titles), ramp, top, tuple(_notes(tracks)))


def _notes(tracks: Sequence[Track]) -> list[str]:
    """Return what the legend must say of grounds and hazards that are there."""
    notes: list[str] = []
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
