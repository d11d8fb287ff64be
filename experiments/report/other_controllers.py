"""What another controller of the project answers to a run's own contrasts of the directions.

`other_controllers.csv` is written with docs/results/controllers.md, from the same run; who walks
forward most like people stands first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from ...sim.data_files import beside
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

    Of several it is the one that walks forward most like people. Runs of several controllers answer
    that themselves; the list is empty for them.
    """
    policy = config.get("policy")
    known = {one["policy"] for one in _shipped()}
    factors: Mapping[str, Any] = config.get("factors") or {}
    if policy not in known or not {"policy", CONTROLLER}.isdisjoint(factors):
        return []
    asked = [
        item
        for item in items
        if item.clear and [item.first, item.second] == _WAYS and not item.across
    ]
    found = (next(_otherwise(item, str(policy)), None) for item in asked)
    return [one for one in found if one]


def _otherwise(item: Comparison, policy: str) -> Iterator[Contradiction]:
    """Yield the answers to `item` of controllers other than `policy` that contradict it."""
    for row in _shipped():
        if (row["measure"], row["as"] == "ratio") != (item.column, item.ratio):
            continue
        other = comparison({**row, "between": {"direction": _WAYS}})
        if row["policy"] != policy and (not other.clear or other.higher != item.higher):
            yield Contradiction(item, other, str(row["policy"]), float(row["speed_m_per_s"]))


@cache
def _shipped() -> tuple[dict[str, Any], ...]:
    place = beside(__name__, "other_controllers.csv")
    with place.open(encoding="utf-8") as file:
        rows = pd.read_csv(file).to_dict("records")
    return tuple({str(name): value for name, value in row.items()} for row in rows)
