"""A disk that fills up anywhere in a file: one error, nothing half-written, the rest stays."""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import fake_engine
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import xarray as xr
from PIL import Image
from small_config import CONFIG

from retrowalk.experiments.replay.video import _write_video
from retrowalk.experiments.runner.run import Options, run_experiment
from retrowalk.experiments.store.atomic import (
    TEMPORARY,
    Sink,
    folder_atomic,
    sink,
    write_atomic,
    write_by_name,
    write_json,
)
from retrowalk.experiments.store.tables import write_table
from retrowalk.experiments.store.waveforms import write_netcdf
from retrowalk.experiments.study.load import load_config
from retrowalk.sim.errors import ConfigError, WritingError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of a process")
RUN_FAKE = Path(__file__).parents[1] / "runner" / "run_fake.py"


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let files grow to `size` bytes, as if the disk were full then (EFBIG in place of ENOSPC)."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def rows(count: int) -> pd.DataFrame:
    numbers = np.random.default_rng(count).normal(size=(count, 3))
    return pd.DataFrame(numbers, columns=pd.Index(["a", "b", "c"]))


def recording(count: int) -> xr.Dataset:
    values = np.random.default_rng(count).normal(size=(1, count, 4))
    return xr.Dataset({"joint": (("trial", "time", "x"), values)}, {"trial": [3]})


def gif(path: Path, count: int) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (3, count, 40), np.uint8)
    frames = [Image.fromarray(one) for one in noise]
    write_atomic(
        path, lambda file: frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    )


def zipped(path: Path, count: int) -> None:
    write_atomic(path, lambda file: np.savez(file, a=rows(count), b=rows(count)))


def tensors(path: Path, count: int) -> None:
    torch = pytest.importorskip("torch")
    write_atomic(path, lambda file: torch.save({"w": torch.ones(count, 9)}, file))


WRITERS: dict[str, Callable[[Path, int], object]] = {
    "netcdf": lambda path, count: write_netcdf(path, recording(count)),
    "parquet": lambda path, count: write_table(path, rows(count)),
    "json": lambda path, count: write_json(path, rows(count).to_dict("list")),
    "npz": zipped,
    "gif": gif,
    "pt": tensors,
}


@pytest.mark.parametrize("kind", WRITERS)
def test_a_file_is_whole_or_as_it_was(kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    path, write = tmp_path / f"it.{kind}", WRITERS[kind]
    write(path, 200)
    whole = path.read_bytes()
    for room in (0, 1, len(whole) // 2, len(whole) - 1):
        with room_for(room), pytest.raises(WritingError, match=rf"it\.{kind}: cannot be written"):
            write(path, 210)
        assert path.read_bytes() == whole
        assert [one.name for one in tmp_path.iterdir()] == [path.name]
    write(path, 210)  # and when there is room again
    assert path.read_bytes() != whole
    assert capfd.readouterr() == ("", "")


def test_a_film_that_does_not_fit_is_none(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    """ffmpeg writes it, and tells nobody that it could not."""
    pytest.importorskip("imageio_ffmpeg")
    noise = np.random.default_rng(0).integers(0, 255, (4, 32, 48, 3), np.uint8)
    path = tmp_path / "film.mp4"
    with room_for(500), pytest.raises(WritingError, match=r"film\.mp4: cannot be written .*ffmpeg"):
        write_by_name(path, lambda temporary: _write_video(temporary, ".mp4", iter(noise), 10))
    assert list(tmp_path.iterdir()) == []
    write_by_name(path, lambda temporary: _write_video(temporary, ".mp4", iter(noise), 10))
    assert path.stat().st_size > 500
    assert capfd.readouterr() == ("", "")


def test_a_log_of_a_training_that_does_not_fit_is_told_once(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    """TensorBoard writes it in a thread of its own."""
    pytest.importorskip("stable_baselines3")
    from retrowalk.experiments.learning.logs import make_logger

    with room_for(50), pytest.raises(OSError, match="File too large"):
        make_logger(["tensorboard"], tmp_path, {}).close()
    assert capfd.readouterr() == ("", "")


def test_a_folder_is_whole_or_absent(tmp_path: Path):
    def fill() -> None:
        with folder_atomic(tmp_path / "piece") as folder:
            for name, size in (("small", 50), ("large", 150)):
                with sink(folder / name) as file:
                    file.write(b"x" * size)

    with room_for(100), pytest.raises(WritingError):
        fill()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["file/it.json", "none/it.json", "folder"])
def test_a_wrong_place_is_bad_input(place: str, tmp_path: Path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ConfigError, match="cannot be written"):
        write_json(tmp_path / place, [1])


def test_a_sink_holds_what_a_file_does(tmp_path: Path):
    """Writers that go back to what they wrote (zip, Parquet) get the same bytes."""
    like, ours = io.BytesIO(), Sink(tmp_path / "sink")
    for file in (like, ours):
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(zipfile.ZipInfo("a"), "text" * 1000)
        file.seek(3)
        assert file.tell() == 3
        file.write(b"Z")
    ours.end()
    assert (tmp_path / "sink").read_bytes() == like.getvalue()


def test_a_run_keeps_what_is_finished_and_goes_on(tmp_path: Path, capfd: pytest.CaptureFixture):
    (tmp_path / "small.yaml").write_text(CONFIG)
    config, out = load_config(str(tmp_path / "small.yaml")), tmp_path / "run"
    options = Options(1, 2, resume=True)
    for room in (4_000, 8_000, 20_000):  # of a recording, of a piece, of a table
        with room_for(room), pytest.raises(WritingError, match="cannot be written"):
            run_experiment(config, out, options, fake_engine.ENGINE)
        assert not list(out.rglob(f"{TEMPORARY}*"))
    folder = run_experiment(config, out, options, fake_engine.ENGINE)
    assert pq.read_table(folder.trials).num_rows == 28
    assert capfd.readouterr() == ("", "")


def test_workers_on_a_full_disk_end_the_run_in_one_line(tmp_path: Path):
    (tmp_path / "small.yaml").write_text(CONFIG)
    command = [sys.executable, str(RUN_FAKE), "small.yaml", "run", "2", "2", "new"]
    with room_for(4_000):
        ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100)
    assert ended.returncode == 1, ended.stderr
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    assert "cannot be written (File too large); finished trials stay" in ended.stderr
