"""The words of the answer say what the numbers say."""

from __future__ import annotations

import pytest

from retrowalk.experiments.report.answer import comparisons, percents, topics
from retrowalk.experiments.report.data import RunData
from retrowalk.experiments.study.labels import label


def told(**changes: object) -> str:
    """The phrase of one contrast."""
    return comparisons(RunData(run=None, contrasts=[contrast(**changes)]))[0].phrase  # type: ignore[arg-type]


def contrast(**changes: object) -> dict:
    """A contrast as `contrasts.json` holds it."""
    return {
        "measure": "activation_posterior_chain",
        "between": {"direction": ["backward", "forward"]},
        "as": "ratio",
        "where": {},
        "pooled": False,
        "estimate": 1.25,
        "low": 1.12,
        "high": 1.38,
        "p_holm": 0.001,
        "effect_size": 0.8,
        "n_pairs": 16,
        "n_dropped": 0,
        "note": "",
        **changes,
    }


def test_a_ratio_is_told_as_a_change():
    words = "posterior chain activation: 25 % higher (95 % interval +12 to +38 %)"
    assert told() == words
    assert "20 % lower (95 % interval −30 to −10 %)" in told(estimate=0.8, low=0.7, high=0.9)


def test_a_difference_is_told_with_its_unit():
    margin = {"measure": "mos_ap_m", "as": "difference"}
    assert "2.0 cm lower (95 % interval −3.0 to −1.0 cm)" in told(
        **margin, estimate=-0.02, low=-0.03, high=-0.01
    )
    angle = {"measure": "knee_rom_rad", "as": "difference"}
    assert "5.7° higher" in told(**angle, estimate=0.1, low=0.05, high=0.15)
    share = {"measure": "stance_fraction", "as": "difference"}
    assert "3.0 %-points higher" in told(**share, estimate=0.03, low=0.01, high=0.05)


def test_doubt_is_told():
    assert "no clear difference, +5.0 %" in told(estimate=1.05, low=0.97, high=1.08)
    (doubtful,) = comparisons(RunData(run=None, contrasts=[contrast(p_holm=0.2)]))  # type: ignore[arg-type]
    assert not doubtful.clear
    nothing = told(estimate=None, low=None, high=None, note="one pair gives no interval")
    assert nothing.endswith("the trials cannot tell, one pair gives no interval")


def test_pooled_answers_stand_for_single_settings():
    settings = [contrast(where={"surface": s}) for s in ("flat", "rough-2cm")]
    items = comparisons(RunData(run=None, contrasts=[*settings, contrast(pooled=True)]))  # type: ignore[arg-type]
    ((sides, (topic,)),) = topics(items)
    assert sides == "walking backward compared with walking forward, mean over all settings"
    assert topic.name == "Muscle load"
    assert [item.where for item in topic.items] == ["mean of all"]


def test_topics_keep_the_first_and_count_the_rest():
    items = comparisons(
        RunData(run=None, contrasts=[contrast(), contrast(), contrast(), contrast()])  # type: ignore[arg-type]
    )
    ((_, (topic,)),) = topics(items, most=3)
    assert (len(topic.items), topic.more) == (3, 1)


@pytest.mark.parametrize(
    ("shares", "texts"),
    [
        ((0.083, 0.01, 0.095), ["+8.3", "+1.0", "+9.5"]),
        ((0.25, 0.12, 0.38), ["+25", "+12", "+38"]),
        ((0.0, -0.0001, 0.0001), ["0.0", "0.0", "0.0"]),
        ((-0.5, -0.6, -0.4), ["−50", "−60", "−40"]),
    ],
)
def test_percents(shares: tuple[float, ...], texts: list[str]):
    assert percents(*shares) == texts


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("speed_m_per_s", 0.8, "0.80 m/s"),
        ("step_width_m", 0.123, "12.3 cm"),
        ("knee_rom_rad", 1.0, "57.3°"),
        ("activation_soleus", 0.123, "12.3 %"),
        ("tension_peak_n_soleus", 1234.4, "1234 N"),
        ("mos_ml_m", -0.0001, "0.0 cm"),
        ("mos_ml_m", None, "–"),
        ("some_new_moment_n_m", 12.3, "12 N·m"),
    ],
)
def test_numbers_as_people_read_them(column: str, value: float | None, text: str):
    assert label(column).quantity(value) == text
