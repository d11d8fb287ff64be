"""The report's table of controllers: each one's answer, then that over all."""

from __future__ import annotations

from typing import Any

from retrowalk.experiments.analysis.controllers import over_controllers
from retrowalk.experiments.report.controllers import table_of


def contrast(policy: str, estimate: float, **changes: Any) -> dict[str, Any]:
    return {
        "measure": "step_width_m",
        "between": {"direction": ["backward", "forward"]},
        "as": "difference",
        "where": {"policy": policy},
        "pooled": False,
        "estimate": estimate,
        "low": estimate - 0.001,
        "high": estimate + 0.001,
        "n_pairs": 12,
        "withheld": [],
        **changes,
    }


def test_every_controller_has_a_row_and_all_together_one():
    refused = [{"reason": "gait-fails", "says": "The gait fails here."}]
    contrasts = [contrast(f"gait-{i}", 0.02 + 0.001 * i) for i in range(4)]
    contrasts.append(contrast("falls", -0.5, withheld=refused))
    table = table_of(list(over_controllers(contrasts)))
    assert table is not None
    *own, over = table.rows
    assert [row[1] for row in own] == ["gait-0", "gait-1", "gait-2", "gait-3", "falls"]
    assert own[-1][2:] == ("–", "not counted: The gait fails here.")
    assert over[1] == "over controllers"
    assert over[3] == "4 of 4 on one side: higher"
    assert over[2].startswith("+2.1")
    assert table_of([]) is None
