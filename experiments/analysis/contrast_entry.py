"""Shape of what `contrasts.json` holds: an entry for each contrast, and one for each cell."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from ..study.fields import Scalar
from .refusals import Refused

Numbers = dict[str, float | None]
"""Numbers by name; None where the data cannot give one."""

Question = TypedDict(
    "Question",
    {
        "measure": str,
        "factor": str,
        "between": dict[str, list[Scalar]],
        "as": Literal["difference", "ratio"],
        "pooled": bool,
        "across": NotRequired[dict[str, list[Scalar]]],
        "where": dict[str, Scalar],
    },
)
"""What a contrast asks."""


class ContrastEntry(Question):
    """The answer to a contrast in one setting, or over all of them."""

    estimate: float | None
    low: float | None
    high: float | None
    p: float | None
    p_holm: float | None
    effect_size: float | None
    effect_size_low: float | None
    effect_size_high: float | None
    n_pairs: int
    n_dropped: int
    mean_first: float | None
    mean_second: float | None
    method: str
    aliases: list[list[str]]
    note: str
    detectable: Numbers
    detectable_holm: Numbers
    leave_one_out: Numbers
    geometry: NotRequired[Geometry]
    withheld: list[Refused]
    remarks: list[Refused]


class Geometry(TypedDict):
    """The part of a difference that the foot's shape makes, and the measure that tells it."""

    measure: str
    difference: float | None


class StandingEntry(TypedDict):
    """What a cell is evidence of, as in `Standing`."""

    fails: bool
    fell_undisturbed: int
    outside: list[str]
    noise_free: bool
    withheld: list[Refused]


class CellEntry(TypedDict):
    """Falls of a cell (share, low, high) and its means (mean, low, high, sd, trials)."""

    cell: int
    name: str
    levels: dict[str, Scalar]
    trials: int
    valid: int
    fell: Numbers
    measures: dict[str, Numbers]
    standing: StandingEntry
