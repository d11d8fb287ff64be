"""The preferred speed by least cost of the gaits solved by direct collocation.

`solved_costs.csv` holds their cost of transport over speed, by `docs/make/solved_costs.py`; each is
one optimum without chance, so bounds are those of the table: the least cost lies between the two
speeds beside the cheapest one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...sim.data_files import beside
from ..statistics.paired import Interval
from .answer import Answer
from .verdict import BELOW_1, FindingPart

TABLE = "solved_costs.csv"
CAVEAT = (
    "Gaits solved by direct collocation on a planar body (docs/develop/solving.md) stand for the "
    "model: speeds of least cost of transport, bounds by the table's neighbouring speeds"
)


def solved_costs() -> pd.DataFrame:
    """Return direction, speed [m/s] and cost of transport [J/kg/m] of each solved gait."""
    place = beside(__name__, TABLE)
    with place.open(encoding="utf-8") as file:
        return pd.read_csv(file)


def solved_speed_ratio(why: str, table: pd.DataFrame | None = None) -> Answer:
    """Return backward over forward speed of least cost, or that the table does not enclose it.

    Args:
        why: no run of walks can tell, a sentence without full stop. table: as `solved_costs`.
    """
    known = solved_costs() if table is None else table
    least: dict[str, tuple[float, float, float]] = {}
    for direction, rows in known.groupby("direction"):
        ordered = rows.sort_values("speed_m_per_s")
        speeds = ordered["speed_m_per_s"].to_numpy(float)
        place = int(ordered["cost_of_transport_j_per_kg_m"].to_numpy(float).argmin())
        if not 0 < place < len(speeds) - 1:
            ends = f"{speeds[0]:g} to {speeds[-1]:g} m/s, least at {speeds[place]:g}"
            return Answer(
                unreached=f"{why}; nor do those of the gaits solved by direct collocation "
                f"({direction}: {ends})"
            )
        least[str(direction)] = (speeds[place - 1], speeds[place], speeds[place + 1])
    (slow, back, fast), (least_ahead, ahead, most_ahead) = least["backward"], least["forward"]
    ratio = Interval(back / ahead, slow / most_ahead, fast / least_ahead)
    setting = f"{back:g} m/s backward, {ahead:g} forward"
    part = FindingPart("", setting, ratio, np.array([back / ahead]), BELOW_1)
    return Answer([part], f"{why}. {CAVEAT}")
