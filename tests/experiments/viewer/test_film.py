"""A film of a canvas, made in a browser that is kept busy and decoded by ffmpeg."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("websockets", reason="websockets is needed to steer the browser")

from steered_browser import (  # pyright: ignore[reportMissingImports]
    Page as Tab,  # pyright: ignore[reportMissingImports]
    browser,
)

SCRIPT = resources.files("retrowalk.experiments.viewer") / "templates" / "film.js"
FILMED = """
async (busyMs, frames) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [320, 201];
  const paper = canvas.getContext("2d");
  let taken = 0;
  const paint = () => {
    paper.fillStyle = `rgb(${20 * taken + 10}, ${20 * taken + 10}, ${20 * taken + 10})`;
    paper.fillRect(0, 0, 320, 201);
  };
  paint();
  const busy = setInterval(() => {
    const end = performance.now() + busyMs;
    while (performance.now() < end);
  }, 1);
  const film = await retrowalkFilm(canvas, {
    widest: 160, framesASecond: 20, goesOn: () => taken < frames,
    counted: (count) => { taken = count; paint(); },
  });
  clearInterval(busy);
  const bytes = new Uint8Array(await film.arrayBuffer());
  return btoa(String.fromCharCode(...bytes));
}
"""
"""Films a canvas that grows brighter with each frame, while the page's thread is kept busy."""


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with browser(tmp_path_factory.mktemp("profile")) as tab:
        tab.run(
            SCRIPT.read_text("utf-8").replace("const retrowalkFilm =", "window.retrowalkFilm =")
        )
        yield tab


def decoded(path: Path) -> tuple[dict[str, Any], np.ndarray]:
    """Return what ffmpeg says of a film, and the mean brightness of each frame that is in it."""
    reader = pytest.importorskip("imageio_ffmpeg").read_frames(
        str(path), output_params=["-fps_mode", "passthrough"]
    )
    about = next(reader)
    return about, np.array([np.frombuffer(one, np.uint8).mean() for one in reader])


@pytest.mark.parametrize(("busy_ms", "frames"), [(0, 10), (120, 5), (0, 1)])
def test_every_frame_that_was_taken_is_in_the_film(
    tab: Tab, tmp_path: Path, busy_ms: int, frames: int
):
    film = tmp_path / "film.webm"
    film.write_bytes(base64.b64decode(tab.run(f"({FILMED})({busy_ms}, {frames})")))
    about, shades = decoded(film)
    assert about["codec"].startswith("vp8")
    assert about["size"] == (160, 101)
    np.testing.assert_allclose(shades, 20.0 * np.arange(frames) + 10.0, atol=4.0)
    least_s = (frames - 1) * max(0.05, 1e-3 * busy_ms)
    assert about["duration"] >= 0.9 * least_s
