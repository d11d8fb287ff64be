"""Exports: what a reader of the format finds is what was recorded, frames turned as they should."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from scipy.io import loadmat
from scipy.spatial.transform import Rotation

from retrowalk.experiments.store.export.export import FORMATS, export
from retrowalk.sim.errors import ConfigError

TIMES = 0.005 * np.arange(1, 6)
JOINTS = ["hip_flexion_l", "knee_l", "lumbar_flexion", "neck_rotation"]
LAST = 3  # samples of the second trial before its fall


def _quaternion(turn: Rotation) -> np.ndarray:
    x, y, z, w = turn.as_quat()
    return np.array([w, x, y, z])


def recording(pelvis: Rotation | None = None) -> xr.Dataset:
    """Two trials of five samples; the second falls after three."""
    rng = np.random.default_rng(0)
    shape = (2, len(TIMES))
    turn = _quaternion(pelvis or Rotation.identity())
    force = np.zeros((*shape, 2, 3, 3))
    force[:, :, 0, 1] = (10.0, -20.0, 700.0)  # on the left ball: ahead, to the right, up
    centre = np.full((*shape, 2, 3), np.nan)
    centre[:, :, 0] = (0.3, 0.1, 0.0)
    dims = ("trial", "time")
    found = xr.Dataset(
        {
            "joint_angle_rad": ((*dims, "joint"), rng.normal(size=(*shape, len(JOINTS)))),
            "activation": ((*dims, "muscle"), rng.uniform(size=(*shape, 2))),
            "ground_force_n": ((*dims, "foot", "region", "axis"), force),
            "centre_of_pressure_m": ((*dims, "foot", "axis"), centre),
            "com_position_m": ((*dims, "axis"), np.zeros((*shape, 3))),
            "joint_moment_n_m": ((*dims, "joint"), rng.normal(size=(*shape, len(JOINTS)))),
            "free_moment_n_m": ((*dims, "foot"), np.tile([5.0, np.nan], (*shape, 1))),
            "foot_point_m": ((*dims, "foot", "point", "axis"), rng.normal(size=(*shape, 2, 2, 3))),
            "knee_position_m": ((*dims, "foot", "axis"), rng.normal(size=(*shape, 2, 3))),
            "pelvis_position_m": ((*dims, "axis"), np.tile([1.0, 2.0, 0.9], (*shape, 1))),
            "pelvis_quaternion": ((*dims, "quaternion"), np.tile(turn, (*shape, 1))),
        },
        {
            "trial": [3, 19],
            "time": TIMES,
            "joint": JOINTS,
            "muscle": ["soleus_l", "soleus_r"],
            "foot": ["left", "right"],
            "region": ["heel", "ball", "toe"],
            "point": ["heel", "ankle"],
            "axis": ["x", "y", "z"],
            "quaternion": ["w", "x", "y", "z"],
        },
    )
    for values in found.data_vars.values():
        values[1, LAST:] = np.nan
    return found


def storage(path: Path) -> tuple[dict[str, str], dict[str, np.ndarray]]:
    """Read an OpenSim storage file by its specification: header, then columns."""
    head, _, body = path.read_text("utf-8").partition("endheader\n")
    fields = dict(line.split("=") for line in head.splitlines()[1:])
    names, *rows = (line.split("\t") for line in body.splitlines())
    values = np.array(rows, float)
    assert (len(rows), len(names)) == (int(fields["nRows"]), int(fields["nColumns"]))
    return fields, {name: values[:, i] for i, name in enumerate(names)}


@pytest.mark.parametrize(
    ("ending", "quantity"),
    [(e, q) for e in (".csv", ".mot", ".sto") for q in FORMATS[e].QUANTITIES],
)
def test_a_file_a_trial_up_to_its_fall(tmp_path: Path, ending: str, quantity: str):
    first, second = export(recording(), tmp_path / f"walk{ending}", quantity)
    assert [first.name, second.name] == [f"walk_trial-3{ending}", f"walk_trial-19{ending}"]
    lengths = []
    for path in (first, second):
        if ending == ".csv":
            rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
            times = [float(row["time_s"]) for row in rows]
        else:
            times = storage(path)[1]["time"].tolist()
        lengths.append(len(times))
        assert times == pytest.approx(TIMES[: len(times)])
    assert lengths == [len(TIMES), LAST]
    assert export(recording(), tmp_path / f"one{ending}", quantity, trial=19) == [
        tmp_path / f"one{ending}"
    ]


def test_joint_angles_keep_their_numbers_and_signs(tmp_path: Path):
    rec = recording()
    (path,) = export(rec, tmp_path / "walk.mot", trial=3)
    fields, columns = storage(path)
    assert fields["inDegrees"] == "no"
    for name, joint, sign in (
        ("hip_flexion_l", "hip_flexion_l", 1),
        ("knee_angle_l", "knee_l", 1),
        ("lumbar_extension", "lumbar_flexion", -1),
        ("neck_rotation", "neck_rotation", 1),
    ):
        angle = rec["joint_angle_rad"].sel(trial=3, joint=joint).values
        assert columns[name] == pytest.approx(sign * angle, rel=1e-8)


@pytest.mark.parametrize(
    ("axis", "name", "sign"),
    [
        ("x", "pelvis_list", 1),  # about the axis ahead: to the right, in both frames
        ("y", "pelvis_tilt", -1),  # y points left, z to the right: forward is negative there
        ("z", "pelvis_rotation", 1),  # about the vertical: to the left
    ],
)
def test_the_pelvis_turns_the_same_way_in_both_frames(
    tmp_path: Path, axis: str, name: str, sign: int
):
    (path,) = export(recording(Rotation.from_euler(axis, 0.2)), tmp_path / "walk.mot", trial=3)
    columns = storage(path)[1]
    turns = {key: columns[key][0] for key in ("pelvis_tilt", "pelvis_list", "pelvis_rotation")}
    expected = dict.fromkeys(turns, 0.0) | {name: sign * 0.2}
    assert turns == pytest.approx(expected, abs=1e-7)
    place = [columns[f"pelvis_t{k}"][0] for k in "xyz"]
    assert place == pytest.approx([1.0, 0.9, -2.0])


def test_ground_forces_point_up_and_stand_at_the_centre_of_pressure(tmp_path: Path):
    (path,) = export(recording(), tmp_path / "f.sto", "ground-forces", trial=3)
    columns = storage(path)[1]
    force = [columns[f"ground_force_left_v{k}"][0] for k in "xyz"]
    point = [columns[f"ground_force_left_p{k}"][0] for k in "xyz"]
    assert force == pytest.approx([10.0, 700.0, 20.0])
    assert point == pytest.approx([0.3, 0.0, -0.1])
    assert not any(columns[f"ground_force_right_{k}"].any() for k in ("vx", "vy", "vz", "px"))
    turn = [columns[f"ground_torque_left_{k}"][0] for k in "xyz"]
    assert turn == [0.0, 5.0, 0.0]  # counter-clockwise from above in both frames
    assert columns["ground_torque_right_y"][0] == 0.0


def test_moments_have_the_signs_of_their_angles(tmp_path: Path):
    rec = recording()
    (path,) = export(rec, tmp_path / "walk.sto", "joint-moments", trial=3)
    columns = storage(path)[1]
    for name, joint, sign in (
        ("knee_angle_l", "knee_l", 1),
        ("lumbar_extension", "lumbar_flexion", -1),
    ):
        moment = rec["joint_moment_n_m"].sel(trial=3, joint=joint).values
        assert columns[f"{name}_moment"] == pytest.approx(sign * moment, rel=1e-8)


def test_matlab_has_a_variable_a_column(tmp_path: Path):
    rec = recording()
    (path,) = export(rec, tmp_path / "walk.mat", "ground-forces", trial=3)
    found = loadmat(path)
    assert found["time_s"][:, 0] == pytest.approx(TIMES)
    assert found["left_force_z_n"][:, 0] == pytest.approx(700.0)
    assert np.isnan(found["right_pressure_x_m"]).all()
    assert found["quantity"].item() == "ground-forces"


def test_markers_are_places_in_mm_with_y_up(tmp_path: Path):
    rec = recording()
    (path,) = export(rec, tmp_path / "walk.trc", trial=3)
    lines = path.read_text("utf-8").splitlines()
    names = [name for name in lines[3].split("\t")[2:] if name]
    rows = np.array([line.split("\t") for line in lines[6:]], float)
    assert lines[2].split("\t")[:5] == ["200", "200", "5", str(len(names)), "mm"]
    assert rows.shape == (len(TIMES), 2 + 3 * len(names))
    first = 2 + 3 * names.index("left_knee")
    x, y, z = rec["knee_position_m"].sel(trial=3, foot="left").values.T
    assert rows[:, first : first + 3] == pytest.approx(1000 * np.stack([x, z, -y], 1), rel=1e-7)


def test_opensims_own_readers_find_the_numbers(tmp_path: Path):
    """In a process of its own: the library is large, and prints."""
    if find_spec("opensim") is None:
        pytest.skip("needs opensim (pip install opensim)")
    rec = recording()
    (angles,) = export(rec, tmp_path / "a.mot", trial=3)
    (forces,) = export(rec, tmp_path / "f.mot", "ground-forces", trial=3)
    (markers,) = export(rec, tmp_path / "m.trc", trial=3)
    done = subprocess.run(
        [sys.executable, "-c", _READ, angles, forces, markers], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    knee, force, marker, units = json.loads(done.stdout.splitlines()[-1])
    assert knee == pytest.approx(rec["joint_angle_rad"].sel(trial=3, joint="knee_l").values)
    assert force == pytest.approx(700.0)
    x, y, z = rec["knee_position_m"].sel(trial=3, foot="left").values[0]
    assert (marker, units) == (pytest.approx([1000 * x, 1000 * z, -1000 * y]), "mm")


_READ = """
import json, sys
import opensim
angles = opensim.TimeSeriesTable(sys.argv[1])
forces = opensim.TimeSeriesTable(sys.argv[2])
markers = opensim.TimeSeriesTableVec3(sys.argv[3])
knee = angles.getDependentColumn("knee_angle_l").to_numpy().tolist()
force = forces.getDependentColumn("ground_force_left_vy").to_numpy().tolist()[0]
place = markers.getDependentColumn("left_knee")[0].to_numpy().tolist()
print(json.dumps([knee, force, place, markers.getTableMetaDataString("Units")]))
"""


def test_csv_keeps_frames_and_leaves_no_pressure_empty(tmp_path: Path):
    (path,) = export(recording(), tmp_path / "f.csv", "ground-forces", trial=3)
    row = next(iter(csv.DictReader(path.read_text("utf-8").splitlines())))
    assert float(row["left_force_z_n"]) == 700.0
    assert float(row["left_force_y_n"]) == -20.0
    assert float(row["left_pressure_y_m"]) == pytest.approx(0.1)
    assert row["right_pressure_x_m"] == ""
    assert float(row["right_force_z_n"]) == 0.0


@pytest.mark.parametrize(
    ("name", "quantity", "trial", "words"),
    [
        ("walk.c3d", "joint-angles", None, "must end in .csv, .mot, .sto, .mat, .trc"),
        ("walk.mot", "angles", None, "unknown quantity 'angles'"),
        ("walk.trc", "joint-angles", None, "a .trc holds markers, not joint-angles"),
        ("walk.mot", "joint-angles", 4, "trials: 3, 19"),
        ("no/walk.mot", "joint-angles", None, "there is no folder"),
    ],
)
def test_bad_input_is_one_sentence(
    tmp_path: Path, name: str, quantity: str, trial: int | None, words: str
):
    with pytest.raises(ConfigError, match=words) as refused:
        export(recording(), tmp_path / name, quantity, trial=trial)
    assert "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []
