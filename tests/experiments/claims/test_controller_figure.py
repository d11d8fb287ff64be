"""Figure of a claim that several controllers answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from retrowalk.experiments.claims.__main__ import several
from retrowalk.experiments.claims.claim import read_claim
from retrowalk.experiments.claims.controller_figure import draw_controllers, drawn_parts

PAGES = Path(__file__).parents[3] / "docs" / "results" / "claims"


@pytest.mark.parametrize("name", ["energy", "quadriceps-and-knee", "weakness"])
def test_all_that_is_written_lies_within_the_figure(name: str):
    claim = read_claim(PAGES / "answers" / f"{name}.yaml")
    figure = Figure(figsize=(6.4, 4.0), layout="constrained")
    draw_controllers(figure, drawn_parts(claim, several(PAGES, claim)), ["black", "blue"])
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
        (
            "attention",  # no ratio among its parts
            "attention-lapse against none, difference in the share of walks with a fall, %-points",
        ),
    ],
)
def test_it_tells_what_all_parts_compare(name: str, compared: str):
    claim = read_claim(PAGES / "answers" / f"{name}.yaml")
    figure = Figure(figsize=(6.4, 4.0))
    draw_controllers(figure, drawn_parts(claim, several(PAGES, claim)), ["black", "blue"])
    assert figure.texts[0].get_text().splitlines()[0] == compared


def test_falls_are_drawn_in_points_each_controllers_at_its_own():
    claim = read_claim(PAGES / "answers" / "attention.yaml")
    asked = drawn_parts(claim, several(PAGES, claim))
    figure = Figure(figsize=(6.4, 4.0))
    draw_controllers(figure, asked, ["black", "blue"])
    (axes,) = figure.axes
    drawn = [np.ravel(line.get_xdata()) for line in axes.lines]
    marks = [float(at[0]) for at in drawn if len(at) == 1]
    told = [100.0 * own["estimate"] for _, over in asked for own in over["controllers"]]
    assert all(any(abs(mark - one) < 1e-9 for mark in marks) for one in told)
    assert axes.get_xscale() == "linear"
