"""The page in a real browser: it loads, shows the walker, obeys its controls, and is silent."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from viser.transforms import SO3

pytest.importorskip("websockets", reason="websockets is needed to steer the browser")

from steered_browser import (  # pyright: ignore[reportMissingImports]
    Page as Tab,  # pyright: ignore[reportMissingImports]
    browser,
)

from retrowalk.experiments.drawing.body_shapes import body_shapes
from retrowalk.experiments.drawing.loft import ellipsoid
from retrowalk.experiments.drawing.muscle_tubes import RINGS, SIDES
from retrowalk.experiments.viewer.opening import open_target
from retrowalk.experiments.viewer.page import Page

TUBE = RINGS * SIDES + 2  # corners of a muscle's mesh
MOST_DRAWINGS = 130  # in a picture: each takes the processor its time, however small it is
TEXT = "(document.body ? document.body.innerText : '')"
READY = f"{TEXT}.includes('Restart') && document.querySelectorAll('canvas').length > 3"


WATCH_WHAT_IS_DRAWN = """
window.drawn = [];
window.__THREE_DEVTOOLS__ = new EventTarget();
window.__THREE_DEVTOOLS__.addEventListener("observe", ({detail: renderer}) => {
  if (!renderer.render || !renderer.domElement) return;
  const render = renderer.render.bind(renderer);
  renderer.render = (scene, camera) => {
    if (!camera.isPerspectiveCamera) return render(scene, camera);
    const seen = [];
    scene.updateMatrixWorld();
    scene.traverse(node => {
      if (!node.isMesh || !node.geometry.attributes.position) return;
      const {position, instanceStart} = node.geometry.attributes;
      const line = instanceStart && instanceStart.count === 1 && instanceStart.data.array;
      seen.push([line ? "line" : position.count, [...node.matrixWorld.elements],
                 [...(line || position.array.slice(-6))]]);
    });
    window.drawn.push(seen);
    return render(scene, camera);
  };
});
"""
"""Notes each mesh in each picture of the world: corners (or that it is a line), matrix, last two.

three.js draws other scenes between: its map of the light, by an orthographic camera.
"""


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
    with browser(tmp_path_factory.mktemp("profile")) as tab:
        tab.call("Page.addScriptToEvaluateOnNewDocument", source=WATCH_WHAT_IS_DRAWN)
        tab.resize(1100, 700)
        tab.call("Page.navigate", url=page.url)
        tab.wait(READY)
        yield tab


def click(tab: Tab, label: str) -> None:
    """Press the button of that name once it is there: its panel may be drawn after the view."""
    tab.wait(
        "(() => { const b = [...document.querySelectorAll('button')]"
        f".find(b => b.innerText.trim() === '{label}'); if (b) b.click(); return !!b; }})()"
    )


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


def drawn(tab: Tab, least: int) -> list[list[tuple[int | str, np.ndarray, np.ndarray]]]:
    """Wait for as many pictures and return their meshes: corners, matrix, last two corners."""
    tab.run("window.drawn = []; 0")
    tab.wait(f"window.drawn.length >= {least}")
    return [
        [
            (corners, np.reshape(matrix, (4, 4)).T, np.reshape(last, (2, 3)))
            for corners, matrix, last in picture
        ]
        for picture in tab.run(f"window.drawn.slice(0, {least})")
    ]


def moved(matrix: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return points (k, 3) where a matrix (4, 4) puts them."""
    return points @ matrix[:3, :3].T + matrix[:3, 3]


def test_bones_muscles_and_balance_of_one_picture_are_of_one_moment(tab: Tab, page: Page):
    """Where a muscle begins on the pelvis it stays; the plumb line hangs from the mass centre."""
    page.ask("set_playing", True)
    model = page.walk.sim.model
    hips = next(len(shape.vertices) for shape in body_shapes() if shape.name == "hips")
    ball = len(ellipsoid((0, 0, 0), (1, 1, 1), 16)[0])
    pelvis = model.body("pelvis").id
    starts = [
        site
        for site in page._lanes[0].look._tubes._sites[:, 0]
        if model.site_bodyid[site] == pelvis
    ]
    assert len(starts) > 10
    while not any(corners == hips for corners, _, _ in drawn(tab, 1)[0]):
        pass  # the body's meshes are still on their way
    places = []
    for picture in drawn(tab, 6):
        (root,) = [matrix for corners, matrix, _ in picture if corners == hips]
        tubes = [moved(matrix, ends) for corners, matrix, ends in picture if corners == TUBE]
        apart = moved(root, model.site_pos[starts])[:, None] - np.concatenate(tubes)
        assert np.linalg.norm(apart, axis=-1).min(1).max() < 1e-3
        balls = np.array([matrix[:3, 3] for corners, matrix, _ in picture if corners == ball])
        tops = [moved(matrix, ends)[0] for corners, matrix, ends in picture if corners == "line"]
        apart = balls[:, None] - np.array(tops)
        assert np.linalg.norm(apart, axis=-1).min() < 1e-3
        places.append(root[:3, 3])
    assert np.ptp(places, axis=0).max() > 1e-3  # it moved meanwhile


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


