"""A model's own recording, exported and read as anyone's data, is the model; others are told."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from retrowalk.experiments.own_data.c3d import read_c3d
from retrowalk.experiments.own_data.channels import channel, read_trial
from retrowalk.experiments.own_data.cycles import curves_of, strides_of
from retrowalk.experiments.own_data.fields import OwnData, files_of, read_own_data
from retrowalk.experiments.own_data.table import read_storage
from retrowalk.experiments.store.export.export import export
from retrowalk.experiments.store.run import Run
from retrowalk.sim.errors import ConfigError
from retrowalk.sim.measures.base.strides import strides_of as measured_strides
from retrowalk.sim.measures.base.trial import trials_of

from ..findings import known_gait

QUANTITIES = ("joint-angles", "joint-moments", "ground-forces")
TEXT = "direction: backward\nspeed_m_per_s: 0.8\nmass_kg: {mass}\nfrom_s: {start}\n"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    factors = {"direction": ["backward"]}
    made = known_gait.make_run(
        tmp_path_factory.mktemp("runs") / "known",
        factors=factors,
        technique={"speed_m_per_s": 0.8},
        duration_s=8,
        trials=2,
        keep_recordings=1,
    )
    return Run.finished(made)


def exported(run: Run, folder: Path, ending: str) -> xr.Dataset:
    """Write the first recording into the folder as anyone's data, and return it."""
    recording = run.recording(0)
    place = recording["com_position_m"]
    centre = place.expand_dims(foot=recording["foot"], axis=2)
    recording = recording.assign(pelvis_position_m=place, centre_of_pressure_m=0.0 * centre)
    folder.mkdir(exist_ok=True)
    for quantity in QUANTITIES:
        export(recording, folder / f"walk_{quantity}.{ending}", quantity)
    start = float(recording["steady_from_s"].isel(trial=0))
    text = TEXT.format(mass=recording.attrs["body_mass_kg"], start=start)
    (folder / "data.yaml").write_text(text, "utf-8")
    return recording


@pytest.mark.parametrize("ending", ["mot", "csv"])
def test_a_recording_read_again_is_the_model(
    run: Run, tmp_path: Path, ending: str, command_line: Callable[..., tuple[int, str, str]]
):
    exported(run, tmp_path, ending)
    page = tmp_path / "page.html"
    words = ("--data", tmp_path, "--of", run.path, "--page", page, "--json")
    code, out, err = command_line("validate", *map(str, words))
    assert (code, err) == (0, "")
    curves = json.loads(out)["curves"]
    assert {one["quantity"] for one in curves} == {"angle", "moment", "force"}
    largest = {"angle": 0.05, "moment": 2e-3, "force": 5e-3}
    for one in curves:
        assert one["rmse"] < largest[one["quantity"]], one
        assert one["strides_person"] == one["strides_model"] > 6
    assert "Joint moments" in page.read_text("utf-8")


def test_strides_are_those_of_the_measures(run: Run, tmp_path: Path):
    recording = exported(run, tmp_path, "mot")
    data = read_own_data(tmp_path)
    ((name, paths),) = files_of(data, tmp_path, (".mot",)).items()
    found = strides_of(read_trial(name, paths, data), data)
    (trial,) = trials_of(recording)
    for side, own in zip("lr", measured_strides(trial).of_foot, strict=True):
        assert found[side][0] == pytest.approx(own.start_s, abs=1e-4)
        assert found[side][1] == pytest.approx(own.end_s, abs=1e-4)


