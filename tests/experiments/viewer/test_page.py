"""The page without a browser: clients that speak viser's language come, ask and go."""

from __future__ import annotations

import gc
import html
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest
from viser_tab import join, wait_for_tabs
from websockets.sync.connection import Connection

from retrowalk.experiments.viewer import page as page_module
from retrowalk.experiments.viewer.gate import is_loopback
from retrowalk.experiments.viewer.incoming import on_offer
from retrowalk.experiments.viewer.opening import open_target
from retrowalk.experiments.viewer.page import FRAME_S, Page
from retrowalk.experiments.viewer.panel import status_line
from retrowalk.sim.errors import ConfigError


@pytest.fixture(scope="module")
def shared() -> Iterator[Page]:
    page = Page(open_target(None), port=0)
    yield page
    page.close()


@pytest.fixture
def page(shared: Page) -> Page:
    """The page, back at its beginning."""
    shared.set_playing(True)
    shared._start_as(shared._choices.opened(7))
    return shared


def send_value(page: Page, tab: Connection, handle: object, value: object) -> None:
    """Let a tab claim that a control has a value, and wait until the page knows."""
    uuid = handle._impl.uuid  # type: ignore[attr-defined]
    message = {"type": "GuiUpdateMessage", "uuid": uuid, "updates": {"value": value}}
    tab.send(msgspec.msgpack.encode(message))
    time.sleep(0.3)
    page.frame(FRAME_S)


def test_frames_walk_on_at_the_pace_that_was_chosen(page: Page):
    for pace, walked in ((1.0, 0.1), (4.0, 0.4), (0.1, 0.01)):
        page.set_pace(pace)
        before = page.walk.time_s
        for _ in range(3):
            page.frame(FRAME_S)
        assert page.walk.time_s - before == pytest.approx(walked, abs=0.0051)
    page.set_playing(False)
    before = page.walk.time_s
    page.frame(FRAME_S)
    assert page.walk.time_s == before
    page.step()
    assert page.walk.time_s == pytest.approx(before + page.walk.period_s)
    page.set_pace(1.0)