def press(tab: Tab, key: str, code: str) -> None:
    """Press a key and let it go."""
    for kind in ("keyDown", "keyUp"):
        number = {"ArrowLeft": 37, "ArrowRight": 39}.get(key, 0)
        how: dict[str, Any] = {"type": kind, "key": key, "code": code}
        how |= {"windowsVirtualKeyCode": number} | ({"text": key} if len(key) == 1 else {})
        tab.call("Input.dispatchKeyEvent", **how)


def test_keys_pause_and_push(tab: Tab, page: Page):
    page.ask("set_playing", True)
    tab.wait(f"{TEXT}.includes('Walking')")
    press(tab, " ", "Space")
    tab.wait(f"{TEXT}.includes('Paused')")
    click(tab, "Play")  # which now has the focus, and would take the space for a click
    tab.wait(f"{TEXT}.includes('Walking')")
    for then in ("Paused", "Walking"):
        press(tab, " ", "Space")
        tab.wait(f"{TEXT}.includes('{then}')")
    press(tab, "j", "KeyJ")
    tab.wait("new Promise(r => setTimeout(() => r(true), 1500))")
    walked, pushes = page.walk.time_s, page.walk.pushes
    assert pushes.impulse_n_s[1] > 0  # to its left
    click(tab, "Restart")  # whom it felled would stop the tests that follow
    until(lambda: page.walk.time_s < walked)


