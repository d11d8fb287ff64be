"""Videos and GIFs of a trial; without OpenGL or an encoder, a line that says what to install."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrowalk.experiments.commands.replay import ReplayRequest, replay_command
from retrowalk.experiments.replay import video
from retrowalk.sim import offscreen
from retrowalk.sim.errors import ConfigError, RetrowalkError


@pytest.fixture
def drawn() -> None:
    try:
        offscreen.working_kind()
    except offscreen.NoOpenGLError:
        pytest.skip("there is neither EGL nor OSMesa here (apt-get install libosmesa6)")


@pytest.mark.usefixtures("drawn")
def test_a_gif_moves_and_shows_the_walker(run_folder: Path, tmp_path: Path):
    from PIL import Image

    path = tmp_path / "out.gif"
    asked = ReplayRequest(run_folder, 0, start_s=2.0, length_s=0.2, gif=path, camera="side")
    replay_command(asked, open_page=False)
    with Image.open(path) as film:
        assert getattr(film, "n_frames", 1) == 3
        frames = []
        for number in (0, 2):
            film.seek(number)
            frames.append(np.asarray(film.convert("RGB")).astype(int))
    assert (np.abs(frames[0] - frames[1]).sum(axis=2) > 60).mean() > 0.003  # legs moved
    middle = frames[0][:, 180:300]
    assert (np.ptp(middle, axis=2) > 60).mean() > 0.02  # a coloured person, not grey ground


@pytest.mark.usefixtures("drawn")
def test_a_video_can_be_read_again(run_folder: Path, tmp_path: Path):
    reader = pytest.importorskip("imageio_ffmpeg", reason="the extra video is needed")
    path = tmp_path / "out.mp4"
    asked = ReplayRequest(run_folder, 0, beside="8", start_s=2.0, length_s=0.1, video=path)
    replay_command(asked, open_page=False)
    film = reader.read_frames(str(path))
    told = next(film)
    assert told["size"] == (1280, 720)
    assert len(list(film)) == 3
    assert [one.name for one in tmp_path.iterdir()] == ["out.mp4"]  # nothing is left behind


def test_without_opengl_a_line_says_what_to_install(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(offscreen, "_PROBE", "raise SystemExit(1) # {kind}")
    monkeypatch.setattr(offscreen, "loaded_platform", lambda: None)  # as before anything was drawn
    offscreen.working_kind.cache_clear()
    with pytest.raises(RetrowalkError, match=r"libegl1 or libosmesa6.*--html writes needs nothing"):
        replay_command(ReplayRequest(run_folder, 0, gif=tmp_path / "out.gif"), open_page=False)
    offscreen.working_kind.cache_clear()
    assert list(tmp_path.iterdir()) == []


def test_without_the_encoder_a_line_says_what_to_install(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(__import__("sys").modules, "imageio_ffmpeg", None)
    with pytest.raises(
        RetrowalkError, match=r"needs the extra `video`.*pip install 'imageio-ffmpeg"
    ):
        replay_command(ReplayRequest(run_folder, 0, video=tmp_path / "out.mp4"), open_page=False)


def test_an_unknown_camera_is_refused(run_folder: Path, tmp_path: Path):
    asked = ReplayRequest(run_folder, 0, gif=tmp_path / "out.gif", camera="below")
    with pytest.raises(ConfigError, match="--camera below: must be one of follow, side"):
        replay_command(asked, open_page=False)


def test_a_short_film_ends_with_the_fall(run_folder: Path):
    from retrowalk.experiments.replay.page import Shown, end_of
    from retrowalk.experiments.replay.recorded_run import RecordedRun
    from retrowalk.experiments.report.data import load_run

    run = RecordedRun.finished(run_folder)
    recording = next(load_run(run_folder).recordings())[1]
    recording["time_to_fall_s"] = 4.0
    fallen = Shown(run, run.choose(1), recording)
    assert end_of(recording) == 5.0
    assert video._worth_seeing([fallen], 4.0) == 1.0
