"""Combinations of levels that a controller cannot walk, or that nothing is left to compare with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from ...sim.errors import ConfigError
from .controller_factor import CONTROLLER
from .fields import ContrastConfig, Scalar

if TYPE_CHECKING:
    from .experiment import ExperimentConfig

Levels = tuple[tuple[str, Scalar], ...]


class LeftOutEntry(TypedDict):
    """What is left out, as a run keeps it."""

    levels: dict[str, Scalar]
    says: str


@dataclass(frozen=True)
class LeftOut:
    """A combination of levels that is not walked, and the sentence that says why."""

    levels: Levels
    says: str

    @property
    def told(self) -> LeftOutEntry:
        """As plain data, as a run keeps it."""
        return {"levels": dict(self.levels), "says": self.says}

    @classmethod
    def read(cls, told: LeftOutEntry, factors: Iterable[str]) -> LeftOut:
        """Return what `told` tells of a design with these factors."""
        return cls(tuple((name, told["levels"][name]) for name in factors), told["says"])


def cannot_walk(
    config: ExperimentConfig, asked: Sequence[Levels], check: Callable[[Levels], object]
) -> list[LeftOut]:
    """Return what the controllers of a design cannot walk; nothing of a design without them.

    Args:
        asked: the design's combinations of levels. check: refuses one with a `ConfigError`.

    Raises:
        ConfigError: nothing is left.
    """
    if CONTROLLER not in config.factors:
        return []
    refused: dict[Levels, str] = {}
    for levels in asked:
        try:
            check(levels)
        except ConfigError as error:
            refused[levels] = str(error)
    alone = {
        levels: f"nothing to compare with: {why}"
        for levels in asked
        if levels not in refused and (why := _alone(levels, config.contrasts, refused))
    }
    found = [LeftOut(levels, why) for levels, why in (refused | alone).items()]
    if len(found) == len(asked):
        told = {str(dict(one.levels)[CONTROLLER]): one.says for one in found}
        listed = "; ".join(f"{name}: {why}" for name, why in told.items())
        raise ConfigError(f"controllers: none can walk what is asked for ({listed})")
    return found


def _alone(
    levels: Levels, contrasts: Sequence[ContrastConfig], refused: Mapping[Levels, str]
) -> str:
    """Return why no contrast of these levels has all its sides; empty if one has, or none asks."""
    own, reasons = dict(levels), list[str]()
    for contrast in contrasts:
        compared = {contrast.factor: contrast.levels, **(contrast.across or {})}
        if not all(own[factor] in both for factor, both in compared.items()):
            continue
        sides: list[dict[str, Scalar]] = [own]
        for factor, both in compared.items():
            sides = [{**side, factor: level} for side in sides for level in both]
        missing = [why for side in sides if (why := refused.get(tuple(side.items())))]
        if not missing:
            return ""
        reasons += missing
    return reasons[0] if reasons else ""
