"""The names that simulations and studies may use."""

from __future__ import annotations

from typing import overload

from ...sim.errors import unknown_name
from ..study.catalogue import KINDS


@overload
def list_names(kind: str) -> list[str]: ...
@overload
def list_names(kind: None = None) -> dict[str, list[str]]: ...
def list_names(kind: str | None = None) -> list[str] | dict[str, list[str]]:
    """Return the names of one kind, or all by kind.

    Args:
        kind: bodies, walkers, surfaces, techniques, hazards, policies, controllers, measures or
            experiments.

    Raises:
        ConfigError: unknown kind.
    """
    if kind is None:
        return {name: list(names()) for name, names in KINDS.items()}
    if str(kind) not in KINDS:
        raise unknown_name("kind", kind, KINDS)
    return list(KINDS[str(kind)]())
