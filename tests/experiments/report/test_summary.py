"""The paragraph for a coach: what was asked first, then the certain and large; good or bad said."""

from __future__ import annotations

import re
from typing import get_args

import pandas as pd
import pytest
from test_answer import contrast

from retrowalk.experiments.analysis.refusals import Reason
from retrowalk.experiments.commands.options import Language
from retrowalk.experiments.report import other_controllers
from retrowalk.experiments.report.answer import comparisons
from retrowalk.experiments.report.data import Cell, RunData
from retrowalk.experiments.report.headline import headline
from retrowalk.experiments.report.plain_words import languages, plain_words
from retrowalk.experiments.report.summary import summary
from retrowalk.experiments.study.load import load_config
from retrowalk.sim.measures.base.muscle_groups import CHAINS, MUSCLE_GROUPS

WORDS = plain_words()


def clause(measure: str, estimate: float, **changes: object) -> str:
    ends = {"low": estimate - 0.001, "high": estimate + 0.001}
    one = contrast(measure=measure, estimate=estimate, **{**ends, **changes})
    return WORDS.clause(comparisons(RunData(run=None, contrasts=[one]))[0])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("estimate", "told"),
    [
        (2.19, "works 2.2 times as hard"),
        (2.0, "works about twice as hard"),
        (1.25, "works 25 % harder"),
        (0.88, "works 12 % less hard"),
        (0.51, "works about half as hard"),
    ],
)
def test_a_ratio_is_told_as_people_say_it(estimate: float, told: str):
    assert clause("activation_hamstrings", estimate) == f"the back of the thigh (hamstrings) {told}"


def test_good_and_bad_are_said_where_they_are_known():
    assert clause("knee_contact_force_peak_bw", 1.2).endswith("(harder on the joint)")
    assert clause("knee_contact_force_peak_bw", 0.8).endswith("(easier on the joint)")
    assert clause("stride_length_m", 0.9) == "strides are 10 % shorter"
    margin = {"as": "difference", "mean_first": -0.2, "mean_second": 0.1}
    assert clause("mos_ap_m", -0.15, **margin).endswith("(less room before a fall)")


def test_a_margin_that_the_foot_makes_is_no_worse_balance():
    margin = {"as": "difference", "geometry": {"measure": "mos_ap_edge_m", "difference": -0.13}}
    assert "mostly the shape of the foot" in clause("mos_ap_m", -0.148, **margin)


def test_every_muscle_group_has_plain_words():
    assert set(WORDS.texts["muscles"]) == {*MUSCLE_GROUPS, *CHAINS}


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("de", "die Rückseite des Oberschenkels (Hamstrings) arbeitet 2,2-mal so stark"),
        ("es", "la parte posterior del muslo (isquiotibiales) trabaja 2,2 veces tanto"),
    ],
)
def test_other_languages_have_the_same_keys_and_write_numbers_their_way(language: str, told: str):
    own = plain_words(language)
    assert set(own.texts) == set(WORDS.texts)
    assert set(own.texts["muscles"]) == set(WORDS.texts["muscles"])
    assert set(own.texts["measures"]) <= set(WORDS.texts["measures"])
    for part in ("page", "headline"):
        assert set(own.texts[part]) == set(WORDS.texts[part])
        for key, text in own.texts[part].items():
            assert fields(text) == fields(WORDS.texts[part][key]) - {"phrase"}, key
    assert {*get_args(Reason)} == set(own.texts["refusals"])
    asked = {contrast.measure for contrast in load_config("quick-start").contrasts}
    assert asked <= set(own.texts["names"])
    one = contrast(measure="activation_hamstrings", estimate=2.19, low=2.1, high=2.3)
    (item,) = comparisons(RunData(run=None, contrasts=[one]))  # type: ignore[arg-type]
    assert own.clause(item) == told


def fields(text: object) -> set[str]:
    """Return the names that a text, or a mapping of texts, has places for."""
    return set(re.findall(r"\{(\w+)\}", str(text)))


def test_the_number_at_the_top_is_told_in_the_language():
    one = contrast(measure="activation_hamstrings", estimate=1.083, low=1.075, high=1.09)
    top = headline(RunData(run=None, contrasts=[one]), plain_words("de"))  # type: ignore[arg-type]
    assert top is not None
    assert top.number == "+8,3 %"
    assert top.interval.endswith("+7,5 bis +9,0 %")
    assert "rückwärts gehen, verglichen mit vorwärts gehen" in top.what
    assert top.sentence.startswith("Deutlich höher")
    refused = [{"reason": "commanded", "says": "It is commanded."}]
    top = headline(
        RunData(run=None, contrasts=[{**one, "withheld": refused}]),  # type: ignore[arg-type]
        plain_words("es"),
    )
    assert top is not None
    assert top.sentence == "La velocidad se impone y no es un resultado."


