"""Sensitivity: an answer that changes with a choice is told, one that does not is not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from known_engine import known_engine

from retrowalk.experiments.runner.run import Options
from retrowalk.experiments.sensitivity.page import sensitivity_page
from retrowalk.experiments.sensitivity.sensitivity import Answered, says, sensitivity
from retrowalk.experiments.sensitivity.variants import Variant, variants_of
from retrowalk.experiments.study.load import load_config
from retrowalk.models.numerics import WORDS
from retrowalk.sim.errors import ConfigError

CONFIG = """\
name: known
factors: {direction: [backward, forward]}
technique: {speed_m_per_s: 0.8}
trials: 8
duration_s: 6
keep_recordings: 0
contrasts:
  - {measure: step_width_m, between: {direction: [backward, forward]}, as: ratio}
  - {measure: stride_length_m, between: {direction: [backward, forward]}, as: ratio}
  - {measure: cost_of_transport_j_per_kg_m, between: {direction: [backward, forward]}, as: ratio}
"""


def known(cell, index: np.ndarray) -> dict[str, np.ndarray]:
    """Steps are wider backward but with half the time step; Bhargava says that it costs less."""
    back = cell.direction == "backward"
    wider = back and not cell.body.endswith("@half-step")
    return {
        "fell": index < 0,
        "step_width_m": (0.12 if wider else 0.10) + 0.0001 * ((7 * index) % 5),
        "stride_length_m": (0.8 if back else 1.0) + 0.001 * ((5 * index) % 7),
        "cost_of_transport_j_per_kg_m": (5.0 if back else 4.0) + 0.01 * ((3 * index) % 4),
        "bhargava_cost_of_transport_j_per_kg_m": (3.0 if back else 4.0) + 0.01 * index,
        "umberger2003_cost_of_transport_j_per_kg_m": (5.0 if back else 4.0) + 0.01 * index,
    }


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[Variant, ...], list[Answered]]:
    folder = tmp_path_factory.mktemp("sensitivity")
    (folder / "known.yaml").write_text(CONFIG, "utf-8")
    told: list[tuple[int, int]] = []
    options = Options(threads=1, progress=lambda done, total: told.append((done, total)))
    runs, engine = folder / "runs", known_engine(known)

    def measured(recording, stands_n):
        rows, strides = engine.measure(recording)
        longer = 0.3 if stands_n > 20 else 0.0  # backward strides, as if told from later contacts
        backward = rows["trial"] < 8
        return rows.assign(stride_length_m=rows["stride_length_m"] + longer * backward), strides

    _, variants, answers = sensitivity(
        str(folder / "known.yaml"), [], runs, options, engine, measured
    )
    assert told == sorted(told)
    assert told[-1] == (told[0][1], told[0][1])  # one bar over all variants, to its end
    assert all((runs / one.name / "trials.parquet").exists() for one in variants if one.walked)
    return variants, answers


def test_what_changes_with_a_choice_is_told(found):
    _, (width, length, cost) = found
    assert (says(width.own), width.depends_on) == ("higher", ("half-step",))
    assert (says(length.own), length.depends_on) == ("lower", ("contact-50-n",))
    assert (says(cost.own), cost.depends_on) == ("higher", ("bhargava",))


def test_the_page_marks_it(found):
    variants, answers = found
    page = sensitivity_page("known", "retrowalk sensitivity known", variants, answers)
    assert "3 of 3 answers depend on a choice" in page
    table = [line for line in page.splitlines() if line.startswith("| step width")]
    assert table[0].count("**") == 2
    assert "**no clear difference**" in table[0]
    assert "bhargava" not in page.lower().split("|")[0] or "energy by Bhargava 2004" in page


def test_every_choice_that_an_experiment_can_have_is_tried():
    names = {one.name for one in variants_of(load_config("energy"))}
    contacts = {"contact-5-n", "contact-50-n"}
    sharing = {"cubed", "cubed-by-volume"}
    assert set(WORDS) | {"own", "umberger2003", "bhargava"} | contacts | sharing == names
    learned = load_config(
        "energy", ["policy=ppo-backward", "factors.direction=[backward]", "contrasts=[]"]
    )
    assert {one.name for one in variants_of(learned)} == {"own", *WORDS, *contacts}


def test_an_answer_that_is_withheld_is_none():
    assert says({"low": 1.1, "high": 1.2, "as": "ratio", "withheld": [{}]}) == "no answer"
    assert says({"low": None, "high": None, "as": "ratio"}) == "no answer"
    assert says({"low": -0.1, "high": 0.2, "as": "difference"}) == "no clear difference"


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path):
    config, run = tmp_path / "known.yaml", tmp_path / "run"
    config.write_text(CONFIG, "utf-8")
    run.mkdir()
    (run / "manifest.json").write_text("{}", "utf-8")
    with pytest.raises(ConfigError, match=r"holds no sensitivity of retrowalk \(manifest\.json"):
        sensitivity(str(config), [], run, Options(threads=1), known_engine(known))
    assert [path.name for path in run.iterdir()] == ["manifest.json"]
