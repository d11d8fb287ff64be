"""Several controllers on a difference that is too small to matter, and on falls by the metre."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from retrowalk.experiments.analysis.agreement import AGREEING, FEWEST_CONTROLLERS, Agreement
from retrowalk.experiments.claims.claim import ClaimTest
from retrowalk.experiments.claims.margins import TOO_SMALL, judged
from retrowalk.experiments.claims.stretches import stretches_over_controllers
from retrowalk.experiments.claims.verdict import outcome
from retrowalk.experiments.statistics.crossed import crossed_interval
from retrowalk.experiments.study.controllers import GATES_ASKED

MARGIN = {"reason": "a step so much shorter is what a person feels", "source": "made up"}
APART = {"reason": "controllers", "says": "This model cannot say: 1 of 5 lie above."}


def _test(claimed: str = "above", matters: float = 0.1) -> ClaimTest:
    return ClaimTest.model_validate(
        {
            "measure": "fell",
            **({"margin": MARGIN} if claimed.startswith("not") else {}),
            "between": {"surface": ("grass", "flat")},
            "claimed": claimed,
            "matters": matters,
            "part": "falls",
        }
    )


def _own(low: float | None, high: float | None, gates: int | None, counts: bool = True) -> Any:
    return {"low": low, "high": high, "forward_gates": gates, "counts": counts}


def _over(owns: list[Any], low: float = -0.02, high: float = 0.03, kind: str = "difference") -> Any:
    estimate = (1.0 if kind == "ratio" else 0.0) + 0.0
    return {
        "measure": "fell",
        "as": kind,
        "estimate": estimate,
        "low": low,
        "high": high,
        "p": None,
        "controllers": owns,
        "withheld": [APART],
        "says": "this model cannot say",
    }


SMALL, WIDE = (-0.09, 0.09), (-0.3, 0.3)


@pytest.mark.parametrize(
    ("owns", "expected"),
    [
        ([_own(*SMALL, GATES_ASKED)] * 5, TOO_SMALL),
        ([_own(*SMALL, GATES_ASKED)] * 4 + [_own(*WIDE, None)], TOO_SMALL),
        ([_own(*SMALL, GATES_ASKED)] * 3 + [_own(*WIDE, None)] * 2, "this model cannot say"),
        ([_own(*SMALL, GATES_ASKED)] * 4, "this model cannot say"),  # too few
        ([_own(*SMALL, None)] * 5, "this model cannot say"),  # none walks like people
        ([_own(*SMALL, None)] * 4 + [_own(*WIDE, GATES_ASKED)], "this model cannot say"),
        ([_own(None, None, GATES_ASKED)] * 5, "this model cannot say"),
        ([_own(*SMALL, 20)] * 4 + [_own(*SMALL, 20, counts=False)], "this model cannot say"),
    ],
)
def test_most_must_each_rule_out_what_matters(owns: list[Any], expected: str):
    assert outcome(_test(), judged(_test(), _over(owns))) == expected


def test_the_interval_over_them_must_rule_it_out_too():
    owns = [_own(*SMALL, GATES_ASKED)] * 5
    assert judged(_test(), _over(owns, high=0.12))["withheld"] == [APART]


def test_not_worse_asks_for_one_side_alone():
    owns = [_own(-0.4, 0.09, GATES_ASKED)] * 5
    contrast = _over(owns, low=-0.4, high=0.05)
    assert outcome(_test("not above"), judged(_test("not above"), contrast)) == "as claimed"
    assert outcome(_test("not below"), judged(_test("not below"), contrast)) == (
        "this model cannot say"
    )


def test_ratios_are_measured_from_one():
    owns = [_own(0.95, 1.08, GATES_ASKED)] * 5
    assert judged(_test(), _over(owns, 0.98, 1.05, "ratio"))["says"] == TOO_SMALL
    assert judged(_test(), _over(owns, 0.98, 1.15, "ratio"))["withheld"]


def test_an_answer_is_left_as_it_is():
    given = {**_over([_own(*SMALL, GATES_ASKED)] * 5), "withheld": []}
    assert judged(_test(), given) is given


def test_a_true_difference_at_the_margin_is_seldom_called_too_small():
    """Two-sided 95 % of each: at most 2.5 % of the draws, whatever the spread of controllers."""
    draws, matters, random = 1000, 0.1, np.random.default_rng(4)
    called = 0
    for _ in range(draws):
        true = matters + 0.02 * random.standard_normal(5)
        walks = true[:, None] + 0.1 * random.standard_normal((5, 12))
        owns = [crossed_interval(one[:, None]) for one in walks]
        over = Agreement(walks.mean(1), ratio=False, forward_gates=(GATES_ASKED,) * 5).interval
        contrast = _over(
            [_own(one.low, one.high, GATES_ASKED) for one in owns],
            over.low,  # type: ignore[arg-type]
            over.high,  # type: ignore[arg-type]
        )
        called += judged(_test(), contrast)["says"] == TOO_SMALL
    assert called <= 0.025 * draws
    assert (FEWEST_CONTROLLERS, AGREEING) == (5, 0.8)


def _stretch(name: str, later: int, earlier: int, gates: int | None, **more: Any) -> dict[str, Any]:
    rate = (later - earlier) / 8.0
    return {
        "measure": "falls_per_100_m",
        "factor": "stretch_m",
        "between": {"stretch_m": ["14 to 24", "4 to 14"]},
        "as": "difference",
        "pooled": False,
        "where": {"controller": name, "surface": "grass"},
        "estimate": rate,
        "low": rate - 0.4,
        "high": rate + 0.4,
        "p": None,
        "n_pairs": 80,
        "mean_first": later / 8.0,
        "mean_second": earlier / 8.0,
        "withheld": [],
        "note": "",
        "forward_gates": gates,
        "tallies": [
            {"events": later, "exposure": 8.0},
            {"events": earlier, "exposure": 8.0},
        ],
        **more,
    }


def test_falls_by_the_metre_over_controllers():
    """Five that never fall in 800 m each rule out half a fall in 100 m; a sixth fails."""
    refusal = {"reason": "gait-fails", "says": "The gait fails here."}
    given = [_stretch(f"c{i}", 0, 0, GATES_ASKED if i == 2 else None) for i in range(5)]
    given.append(_stretch("fails", 9, 9, None, withheld=[refusal]))
    (found,) = stretches_over_controllers(given)
    assert found["where"] == {"surface": "grass"}
    assert (found["counted"], found["n_dropped"]) == (5, 1)
    assert found["controllers"][-1]["withheld"] == ["The gait fails here."]
    assert found["estimate"] == 0.0
    assert found["high"] == -found["low"] == pytest.approx(-np.log(0.025) / 40.0)
    assert found["withheld"][0]["reason"] == "controllers"
    test = _test(matters=0.5).model_copy(update={"measure": "falls_per_100_m"})
    assert outcome(test, judged(test, found)) == TOO_SMALL


def test_more_falls_later_with_all_of_them_are_told():
    given = [_stretch(f"c{i}", 8 + i, 1, GATES_ASKED) for i in range(5)]
    (found,) = stretches_over_controllers(given)
    assert found["says"] == "higher"
    assert found["p"] < 1e-6
    assert found["estimate"] == pytest.approx(9 / 8)
    assert found["mean_first"] == pytest.approx(50 / 40)
