"""Every body and walker by name: what `retrowalk list bodies` and `list walkers` show.

Imports nothing heavy, so that names can be checked and listed without MuJoCo.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, overload

from ..sim.errors import unknown_name
from ..sim.with_fields import with_fields
from .walker import WALKERS, Walker

PACKAGE = f"{__package__}.bodies"
YOUNG = "young-adult"
MAP_READER = f"{__package__}.mapped.map_file"


MAP_ENDS = ".yaml"
"""A body whose name ends so is made of the map in that file (`models.mapped`)."""


class BodyNames(Sequence[str]):
    """Every body by name: a body `some-body` is the module `some_body` of `models.bodies`.

    The file of a map is a name too, though not one that is listed.
    """

    def __contains__(self, name: object) -> bool:
        if isinstance(name, str) and name.endswith(MAP_ENDS):
            return Path(name).is_file()
        return name in self._names()

    def _names(self) -> list[str]:
        found = importlib.import_module(PACKAGE).__path__
        return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(found))

    def __len__(self) -> int:
        return len(self._names())

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...

    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        return self._names()[index]


BODIES = BodyNames()


def module_of(body: str) -> str:
    """Return the import name of the module that builds `body`."""
    if body.endswith(MAP_ENDS):
        return MAP_READER
    return f"{PACKAGE}.{body.replace('-', '_')}"


def find_walker(name: str) -> Walker:
    """Return the walker of this name.

    Raises:
      ConfigError: unknown name; the message gives the nearest and lists all.
    """
    if name not in WALKERS:
        raise unknown_name("walker", name, WALKERS)
    return WALKERS[name]


def walker_of(described: str | Walker | Mapping[str, Any]) -> Walker:
    """Return a walker that is given by name, as he is, or by a `preset` and fields that change it.

    Raises:
      ConfigError: no such walker, or fields that walkers have not.
    """
    if isinstance(described, str):
        return find_walker(described)
    if isinstance(described, Walker):
        return described
    changes = dict(described)
    return with_fields(find_walker(changes.pop("preset", YOUNG)), "walker", changes)