@pytest.mark.skipif(find_spec("opensim") is None, reason="opensim is not installed")
def test_opensim_reads_the_same_numbers(run: Run, tmp_path: Path):
    """OpenSim ends the whole process with a message of its own, so it has one for itself."""
    exported(run, tmp_path, "sto")
    path = tmp_path / "walk_joint-angles.sto"
    code = (
        "import json, sys, opensim; table = opensim.TimeSeriesTable(sys.argv[1]); "
        "print(json.dumps([list(table.getIndependentColumn()), "
        "list(table.getDependentColumn('knee_angle_l').to_numpy())]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    time, knee = json.loads(done.stdout.splitlines()[-1])
    table = read_storage(path)
    assert table.time_s == pytest.approx(np.array(time))
    assert table.columns["knee_l_rad"] == pytest.approx(np.array(knee))


def left_strikes(file: Any, moments: np.ndarray, label: str, context: str | None) -> None:
    """Add foot strikes as Vicon writes them (label and context) or Qualisys (label alone)."""
    file.add_parameter("EVENT", "LABELS", [label] * len(moments))
    if context is not None:
        file.add_parameter("EVENT", "CONTEXTS", [context] * len(moments))
    file.add_parameter("EVENT", "TIMES", np.stack([np.zeros(len(moments)), moments]))


@pytest.mark.skipif(find_spec("ezc3d") is None, reason="ezc3d is not installed")
def test_a_c3d_file_of_no_rate_is_refused(tmp_path: Path):
    """Files of analog channels alone have none; `ezc3d` reads such, but does not write them."""
    import ezc3d

    path, rate = tmp_path / "plate.c3d", np.float32(120.0)
    file = ezc3d.c3d()
    file["parameters"]["POINT"]["RATE"]["value"] = [float(rate)]
    file["parameters"]["POINT"]["LABELS"]["value"] = ["A"]
    file["data"]["points"] = np.zeros((4, 1, 5))
    file.write(str(path))
    path.write_bytes(path.read_bytes().replace(rate.tobytes(), bytes(4)))
    with pytest.raises(ConfigError, match=r"plate\.c3d: must hold points at a rate above 0"):
        read_c3d(path, {})


@pytest.mark.skipif(find_spec("ezc3d") is None, reason="ezc3d is not installed")
@pytest.mark.parametrize(("label", "context"), [("Foot Strike", "Left"), ("LHS", None)])
def test_c3d_has_points_and_events(tmp_path: Path, label: str, context: str | None):
    """Angles as a gait model writes them, and foot strikes of the left foot every second."""
    import ezc3d

    rate, seconds = 100.0, 5
    cycle = np.arange(int(rate * seconds)) / rate
    file = ezc3d.c3d()
    file["parameters"]["POINT"]["RATE"]["value"] = [rate]
    file["parameters"]["POINT"]["LABELS"]["value"] = ["LKneeAngles"]
    points = np.zeros((4, 1, len(cycle)))
    points[0, 0] = 30.0 - 30.0 * np.cos(2 * np.pi * cycle)
    file["data"]["points"] = points
    left_strikes(file, np.array([0.5, 1.5, 2.5, 3.5]), label, context)
    file.write(str(tmp_path / "walk.c3d"))
    columns = {"LKneeAngles_x": "knee_l_deg"}
    data = OwnData(direction="backward", speed_m_per_s=0.8, mass_kg=70.0, columns=columns)
    curves = curves_of([read_trial("walk", [tmp_path / "walk.c3d"], data)], data)
    phase = np.linspace(0.0, 1.0, 101)
    expected = np.deg2rad(30.0 + 30.0 * np.cos(2 * np.pi * phase))
    assert curves.strides["angle", "knee"] == 3
    assert curves.mean["angle", "knee"] == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(
    ("named", "value", "quantity", "name", "side", "expected"),
    [
        ("knee_l_deg", 180.0, "angle", "knee", "l", np.pi),
        ("hip_flexion_r_rad", 0.5, "angle", "hip_flexion", "r", 0.5),
        ("ankle_l_n_m", 80.0, "moment", "ankle", "l", 1.0),
        ("ankle_l_n_m_per_kg", 1.2, "moment", "ankle", "l", 1.2),
        ("ankle_l_n_mm_per_kg", 1200.0, "moment", "ankle", "l", 1.2),
        ("left_force_z_n", 80.0 * 9.81, "force", "vertical", "l", 1.0),
        ("right_force_x_bw", 0.2, "force", "ahead", "r", 0.2),
        ("soleus_r", 0.3, "activity", "soleus", "r", 0.3),
    ],
)
def test_the_end_of_a_name_is_the_unit(
    named: str, value: float, quantity: str, name: str, side: str, expected: float
):
    found = channel(named, np.zeros(1), np.array([value]), mass_kg=80.0)
    assert (found.quantity, found.name, found.side) == (quantity, name, side)
    assert found.values[0] == pytest.approx(expected)


def test_what_is_lacking_is_told(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"holds no data\.yaml"):
        read_own_data(tmp_path)
    (tmp_path / "data.yaml").write_text(TEXT.format(mass=70, start=0), "utf-8")
    data = read_own_data(tmp_path)
    with pytest.raises(ConfigError, match="holds no file"):
        files_of(data, tmp_path, (".csv",))
    path = tmp_path / "walk_angles.csv"
    path.write_text("time,knee_l_deg\n0,1\n0.01,2\n", "utf-8")
    with pytest.raises(ConfigError, match="no stride can be cut"):
        curves_of([read_trial("walk", [path], data)], data)
    mapped = data.model_copy(update={"columns": {"LKnee": "knee_l_deg"}})
    with pytest.raises(ConfigError, match=r"'LKnee' is no column of walk_angles\.csv"):
        read_trial("walk", [path], mapped)
    path.write_text("when,knee_l_deg\n0,1\n", "utf-8")
    with pytest.raises(ConfigError, match="no column of time"):
        read_trial("walk", [path], data)