def test_the_command_offers_the_languages_that_there_are():
    assert get_args(get_args(Language)[0]) == languages()


def test_what_was_asked_is_first_then_the_largest_certain_difference():
    data = RunData(
        run=None,  # type: ignore[arg-type]
        contrasts=[
            contrast(measure="stride_length_m", estimate=0.94, low=0.93, high=0.95),
            contrast(measure="cadence_steps_per_min", estimate=1.07, low=1.06, high=1.08),
            contrast(measure="activation_hamstrings", estimate=2.19, low=2.1, high=2.3),
            contrast(measure="activation_soleus", estimate=1.9, low=0.9, high=2.3),
        ],
        cells=[Cell({}, pd.DataFrame({"valid": True, "fell": [False] * 8}))],
        trials=pd.DataFrame({"commanded_speed_m_per_s": [0.8, 0.8]}),
    )
    (found,) = summary(data, comparisons(data), WORDS)
    assert found.text == (
        "Walking backwards instead of forwards, at the same 0.8 m/s: strides are 6 % shorter; "
        "the back of the thigh (hamstrings) works 2.2 times as hard; there are 7 % more steps a "
        "minute. No clear difference: soleus activation. As measured in people: stride length. "
        "Otherwise than in people: cadence. Nobody fell (8 walks)."
    )


def test_without_an_answer_there_is_no_paragraph():
    refused = [{"reason": "gait-fails", "says": "The gait fails here."}]
    data = RunData(run=None, contrasts=[contrast(withheld=refused)])  # type: ignore[arg-type]
    assert summary(data, comparisons(data), WORDS) == []


def told_beside(config: dict[str, object], estimate: float, measure: str) -> tuple[str, str]:
    """Say what the paragraph and the headline tell of other controllers' answers."""
    one = contrast(measure=measure, estimate=estimate, low=estimate - 0.01, high=estimate + 0.01)
    data = RunData(run=None, config=config, contrasts=[one])  # type: ignore[arg-type]
    (paragraph,) = summary(data, comparisons(data), WORDS)
    top = headline(data)
    assert top is not None
    return paragraph.otherwise, top.sentence


def answered(policy: str, measure: str, estimate: float) -> dict[str, object]:
    """One row of what controllers answered at 0.8 m/s."""
    ends = {"low": estimate - 0.02, "high": estimate + 0.02}
    of = {"policy": policy, "speed_m_per_s": 0.8, "measure": measure, "as": "ratio"}
    return {**of, "estimate": estimate, **ends}


def test_another_controller_that_answers_otherwise_is_told(monkeypatch: pytest.MonkeyPatch):
    scripted: dict[str, object] = {"policy": "scripted"}
    shipped = (
        answered("scripted", "activation_soleus", 2.0),
        answered("reference-residual", "activation_soleus", 0.82),
        answered("reference-residual", "activation_hamstrings", 1.5),
        answered("ppo", "activation_hamstrings", 0.95),
    )
    monkeypatch.setattr(other_controllers, "_shipped", lambda: shipped)
    told, top = told_beside(scripted, 2.0, "activation_soleus")
    assert "(reference-residual, at 0.8 m/s) says otherwise" in told
    assert "works 18 % less hard" in told
    assert "−18 %" in top
    assert top.endswith("this model cannot tell.")
    told, _ = told_beside(scripted, 2.0, "activation_hamstrings")  # the first answers alike
    assert "(ppo, at 0.8 m/s) says otherwise" in told
    assert "works 5 % less hard" in told
    alike = {"policy": "reference-residual", "speed_m_per_s": 0.8, "as": "ratio"}
    alike |= {"measure": "activation_vasti", "estimate": 1.0, "low": 0.9, "high": 1.1}
    with monkeypatch.context() as only:
        only.setattr(
            other_controllers, "_shipped", lambda: ({**alike, "policy": "scripted"}, alike)
        )
        told, _ = told_beside(scripted, 2.0, "activation_vasti")
        assert "no difference in" in told
        higher = {**alike, "estimate": 1.5, "low": 1.4, "high": 1.6}
        only.setattr(other_controllers, "_shipped", lambda: (higher,))
        told, top = told_beside(scripted, 2.0, "activation_vasti")
    assert "controller" not in told + top
    both = {**scripted, "factors": {"policy": ["scripted", "reference-residual"]}}
    own: dict[str, object] = {"policy": "my-policy.onnx"}
    for config in (both, own):
        told, top = told_beside(config, 2.0, "activation_soleus")
        assert "controller" not in told + top
