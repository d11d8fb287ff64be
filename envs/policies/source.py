"""Gait sources: what a policy's name stands for, one class for each kind of gait.

A kind is a subclass of `GaitSource` in a module `*_source.py` of this package; `kinds` finds it.
These modules import lightly: a config is read without loading the physics.
"""

from __future__ import annotations

import importlib
import pkgutil
from abc import ABC, abstractmethod
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ...models.walker import Walker
from ...sim.errors import ConfigError, unknown_name
from ..gaits.gait_files import gait_table
from ..gaits.sharing import OF_2026A, Sharing
from ..task.ends import ON_THE_MOVE, STANDING, Ends
from ..task.technique import Technique

if TYPE_CHECKING:
    from ...models.body import Body
    from ...sim.physics.simulation import Simulation
    from ..gaits.protocol import Gait
    from .domain import Domain


class GaitSource(ABC):
    """The gait of one policy for one direction, body and walker.

    Args:
        policy: as a config names it. direction: `backward` or `forward`.
        body: name of the body. walker: whose body it is.
        sharing: criterion by which torques go to muscles. ends: how trials begin and end.
    """

    pattern: ClassVar[str | None] = None
    """Regular expression of policies that have no fixed name, for the JSON schema."""
    kind: ClassVar[str] = ""
    """How it walks, as lists of controllers say it."""
    rehearsed: ClassVar[bool] = False
    """Whether two walkers act once before a run, so that code that fails is refused early."""
    libraries: ClassVar[tuple[str, ...]] = ()
    """Libraries that compute what it does, besides those that every gait needs."""
    shares: ClassVar[bool] = False
    """Whether it takes another criterion of the muscles' sharing than its own."""
    set_points: ClassVar[tuple[str, ...]] = ()
    """Measures whose value the gait holds to a number of its own: no results."""
    stands: ClassVar[bool] = False
    """Whether it starts from quiet standing."""
    stops: ClassVar[bool] = False
    """Whether it comes to a stop."""

    def __init__(
        self,
        policy: str,
        direction: str,
        body: str,
        walker: Walker,
        sharing: Sharing = OF_2026A,
        ends: Ends = ON_THE_MOVE,
    ) -> None:
        self.policy, self.direction = policy, direction
        self.body, self.walker, self.sharing, self.ends = body, walker, sharing, ends

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Fixed names of this kind, as `retrowalk list policies` shows them."""
        return ()

    @classmethod
    def accepts(cls, policy: str) -> bool:
        """Whether `policy` is written as one of this kind."""
        return policy in cls.names()

    @classmethod
    def able(cls, ability: str, direction: str) -> tuple[str, ...]:
        """Names of this kind that do what the flag `ability` says, `stands` or `stops`."""
        return cls.names() if getattr(cls, ability) else ()

    @classmethod
    def distrust(cls, policy: str) -> str | None:
        """Why `policy` needs `--trust`; None where using it runs no code of its own."""
        return None

    @property
    def only_direction(self) -> str | None:
        """The one direction that the gait walks; None where it walks the one that is asked for."""
        return None

    @property
    def controller(self) -> str:
        """The controller that it is the gait of: the policy's name without its one direction."""
        return self.policy.replace(f"-{self.only_direction}", "")

    @property
    def home_body(self) -> str:
        """The body that it was made with."""
        return self.body

    @property
    def begun_from(self) -> str | None:
        """The gait that its search went on from, which it is not independent of."""
        return None

    @property
    def criterion(self) -> Sharing:
        """Criterion by which torques go to muscles, the gait's own where none is asked for."""
        return self.sharing

    def linear_cost(self, speed: float) -> float:
        """Linear cost of activation at `speed` [m/s], where the criterion has none of its own."""
        table = gait_table(self.direction, self.walker.name, self.body)
        return float(table.at(np.array([speed]))["effort_price"][0])

    @property
    @abstractmethod
    def digest(self) -> str:
        """sha256 of all that the gait is made from."""

    @property
    @abstractmethod
    def speed_range(self) -> tuple[float, float]:
        """Slowest and fastest speed that the gait is for [m/s]."""

    @property
    def cards(self) -> dict[str, dict[str, Any]]:
        """What is known of each gait that the policy has in its direction, by name.

        `kind`, `carries_m_per_s`; `body` (unless the source's own), `seed`, `objective_sha256`,
        `forward_gates`, `walked` if known.

        Raises:
            ConfigError: it has none.
        """
        name = self.policy if self.only_direction else f"{self.policy}-{self.direction}"
        return {name: {"kind": self.kind, "carries_m_per_s": self.speed_range}}

    def made_for(self, speed_m_per_s: float) -> tuple[Domain, ...]:
        """Return what the gait was tuned or trained for at a commanded speed; empty if unknown.

        A gait between several that were made apart is at home where all of them are.
        """
        return ()

    @abstractmethod
    def start_speed(self, commanded: float) -> float:
        """Speed at which trials start that are to walk at `commanded` [m/s]."""

    @abstractmethod
    def check(self, technique: Technique) -> None:
        """Refuse a gait that is missing, or not for this walker, direction or technique.

        Raises:
            ConfigError: naming the policy or the field, and the reason.
        """

    @abstractmethod
    def make(self, sim: Simulation, body: Body, technique: Technique) -> Gait:
        """Return the gait for all simulations of `sim`.

        Raises:
            ConfigError: as for `check`.
        """


@cache
def kinds() -> tuple[type[GaitSource], ...]:
    """Every kind of gait, by the name of its module."""
    package = importlib.import_module(__name__.rpartition(".")[0])
    found: list[type[GaitSource]] = []
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        if not module.name.endswith("_source"):
            continue
        members = vars(importlib.import_module(f"{package.__name__}.{module.name}")).values()
        found += [
            member
            for member in members
            if isinstance(member, type)
            and issubclass(member, GaitSource)
            and member.__module__.endswith(f".{module.name}")
        ]
    return tuple(found)


def kind_of(policy: str) -> type[GaitSource] | None:
    """Return the kind that `policy` is written as, None if there is none."""
    return next((kind for kind in kinds() if kind.accepts(policy)), None)


def policy_names() -> tuple[str, ...]:
    """Fixed names of policies, of all kinds."""
    return tuple(name for kind in kinds() for name in kind.names())


def gait_source(
    policy: str,
    direction: str,
    body: str,
    walker: Walker,
    sharing: Sharing = OF_2026A,
    ends: Ends = ON_THE_MOVE,
) -> GaitSource:
    """Return the source of `policy`.

    Raises:
        ConfigError: no kind of gait is named so, it takes no other sharing than its own, or it does
            not stand.
    """
    kind = kind_of(policy)
    if kind is None:
        raise unknown_name("policy", policy, policy_names())
    if sharing != OF_2026A and not kind.shares:
        raise ConfigError(f"sharing: must be as-tuned with policy '{policy}'")
    needs = (
        (ends.start == STANDING, "start", "stands", "start from standing"),
        (ends.stops, "stop", "stops", "stop"),
    )
    for asked, key, ability, does in needs:
        if asked and not getattr(kind, ability):
            able = ", ".join(name for one in kinds() for name in one.able(ability, direction))
            raise ConfigError(f"{key}: policy '{policy}' does not {does} (those that do: {able})")
    return kind(policy, direction, body, walker, sharing, ends)