def until(holds: Callable[[], bool], seconds: float = 180.0) -> None:
    """Wait until something holds on this side."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_arrows_rewind_and_leave_the_camera_alone(tab: Tab, page: Page):
    page.ask("set_playing", True)
    tab.wait(f"{TEXT}.includes('Walking')")
    until(lambda: page._lanes[0].past.reach_s > 1.0)
    (client,) = page.server.get_clients().values()
    before = client.camera.position.copy()
    press(tab, "ArrowLeft", "ArrowLeft")
    tab.wait(f"{TEXT}.includes('0.5 s ago')")
    press(tab, "ArrowRight", "ArrowRight")
    tab.wait(f"{TEXT}.includes('Paused')")
    np.testing.assert_allclose(client.camera.position, before, atol=1e-6)


def clearest_muscle(page: Page, size: tuple[float, float]) -> tuple[str, float, float]:
    """Return the muscle with most room around it in the picture, and its pixel of the canvas."""
    (client,) = page.server.get_clients().values()
    lane = page._lanes[0]
    moment = lane.past.ago(page.behind_s)
    corners = lane.look._tubes.vertices(moment.sites, moment.fibre_length) + lane._stage.offset
    seen = (corners - client.camera.position) @ SO3(client.camera.wxyz).as_matrix()
    focus = 0.5 * size[1] / np.tan(0.5 * client.camera.fov)
    pixels, depth = focus * seen[..., :2] / seen[..., 2:] + 0.5 * np.array(size), seen[..., 2]
    rooms = []
    for number, own in enumerate(pixels[:, : RINGS * SIDES].mean(axis=1)):
        nearer = depth < depth[number].mean() + 0.05
        nearer[number] = False  # the others that could hide it
        rooms.append(np.linalg.norm(pixels[nearer] - own, axis=-1).min())
    best = int(np.argmax(rooms))
    assert rooms[best] > 5.0
    x, y = pixels[best, : RINGS * SIDES].mean(axis=0)
    return lane.look.muscles[best], float(x), float(y)


def test_a_click_on_a_muscle_opens_its_plot(tab: Tab, page: Page):
    page.ask("set_playing", False)
    tab.wait(f"{TEXT}.includes('Paused')")
    click(tab, "side")
    tab.wait("new Promise(r => setTimeout(() => r(true), 1500))")
    where = tab.run(
        "(r => [r.left, r.top, r.width, r.height])"
        "(document.querySelector('canvas[data-engine]').getBoundingClientRect())"
    )
    name, x, y = clearest_muscle(page, (where[2], where[3]))
    assert name not in tab.run(TEXT)
    for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
        tab.call(
            "Input.dispatchMouseEvent",
            type=kind,
            x=where[0] + x,
            y=where[1] + y,
            button="none" if kind == "mouseMoved" else "left",
            clickCount=int(kind != "mouseMoved"),
        )
    tab.wait(f"{TEXT}.includes('{name}')")  # in the plot's legend


def film_of(path: Path) -> np.ndarray:
    """Return the frames of a film, (n, high, wide, 3), each one that is in it once."""
    reader = pytest.importorskip("imageio_ffmpeg").read_frames(
        str(path), output_params=["-fps_mode", "passthrough"]
    )
    wide, high = next(reader)["size"]
    return np.array([np.frombuffer(one, np.uint8).reshape(high, wide, 3) for one in reader], int)


def test_what_is_shown_can_be_kept(tab: Tab, page: Page, tmp_path: Path):
    tab.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    for label in ("Picture", "Clip", "End the clip", "Link"):
        click(tab, label)
    assert f"seed={page.settings.seed}" in tab.run("location.search")
    for name in ("retrowalk.png", "retrowalk.webm"):
        until(lambda name=name: (tmp_path / name).exists())
    picture = np.asarray(Image.open(tmp_path / "retrowalk.png").convert("RGB"), int)
    assert picture.std() > 5.0  # the world, not a black canvas
    film = film_of(tmp_path / "retrowalk.webm")
    assert len(film) >= 1
    assert film.std(axis=(1, 2, 3)).min() > 5.0


def test_a_narrow_window_has_its_controls_below_the_walker(tab: Tab, page: Page):
    page.ask("set_playing", False)
    tab.resize(390, 844)
    tab.call("Page.navigate", url=page.url)
    tab.wait(f"{TEXT}.includes('Restart') && !!document.querySelector('canvas[data-engine]')")
    tab.wait(
        "(() => { const place = one => one.getBoundingClientRect();"
        "const world = place(document.querySelector('canvas[data-engine]'));"
        "const first = [...document.querySelectorAll('button')]"
        ".find(one => /Play|Pause/.test(one.innerText));"
        "return world.width <= 390 && world.height > 0.5 * innerHeight"
        " && place(first).top > world.bottom && place(first).bottom < innerHeight; })()"
    )
    assert tab.run("document.documentElement.scrollWidth") == 390


def test_on_a_tablet_the_charts_leave_room_for_the_walker(tab: Tab, page: Page):
    tab.resize(768, 1024)
    tab.call("Page.navigate", url=page.url)
    tab.wait(
        "(document.querySelector('canvas[data-engine]')?.getBoundingClientRect().width || 0) > 350"
    )
    click(tab, "Restart")


def test_without_a_gpu_the_world_is_drawn_with_less(tab: Tab):
    """Fewer pixels, and no shadows: these draw every mesh again, three times."""
    pixels, drawings = tab.run(
        "(world => [world.width * world.height, __viserTestpoints.rendererInfo.render.calls])"
        "(document.querySelector('canvas[data-engine]'))"
    )
    assert pixels <= 190_000
    assert drawings < MOST_DRAWINGS


@pytest.mark.parametrize(
    ("made_by", "ratio", "shadows"),
    [
        ("ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11)", 2.0, True),
        ("ANGLE (Intel, Mesa Intel(R) UHD Graphics 620, OpenGL 4.6)", 2.0, True),
        ("llvmpipe (LLVM 15.0.7, 256 bits)", 0.5, False),
        ("ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)))", 0.5, False),
    ],
)
def test_only_without_a_gpu_the_drawing_is_less(
    tab: Tab, made_by: str, ratio: float, shadows: bool
):
    script = (files("retrowalk.experiments.viewer") / "templates/software_drawing.js").read_text()
    assert tab.run(
        "(() => { const real = WebGL2RenderingContext.prototype.getParameter;"
        f"WebGL2RenderingContext.prototype.getParameter = () => {json.dumps(made_by)};"
        "const before = window.__THREE_DEVTOOLS__, canvas = HTMLCanvasElement.prototype;"
        "const getContext = canvas.getContext;"
        f"window.__THREE_DEVTOOLS__ = new EventTarget(); {script};"
        "const renderer = {shadowMap: {enabled: true}, ratio: 2, setSize() {},"
        "                  setDrawingBufferSize(wide, high, ratio) { this.ratio = ratio }};"
        "window.__THREE_DEVTOOLS__.dispatchEvent(new CustomEvent('observe', {detail: renderer}));"
        "WebGL2RenderingContext.prototype.getParameter = real; canvas.getContext = getContext;"
        "window.__THREE_DEVTOOLS__ = before; renderer.setSize(950, 800);"
        "return [renderer.ratio, renderer.shadowMap.enabled]; })()"
    ) == [ratio, shadows]


def cpu_s(tab: Tab) -> float:
    """Return the CPU time of the tab's process, which other programs do not add to."""
    tab.call("Performance.enable")
    found = {one["name"]: one["value"] for one in tab.call("Performance.getMetrics")["metrics"]}
    return found["ProcessTime"]


def test_leaving_and_coming_back_shows_the_same_page_in_five_seconds(tab: Tab, page: Page):
    page.ask("set_playing", True)  # whatever other tests left behind
    tab.resize(1100, 700)
    tab.call("Page.navigate", url="about:blank")
    tab.wait("location.href === 'about:blank'")
    before = cpu_s(tab)
    tab.call("Page.navigate", url=page.url)
    tab.wait(READY)
    assert cpu_s(tab) < before + 5.0
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
