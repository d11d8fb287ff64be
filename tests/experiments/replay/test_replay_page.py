"""The replay's page in a real browser: from disk, in sync, by mouse and by keys, without error."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("websockets", reason="websockets is needed to steer the browser")

from steered_browser import Page, browser

from retrowalk.experiments.commands.replay import ReplayRequest, replay_command

PLAYER = "document.querySelector('.player')"
TWO_FRAMES = "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(true))))"


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture(scope="module")
def page(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("replay") / "out.html"
    replay_command(ReplayRequest(run_folder, 0, beside="8", html=path), open_page=False)
    return path


def show(tab: Page, page: Path) -> None:
    tab.problems.clear()
    tab.requests.clear()
    tab.open(page, wide=900, high=700)
    tab.wait(f"{PLAYER}.dataset.ready === 'yes'")


def press(tab: Page, key: str) -> None:
    event = f"new KeyboardEvent('keydown', {{key: '{key}', bubbles: true}})"
    tab.run(f"document.body.dispatchEvent({event})")


def time(tab: Page) -> float:
    return float(tab.run(f"{PLAYER}.retrowalk.state.time"))


def test_it_plays_from_disk_without_network(tab: Page, page: Path):
    show(tab, page)
    tab.wait(f"{PLAYER}.retrowalk.state.time > 0.2")  # by itself
    assert float(tab.run(f"{PLAYER}.querySelector('[data-scrub]').value")) > 0
    assert [url for url in tab.requests if not url.startswith("file:")] == []
    assert tab.problems == []


def test_the_scrub_bar_moves_both_in_sync(tab: Page, page: Path):
    show(tab, page)
    scrub = f"{PLAYER}.querySelector('[data-scrub]')"
    pictures = []
    for second in (1.0, 3.0):
        tab.run(f"{scrub}.value = {second}; {scrub}.dispatchEvent(new Event('input'))")
        tab.wait(f"{PLAYER}.dataset.drawn === '{second:.2f}'")
        status = tab.run("[...document.querySelectorAll('[data-status]')].map(e => e.textContent)")
        assert [one.endswith(f"in {second:.1f} s") for one in status] == [True, True]
        pictures.append(tab.picture(".panes"))
    assert pictures[0] != pictures[1]


def test_keys_steer_it(tab: Page, page: Path):
    show(tab, page)
    press(tab, " ")
    tab.run(TWO_FRAMES)
    stopped = time(tab)
    tab.run(TWO_FRAMES)
    assert time(tab) == stopped
    press(tab, "Home")
    assert time(tab) == 0.0
    press(tab, ".")
    assert time(tab) == pytest.approx(1 / 30)
    press(tab, "End")
    assert time(tab) == pytest.approx(float(tab.run(f"{PLAYER}.retrowalk.seconds()")))
    press(tab, "3")
    assert tab.run(f"{PLAYER}.querySelector('[data-view]').value") == "back"
    assert tab.problems == []


def test_every_switch_changes_the_picture(tab: Page, page: Path):
    show(tab, page)
    tab.run(f"{PLAYER}.retrowalk.seek(2.0)")
    tab.wait(f"{PLAYER}.dataset.drawn === '2.00'")
    if tab.run("document.querySelector('.pane').dataset.renderer") != "WebGL":
        pytest.skip("this browser has no WebGL 2, not even in software")
    seen = {tab.picture(".panes")}
    for name in ("forces", "centre", "ahead"):
        tab.run(f"{PLAYER}.querySelector('[data-{name}]').click(), {TWO_FRAMES}")
        picture = tab.picture(".panes")
        assert picture not in seen, name
        seen.add(picture)
    for name, value in (("muscles", "posterior"), ("body", "none"), ("view", "top")):
        pick = f"{PLAYER}.querySelector('[data-{name}]')"
        tab.run(
            f"{pick}.value = '{value}', {pick}.dispatchEvent(new Event('change')), {TWO_FRAMES}"
        )
        picture = tab.picture(".panes")
        assert picture not in seen, value
        seen.add(picture)
    assert tab.problems == []