class Clock:
    """Time that passes as it is told to: by sleeping, and by `frame_s` in every frame drawn."""

    def __init__(self, frame_s: float, end_s: float, stop: Callable[[], None]) -> None:
        self.now, self.frames, self._frame_s = 0.0, 0, frame_s
        self._end_s, self._stop = end_s, stop

    def perf_counter(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if self.now >= self._end_s:
            self._stop()

    def draw(self, passed_s: float) -> None:
        self.frames += 1
        self.now += self._frame_s


@pytest.mark.parametrize(("frame_s", "frames"), [(0.001, 45), (0.05, 30), (0.2, 8)])
def test_a_slow_machine_drops_frames_and_no_time(
    page: Page, monkeypatch: pytest.MonkeyPatch, frame_s: float, frames: int
):
    """In 1.5 s of the clock it walks 1.5 s, whatever a frame takes: 20 a second if it is 50 ms."""
    clock = Clock(frame_s, 1.5, page.stop)
    monkeypatch.setattr(page_module, "time", clock)
    monkeypatch.setattr(page, "_draw", clock.draw)
    monkeypatch.setattr(page.server, "get_clients", lambda: {0: None})
    page.restart()
    clock.now = clock.frames = 0
    try:
        page.run()
    finally:
        page._stop.clear()
    assert clock.frames == pytest.approx(frames, abs=2)
    assert page.walk.time_s == pytest.approx(1.5, abs=frame_s + 0.04)


def test_twenty_frames_a_second_leave_room_on_two_cores(page: Page):
    """Of CPU time, which other programs do not add to: walking, drawing and sending to one tab."""
    with join(page):
        wait_for_tabs(page, 1)
        began, walked = time.process_time(), page.walk.time_s
        for _ in range(20):
            page.frame(0.05)
        used, walked = time.process_time() - began, page.walk.time_s - walked
    assert walked == pytest.approx(1.0, abs=0.01)
    assert used < 1.0  # of 2 s of two cores


def test_choices_take_effect_at_once_and_refusals_change_nothing(page: Page):
    page.change("direction", "forward")
    assert page.walk.cell.direction == "forward"
    assert page.walk.sign == 1.0
    page.change("surface", "kerbs-10cm")
    walk = page.walk
    page.change("incline", 0.05)  # kerbs stand on level ground
    assert page.walk is walk
    assert page.settings.incline == 0.0
    page.change("speed_m_per_s", 0.9)
    assert page.walk is walk  # goes on, faster
    page.change("attention", 0.3)
    assert walk.batch.scene.attention[0] == 0.3
    page.change("technique", "coached")  # forward, toes first: the gait cannot
    assert page.settings.technique == "preferred"


def test_what_was_shown_is_shown_again_and_then_the_walk_goes_on(page: Page):
    drawn: list[float] = []
    lane = page._lanes[0]
    draw = lane.draw
    lane.draw = lambda moment, passed_s: (drawn.append(moment.time_s), draw(moment, passed_s))  # type: ignore[method-assign]
    for _ in range(30):
        page.frame(FRAME_S)
    walked = page.walk.time_s
    page.leap(-0.5)
    page.frame(FRAME_S)
    assert not page.playing
    assert drawn[-1] == pytest.approx(walked - 0.5, abs=FRAME_S)
    page.set_playing(True)
    for _ in range(15):
        page.frame(FRAME_S)
    assert page.walk.time_s == walked
    assert drawn == sorted(drawn[:30]) + sorted(drawn[30:])
    page.frame(FRAME_S)
    page.frame(FRAME_S)
    assert page.walk.time_s > walked
    page.look_back(0.8)
    page.push("left", 5.0)
    assert page.behind_s == 0.0  # who is pushed is the walker of now


def test_a_link_shows_the_same_moment_again(page: Page):
    page.push("left", 8.0)
    for _ in range(9):
        page.frame(FRAME_S)
    page.set_playing(False)
    page._tell()
    link = html.unescape(page._panel._told.content.split('data-link="')[1].split('"')[0])
    there = page.walk.sim.qpos.copy()
    page.change("surface", "grass")
    page.open_link(link)
    for _ in range(9):
        page.frame(FRAME_S)
    np.testing.assert_array_equal(page.walk.sim.qpos, there)
    page.open_link("policy=evil.onnx")
    assert "not on offer" in page._panel._told.content


def test_two_walk_side_by_side_and_both_are_pushed(page: Page):
    page.change("beside", "the other direction")
    one, other = (lane.walk for lane in page._lanes)
    assert (one.cell.direction, other.cell.direction) == ("backward", "forward")
    page.push("left", 8.0)
    page.frame(FRAME_S)
    assert one.time_s == other.time_s
    assert one.done == other.done != []
    page.change("beside", "older-adult")
    assert page._lanes[1].walk.cell.walker.name == "older-adult"
    page.change("beside", "nobody")
    assert len(page._lanes) == 1


def test_what_is_impossible_is_not_on_offer_and_the_reason_is_told(page: Page):
    page.change("direction", "forward")
    menus = page._panel._menus
    assert "coached" not in menus["technique"].options  # forward, toes first
    assert "ppo-backward" not in menus["policy"].options
    assert "it walks backward only" in page._panel._refused.content
    page.change("surface", "kerbs-10cm")
    assert page._panel._sliders["incline"].disabled
    page.change("direction", "backward")
    assert "coached" in menus["technique"].options


def test_one_muscle_has_a_chart_of_its_own(page: Page):
    name = page._lanes[0].look.muscles[3]
    page.chart_muscle(name)
    for _ in range(4):
        page.frame(FRAME_S)
    page._charts.send()
    assert page._charts.muscle.series[1].get("label") == name
    time_s, shown = page._charts.muscle.data
    assert shown[-1] == pytest.approx(100.0 * page._charts._muscles[-1, 3])
    assert len(time_s) == len(shown)


def test_the_muscle_that_a_ray_meets_first_is_charted(page: Page):
    lane, asked = page._lanes[0], page.settings
    moment = lane.past.ago(0.0)
    middles = lane.look._tubes.vertices(moment.sites, moment.fibre_length).mean(axis=1)
    eye = np.array([0.0, -4.0, 1.0])
    seen = {lane.look.muscle_at(moment, eye, middle - eye) for middle in middles}
    assert len(seen - {None}) > 10
    front = middles[[name in seen for name in lane.look.muscles]][:, 1]
    assert np.median(front) < np.median(middles[:, 1])  # those of the nearer side hide the others
    assert lane.look.muscle_at(moment, eye, np.array([0.0, 0.0, 1.0])) is None
    click = SimpleNamespace(ray_origin=(0.0, -4.0, 1.0), ray_direction=(0.0, 0.0, 0.0))
    page.click(click)  # type: ignore[arg-type]
    assert page.settings is asked


def test_a_fall_is_told_and_followed_by_the_next_trial(page: Page):
    page.push("left", 250.0)
    told = []
    page._panel.tell = lambda *what, **how: told.append(what)  # type: ignore[method-assign]
    try:
        for _ in range(300):
            page.frame(FRAME_S)
            if page.settings.seed == 8:
                break
    finally:
        del page._panel.tell
    assert page.settings.seed == 8
    assert page.walk.state == "walking"
    falls = [text for heading, text, _ in told if heading == "A fall"]
    assert falls
    assert "The walker fell after" in falls[0]
    assert "next trial" in falls[0]


def test_two_tabs_see_the_same_walker_and_either_steers_it(page: Page):
    with join(page) as one, join(page) as other:
        wait_for_tabs(page, 2)
        menu = page._panel._menus["walker"]
        send_value(page, one, menu, "older-adult")
        assert page.walk.cell.walker.name == "older-adult"
        send_value(page, other, menu, "young-adult")
        assert page.walk.cell.walker.name == "young-adult"
        for tab in (one, other):
            assert len(tab.recv(timeout=20)) > 0
    wait_for_tabs(page, 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [("policy", "/tmp/evil.onnx"), ("policy", "os:system"), ("surface", 3), ("walker", None)],
)
def test_what_is_not_on_offer_is_ignored(page: Page, name: str, value: object):
    walk = page.walk
    with join(page) as tab:
        wait_for_tabs(page, 1)
        send_value(page, tab, page._panel._menus[name], value)
        send_value(page, tab, page._panel._sliders["roughness_m"], float("nan"))
    assert page.walk is walk


def test_the_page_takes_no_text_and_no_files(page: Page):
    kinds = {
        type(handle).__name__ for handle in page.server.gui._gui_input_handle_from_uuid.values()
    }
    assert {"GuiDropdownHandle", "GuiSliderHandle"} <= kinds
    assert not {kind for kind in kinds if "Text" in kind or "Upload" in kind}
    assert page.server.request_share_url() is None


def test_tabs_that_come_and_go_leave_nothing(page: Page):
    def once() -> None:
        with join(page) as tab:
            wait_for_tabs(page, 1)
            page.frame(FRAME_S)
            tab.recv(timeout=20)
        wait_for_tabs(page, 0)

    def come_and_go() -> None:
        for _ in range(5):
            for _ in range(10):
                once()
            gc.collect()  # what waits for it is not what is left

    come_and_go()  # until the allocator holds what it needs
    buffer = page.server._websock_server._broadcast_buffer
    before = threading.active_count(), len(buffer.message_from_id), _rss_mb()
    come_and_go()
    assert threading.active_count() <= before[0] + 2
    assert len(buffer.message_from_id) <= before[1] * 1.1
    assert len(buffer.generator_cursors) == 0
    assert len(page.server._websock_server._client_state_from_id) == 0
    assert _rss_mb() < before[2] + 6


def _rss_mb() -> float:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096 / 1e6


def test_nobody_there_nothing_is_walked(page: Page):
    page.frame(FRAME_S)
    before = page.walk.time_s
    serving = threading.Thread(target=page.run)
    serving.start()
    time.sleep(0.5)
    page.stop()
    serving.join(10)
    page._stop.clear()
    assert page.walk.time_s == before


def test_an_impossible_cell_is_refused_before_anything_is_served(monkeypatch: pytest.MonkeyPatch):
    from dataclasses import replace

    opened = open_target(None)
    cell = replace(
        opened.cells[0], technique=opened.cells[0].technique.with_fields(speed_m_per_s=2.0)
    )
    monkeypatch.setattr(page_module, "start", None)
    with pytest.raises(ConfigError, match="tuned range"):
        Page(replace(opened, cells=(cell,)))


def test_text_in_the_status_is_never_markup():
    assert "<script>" not in status_line("<script>", "<script>", '"><script>')


def test_only_loopback_is_only_this_machine():
    assert [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost")] == [True] * 3
    assert not any(is_loopback(host) for host in ("0.0.0.0", "192.168.1.2", "example.org"))


def test_offers_are_kept_to():
    class Slider:
        min, max = 0.0, 1.0

    assert [on_offer(Slider(), one) for one in (0.5, -1, "x", True, float("inf"))] == [
        True,
        False,
        False,
        False,
        False,
    ]
