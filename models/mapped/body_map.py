"""Which parts of an MJCF are what: all that makes a body of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Pair = tuple[str, str]
"""Names of the left part and the right one."""


@dataclass(frozen=True)
class BodyMap:
    """Parts of an MJCF by their own names; at angles of 0 it stands straight.

    Attributes:
        root: body that a free joint places, or slides along x and z and a hinge about y.
        trunk: body whose uprightness counts. head: highest part, where there is one.
        shanks: bodies whose proximal joint is the knee. feet: those beyond the ankle.
        toes: those beyond the joint of the toes, where there is one.
        joints: role of a joint -> its names, left and right, or the one of the midline.
        muscles: muscle group -> names of its muscles, of both sides.
        forward: direction that it faces at angles of 0, one of `FORWARD`.
        height_m: of the body as it is described, where a walker's height and mass are to be taken
            as they are. Without it the body as it is described is a walker of the reference's
            height and mass, others in proportion.
    """

    root: str
    trunk: str
    shanks: Pair
    feet: Pair
    joints: Mapping[str, Pair | str]
    muscles: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    toes: Pair | None = None
    head: str | None = None
    forward: str = "+x"
    height_m: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "joints", dict(self.joints))
        object.__setattr__(self, "muscles", dict(self.muscles))


FORWARD = {"+x": 0.0, "+y": -90.0, "-x": 180.0, "-y": 90.0}
"""Direction that a body faces -> turn about z that lets it face +x [degrees]."""
