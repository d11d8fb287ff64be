"""The page in a real browser: no error, everything to be seen, the moving picture moves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("websockets", reason="websockets is needed to steer the browser")

from steered_browser import Page, browser

PLAYER = "document.querySelector('.player')"
TWO_FRAMES = "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(true))))"
READING = (Path(__file__).parent / "reading.js").read_text("utf-8")
FIGURES = """[...document.querySelectorAll('figure svg')].filter(
    svg => svg.getClientRects().length).map(svg => {
    const box = svg.getBoundingClientRect();
    const marks = [...svg.querySelectorAll('path, text')].filter(e => {
        const r = e.getBoundingClientRect(); return r.width + r.height > 0; });
    return [svg.closest('figure').id, box.width > 200, box.height > 50, marks.length > 5];
})"""


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("profile")) as page:
        yield page


def show(tab: Page, report: Path, **how: object) -> None:
    """Open the report and wait for the player."""
    tab.open(report, **how)  # type: ignore[arg-type]
    tab.wait(f"{PLAYER}.dataset.ready === 'yes'")
    tab.run(f"{PLAYER}.scrollIntoView()")


def seek(tab: Page, second: float) -> None:
    """Stop the player at a time and wait until that is drawn."""
    tab.run(f"{PLAYER}.retrowalk.seek({second})")
    tab.wait(f"{PLAYER}.dataset.drawn === '{second:.2f}'")


@pytest.mark.parametrize(("wide", "dark"), [(1100, False), (1100, True), (390, False)])
def test_everything_is_seen_without_error(tab: Page, report: Path, wide: int, dark: bool):
    tab.problems.clear()
    tab.requests.clear()
    show(tab, report, wide=wide, dark=dark)
    figures = tab.run(FIGURES)
    assert len(figures) >= 9
    assert [row for row in figures if not all(row[1:])] == []
    assert len({row[0] for row in figures}) == len(figures)
    fits = (
        "[...document.querySelectorAll('figure .scroll')].every(e => e.scrollWidth <= innerWidth)"
    )
    assert tab.run(fits)
    assert tab.run(READING) == []
    if wide > 768:
        tab.resize(768, 900)
        wider = "[...document.querySelectorAll('.wider table')].map(e => e.caption.textContent)"
        assert tab.run(wider) == []  # no table asks for more than a tablet
    sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert tab.run(sideways) <= 1  # wide tables and figures scroll on their own
    assert tab.problems == []
    assert [url for url in tab.requests if not url.startswith("file:")] == []


def test_the_picture_moves_and_stops(tab: Page, report: Path):
    show(tab, report)
    pictures = []
    for second in (1.0, 1.3, 1.0):
        seek(tab, second)
        pictures.append(tab.picture(".stage"))
    assert pictures[0] != pictures[1]
    assert pictures[0] == pictures[2]
    play = f"{PLAYER}.querySelector('[data-play]')"
    tab.run(f"{play}.click()")
    tab.wait(f"{PLAYER}.retrowalk.state.time > 1.1")
    tab.run(f"{play}.click()")
    stopped = tab.run(f"{PLAYER}.retrowalk.state.time")
    tab.run(TWO_FRAMES)
    assert tab.run(f"{PLAYER}.retrowalk.state.time") == stopped


def test_both_panes_follow_one_clock(tab: Page, report: Path):
    show(tab, report)
    seek(tab, 2.0)
    status = tab.run("[...document.querySelectorAll('[data-status]')].map(e => e.textContent)")
    assert status == ["1.6 m in 2.0 s", "1.6 m in 2.0 s"]


@pytest.mark.parametrize("renderer", ["WebGL", "2-D canvas"])
def test_controls_change_the_picture(tab: Page, report: Path, renderer: str, tmp_path: Path):
    if renderer == "2-D canvas":  # what browsers without WebGL fall back to
        text = report.read_text("utf-8").replace('getContext("webgl2"', 'getContext("nothing"')
        report = tmp_path / "flat.html"
        report.write_text(text, "utf-8")
    show(tab, report)
    found = tab.run("document.querySelector('.pane').dataset.renderer")
    if renderer == "WebGL" and found != renderer:
        pytest.skip("this browser has no WebGL 2, not even in software")
    assert found == renderer
    seek(tab, 1.0)
    seen = {tab.picture(".stage")}
    for name, value in (("view", "side"), ("muscles", "posterior"), ("body", "solid")):
        pick = f"{PLAYER}.querySelector('[data-{name}]')"
        change = f"{pick}.value = '{value}'; {pick}.dispatchEvent(new Event('change'))"
        tab.run(f"{change}; {TWO_FRAMES}")
        picture = tab.picture(".stage")
        assert picture not in seen, name
        seen.add(picture)
    key = "new KeyboardEvent('keydown', {key: 'ArrowLeft'})"
    tab.run(f"document.querySelector('.picture').dispatchEvent({key}), {TWO_FRAMES}")
    assert tab.picture(".stage") not in seen
    assert tab.problems == []
