"""A run that lacks a piece, or holds a damaged one, still gets a report that says so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from parsed_page import parse
from resealed import resealed

from retrowalk.experiments.report.data import load_run
from retrowalk.experiments.report.page import write_report

PIECES = (
    "config.yaml",
    "manifest.json",
    "trials.parquet",
    "strides.parquet",
    "contrasts.json",
    "waveforms.nc",
)


@pytest.fixture
def copy(run_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(run_folder, tmp_path / "copy"))


def words_of(folder: Path) -> str:
    """The words of the folder's new report, after checking that the page is well-formed."""
    return " ".join(parse(write_report(folder).read_text("utf-8")).words().split())


@pytest.mark.parametrize("piece", PIECES)
def test_a_missing_piece_is_named(copy: Path, piece: str):
    (copy / piece).unlink()
    assert load_run(copy).gaps[0] == f"{piece} is missing from the run's folder."


@pytest.mark.parametrize("piece", PIECES)
def test_a_damaged_piece_is_named(copy: Path, piece: str):
    (copy / piece).write_bytes(b"\x00{[ not what it says")
    assert load_run(copy).gaps[0].startswith(f"{piece} could not be read")


@pytest.mark.parametrize("piece", ["trials.parquet", "contrasts.json"])
def test_the_report_says_what_is_missing(copy: Path, piece: str):
    (copy / piece).unlink()
    words = words_of(copy)
    assert f"{piece} is missing from the run's folder." in words
    assert "Traceback" not in words


def test_everything_damaged(copy: Path):
    for piece in PIECES:
        (copy / piece).write_bytes(b"\x00{[ not what it says")
    words = words_of(copy)
    assert all(f"{piece} could not be read" in words for piece in PIECES)


def test_no_recordings(copy: Path):
    shutil.rmtree(copy / "recordings")
    words = words_of(copy)
    assert "No trial of “backward” was recorded." in words
    assert "There is no moving picture" in words


def test_damaged_recording(copy: Path):
    damaged = min((copy / "recordings").iterdir())
    damaged.write_bytes(b"nothing")
    words = words_of(copy)
    assert f"The recording {damaged.name} could not be read" in words
    assert "One stride, forward" in words  # the other cell is still drawn


def test_empty_folder(tmp_path: Path):
    assert "There are no trials" in words_of(tmp_path)


def test_measures_that_are_all_null(copy: Path):
    trials = pd.read_parquet(copy / "trials.parquet")
    gone = trials.columns.str.startswith(("activation_", "mos_", "metabolic_"))
    trials.loc[:, gone] = float("nan")
    trials.to_parquet(copy / "trials.parquet")
    words = words_of(copy)
    assert "No trial has activations." in words
    assert "nan" not in words.split()


def test_contrasts_without_an_estimate(copy: Path):
    path = copy / "contrasts.json"
    content = json.loads(path.read_text("utf-8"))
    for one in content["contrasts"]:
        one.update(estimate=None, low=None, high=None, p=None, p_holm=None, effect_size=None)
        one["note"] = "no seed has a value in both"
    path.write_text(json.dumps(content), "utf-8")
    assert "the trials cannot tell, no seed has a value in both" in words_of(resealed(copy))


def test_hostile_words(copy: Path):
    config = copy / "config.yaml"
    config.write_text(config.read_text("utf-8").replace("made-up walk", "</script><img src=x>"))
    page = write_report(copy).read_text("utf-8")
    assert "<img" not in page
    parse(page)
