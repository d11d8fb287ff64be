"""A design with several settings: both directions of one setting side by side, page still small."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from parsed_page import Element, parse
from synthetic_run import make_run

from retrowalk.experiments.report.page import write_report


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Element:
    levels = {"direction": ["backward", "forward"], "speed_m_per_s": [0.6, 0.8]}
    folder = tmp_path_factory.mktemp("many")
    run: Path = make_run(folder / "run", factors={**levels, "step_width_m": [0.1, 0.14]}, trials=4)
    report = write_report(run)
    assert report.stat().st_size < 4_000_000
    return parse(report.read_text("utf-8"))


def test_the_first_pair_shows_both_directions_of_one_setting(page: Element):
    choices = [option.words().strip() for option in page.all("select")[0].all("option")]
    assert choices[:2] == [
        "backward, 0.6 m/s, step width 10.0 cm",
        "forward, 0.6 m/s, step width 10.0 cm",
    ]
    script = next(s for s in page.all("script") if "type" in s.attributes)
    scene = json.loads(script.text)
    assert len(scene["tracks"]) == len(choices) == 8
    assert len(scene["figures"]) == 1  # one body, told once


def test_the_answer_is_the_mean_over_settings(page: Element):
    words = " ".join(page.all("main")[0].words().split())
    assert "Walking backward compared with walking forward, mean over all settings:" in words
    assert "Falls: 8 of 24 trials in all" in words
    assert "Missing pieces" not in words
