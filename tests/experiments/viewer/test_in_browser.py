"""The page in a real browser: it loads, shows the walker, obeys its controls, and is silent."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("websockets", reason="websockets is needed to steer the browser")

from steered_browser import Page as Tab  # pyright: ignore[reportMissingImports]
from steered_browser import browser, chromium  # pyright: ignore[reportMissingImports]

from retrowalk.experiments.viewer.opening import open_target
from retrowalk.experiments.viewer.page import Page

pytestmark = pytest.mark.xdist_group("viewer")  # one browser and one page, in one process

TEXT = "(document.body ? document.body.innerText : '')"
READY = f"{TEXT}.includes('Restart') && document.querySelectorAll('canvas').length > 3"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    page = Page(open_target(None), port=0)
    serving = threading.Thread(target=page.run, daemon=True)
    serving.start()
    yield page
    page.stop()
    serving.join(30)
    page.close()


@pytest.fixture(scope="module")
def tab(page: Page, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    program = chromium()
    if program is None:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    with browser(tmp_path_factory.mktemp("profile"), program) as tab:
        tab.resize(1100, 700)
        tab.call("Page.navigate", url=page.url)
        tab.wait(READY)
        yield tab


def click(tab: Tab, label: str) -> None:
    """Press the button of that name."""
    found = tab.run(
        "(() => { const b = [...document.querySelectorAll('button')]"
        f".find(b => b.innerText.trim() === '{label}'); if (b) b.click(); return !!b; }})()"
    )
    assert found, label


def errors(tab: Tab) -> list[str]:
    """What the console complains of, but for a note of three.js to its own users."""
    return [one for one in tab.problems if "THREE.Clock" not in one and "GPU stall" not in one]


def test_the_page_tells_where_the_walker_is(tab: Tab, page: Page):
    page.ask("set_playing", True)
    tab.wait(f"{TEXT}.includes('Walking backward')")
    for word in ("Muscle activation", "Direction", "Surface", "ground reaction", "Attention"):
        assert word in tab.run(TEXT)
    before = page.walk.time_s
    tab.wait("new Promise(r => setTimeout(() => r(true), 1500))")
    assert page.walk.time_s > before


def shirt(tab: Tab) -> int:
    """Count the pixels between the panels that have the colour of the shirt."""
    picture = np.asarray(Image.open(io.BytesIO(tab.picture())).convert("RGB"), int)
    red, green, blue = np.moveaxis(picture[100:650, 330:770], -1, 0)
    return int(((blue > red + 50) & (blue > green + 15) & (blue > 80)).sum())


def test_the_walker_is_to_be_seen(tab: Tab, page: Page):
    click(tab, "Pause")
    tab.wait(f"{TEXT}.includes('Paused')")
    counts = []
    for how in ("solid", "hidden"):
        page.ask("show_body", how)
        tab.wait("new Promise(r => setTimeout(() => r(true), 3000))")
        counts.append(shirt(tab))
    page.ask("show_body", "see-through")
    assert counts[0] > 2000
    assert counts[1] < 0.1 * counts[0]


def test_pause_step_and_play(tab: Tab, page: Page):
    if page.playing:
        click(tab, "Pause")
        tab.wait(f"{TEXT}.includes('Paused')")
    before = page.walk.time_s
    click(tab, "Step")
    tab.wait("new Promise(r => setTimeout(() => r(true), 1000))")
    assert page.walk.time_s == pytest.approx(before + page.walk.period_s)
    click(tab, "Play")
    tab.wait(f"{TEXT}.includes('Walking')")
    walk = page.walk
    click(tab, "Restart")
    tab.wait("new Promise(r => setTimeout(() => r(true), 3000))")
    assert page.walk is not walk
    for view in ("side", "back", "top", "follow"):
        click(tab, view)


def test_leaving_and_coming_back_shows_the_same_page(tab: Tab, page: Page):
    page.ask("set_playing", True)  # whatever other tests left behind
    tab.call("Page.navigate", url="about:blank")
    tab.wait("location.href === 'about:blank'")
    tab.call("Page.navigate", url=page.url)
    tab.wait(READY)
    tab.wait(f"{TEXT}.includes('Walking backward')")
    deadline = time.monotonic() + 20.0
    while len(page.server.get_clients()) > 1 and time.monotonic() < deadline:
        time.sleep(0.1)  # the page that was left closes its connection in its own time
    assert len(page.server.get_clients()) == 1


def test_nothing_went_wrong_and_nothing_came_from_elsewhere(tab: Tab, page: Page):
    assert errors(tab) == []
    outside = [
        url for url in tab.requests if not url.startswith((page.url, "data:", "blob:", "about:"))
    ]
    assert outside == []
