"""People beside the run: what was found in them stands beside the run's own contrasts."""

from __future__ import annotations

import pytest

from retrowalk.experiments.findings.beside import HUMAN_RANGES
from retrowalk.experiments.findings.page import human_findings
from retrowalk.experiments.report.answer import comparisons
from retrowalk.experiments.report.data import RunData
from retrowalk.experiments.report.people import beside_people
from retrowalk.experiments.report.tables import Table
from retrowalk.sim.measures.catalogue import COLUMNS


def beside(low: float | None, high: float | None, **changes: object) -> Table | None:
    """What stands beside one contrast of the directions with this interval."""
    contrast = {
        "measure": "step_width_m",
        "between": {"direction": ["backward", "forward"]},
        "as": "ratio",
        "where": {},
        "pooled": False,
        "estimate": None if low is None or high is None else 0.5 * (low + high),
        "low": low,
        "high": high,
        "n_pairs": 16,
        "n_dropped": 0,
        "note": "",
    }
    return beside_people(comparisons(RunData(run=None, contrasts=[contrast | changes])))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (1.1, 1.3, "agrees"),
        (0.7, 0.9, "disagrees"),
        (0.9, 1.1, "cannot tell"),
        (None, None, "cannot tell"),
    ],
)
def test_the_whole_interval_must_lie_where_people_do(
    low: float | None, high: float | None, verdict: str
):
    table = beside(low, high)
    assert table is not None
    assert table.rows[0][-1] == verdict
    assert "Hackney" in table.rows[0][3]


def test_what_is_no_evidence_agrees_with_nobody():
    table = beside(1.1, 1.3, withheld=[{"reason": "gait-fails", "says": "The gait fails here."}])
    assert table is not None
    assert table.rows[0][-1] == "no evidence"


@pytest.mark.parametrize(
    "changes",
    [
        {"measure": "activation_vasti"},
        {"between": {"direction": ["forward", "backward"]}},
        {"as": "difference"},
        {"pooled": True},
        {"across": {"surface": ["grass", "flat"]}},
    ],
)
def test_only_like_is_set_beside_like(changes: dict[str, object]):
    assert beside(1.1, 1.3, **changes) is None


def test_ranges_are_of_measures_and_findings_that_exist():
    assert set(HUMAN_RANGES) <= set(COLUMNS)
    assert {one.finding for one in HUMAN_RANGES.values()} <= set(human_findings()["id"])
