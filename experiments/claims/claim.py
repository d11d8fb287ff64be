"""A claim in a coach's words and its tests (`claims/answers/NAME.yaml`)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from ...models.yaml_source import read_yaml
from ...sim.errors import ConfigError
from ...sim.plain_values import is_dict, is_sequence
from ..study.fields import MeasureName, Strict, problem_of, refusal

Verdict = Literal["supported", "not supported", "depends", "cannot tell"]
VERDICTS: tuple[Verdict, ...] = ("supported", "not supported", "depends", "cannot tell")


def _mapping(value: Any) -> Any:
    return {} if value is None else value


class Margin(Strict):
    """Why a difference is too small to matter: for a person, and set before the run."""

    reason: Annotated[str, Field(min_length=20)]
    """What the smallest difference that counts would mean to whoever walks so."""
    source: Annotated[str, Field(min_length=5)]
    """Where that is from."""


class ClaimTest(Strict):
    """One comparison on which the claim depends.

    It is a contrast of the experiment in one setting of its other factors (`where`), or over all
    of them (`pooled`).
    """

    measure: MeasureName | Literal["falls_per_100_m"]
    between: dict[str, tuple[Any, ...]]
    where: Annotated[dict[str, Any], BeforeValidator(_mapping)] = Field(default_factory=dict)
    pooled: bool = False
    claimed: Literal["above", "below", "not above", "not below"]
    """On which side of no difference (0, a ratio of 1) the claim says that it lies."""
    matters: Annotated[float, Field(ge=0.0)]
    """The smallest difference that counts: in the measure's own SI unit, a share of a ratio."""
    margin: Margin | None = None
    """Why `matters` is what it is; a part that claims "not worse" needs it."""
    part: Annotated[str, Field(min_length=1)]
    """What this is about, for people: `hamstrings, same speed`."""

    @model_validator(mode="after")
    def _margin_of_not_worse(self) -> ClaimTest:
        if self.claimed.startswith("not") and self.margin is None:
            raise refusal(
                f"is required where the claim is '{self.claimed}': give the reason and the source "
                "of the smallest difference that matters to a person",
                ("margin",),
            )
        return self


class Figure(Strict):
    """The page's figure."""

    kind: Literal["contrasts", "falls", "survival", "heat-map", "cost"]
    measures: tuple[MeasureName, ...] = ()
    """Of `contrasts`: which; without it those of the tests."""


class Claim(Strict):
    """The text and tests of a claim; every number comes from the run."""

    experiment: str
    title: str
    claim: str
    """What people are told."""
    tests: Annotated[tuple[ClaimTest, ...], Field(min_length=1)]
    """The first is the main one."""
    trials: Annotated[int, Field(ge=1)] | None = None
    """Walks of a condition on the page, where these are more than the experiment has as it ships;
    for claims that no other controllers walk."""
    why: dict[Verdict, str]
    """Reasons, by the verdict that they are reasons for; without numbers of the run."""
    conditions: tuple[MeasureName, ...] = ()
    """Means to tell of every condition, besides falls and walking speed."""
    figure: Figure
    people: tuple[str, ...] = ()
    """Findings on people that bear on it: ids of `human_findings.csv`."""
    limits: Annotated[tuple[str, ...], Field(min_length=1)]
    """What this body, gait and run cannot show."""


def read_claim(path: Path) -> Claim:
    """Return the claim at `path`.

    Raises:
        ConfigError: a key is unknown, missing or of the wrong kind, naming it.
    """
    data = tuples(read_yaml(path).data)
    try:
        claim = Claim.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ConfigError(f"{path}: {place}: {problem_of(dict(first))}") from None
    if claim.experiment != path.stem:
        raise ConfigError(f"{path}: experiment: is '{claim.experiment}', not the file's name")
    return claim


def answers_part(test: ClaimTest, contrast: dict[str, Any]) -> bool:
    """Return whether an entry of `contrasts.json` is the test's comparison."""
    sides = [(name, list(levels)) for name, levels in contrast["between"].items()]
    return (
        contrast["measure"] == test.measure
        and sides == [(name, [*levels]) for name, levels in test.between.items()]
        and bool(contrast["pooled"]) == test.pooled
        and contrast["where"] == test.where
    )


def tuples(value: Any) -> Any:
    """Return nested lists as tuples."""
    if is_sequence(value):
        return tuple(tuples(one) for one in value)
    if is_dict(value):
        return {key: tuples(one) for key, one in value.items()}
    return value
