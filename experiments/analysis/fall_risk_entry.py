"""Shape of what `fall_risk.json` holds: an entry for each condition."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from .refusals import Refused


class Estimate(TypedDict):
    """An estimate and its 95 % interval; None where the data cannot give it."""

    estimate: float | None
    low: float | None
    high: float | None


class Survival(TypedDict):
    """Share still walking over distance, as in `SurvivalCurve`."""

    distance_m: list[float]
    standing: list[float]
    low: list[float]
    high: list[float]
    ends_m: list[float]
    falls: list[int]
    at_risk: list[int]


class Within(Estimate):
    """The share that falls within a distance."""

    distance_m: float
    walking: int
    falls: int


class Undisturbed(TypedDict):
    """Falls without a hazard."""

    cell: int
    trials: int
    invalid: int
    distance_unknown: int
    falls: int
    walked_m: float
    falls_per_100_m: NotRequired[Estimate]
    fall_probability: list[Within]
    curve: Survival


class Counted(TypedDict):
    """Which trials of a challenge count."""

    challenge: str
    cell: int
    trials: int
    counted: int
    falls: int
    invalid: int
    fell_before: int
    never_came: int
    cut_off: int
    note: NotRequired[str]


class FallCurve(TypedDict):
    """Probability of a fall by impulse."""

    impulse_n_s: list[float]
    fall_probability: list[float]


class Push(Counted):
    """The dose-response of pushes in one direction."""

    half_fall_impulse_n_s: Estimate
    slope_per_ln_impulse: float | None
    impulse_n_s: list[float]
    fell: list[bool]
    curve: FallCurve | None


class HazardEntry(Counted):
    """Falls of a hazard."""

    kind: str
    magnitude: float
    share_that_falls: Estimate
    recovery_steps: dict[str, float | None]


class Condition(TypedDict):
    """One condition of a battery (docs/results/fall-risk.md)."""

    levels: dict[str, Any]
    name: str
    no_evidence: list[Refused]
    undisturbed: Undisturbed
    falls_unpushed: float | None
    pushes: list[Push]
    hazards: list[HazardEntry]
    left_out: list[str]
