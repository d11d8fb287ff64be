"""Figures over conditions: what the factors suggest, what a config asks for, what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from synthetic_run import CONFIG, make_run

from retrowalk.experiments.report.asked_figures import asked_figures
from retrowalk.experiments.report.data import RunData, load_run
from retrowalk.experiments.report.style import Picture
from retrowalk.experiments.report.tables import Table
from retrowalk.experiments.study.experiment import ExperimentConfig

FIGURES = [
    {"kind": "heat-map", "load": "activation", "relative_to": {"direction": "forward"}},
    {"kind": "heat-map", "measure": "fell", "rows": "direction", "columns": "speed_m_per_s"},
    {
        "kind": "curve",
        "measure": "cost_of_transport_j_per_kg_m",
        "over": "speed_m_per_s",
        "by": "direction",
        "title": "Cost",
    },
    {"kind": "survival", "where": {"direction": "backward"}},
]
FACTORS = {"direction": ["backward", "forward"], "speed_m_per_s": [0.6, 0.8, 1.0]}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunData:
    """Six conditions; trial 1 of each falls, trial 2 is invalid."""
    folder = tmp_path_factory.mktemp("asked") / "run"
    technique = {"step_width_m": 0.12}
    make_run(folder, factors=FACTORS, technique=technique, trials=6, keep_recordings=0)
    data = load_run(folder)
    far = [cell.rows.assign(distance_m=100 * cell.rows["distance_m"]) for cell in data.cells]
    data.cells = [replace(cell, rows=rows) for cell, rows in zip(data.cells, far, strict=True)]
    return data


def made(run: RunData, figures: list | None) -> list[Picture | Table]:
    run.config["figures"] = figures
    return [one for one in asked_figures(run) if one is not None]


def test_the_factors_suggest_curves_loads_and_survival(run: RunData):
    found = made(run, None)
    names = [one.name for one in found if isinstance(one, Picture)]
    assert names == ["by-speed-m-per-s", "load-map", "load-change-map", "survival"]
    assert isinstance(found[-1], Table)
    assert made(run, []) == []


def test_figures_that_are_asked_for_hold_the_numbers(run: RunData):
    change, falls, cost, survival, table = made(run, FIGURES)
    assert isinstance(change, Picture)
    assert "compared with forward" in change.title
    assert "By walking speed (m/s). gluteus maximus (P): 0 at 0.6, 0 at 0.8" in change.text
    assert isinstance(falls, Picture)
    assert (
        "backward: 20 at 0.6 m/s, 20 at 0.8 m/s, 20 at 1 m/s" in falls.text
    )  # 1 of 5 valid trials
    assert isinstance(cost, Picture)
    assert cost.title == "Cost"
    assert "metabolic cost of transport (Umberger), backward: 0.60 m/s" in cost.text
    assert isinstance(survival, Picture)
    assert "forward" not in survival.text
    assert isinstance(table, Table)
    assert len(table.rows) == 3


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ({"kind": "pie"}, "heat-map"),
        ({"kind": "curve", "measure": "fell"}, "is required for a curve"),
        ({"kind": "curve", "measure": "fell", "over": "direction"}, "are not numbers"),
        ({"kind": "curve", "measure": "fell", "over": "roughness_m"}, "is not a factor"),
        ({"kind": "survival", "measure": "fell"}, "has no meaning for a survival"),
        ({"kind": "heat-map"}, "needs `load` or `measure`"),
        ({"kind": "heat-map", "measure": "fell", "rows": "direction"}, "is required"),
        ({"kind": "heat-map", "load": "activation", "rows": "direction"}, "groups are the rows"),
        ({"kind": "survival", "where": {"direction": "up"}}, "'up' is not a level of direction"),
    ],
)
def test_figures_that_cannot_be_are_refused(figure: dict, words: str):
    given = {**CONFIG, "factors": FACTORS, "technique": {}, "contrasts": [], "figures": [figure]}
    with pytest.raises(ValueError, match=words):
        ExperimentConfig.model_validate(given)


def test_the_page_shows_them(run: RunData, tmp_path: Path):
    from retrowalk.experiments.report.sections import sections

    run.config["figures"] = FIGURES
    own = next(one for one in sections(run, [], []) if one.heading == "Across conditions")
    assert [one.name for one in own.pictures] == [f"figure-{n}" for n in (1, 2, 3, 4)]
