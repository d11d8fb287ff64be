"""Declared fields: a field's type, allowed values and meaning, stated once on its dataclass.

    slope: Annotated[float, Range(-0.3, 0.3)] = 0.0
    \"\"\"Rise along the direction of travel, of the way along it; 0.05 is uphill 5 %.\"\"\"

The dataclass calls `check` when it is made. A config's keys, its errors, its schema and the tables
of the documents are made from `declared` and `meanings`.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from types import NoneType
from typing import Any, TypeGuard, get_args, get_type_hints

from .errors import ConfigError, unknown_name
from .plain_values import is_sequence, make_plain


def is_number(value: object) -> TypeGuard[int | float]:
    """Return whether `value` is a number; booleans are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(frozen=True)
class Range:
    """A number from `low` to `high`, both allowed; with `above`, `low` itself is not.

    `note` says in an error why.
    """

    low: float
    high: float
    above: bool = False
    note: str = ""

    def problem(self, name: str, value: Any) -> str | None:
        """Return what is wrong with the field `name`, None if nothing is."""
        if not is_number(value) or not self.low <= value <= self.high:  # NaN is not either
            why = f" ({self.note})" if self.note else ""
            return f"{name} must be a number from {self.low:g} to {self.high:g}, is {value!r}{why}"
        if self.above and value == self.low:
            return f"{name} must be above {self.low:g}, is {value!r}"
        return None

    def allowed(self) -> str:
        """Return what is allowed, for a table."""
        return f"{'above ' if self.above else ''}{self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Pair:
    """A minimum and a maximum between `low` and `high`; a single number stands for both."""

    low: float
    high: float

    def problem(self, name: str, value: Any) -> str | None:
        """Return what is wrong with the field `name`, None if nothing is."""
        ends = self.ends(value)
        numbers = len(ends) == 2 and all(map(is_number, ends))
        if numbers and self.low <= ends[0] <= ends[1] <= self.high:
            return None
        return f"{name} must be a least and a most from {self.low:g} to {self.high:g}, is {value!r}"

    def ends(self, value: Any) -> tuple[Any, ...]:
        """Return minimum and maximum of a valid value."""
        return tuple(value) if is_sequence(value) else (value, value)

    def allowed(self) -> str:
        """Return what is allowed, for a table."""
        return f"two from {self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Choice:
    """A string that is one of `names`, or one of a mapping's keys."""

    names: Sequence[str] | Mapping[str, Any]

    def problem(self, name: str, value: Any) -> str | None:
        """Return what is wrong with the field `name`, None if nothing is."""
        if isinstance(value, str) and value in self.names:
            return None
        return f"{name}: {unknown_name(name.replace('_', ' '), str(value), self.names)}"

    def allowed(self) -> str:
        """Return what is allowed, for a table."""
        return ", ".join(f"`{name}`" for name in self.names)


@dataclass(frozen=True)
class Name:
    """A non-empty string; the valid names are checked elsewhere."""

    def problem(self, name: str, value: Any) -> str | None:
        """Return what is wrong with the field `name`, None if nothing is."""
        if isinstance(value, str) and value.strip():
            return None
        return f"{name} must be a name, is {value!r}"

    def allowed(self) -> str:
        """Return what is allowed, for a table."""
        return "a name"


@dataclass(frozen=True)
class Switch:
    """A boolean; every field of type `bool` is one."""

    def problem(self, name: str, value: Any) -> str | None:
        """Return what is wrong with the field `name`, None if nothing is."""
        return None if isinstance(value, bool) else f"{name} must be true or false, is {value!r}"

    def allowed(self) -> str:
        """Return what is allowed, for a table."""
        return "true or false"


Rule = Range | Pair | Choice | Name | Switch


@dataclass(frozen=True)
class Field:
    """A field's rule, and whether the field may be None."""

    rule: Rule
    optional: bool

    def problem(self, name: str, value: Any) -> str | None:
        """Return what is wrong with the field `name`, None if nothing is."""
        return None if value is None and self.optional else self.rule.problem(name, value)


@cache
def declared(thing: type) -> dict[str, Field]:
    """Return the fields of a dataclass that have a rule, by name."""
    hints = get_type_hints(thing, include_extras=True)
    found: dict[str, Field] = {}
    for field in fields(thing):
        hint = hints[field.name]
        rules = [one for one in getattr(hint, "__metadata__", ()) if isinstance(one, Rule)]
        if hint is bool:
            rules = [Switch()]
        if rules:
            inner = get_args(hint)[0] if get_args(hint) else hint
            found[field.name] = Field(rules[0], NoneType in get_args(inner))
    return found


def ranges(things: type | Iterable[type]) -> dict[str, tuple[float, float]]:
    """Return the allowed minimum and maximum of the numbers that dataclasses declare, by name."""
    return {
        name: (field.rule.low, field.rule.high)
        for thing in ([things] if isinstance(things, type) else things)
        for name, field in declared(thing).items()
        if isinstance(field.rule, Range)
    }


@cache
def meanings(thing: type) -> dict[str, str]:
    """Return the text below each field of a dataclass and of those it inherits from, by name."""
    found: dict[str, str] = {}
    for base in reversed([base for base in thing.__mro__ if "__dataclass_fields__" in vars(base)]):
        body = ast.parse(textwrap.dedent(inspect.getsource(base))).body[0]
        assert isinstance(body, ast.ClassDef)
        for field, below in zip(body.body, body.body[1:], strict=False):
            match field, below:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(ast.Constant(str(text))):
                    found[name] = " ".join(text.split())
                case _:
                    pass
    return found


def check(thing: object, where: str) -> None:
    """Refuse a dataclass under construction if a field breaks its rule.

    numpy's numbers become Python's own, and pairs become (least, most).

    Args:
        thing: the dataclass. where: what stands before a field's name in an error, `surface.`.

    Raises:
        ConfigError: naming the field, its value and what is allowed.
    """
    make_plain(thing)
    for name, field in declared(type(thing)).items():
        value = getattr(thing, name)
        if problem := field.problem(name, value):
            raise ConfigError(where + problem)
        if isinstance(field.rule, Pair) and value is not None:
            low, high = field.rule.ends(value)
            object.__setattr__(thing, name, (float(low), float(high)))
