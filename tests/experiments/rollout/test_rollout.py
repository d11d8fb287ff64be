"""Real rollouts: the recording's contract, and trials that do not depend on threads or batch."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from retrowalk.envs.gaits.gait_files import gait_table
from retrowalk.envs.task.technique import Technique
from retrowalk.experiments.rollout.trials import check_cell, digests, rollout_cell
from retrowalk.experiments.study.load import load_config
from retrowalk.experiments.study.plan import Cell, TrialSpec, make_plan
from retrowalk.models.walker import Walker
from retrowalk.sim.errors import ConfigError
from retrowalk.sim.measures import measure

CELL = Cell(
    index=0,
    name="all",
    levels=(),
    direction="backward",
    body="human",
    walker=Walker(),
    surface="flat",
    policy="scripted",
    technique=Technique(speed_m_per_s=float(gait_table("backward").speeds[0])),
    technique_name="custom",
    duration_s=1.5,
)
TRIALS = [TrialSpec(10 + i, i, 1000 + i) for i in range(6)]


@pytest.fixture(scope="module")
def recording() -> xr.Dataset:
    return rollout_cell(CELL, TRIALS, 1)


def test_a_recording_keeps_the_contract(recording):
    assert dict(recording.sizes) == {
        "trial": 6,
        "time": 300,
        "position": 31,
        "joint": 24,
        "muscle": 50,
        "axis": 3,
        "quaternion": 4,
        "foot": 2,
        "region": 3,
        "point": 8,
    }
    np.testing.assert_array_equal(recording["trial"], [t.trial for t in TRIALS])
    np.testing.assert_array_equal(recording["seed"], [t.seed for t in TRIALS])
    np.testing.assert_allclose(recording["time"].values[[0, -1]], [0.005, 1.5])
    assert set(recording["muscle_side"].values) == {"l", "r"}
    assert (recording["travel_sign"] == -1).all()
    assert recording.attrs["body_mass_kg"] == pytest.approx(75.0)
    assert not recording["fell"].any()
    assert (recording["tension_n"] >= 0).all()
    for name in ("excitation", "activation"):
        assert float(recording[name].min()) >= 0.0
        assert float(recording[name].max()) <= 1.0


def test_the_ground_carries_the_walker(recording):
    # Newton's second law over the whole: mean force = weight + momentum gained a second
    force = recording["ground_force_n"].sum(("foot", "region")).sel(axis="z").mean("time")
    speed = recording["com_velocity_m_per_s"].sel(axis="z")
    gained = 75.0 * (speed.isel(time=-1) - speed.isel(time=0)) / 1.5
    np.testing.assert_allclose(force, 75.0 * 9.81 + gained, rtol=0.02)


def test_the_centre_of_pressure_is_under_the_foot(recording):
    cop = recording["centre_of_pressure_m"]
    points = recording["foot_point_m"].isel(point=slice(0, 7))
    loaded = cop.sel(axis="x").notnull()
    assert bool(loaded.any())
    for axis in ("x", "y"):
        low = points.sel(axis=axis).min("point") - 0.03
        high = points.sel(axis=axis).max("point") + 0.03
        inside = (cop.sel(axis=axis) >= low) & (cop.sel(axis=axis) <= high)
        assert bool(inside.where(loaded, True).all())


def test_velocity_is_the_derivative_of_position(recording):
    position = recording["com_position_m"].astype(float)
    slope = (
        position.isel(time=slice(2, None)).values - position.isel(time=slice(0, -2)).values
    ) / 0.01
    np.testing.assert_allclose(
        slope, recording["com_velocity_m_per_s"].isel(time=slice(1, -1)), atol=0.05
    )


@pytest.mark.parametrize(("batch", "threads"), [(2, 1), (6, 2), (3, 3)])
def test_results_do_not_depend_on_threads_or_batch(recording, batch, threads):
    parts = [
        rollout_cell(CELL, TRIALS[i : i + batch], threads) for i in range(0, len(TRIALS), batch)
    ]
    for name in ("qpos", "activation", "ground_force_n"):
        together = np.concatenate([part[name].values for part in parts])
        np.testing.assert_array_equal(together, recording[name].values)


def test_a_fall_ends_a_trial():
    # knees that cannot hold: muscles at a fifth of their strength
    weak = replace(CELL, walker=Walker(name="weak", strength=0.2), duration_s=6.0)
    fallen = rollout_cell(weak, TRIALS[:2], 1)
    assert fallen["fell"].all()
    end = float(fallen["time_to_fall_s"].max())
    assert 0.1 < end < 6.0
    after = fallen.sel(time=slice(end + 0.01, None))
    assert after["activation"].isnull().all()
    held = after["qpos"].values
    np.testing.assert_array_equal(held, np.broadcast_to(held[:, :1], held.shape))
    trials, strides = measure(fallen)
    assert trials["fell"].all()
    assert len(strides) == 0


def test_what_cannot_be_walked_is_refused():
    with pytest.raises(ConfigError, match="outside the tuned range"):
        check_cell(replace(CELL, technique=Technique(speed_m_per_s=1.9)))
    with pytest.raises(ConfigError, match="unknown policy 'scriptd'; did you mean 'scripted'"):
        check_cell(replace(CELL, policy="scriptd"))
    assert all(len(d) == 64 for d in digests(CELL).values())


@pytest.mark.parametrize(
    ("override", "says"),
    [
        (
            "policy=ppo-backward",
            "start: policy 'ppo-backward' does not start from standing (those that do: "
            "reference-residual-2, reference-residual-3, reference-residual-4, "
            "reference-residual-5, reference-residual, scripted)",
        ),
        ("surface=treadmill", "on 'treadmill' walkers do not stand: its belt moves"),
    ],
)
def test_who_or_where_none_can_stand_is_refused(override, says):
    config = load_config("backward-3m", [override])
    with pytest.raises(ConfigError, match=re.escape(says)):
        check_cell(make_plan(config).cells[0])
