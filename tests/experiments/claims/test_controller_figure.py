"""Figure of a claim that several controllers answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from matplotlib.figure import Figure

from retrowalk.experiments.claims.__main__ import several
from retrowalk.experiments.claims.claim import read_claim
from retrowalk.experiments.claims.controller_figure import draw_controllers, ratios

PAGES = Path(__file__).parents[3] / "docs" / "results" / "claims"


@pytest.mark.parametrize("name", ["energy", "quadriceps-and-knee"])
def test_all_that_is_written_lies_within_the_figure(name: str):
    claim = read_claim(PAGES / "answers" / f"{name}.yaml")
    figure = Figure(figsize=(6.4, 4.0), layout="constrained")
    draw_controllers(figure, ratios(claim, several(PAGES, claim)), ["black", "blue"])
    figure.draw_without_rendering()
    (axes,) = figure.axes
    written = [*figure.texts, *axes.get_yticklabels()]
    assert "95 % interval over controllers" in written[0].get_text()
    for text in written:
        box = text.get_window_extent()
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= box.y0


@pytest.mark.parametrize(
    ("name", "compared"),
    [
        ("energy", "backward against forward, change in %"),  # the same in every part
        ("flat-ground-first", "against flat, change in %"),  # one ground each
        ("treadmill-workout", "change in %"),  # speeds, and grounds
    ],
)
def test_it_tells_what_all_parts_compare(name: str, compared: str):
    claim = read_claim(PAGES / "answers" / f"{name}.yaml")
    figure = Figure(figsize=(6.4, 4.0))
    draw_controllers(figure, ratios(claim, several(PAGES, claim)), ["black", "blue"])
    assert figure.texts[0].get_text().splitlines()[0] == compared
