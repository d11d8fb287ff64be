"""Requirements of measures on the body, and why a body without them cannot give a measure.

A need is a word: `muscles`, `straight paths` (of muscles), `sideways` (motion out of the plane
x-z), `joint ROLE`, or `group NAME`, where several names with `|` between are any of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import ConfigError
from .label import words
from .muscle_groups import CHAINS
from .part_sides import roles_of

if TYPE_CHECKING:
    import xarray as xr

MUSCLES, STRAIGHT_PATHS, SIDEWAYS = "muscles", "straight paths", "sideways"


def refuse_no_recording(call: str, given: Any) -> None:
    """Refuse what is given to `call` as a recording and is none.

    Raises:
        ConfigError: it is no dataset over time.
    """
    if "time" not in getattr(given, "dims", ()) or not hasattr(given, "data_vars"):
        kind = type(given).__name__
        raise ConfigError(
            f"{call}: takes a recording, as simulate() returns; this is of type {kind}"
        )


@dataclass(frozen=True)
class BodyParts:
    """Parts of a body that measures may need; unknown parts are assumed to be there.

    Attributes:
        muscles: whether it has any. straight_paths: whether none bends around a surface.
        sideways: whether it can move out of the plane x-z.
        joints: roles of its joints, or None. groups: of its muscles, or None.
    """

    muscles: bool = True
    straight_paths: bool = True
    sideways: bool = True
    joints: frozenset[str] | None = None
    groups: frozenset[str] | None = None

    @classmethod
    def of(cls, recording: xr.Dataset) -> BodyParts:
        """Return the parts of the body that a recording is of."""
        groups: list[str] | None = None
        if "muscle_group" in recording.coords:
            groups = np.asarray(recording["muscle_group"], str).tolist()
        driven_by_motors = "motor" in recording.dims and "muscle" not in recording.dims
        return cls(
            muscles=not driven_by_motors,
            straight_paths=recording.attrs.get("muscle_paths") != "bent",
            sideways=recording.attrs.get("moves_in") != "plane",
            joints=frozenset(roles_of(recording, "joint")) if "joint" in recording.coords else None,
            groups=None if groups is None else frozenset(groups),
        )

    def lacks(self, needs: Iterable[str]) -> str | None:
        """Return why a body with these parts cannot meet the requirements; None if it can."""
        return next((reason for need in needs if (reason := self._lacks(need))), None)

    def _lacks(self, need: str) -> str | None:
        kind, _, name = need.partition(" ")
        if need in (MUSCLES, STRAIGHT_PATHS) or kind == "group":
            if not self.muscles:
                return "the body has no muscles: motors in its joints drive it"
            if need == STRAIGHT_PATHS and not self.straight_paths:
                return "muscles of the body bend around surfaces: their pull on a bone is not known"
        if kind == SIDEWAYS and not self.sideways:
            return "the body moves in one plane: nothing happens sideways"
        if kind == "joint" and self.joints is not None and name not in self.joints:
            return f"the body has no joint {name}"
        if kind == "group" and self.groups is not None:
            asked = name.split("|")
            wanted = {group for one in asked for group in CHAINS.get(one, (one,))}
            if self.groups.isdisjoint(wanted):
                return f"the body has no muscle of {' or '.join(map(words, asked))}"
        return None


def need_words(need: str) -> str:
    """Return a requirement in words, as the documents have it."""
    kind, _, name = need.partition(" ")
    if kind == SIDEWAYS:
        return "a body that can move sideways"
    if need in (MUSCLES, STRAIGHT_PATHS):
        return need if need == MUSCLES else "muscles on straight paths"
    return f"a {kind} {words(name)}" if kind == "joint" else f"muscles of {words(name)}"
