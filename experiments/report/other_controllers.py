"""What another controller of the project answers to a run's own contrasts of the directions.

`other_controllers.csv` is written with docs/results/controllers.md, from the same runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd

from ..study.controller_factor import CONTROLLER
from .answer import Comparison, comparison

_WAYS = ["backward", "forward"]


@dataclass(frozen=True)
class Contradiction:
    """A clear difference of a run, and what another `policy` answers at `speed_m_per_s`."""

    own: Comparison
    other: Comparison
    policy: str
    speed_m_per_s: float


def contradictions(config: Mapping[str, Any], items: Iterable[Comparison]) -> list[Contradiction]:
    """Return where another controller sees no difference, or one of the other sign.

    Runs of several controllers answer that themselves; the list is empty for them.
    """
    policy = config.get("policy")
    known = {one["policy"] for one in _shipped()}
    factors: Mapping[str, Any] = config.get("factors") or {}
    if policy not in known or not {"policy", CONTROLLER}.isdisjoint(factors):
        return []
    others = [one for one in _shipped() if one["policy"] != policy]
    return [
        Contradiction(item, other, str(one["policy"]), float(one["speed_m_per_s"]))
        for item in items
        if item.clear and [item.first, item.second] == _WAYS and not item.across
        for one in others
        if (one["measure"], one["as"] == "ratio") == (item.column, item.ratio)
        if not (other := _read(one)).clear or other.higher != item.higher
    ]


def _read(row: Mapping[str, Any]) -> Comparison:
    return comparison({**row, "between": {"direction": _WAYS}})


@cache
def _shipped() -> tuple[dict[str, Any], ...]:
    place = resources.files(__name__.rpartition(".")[0]) / "other_controllers.csv"
    with place.open(encoding="utf-8") as file:
        rows = pd.read_csv(file).to_dict("records")
    return tuple({str(name): value for name, value in row.items()} for row in rows)
