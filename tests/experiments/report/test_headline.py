"""The number at the top is the first contrast's, and the words beside it are no bolder than it."""

from __future__ import annotations

import pandas as pd
import pytest
from test_answer import contrast

from retrowalk.experiments.report.answer import comparisons
from retrowalk.experiments.report.data import Cell, RunData
from retrowalk.experiments.report.headline import Headline, headline


def top(*contrasts: dict) -> Headline:
    found = headline(RunData(run=None, contrasts=list(contrasts)))  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_clear_difference_is_told_with_its_interval():
    found = top(contrast())
    assert found.number == "+25 %"
    assert found.what == (
        "posterior chain activation, walking backwards compared with walking forwards"
    )
    assert found.interval == "95 % interval +12 to +38 %"
    assert found.sentence.startswith("Clearly higher")


def test_the_mean_over_settings_stands_for_them():
    one = contrast(where={"surface": "flat"}, estimate=1.5, low=1.4, high=1.6)
    found = top(one, contrast(pooled=True))
    assert found.number == "+25 %"
    assert found.what.endswith("(on average over all settings)")


def test_no_clear_difference_says_what_could_have_been_seen():
    seen = {"detectable": {"ratio": 0.12, "difference": 0.01, "standardised": 0.7}}
    found = top(contrast(estimate=1.05, low=0.97, high=1.08, **seen))
    assert found.sentence == (
        "No clear difference; one of 12 % would be seen in 80 % of such runs."
    )


def test_what_the_correction_leaves_open_is_not_called_clear():
    assert top(contrast(p_holm=0.2)).sentence.startswith("Not certain")


def test_a_contrast_without_an_interval_has_no_number():
    found = top(contrast(estimate=None, low=None, high=None, note="no seed has a value in both"))
    assert (found.number, found.interval) == ("–", "")
    assert found.sentence.startswith("The trials cannot tell")


def test_an_interaction_names_the_second_factor():
    found = top(contrast(across={"surface": ["rough-2cm", "flat"]}))
    assert found.what.endswith("walking forwards, rough-2cm against flat")


FAILS = {
    "reason": "gait-fails",
    "says": "The gait fails here (backward: 7 of 12 walks fall undisturbed); this is no evidence "
    "about people.",
}


def test_where_the_gait_fails_the_sentence_stands_for_the_number():
    found = top(contrast(withheld=[FAILS]))
    assert (found.number, found.interval, found.told) == ("–", "", FAILS["says"])
    (item,) = comparisons(RunData(run=None, contrasts=[contrast(withheld=[FAILS])]))  # type: ignore[arg-type]
    assert not item.clear
    assert not item.known  # so no figure draws it
    assert (item.shown, item.interval, item.why) == ("–", "–", "the gait fails")
    assert item.phrase.endswith(f"no answer. {FAILS['says']}")


def test_a_remark_is_told_beside_the_number():
    found = top(contrast(remarks=[FAILS]))
    assert found.number == "+25 %"
    assert found.sentence.endswith(FAILS["says"])


@pytest.mark.parametrize(("walks", "number"), [(5, "–"), (6, "17 %")])
def test_fewer_than_six_walks_of_one_condition_give_no_number(walks: int, number: str):
    rows = pd.DataFrame({"valid": True, "fell": [i == 0 for i in range(walks)]})
    found = headline(RunData(run=None, cells=[Cell({}, rows)]))  # type: ignore[arg-type]
    assert found is not None
    assert found.number == number
    failing = Cell({}, rows, {"standing": {"withheld": [FAILS]}})
    top = headline(RunData(run=None, cells=[failing]))  # type: ignore[arg-type]
    assert top is not None
    assert top.told == FAILS["says"]
