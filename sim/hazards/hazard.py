"""Base class of hazards; each kind of hazard is a module of this package.

A kind's module holds its numbers, checked when it is made, what body or ground cannot have it, what
it needs in the model, and its course in a simulation. Being in this package is enough to be known.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from ..errors import ConfigError
from ..fields import check
from .moment import Duration, Moment

if TYPE_CHECKING:  # MuJoCo is slow to import, and configs are read without it
    import mujoco

    from ..physics.anatomy import Anatomy
    from ..physics.simulation import Simulation
    from .event import Event


@dataclass(frozen=True)
class Hazard(Moment):
    """A hazard: something that happens once in a trial.

    Attributes:
        kind: its name in a config. severity: the field that tells how severe it is.
        takes_attention: whether it does.
        on_belt: True where it needs the belt of a treadmill, False where it cannot be on one.
        needs: what to say to who asks for it elsewhere.

    Raises:
        ConfigError: a field that is not what it may be.
    """

    kind: ClassVar[str] = ""
    severity: ClassVar[str]
    takes_attention: ClassVar[bool] = False
    on_belt: ClassVar[bool | None] = None
    needs: ClassVar[str] = ""

    def __post_init__(self) -> None:
        check(self, f"hazard '{self.kind}': ")

    @property
    def magnitude(self) -> float:
        """Value of the field `severity`."""
        return getattr(self, self.severity)

    @property
    def on_body(self) -> str:
        """The body part that it acts on, empty if none."""
        return ""

    @property
    def towards(self) -> str:
        """Where to it acts, in words; empty where nowhere."""
        return ""

    @classmethod
    def words(cls, magnitude: float) -> str:
        """Return what happens and how severe it is, in a few words."""
        return f"{cls.kind.replace('-', ' ')} {magnitude:g}"

    def refuse(self, bodies: Sequence[str], belt: bool, planar: bool = False) -> None:
        """Refuse a walker or ground on which this hazard cannot happen.

        `planar`: the walker moves in the plane x-z alone.

        Raises:
            ConfigError: naming the hazard and what is allowed.
        """
        if not self.suits(belt):
            raise ConfigError(f"hazard '{self.kind}': {self.needs}")

    def suits(self, belt: bool) -> bool:
        """Return whether the hazard can happen on ground with or without a treadmill's belt."""
        return self.on_belt is None or self.on_belt == belt

    def prepare(self, spec: mujoco.MjSpec, anatomy: Anatomy, part: str) -> None:
        """Add to `spec`, before it is compiled, what the hazard needs, under the name `part`."""

    def event(self, sim: Simulation, part: str, *how: Any) -> Event[Any]:
        """Return its course in the simulations of `sim`; `how` is the rest of what events take."""
        raise NotImplementedError


@dataclass(frozen=True)
class Lasting(Hazard, Duration):
    """A hazard with a fixed duration."""


@cache
def kinds() -> dict[str, type[Hazard]]:
    """Return every kind of hazard by name."""
    package = import_module(__name__.rpartition(".")[0])
    modules = [
        import_module(f"{package.__name__}.{module.name}")
        for module in pkgutil.iter_modules(package.__path__)
    ]
    return {
        thing.kind: thing
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, Hazard) and thing.kind
    }


def field_names() -> tuple[str, ...]:
    """Return the field names of all kinds of hazard."""
    names = (field.name for kind in kinds().values() for field in fields(kind))
    return tuple(dict.fromkeys(names))
