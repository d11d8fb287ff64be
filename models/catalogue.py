"""Every body and walker by name: what `retrowalk list bodies` and `list walkers` show.

Imports nothing heavy, so that names can be checked and listed without MuJoCo.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..sim.errors import unknown_name
from .walker import WALKERS, Walker

if TYPE_CHECKING:
    from .body import Body


@dataclass(frozen=True)
class BodyFiles:
    """The files of a body, beside this module."""

    skeleton: str
    """MJCF: bones, joints, contacts, looks."""
    table: str
    """CSV: muscles."""
    passive_springs: bool = False
    """Whether joints have the passive moments that its muscles lack."""
    soft_soles: bool = False
    """Whether heel, ball and toes give."""


BODY_FILES = {
    "human": BodyFiles(skeleton="human.xml", table="muscles.csv"),
    "human-2026b": BodyFiles(
        skeleton="human.xml", table="muscles_apart.csv", passive_springs=True, soft_soles=True
    ),
}
"""Every body by name."""


def find_walker(name: str) -> Walker:
    """Return the walker of this name.

    Raises:
      ConfigError: unknown name; the message gives the nearest and lists all.
    """
    if name not in WALKERS:
        raise unknown_name("walker", name, WALKERS)
    return WALKERS[name]


def build(body: str, walker: str) -> Body:
    """Return the named body scaled to the named walker.

    Raises:
      ConfigError: an unknown name; the message gives the nearest and lists all.
    """
    from .body import build_body  # imports MuJoCo

    return build_body(body, find_walker(walker))
