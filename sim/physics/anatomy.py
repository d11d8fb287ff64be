"""Anatomy: the names by which `sim` finds the parts of any body."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # MuJoCo is slow to import, and configs are read without it
    import mujoco

FEET = ("left", "right")
REGIONS = ("heel", "ball", "toe")
POINTS = (
    "heel",
    "ball_medial",
    "ball_lateral",
    "toe_medial",
    "toe_lateral",
    "heel_medial",
    "heel_lateral",
    "ankle",
)


@dataclass(frozen=True)
class Anatomy:
    """Names of a body's parts in its model, as a simulation needs them.

    Attributes:
        root: body that carries the free joint. trunk: body whose uprightness counts.
        joints: the one-dof joints in qpos order. joint_roles: their names without side;
            joint_sides: `l`, `r` or nothing for one of the midline; their own names where left out.
        foot_bodies: ankle-side body of each foot, left then right.
        region_geoms: for each foot the contact geoms of `REGIONS`.
        point_sites: for each foot the sites of `POINTS` but the last, the ankle (the foot body's
            origin).
        knee_bodies: shank bodies, whose proximal joint is the knee.
        hand_geoms: left then right, or None for a body without hands.
        fall_geoms: geoms that touch the ground in a fall.
        standing_height_m: height of the root above the ground in quiet standing.
    """

    root: str
    trunk: str
    joints: tuple[str, ...]
    foot_bodies: tuple[str, str]
    region_geoms: tuple[tuple[str, ...], tuple[str, ...]]
    point_sites: tuple[tuple[str, ...], tuple[str, ...]]
    knee_bodies: tuple[str, str]
    fall_geoms: tuple[str, ...]
    standing_height_m: float
    joint_roles: tuple[str, ...] = ()
    joint_sides: tuple[str, ...] = ()
    hand_geoms: tuple[str, str] | None = None

    @property
    def common_names(self) -> dict[str, str]:
        """This body's names for the common parts `pelvis` and `torso`."""
        return {"pelvis": self.root, "torso": self.trunk}

    def bodies(self, names: Iterable[str]) -> list[str]:
        """Return names of bodies, and the common ones that are not among them."""
        own = list(names)
        return own + [name for name in self.common_names if name not in own]

    def body_of(self, model: mujoco.MjModel, name: str) -> str:
        """Return the body of `model` that an own or common name means."""
        try:
            return model.body(name).name
        except KeyError:
            return self.common_names.get(name, name)

    def __post_init__(self) -> None:
        if not self.joint_roles:
            object.__setattr__(self, "joint_roles", self.joints)
        if not self.joint_sides:
            object.__setattr__(self, "joint_sides", ("",) * len(self.joints))
