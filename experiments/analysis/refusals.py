"""Reasons for withholding an answer, each as one sentence used everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from ...envs.policies.domain import Outside
from ..statistics.paired import FEWEST
from ..study.labels import label, level_words, words
from ..study.pace import PreferredSpeed

Reason = Literal[
    "gait-fails",
    "pooled-over-falls",
    "outside",
    "not-enclosed",
    "commanded",
    "noise-free",
    "most-fall",
    "too-few-pairs",
    "controllers",
]
"""In order of weight: the first that holds is told first."""

SHORT: dict[Reason, str] = {
    "gait-fails": "the gait fails",
    "pooled-over-falls": "most fall in some settings",
    "outside": "not what the gait was made for",
    "not-enclosed": "least cost not enclosed",
    "commanded": "commanded",
    "noise-free": "a walker without noise",
    "most-fall": "most fall",
    "too-few-pairs": "too few pairs",
    "controllers": "this model cannot say",
}
"""The reasons in a table."""

_MOST_NAMED = 6  # cells in one sentence
NO_EVIDENCE = "this is no evidence about people"


class Refused(TypedDict):
    """A refusal as plain data."""

    reason: Reason
    says: str


@dataclass(frozen=True)
class Refusal:
    """A reason to withhold a comparison, and the sentence that says so."""

    reason: Reason
    says: str

    @property
    def told(self) -> Refused:
        """As plain data."""
        return {"reason": self.reason, "says": self.says}


def cell_words(levels: Mapping[str, Any]) -> str:
    """Return a cell's levels in words: `backward, grass`."""
    return ", ".join(level_words(*item) for item in levels.items()) or "all walks"


def gait_fails(falls: Sequence[str]) -> Refusal:
    """Return the refusal where a gait fails; `falls` are from `fall_words`."""
    return Refusal("gait-fails", f"The gait fails here ({_listed(falls)}); {NO_EVIDENCE}.")


def fall_words(name: str, falls: int, walks: int, undisturbed: bool = True) -> str:
    """Say how many walks of a cell fell: `backward, grass: 5 of 6 walks fall undisturbed`."""
    how = " undisturbed" if undisturbed else ""
    return f"{name}: {falls} of {walks} walks fall{how}"


def pooled_over_falls(falls: Sequence[str]) -> Refusal:
    """Return the refusal of a mean over settings in some of which most fall."""
    return Refusal(
        "pooled-over-falls",
        f"A mean over settings in which most walkers fall says nothing ({_listed(falls)}); "
        f"{NO_EVIDENCE}.",
    )


def outside(found: Iterable[Outside], names: Sequence[str] = ()) -> Refusal:
    """Return the refusal outside of what a gait was made for; `names` of the cells, if some are."""
    where = f" In: {_listed(names)}." if names else ""
    return Refusal(
        "outside",
        f"Outside of what the gait was tuned or trained for ({'; '.join(outside_words(found))}); "
        f"{NO_EVIDENCE}.{where}",
    )


def _listed(parts: Sequence[str]) -> str:
    """Return the first parts as a list in words, and how many more there are."""
    more = len(parts) - _MOST_NAMED
    return "; ".join([*parts[:_MOST_NAMED], *([f"and {more} more"] if more > 0 else [])])


def outside_words(found: Iterable[Outside]) -> list[str]:
    """Say each thing that lies outside: `height 160.0 cm, made for 175.0 cm`."""
    together: dict[tuple[object, ...], list[str]] = {}
    for one in found:
        name = one.field.removeprefix("strength of ")
        of_group = one.field != name
        key = (of_group or one.field, one.value, one.low, one.high)
        together.setdefault(key, []).append(words(name) if of_group else one.field)
    return [_outside(names, *key) for key, names in together.items()]


def _outside(names: list[str], field: object, value: object, low: object, high: object) -> str:
    if field is True:
        return f"strength of {', '.join(names)} {_amount('strength', value)}, made for " + (
            _bounds("strength", low, high)
        )
    return f"{_name(names[0])} {_amount(names[0], value)}, made for {_bounds(names[0], low, high)}"


def _bounds(field: str, low: object, high: object) -> str:
    if low is None and high is None:
        return "none"
    if high is None:
        return f"{_amount(field, low)} or more"
    if field == "age_years" and high == low == 40.0:  # nothing changes before
        return "up to 40 years"
    if low == high:
        return _amount(field, low)
    return f"{_amount(field, low)} to {_amount(field, high)}"


def _name(field: str) -> str:
    return "age" if field == "age_years" else label(field).text


def _amount(field: str, value: object) -> str:
    if not isinstance(value, int | float):
        return str(value)
    if field == "age_years":
        return f"{value:g} years"
    if field in ("slope", "cross_slope"):
        return f"{100 * value:g} %"
    text = label(field)
    return f"{value * text.scale:g}{' ' if text.unit else ''}{text.unit}"


def speed_words(found: PreferredSpeed) -> str:
    """Say where a sweep's cost was least: `backward: least at 1 m/s of 0.6 to 1 m/s`."""
    ends = f"{found.speeds[0]:g} to {found.speeds[-1]:g} m/s"
    least = "–" if found.speed.estimate is None else f"{found.speed.estimate:g} m/s"
    return f"{cell_words(dict(found.levels))}: least at {least} of {ends}"


def not_enclosed(names: Sequence[str]) -> Refusal:
    """Return the refusal of a preferred speed that the speeds walked do not enclose."""
    return Refusal(
        "not-enclosed",
        "The speed of least cost is not enclosed by the speeds walked "
        f"({'; '.join(names)}); cannot say.",
    )


def commanded(measure: str, by: str) -> Refusal:
    """Return the refusal of a measure that is an input."""
    text = label(measure).text
    return Refusal(
        "commanded",
        f"{text[0].upper()}{text[1:]} is set by {by}: what is commanded is no result.",
    )


def noise_free(measure: str) -> Refusal:
    """Return the refusal of variability without noise."""
    text = label(measure).text
    return Refusal(
        "noise-free",
        f"Without noise of senses and muscles a gait is a limit cycle, whose {text} is no human "
        "variability.",
    )


def most_fall(falls: Sequence[str]) -> Refusal:
    """Return the refusal of a mean over the few who did not fall."""
    return Refusal(
        "most-fall", f"Most walks end in a fall ({_listed(falls)}); who stays up is no sample."
    )


def too_few_pairs(pairs: int) -> Refusal:
    """Return the refusal of a number from few pairs."""
    told = "1 pair of walks" if pairs == 1 else f"{pairs} pairs of walks"
    return Refusal("too-few-pairs", f"{told}: fewer than {FEWEST} give no answer.")


def no_agreement(objection: str) -> Refusal:
    """Return the refusal where several controllers give no answer together."""
    return Refusal("controllers", f"This model cannot say: {objection}.")


def people_outside() -> Refusal:
    """Return the refusal of what people show who walk with a gait that was made for another."""
    return Refusal(
        "outside",
        "Outside of what the gait was tuned or trained for: people of other sizes, ages and "
        f"strengths walk with it; {NO_EVIDENCE}.",
    )


def too_few_people(count: int) -> Refusal:
    """Return the refusal of an interval over people that there are too few of."""
    given = "1 person gives" if count == 1 else f"{count} people give"
    return Refusal("too-few-pairs", f"{given} an answer, or not all with each controller.")
