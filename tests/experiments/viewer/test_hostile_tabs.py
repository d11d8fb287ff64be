"""Who may open the page, what a tab may send, and that nothing a stranger does ends it."""

from __future__ import annotations

import asyncio
import http.client
import threading
import time
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import zstandard
from hypothesis import given, settings, strategies as st
from storm import rss_mb, served, storm
from viser_tab import CAMERA, encode, join, wait_for_tabs
from websockets.exceptions import InvalidStatus
from websockets.sync.connection import Connection

from retrowalk.experiments.viewer import gate as gate_module
from retrowalk.experiments.viewer.gate import Gate, bind, link_query
from retrowalk.experiments.viewer.incoming import BURST, LONGEST_BYTES, RATE_HZ, Pace, allowed
from retrowalk.experiments.viewer.opening import open_target
from retrowalk.experiments.viewer.page import Page
from retrowalk.experiments.viewer.pending_calls import PendingCalls
from retrowalk.sim.errors import ConfigError


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    page = Page(open_target(None), port=0)
    with served(page):
        yield page
    page.close()


def get(page: Page, path: str = "/", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of a page's answer."""
    port = page.server.get_port()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    line.request("GET", path, headers={"Host": f"127.0.0.1:{port}"} | headers)
    answer = line.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read()


# who may come in


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"])
def test_its_own_names_are_answered(page: Page, name: str):
    assert get(page, Host=f"{name}:{page.server.get_port()}")[0] == 200


@pytest.mark.parametrize(
    "host",
    ["elsewhere.example", "127.0.0.1.elsewhere.example", "[", "", "localhost@elsewhere", "x" * 300],
)
def test_a_foreign_name_is_refused(page: Page, host: str):
    assert get(page, Host=host)[0] == 403


@pytest.mark.parametrize(
    "origin", ["https://elsewhere.example", "http://localhost:1", "null", "file://", ""]
)
def test_a_page_of_another_origin_cannot_connect(page: Page, origin: Any):
    with pytest.raises(InvalidStatus) as refused:
        join(page, origin=origin)
    assert refused.value.response.status_code == 403


def test_its_own_origin_connects(page: Page):
    origin: Any = f"http://127.0.0.1:{page.server.get_port()}"
    with join(page, origin=origin):
        wait_for_tabs(page, 1)
    wait_for_tabs(page, 0)


def test_the_page_loads_nothing_from_elsewhere_and_stands_in_no_frame(page: Page):
    status, headers, body = get(page)
    policy = headers["Content-Security-Policy"]
    assert status == 200
    assert b"whole moments" not in body.split(b"<head>")[0]
    for rule in ("default-src 'none'", "frame-ancestors 'none'"):
        assert rule in policy
    assert f"ws://127.0.0.1:{page.server.get_port()}" in policy
    assert "https:" not in policy
    assert headers["Referrer-Policy"] == "no-referrer"


def test_beyond_this_machine_a_token_is_needed():
    gate = Gate("0.0.0.0", 8080)
    own = [("Host", "192.168.1.2:8080"), ("Origin", "http://192.168.1.2:8080")]

    def lets_in(path: str, *more: tuple[str, str]) -> bool:
        return gate.refusal(path, [*own, *more], "192.168.1.2") is None

    assert gate.token is not None
    assert len(gate.token) >= 32
    assert gate.url.endswith(f"?token={gate.token}")
    assert lets_in(f"/?token={gate.token}")
    assert lets_in("/", ("Cookie", f"other=1; {gate.cookie}={gate.token}"))
    assert not lets_in("/")
    assert not lets_in("/?token=")
    assert not lets_in(f"/?token={gate.token[:-1]}")
    assert not lets_in("/", ("Cookie", f"{gate.cookie}=x"))
    assert not lets_in("/", ("Cookie", "\0;=;=\x7f"))
    assert Gate("0.0.0.0", 8080).token != gate.token
    assert Gate("127.0.0.1", 8080).token is None


@pytest.mark.parametrize(
    ("path", "headers", "query"),
    [
        ("/?seed=8", (), "seed=8"),
        ("/?seed=8", (("Sec-Fetch-Site", "same-origin"),), "seed=8"),
        ("/?token=secret&seed=8", (), "seed=8"),
        ("/?seed=8", (("Sec-Fetch-Site", "cross-site"),), ""),
        ("/?seed=8", (("Sec-Fetch-Site", "same-site"),), ""),
        ("/?seed=8", (("Upgrade", "websocket"),), ""),
        ("/assets?seed=8", (), ""),
        ("/", (), ""),
    ],
)
def test_only_who_opens_the_page_itself_says_what_it_shows(path: str, headers: tuple, query: str):
    assert link_query(path, list(headers)) == query


def test_an_address_that_is_reached_is_its_own_but_no_name_that_leads_there():
    gate = Gate("0.0.0.0", 8080)
    path = f"/?token={gate.token}"
    assert gate.refusal(path, [("Host", "10.0.0.7:8080")], "10.0.0.7") is None
    for host in ("10.0.0.8:8080", "rebound.example:8080"):
        refused = gate.refusal(path, [("Host", host)], "10.0.0.7")
        assert refused is not None
    assert Gate("walk.lab.example", 80).refusal("/", [("Host", "walk.lab.example")], "10.0.0.7")
    assert gate.refusal(path, [("Host", "10.0.0.7"), ("Host", "10.0.0.7")], "10.0.0.7")


def test_only_so_many_tabs_are_let_in(page: Page, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gate_module, "MOST_PAGES", 3)
    tabs = [join(page) for _ in range(3)]
    try:
        with pytest.raises(InvalidStatus) as refused:
            join(page)
        assert refused.value.response.status_code == 503
    finally:
        for tab in tabs:
            tab.close()
    wait_for_tabs(page, 0)
    with join(page):
        wait_for_tabs(page, 1)
    wait_for_tabs(page, 0)


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid", "1.2.3", "::2"])
def test_an_address_of_another_machine_is_refused_at_once(host: str):
    began = time.monotonic()
    with pytest.raises(ConfigError, match=r"--host takes an address of this machine"):
        Page(open_target(None), host=host, port=0)
    assert time.monotonic() - began < 10


def test_the_next_free_port_is_taken_and_the_last_one_is_the_last():
    with bind("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with bind("127.0.0.1", port) as second:
            assert port < second.getsockname()[1] < port + 100
        with pytest.raises(OSError, match="in use"):
            bind("127.0.0.1", port, tries=1)


# what a tab may send


class Slider:
    min, max, step, value, disabled = 0.0, 1.0, 0.1, 0.5, False


class Menu:
    options, value, disabled = ("one", "two"), "one", False


class Off:
    value, disabled = False, True


COMMANDS = {"key": Off(), "live": Menu()}
CONTROLS = {"slider": Slider(), "menu": Menu(), "off": Off()}


class Offering:
    """What a page offers."""

    control_of = staticmethod(CONTROLS.get)
    command_of = staticmethod(COMMANDS.get)


CLICK = {
    "type": "ScenePointerMessage",
    "event_type": "click",
    "ray_origin": (0.0, 0.0, 0.0),
    "ray_direction": (1.0, 0.0, 0.0),
    "screen_pos": ((0.5, 0.5),),
    "modifier": None,
}


def update(uuid: str, **updates: object) -> bytes:
    return encode({"type": "GuiUpdateMessage", "uuid": uuid, "updates": updates})


@pytest.mark.parametrize(
    ("message", "passes"),
    [
        (update("slider", value=0.5), True),
        (update("slider", value=1), True),
        (update("menu", value="two"), True),
        (encode(CAMERA), True),
        (update("slider", value=1.5), False),
        (update("slider", value=float("nan")), False),
        (update("slider", value=True), False),
        (update("slider", value=0.5, props={}), False),
        (update("slider", props={}), False),
        (update("slider"), False),
        (update("menu", value="three"), False),
        (update("menu", value=["one"]), False),
        (update("off", value=True), False),
        (update("unknown", value=True), False),
        (encode({"type": "CommandTriggerMessage", "uuid": "live"}), True),
        (encode({"type": "CommandTriggerMessage", "uuid": "key"}), False),
        (encode({"type": "CommandTriggerMessage", "uuid": "slider"}), False),
        (encode(CLICK), True),
        (encode({**CLICK, "event_type": "rect-select"}), False),
        (encode({**CLICK, "ray_origin": None}), False),
        (encode({**CLICK, "ray_direction": (float("inf"), 0.0, 0.0)}), False),
        (encode({**CAMERA, "fov": float("inf")}), False),
        (encode({**CAMERA, "position": (0.0, 1.0)}), False),
        (encode({**CAMERA, "more": 1}), False),
        (encode({"type": "ShareUrlRequest"}), False),
        (encode({"type": "FileTransferPart", "content": b"x"}), False),
        (b"\x91" * 5000, False),
        (b"", False),
        ("{}", False),
    ],
)
def test_only_values_on_offer_and_cameras_pass(message: bytes | str, passes: bool):
    assert (allowed(message, Offering()) is not None) == passes


_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
_messages = st.binary(max_size=200) | st.one_of(
    st.dictionaries(st.sampled_from([*CAMERA, "uuid", "updates"]), _values, max_size=9),
    st.fixed_dictionaries(
        {
            "type": st.just("GuiUpdateMessage"),
            "uuid": st.sampled_from([*CONTROLS, "x"]),
            "updates": st.dictionaries(st.sampled_from(["value", "props"]), _values, max_size=2),
        }
    ),
).map(encode)


@settings(max_examples=60)
@given(_messages)
def test_whatever_passes_is_a_camera_or_one_value_on_offer(message: bytes):
    passed = allowed(message, Offering())
    if passed is None:
        return
    what = msgspec.msgpack.decode(passed)
    assert what["type"] in ("ViewerCameraMessage", "GuiUpdateMessage")
    if what["type"] == "GuiUpdateMessage":
        assert set(what) == {"type", "uuid", "updates"}
        assert list(what["updates"]) == ["value"]
        value = what["updates"]["value"]
        assert value in Menu.options if what["uuid"] == "menu" else 0 <= value <= 1


def test_a_tab_that_sends_fast_is_slowed_down_to_the_rate():
    now = [0.0]
    pace = Pace(lambda: now[0])
    for _ in range(1000):
        now[0] += pace.wait_s()
    assert now[0] == pytest.approx((1000 - BURST) / RATE_HZ, rel=0.02)


def test_a_message_that_is_too_long_ends_its_tab_alone(page: Page):
    with join(page) as other, join(page) as tab:
        wait_for_tabs(page, 2)
        tab.send(b"x" * (LONGEST_BYTES + 1))
        wait_for_tabs(page, 1)
        assert other.recv(timeout=20)
    wait_for_tabs(page, 0)


def test_of_calls_of_a_kind_the_latest_counts():
    pending = PendingCalls()
    for value in range(10_000):
        pending.add("change", "incline", value / 1e4)
        pending.add("push", "left", 20.0)
    pending.add("change", "seed", 3)
    assert pending.taken() == [
        ("change", ("incline", 0.9999)),
        ("push", ("left", 20.0)),
        ("change", ("seed", 3)),
    ]
    assert pending.taken() == []


# what comes of it


def test_another_thread_wakes_a_tabs_task_only_through_its_loop(page: Page):
    """viser's own event goes through the waiting tasks in the caller's thread while they come and
    go in theirs, which at times ends the caller: "deque mutated during iteration"."""
    buffer = page.server._websock_server._broadcast_buffer
    reached, go_on, woken = threading.Event(), threading.Event(), threading.Event()

    def hold() -> None:
        reached.set()
        go_on.wait(20)

    async def wait() -> None:
        buffer.message_event.clear()
        buffer.event_loop.call_soon(hold)  # as soon as this task waits
        await buffer.message_event.wait()
        woken.set()

    asyncio.run_coroutine_threadsafe(wait(), buffer.event_loop)
    assert reached.wait(20)
    page.server.scene.add_frame("/of-the-test", show_axes=False).remove()
    assert not buffer.message_event.is_set()
    assert not any(task.done() for task in buffer.message_event._waiters)
    go_on.set()
    assert woken.wait(20)


def test_a_storm_of_strangers_leaves_the_page_alive_and_its_memory_flat(page: Page):
    storm(page, 150, 30, 8, 1.0, seed=1)
    wait_for_tabs(page, 0)
    threads, before = threading.active_count(), rss_mb()
    grown = []
    # What is kept of strangers grows with every storm; what an allocator holds back does not.
    while not grown or (grown[-1] >= 20 and len(grown) < 4):
        storm(page, 150, 30, 8, 1.0, seed=2 + len(grown))
        wait_for_tabs(page, 0)
        after = rss_mb()
        grown.append(after - before)
        before = after
    assert min(grown) < 20, f"the page's memory grew by {grown} MB"
    assert threading.active_count() <= threads + 4
    told = page.settings
    with join(page) as tab:
        wait_for_tabs(page, 1)
        assert tab.recv(timeout=20)
    wait_for_tabs(page, 0)
    assert page.settings == told
    assert page.server.gui._current_file_upload_states == {}


def pieces(tab: Connection) -> list[str]:
    """Return what the next parcel of a page moves: names of meshes and frames."""
    raw = tab.recv(timeout=20)
    assert isinstance(raw, bytes)
    size, length = (int.from_bytes(raw[k : k + 8], "little") for k in (0, 8))
    plain = zstandard.ZstdDecompressor().decompress(raw[16 : 16 + length], max_output_size=size)
    found = msgspec.msgpack.decode(plain)["messages"]
    moves = ("SetPositionMessage", "SceneNodeUpdateMessage")
    return [one["name"] for one in found if one["type"] in moves]


def test_a_moment_goes_out_in_one_parcel(page: Page):
    """Else a tab may draw the bones of one moment with the muscles of another."""
    page.ask("restart")
    muscles = len(page._lanes[0].look._muscles)
    with join(page) as tab:
        wait_for_tabs(page, 1)
        parcels = [pieces(tab) for _ in range(45)]
    wait_for_tabs(page, 0)
    moments = [names for names in parcels if any("/muscles/" in name for name in names)][3:]
    assert len(moments) > 10
    for names in moments:
        assert len({name for name in names if "/muscles/" in name}) == muscles
        assert any(name.endswith("/pelvis") for name in names)
        assert any(name.endswith("/forces") for name in names)
