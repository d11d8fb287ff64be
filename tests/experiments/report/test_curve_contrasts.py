"""Shades under the gait-cycle curves are the stretches that the run's file tells of."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from parsed_page import parse
from resealed import resealed

from retrowalk.experiments.report.curve_contrasts import curve_contrasts
from retrowalk.experiments.report.data import load_run
from retrowalk.experiments.report.gait_figures import joint_angles
from retrowalk.experiments.report.page import write_report
from retrowalk.experiments.report.style import Picture


def changed(run_folder: Path, copy: Path, clusters: list[dict], pairs: int = 8) -> Path:
    """A copy of the run in which the knee's angle has these clusters and nothing else any."""
    shutil.copytree(run_folder, copy)
    path = copy / "waveform_contrasts.json"
    content = json.loads(path.read_text("utf-8"))
    assert len(content["contrasts"]) > 5  # the runner wrote them
    for one in content["contrasts"]:
        knee = (one["variable"], one["channel"]) == ("joint_angle_rad", "knee")
        one.update(pairs=pairs, clusters=clusters if knee else [])
    path.write_text(json.dumps(content), "utf-8")
    return resealed(copy)


def joint_angles_of(run: Path) -> Picture:
    data = load_run(run)
    picture = joint_angles(data, data.cells, curve_contrasts(data))
    assert picture is not None
    return picture


def test_stretches_are_shaded_and_explained(run_folder: Path, tmp_path: Path):
    span = {"from": 0.2, "to": 0.45, "sign": 1, "p": 0.01}
    run = changed(run_folder, tmp_path / "with", [span])
    bare = changed(run_folder, tmp_path / "without", [])
    words = " ".join(parse(write_report(run).read_text("utf-8")).words().split())
    assert "knee flexion: directions differ at 20 to 45 % of the cycle" in words
    assert "Curves with a shade: 1 of 3; by chance alone about 0.2 would be." in words
    assert "(8 pairs)" in words
    shaded, plain = joint_angles_of(run), joint_angles_of(bare)
    assert "directions differ at" in shaded.text
    assert "directions differ at" not in plain.text
    assert shaded.svg.count("<path") > plain.svg.count("<path")


def test_few_pairs_are_said_to_tell_nothing(run_folder: Path, tmp_path: Path):
    run = changed(run_folder, tmp_path / "few", [], pairs=2)
    data = load_run(run)
    sentence = curve_contrasts(data).sentence(data.cells, "joint_angle_rad")
    assert sentence.startswith("Curves are compared from 6 pairs of trials on; here there are 2")


def test_where_the_gait_fails_no_curve_is_shaded(run_folder: Path, tmp_path: Path):
    span = {"from": 0.2, "to": 0.45, "sign": 1, "p": 0.01}
    run = changed(run_folder, tmp_path / "fails", [span])
    path = run / "waveform_contrasts.json"
    content = json.loads(path.read_text("utf-8"))
    assert all(one["withheld"] == [] for one in content["contrasts"])  # the runner wrote so
    for one in content["contrasts"]:
        one["withheld"] = [{"reason": "gait-fails", "says": "The gait fails here."}]
    path.write_text(json.dumps(content), "utf-8")
    data = load_run(resealed(run))
    found = curve_contrasts(data)
    assert found.of(data.cells, "joint_angle_rad", "knee") == []
    sentence = found.sentence(data.cells, "joint_angle_rad")
    assert sentence == "No stretch is shaded. The gait fails here."


def test_a_missing_or_damaged_file_is_named(run_folder: Path, tmp_path: Path):
    run = changed(run_folder, tmp_path / "gone", [])
    path = run / "waveform_contrasts.json"
    path.write_text("{[", "utf-8")
    assert "waveform_contrasts.json could not be read" in write_report(run).read_text("utf-8")
    path.unlink()
    data = load_run(run)
    assert curve_contrasts(data).answers == ()
    assert "waveform_contrasts.json is missing from the run's folder." in data.gaps
