"""What reports tell of perturbations: direction, size, how often, how predictable, why so."""

from __future__ import annotations

import pytest
from synthetic_run import make_run

from retrowalk.experiments.report.data import RunData, load_run
from retrowalk.experiments.report.perturbations import NO_DOSE, perturbation_table
from retrowalk.sim.hazards.presets import PRESETS


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> RunData:
    hazards = [{"preset": "push-left", "at_s": 3.0}, "slip"]
    folder = make_run(
        tmp_path_factory.mktemp("runs") / "pushed",
        hazards=hazards,
        dose="half of those who walk so fall",
        trials=4,
        keep_recordings=0,
    )
    return load_run(folder)


def test_each_perturbation_has_a_row(data: RunData):
    push, slip = perturbation_table(data.run.plan, data).rows
    assert push[:4] == ("push 15 N·s", "left", "pelvis", "0.1")
    assert push[5] == "3 s after the start, phase drawn"
    assert push[6:] == ("left or right, drawn", "time is fixed", "2")
    assert slip[:2] == ("slip, friction 0.05", "wherever the foot slides")
    assert slip[5] == "1 to 4 s after steady walking begins"
    assert slip[7] == "no: time is drawn"


def test_the_dose_is_justified_in_the_reports_words(data: RunData):
    from retrowalk.experiments.report.page import page
    from retrowalk.experiments.report.plain_words import plain_words

    (section,) = (
        one for one in page(data, plain_words("en"))["sections"] if one.heading == "Perturbations"
    )
    assert section.words.endswith("Dose: half of those who walk so fall")
    assert NO_DOSE not in section.words


@pytest.mark.parametrize("name", PRESETS)
def test_every_hazard_but_a_lapse_of_attention_has_a_direction(name: str):
    assert bool(PRESETS[name].towards) == (name != "attention-lapse")
