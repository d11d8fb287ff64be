"""Hazards stand in the page when and where they acted, and a browser draws them without error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from parsed_page import parse
from synthetic_run import make_run

from retrowalk.experiments.replay.hazards import hazard_words
from retrowalk.experiments.report.page import write_report
from retrowalk.sim.hazards.hazard import kinds
from retrowalk.sim.hazards.presets import PRESETS

HAZARDS = ["push-left", "slip", "trip", "missed-step", "attention-lapse"]
PLAYER = "document.querySelector('.player')"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hazards")
    run = make_run(folder / "run", surface="rough-2cm", hazards=HAZARDS, trials=2, duration_s=9)
    return write_report(run)


@pytest.fixture(scope="module")
def scene(page: Path) -> dict[str, Any]:
    scripts = parse(page.read_text("utf-8")).all("script")
    return json.loads(next(one for one in scripts if "type" in one.attributes).text)


def test_hazards_are_in_the_page_with_time_and_size(scene: dict[str, Any]):
    for track in scene["tracks"]:
        hazards = {one["kind"]: one for one in track["hazards"]}
        assert list(hazards) == [PRESETS[name].kind for name in HAZARDS]
        for second, one in enumerate(hazards.values(), start=2):
            assert one["from"] == pytest.approx(second)
            assert one["to"] == pytest.approx(second + 0.4, abs=0.021)
            assert one["foot"] == "left"
        assert hazards["push"]["direction"] == [0.0, 1.0, 0.0]
        assert hazards["push"]["impulse_n_s"] == PRESETS["push-left"].magnitude
        assert scene["figures"][0]["bodies"][hazards["push"]["body"]] == "pelvis"
        assert 2 * hazards["trip"]["size"][2] == pytest.approx(PRESETS["trip"].magnitude)
        low_x, high_x, low_y, high_y, floor = hazards["missed-step"]["hole"]
        assert low_x < high_x
        assert low_y < high_y
        assert floor == pytest.approx(-0.05)
        assert "mesh" in track["ground"]


def test_every_kind_has_words_with_its_number():
    for kind in kinds():
        words = hazard_words(kind, 0.5)
        assert words != kind
        assert "5" in words


def test_a_run_without_hazards_says_nothing_of_them(report: Path):
    text = report.read_text("utf-8")
    assert '"hazards":' not in text
    assert "pink" not in parse(text).words()


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    pytest.importorskip("websockets", reason="websockets is needed to steer the browser")
    from steered_browser import browser

    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.mark.parametrize("renderer", ["WebGL", "2-D canvas"])
def test_the_browser_draws_them_and_marks_the_time_bar(
    tab: Any, page: Path, scene: dict[str, Any], renderer: str, tmp_path: Path
):
    tab.problems.clear()
    if renderer == "2-D canvas":
        text = page.read_text("utf-8").replace('getContext("webgl2"', 'getContext("nothing"')
        page = tmp_path / "flat.html"
        page.write_text(text, "utf-8")
    tab.open(page)
    tab.wait(f"{PLAYER}.dataset.ready === 'yes'")
    if (
        renderer == "WebGL"
        and tab.run("document.querySelector('.pane').dataset.renderer") != renderer
    ):
        pytest.skip("this browser has no WebGL 2, not even in software")
    tab.run(f"{PLAYER}.scrollIntoView()")
    marks = f"[...{PLAYER}.querySelectorAll('.happens button')]"
    assert tab.run(f"{marks}.length") == 2 * len(HAZARDS)
    start = scene["tracks"][0]["start_s"]
    for k, hazard in enumerate(scene["tracks"][0]["hazards"]):
        tab.run(f"{marks}[{k}].click()")
        shown = f"{hazard['from'] - start:.2f}"
        tab.wait(f"{PLAYER}.dataset.drawn === '{shown}'")
        status = tab.run("document.querySelector('[data-status]').textContent")
        assert hazard["words"] in status
        place = "(r => [r.left, r.width])(e.getBoundingClientRect())"
        box = tab.run(f"(e => {place})({PLAYER}.querySelector('[data-scrub]'))")
        left = tab.run(f"{marks}[{k}].getBoundingClientRect().left")
        share = float(shown) / tab.run(f"{PLAYER}.retrowalk.seconds()")
        assert left == pytest.approx(box[0] + 8 + (box[1] - 16) * share, abs=1.5)
    tab.run(f"{PLAYER}.retrowalk.seek({8.9 - start})")
    tab.wait("!document.querySelector('[data-status]').textContent.includes('·')")
    assert tab.problems == []
