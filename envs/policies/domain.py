"""Domain of validity of a gait: bodies, walkers and grounds that it was tuned or trained for.

A gait that was made for one person on a level floor and walks another one over grass may fall or
not; in neither case does it tell of people, who would have learned it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...models.ageing import ONSET_YEARS
from ...models.catalogue import walker_of
from ...models.segment_lengths import LENGTHS
from ...models.walker import Walker
from ...sim.errors import RetrowalkError
from ...sim.ground.presets import surface_of
from ...sim.ground.surface import Surface
from ..task.randomisation import Randomisation
from ..task.task import Task

_AMOUNTS = (
    *("height_m", "mass_kg", "strength", "contraction_speed", "activation_time"),
    *("deactivation_time", "passive_stiffness", "load_kg", "exo_stiffness_n_m_per_rad"),
    *LENGTHS,
)
_UP_TO = ("roughness_m", "cobble_height_m", "kerb_height_m", "obstacle_height_m", "indentation_m")
_BOTH_WAYS = ("slope", "cross_slope")


@dataclass(frozen=True)
class Outside:
    """One way in which a walk lies outside its gait's domain.

    Attributes:
        field: of the walker, the surface, or `body`. value: there.
        low, high: what the gait was made for; alike for a single value, None for no bound.
    """

    field: str
    value: Any
    low: Any
    high: Any


@dataclass(frozen=True)
class Domain:
    """Domain of validity of a gait.

    The senses, attention and pain of a walker are not in it: they are what is asked of who walks,
    as hazards are. Of surfaces the hardness in each field counts by itself: who has learned bumps
    of 4 cm and slopes of 5 % is taken to know both together.

    Attributes:
        bodies: names. walkers, surfaces: those that it was made with.
    """

    bodies: tuple[str, ...]
    walkers: tuple[Walker, ...]
    surfaces: tuple[Surface, ...]

    def outside(
        self, body: str, walker: Walker, surface: Surface, slopes: Sequence[float] = ()
    ) -> tuple[Outside, ...]:
        """Return the ways in which a walk lies outside the domain; none where it lies within.

        Args:
            slopes: more of them than the surface's, such as a treadmill's programme has.
        """
        return tuple(self._outside(body, walker, surface, slopes))

    def _outside(
        self, body: str, walker: Walker, surface: Surface, slopes: Sequence[float]
    ) -> Iterator[Outside]:
        if body.partition("@")[0] not in self.bodies:  # after it stand other numerics, if any
            yield Outside("body", body, ", ".join(self.bodies), ", ".join(self.bodies))
        for name in ("sex", "splint"):
            known = " or ".join(sorted({getattr(one, name) for one in self.walkers}))
            if getattr(walker, name) not in known.split(" or "):
                yield Outside(name, getattr(walker, name), known, known)
        yield from _within("age_years", [_age(walker)], [_age(one) for one in self.walkers])
        for name in _AMOUNTS:
            known = [getattr(one, name) for one in self.walkers]
            yield from _within(name, [getattr(walker, name)], known)
        everyone = (walker, *self.walkers)
        for group in dict.fromkeys(group for one in everyone for group, _ in one.group_strength):
            known = [_group(one, group) for one in self.walkers]
            yield from _within(f"strength of {group}", [_group(walker, group)], known)
        for name in _UP_TO:
            known = [0.0, *(getattr(one, name) for one in self.surfaces)]
            yield from _within(name, [getattr(surface, name)], known)
        for name in _BOTH_WAYS:
            known = [0.0, *(getattr(one, name) for one in self.surfaces)]
            more = slopes if name == "slope" else ()
            yield from _within(name, [getattr(surface, name), *more], known)
        yield from _no_less(
            "friction",
            surface.friction * walker.shoe_friction,
            [one.friction * shoes for one in self.surfaces for shoes in self._shoes],
        )
        if surface.patch_friction is not None:
            patches = [
                one.patch_friction for one in self.surfaces if one.patch_friction is not None
            ]
            yield from _no_less(
                "patch_friction",
                surface.patch_friction * walker.shoe_friction,
                [patch * shoes for patch in patches for shoes in self._shoes],
            )

    @property
    def _shoes(self) -> list[float]:
        """Factors on the friction of the ground, of those that it was made with."""
        return [one.shoe_friction for one in self.walkers]


def _within(field: str, values: Sequence[float], known: Sequence[float]) -> Iterator[Outside]:
    low, high = min(known), max(known)
    slack = 1e-9 * max(1.0, abs(low), abs(high))
    for value in dict.fromkeys(values):
        if not low - slack <= value <= high + slack:
            yield Outside(field, value, low, high)


def _no_less(field: str, value: float, known: Sequence[float]) -> Iterator[Outside]:
    if not known:
        yield Outside(field, value, None, None)
    elif value < min(known) - 1e-9:
        yield Outside(field, value, min(known), None)


def _age(walker: Walker) -> float:
    """Return the age, or that at which ageing begins if it is later."""
    return max(walker.age_years, ONSET_YEARS)


def _group(walker: Walker, group: str) -> float:
    return dict(walker.group_strength).get(group, 1.0)


def domain_of_names(
    bodies: Sequence[str],
    walker: str | Mapping[str, Any],
    surfaces: Sequence[str | Mapping[str, Any]],
) -> Domain:
    """Return the domain of a gait that was made with these, by name; by fields too but bodies."""
    return Domain(tuple(bodies), (walker_of(walker),), tuple(map(surface_of, surfaces)))


def domain_of_training(config: Mapping[str, Any], body: str) -> Domain | None:
    """Return the domain of a gait that was trained by `config`; None where it does not tell.

    All stages of the training count, and the ends of what differed between walkers.
    """
    try:
        first = dict(config["task"])
        stages = [dict(stage.get("task", {})) for stage in config.get("stages", ())]
        asked: list[dict[str, Any]] = [{**first, "body": body, **s} for s in ({}, *stages)]
        tasks = [Task(**fields) for fields in asked]
    except (RetrowalkError, KeyError, TypeError, ValueError, AttributeError):
        return None
    walkers: list[Walker] = []
    surfaces: list[Surface] = []
    for task in tasks:
        spread = task.randomise or Randomisation()
        for end in (0, 1):
            walkers.append(
                replace(
                    task.walker,
                    mass_kg=task.walker.mass_kg * spread.mass[end],
                    strength=task.walker.strength * spread.strength[end],
                )
            )
            for ground in task.surfaces:
                own = surface_of(ground)
                friction = own.friction * spread.friction[end]
                surfaces.append(replace(own, friction=min(1.5, max(0.02, friction))))
    return Domain((body,), tuple(walkers), tuple(surfaces))


def joined(domains: Sequence[Domain]) -> Domain:
    """Return the domain of a gait that was made in several steps: all that any of them had."""
    return Domain(
        tuple(dict.fromkeys(name for one in domains for name in one.bodies)),
        tuple(walker for one in domains for walker in one.walkers),
        tuple(surface for one in domains for surface in one.surfaces),
    )
