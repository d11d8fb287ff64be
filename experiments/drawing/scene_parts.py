"""Types of a replay scene's JSON, as the player reads it.

Series are base64 of little-endian numbers (`packing`); lengths in m, colours 0 to 1.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict


class Shape(TypedDict):
    """A simple solid; fixed to a body where it has one, else to the world."""

    body: NotRequired[int]
    kind: str
    size: list[float]
    position: list[float]
    quaternion: list[float]
    colour: list[float]


class SkinPiece(TypedDict):
    """Corners, int16 multiples of `step`, and triangles of a piece of a body's look."""

    body: int
    colour: list[float]
    step: float
    points: str
    faces: str


class Muscle(TypedDict):
    """A muscle's points (body, then place in it) and its belly: start, share, radius."""

    name: str
    group: str
    side: str
    force_n: float
    points: list[list[float]]
    belly: list[float]


class Figure(TypedDict):
    """What a body looks like."""

    bodies: list[str]
    parents: list[int]
    skin: list[SkinPiece]
    shapes: list[Shape]
    muscles: list[Muscle]


class Block(TypedDict):
    """A series of `width` values a frame, int16 multiples of `step`."""

    width: int
    step: float
    data: str


class Mesh(TypedDict):
    """Lines along x and y, and the height where they cross, int16 multiples of `step`."""

    x: str
    y: str
    step: float
    height: str


class Patches(TypedDict):
    """Where slippery patches begin and end along x, and their colour."""

    x: list[list[float]]
    tint: list[float]


class Belt(TypedDict):
    """A treadmill, and how its belt moves."""

    length: float
    width: float
    shapes: list[Shape]
    rails: list[Shape]
    travel: str
    slope: str


class DrawnGround(TypedDict):
    """The ground: a plane (height, slopes), and what lies on it."""

    plane: list[float]
    tint: NotRequired[list[float]]
    patches: NotRequired[Patches]
    mesh: NotRequired[Mesh]
    raised: NotRequired[float]
    belt: NotRequired[Belt]


DrawnHazard = TypedDict(
    "DrawnHazard",
    {
        "kind": str,
        "from": float,
        "to": float,
        "foot": str,
        "words": str,
        "body": NotRequired[int],
        "middle": NotRequired[list[float]],
        "direction": NotRequired[list[float]],
        "impulse_n_s": NotRequired[float],
        "place": NotRequired[list[float]],
        "size": NotRequired[list[float]],
        "hole": NotRequired[list[float]],
    },
)
"""A hazard from when to when [s]: a push on a body, a trip's bar, the hole of a missed step."""


class TrackExtras(TypedDict, total=False):
    """What not every trial has: which foot stands, and hazards."""

    standing: str
    hazards: list[DrawnHazard]


class Track(TrackExtras):
    """The motion of one trial; `figure` is the number of its walker's look."""

    frames: int
    fps: float
    start_s: float
    fell_s: float | None
    weight_n: float
    direction: str
    travel: float
    ground: DrawnGround
    root: str
    blocks: dict[str, Block]
    figure: NotRequired[int]
