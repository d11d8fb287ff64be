"""Copies of frozen dataclasses with some fields changed by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from .errors import unknown_name

Thing = TypeVar("Thing")


def with_fields(thing: Thing, what: str, values: Mapping[str, Any]) -> Thing:
    """Return a copy of the dataclass `thing`, called `what` in errors, with `values` set.

    Raises:
        ConfigError: an unknown field, or a value that `thing` itself refuses.
    """
    allowed = [one.name for one in fields(thing)]  # type: ignore[arg-type]
    for name in values:
        if name not in allowed:
            raise unknown_name(f"{what} field", str(name), allowed)
    return replace(thing, **values)  # type: ignore[type-var]
