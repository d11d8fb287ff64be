"""Sides in the names of a body's parts: `knee_l` is on the left, `torso` has no side.

Whoever wants to know a part's side asks here, or the tables that a body carries (`Anatomy`,
`Roles`); nobody else reads it from a name.
"""

from __future__ import annotations

SIDES = ("l", "r")
"""Left, then right: the order of every pair."""


def sided(role: str, side: str) -> str:
    """Return the name of the part `role` of `side`; without a side the role itself."""
    return f"{role}_{side}" if side else role


def side_of(name: str) -> str:
    """Return `l`, `r`, or nothing for a part of the midline."""
    return name[-1] if name[-2:] in ("_l", "_r") else ""


def role_of(name: str) -> str:
    """Return the name without its side."""
    return name[:-2] if side_of(name) else name


def pair(role: str) -> tuple[str, str]:
    """Return the names of the left and the right part."""
    left, right = (sided(role, side) for side in SIDES)
    return left, right


def mirrored_name(name: str) -> str:
    """Return the name of the same part of the other side; that of the midline is its own."""
    side = side_of(name)
    return sided(role_of(name), SIDES[1 - SIDES.index(side)]) if side else name
