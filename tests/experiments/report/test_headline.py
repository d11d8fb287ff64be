"""The number at the top is the first contrast's, and the words beside it are no bolder than it."""

from __future__ import annotations

from test_answer import contrast

from retrowalk.experiments.report.answer import comparisons
from retrowalk.experiments.report.data import RunData
from retrowalk.experiments.report.headline import Headline, headline


def top(*contrasts: dict) -> Headline:
    found = headline(comparisons(RunData(run=None, contrasts=list(contrasts))), [])  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_clear_difference_is_told_with_its_interval():
    found = top(contrast())
    assert found.number == "+25 %"
    assert found.what == (
        "posterior chain activation, walking backward compared with walking forward"
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
    assert (found.number, found.interval) == ("?", "no interval")


def test_an_interaction_names_the_second_factor():
    found = top(contrast(across={"surface": ["rough-2cm", "flat"]}))
    assert found.what.endswith("walking forward, rough-2cm against flat")
