"""Measures of starts and stops, on a walk whose every number is known."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from retrowalk.sim.measures import measure
from retrowalk.sim.measures.base.strides import strides_of
from retrowalk.sim.measures.base.trial import STANDING, STARTING, STEADY, STOPPING, trials_of

PERIOD, GO_S, TOLD_S, STOOD_S, END_S = 0.01, 1.0, 6.0, 7.5, 9.0
SPEED, WEIGHT = 0.8, 700.0
SHIFT_S, TO_SWING_M, BACK_M = 0.5, 0.04, 0.03


def walk(sign: float, fell_s: float | None = None) -> xr.Dataset:
    """One trial: it stands, walks at a speed from the word to go until it stands again."""
    time = PERIOD * np.arange(1, round(END_S / PERIOD) + 1)
    moving = (time >= GO_S) & (time < STOOD_S)
    phase = np.full(len(time), float(STANDING))
    phase[moving] = STARTING
    phase[moving & (time >= 3.0)] = STEADY
    phase[moving & (time >= TOLD_S)] = STOPPING
    way = SPEED * np.clip(time - GO_S, 0.0, STOOD_S - GO_S)
    com = np.zeros((len(time), 3))
    com[:, 0], com[:, 2] = sign * way, 1.0
    velocity = np.array(np.gradient(com, PERIOD, axis=0))
    force = np.full((len(time), 2), 0.5 * WEIGHT)
    stride = np.where(moving & (time > GO_S + SHIFT_S), (time - GO_S - SHIFT_S) % 1.0, -1.0)
    force[(stride >= 0.0) & (stride < 0.4)] = [WEIGHT, 0.0]
    force[(stride >= 0.5) & (stride < 0.9)] = [0.0, WEIGHT]
    ground = np.zeros((len(time), 2, 3, 3))
    ground[:, :, 0, 2] = force
    pressure = np.zeros((len(time), 2, 3))
    pressure[:, 0, 1], pressure[:, 1, 1] = 0.1, -0.1
    shifting = (time > GO_S + 0.1) & (time < GO_S + 0.3)
    pressure[shifting] -= [sign * BACK_M, TO_SWING_M, 0.0]  # the right foot is lifted first
    points = np.zeros((len(time), 2, 8, 3))
    points[..., 0] = (sign * way)[:, None, None]
    foot = ("trial", "time", "foot")
    fell = fell_s is not None
    return xr.Dataset(
        {
            "walking_phase": (("trial", "time"), phase[None]),
            "com_position_m": (("trial", "time", "axis"), com[None]),
            "com_velocity_m_per_s": (("trial", "time", "axis"), velocity[None]),
            "ground_force_n": ((*foot, "region", "axis"), ground[None]),
            "centre_of_pressure_m": ((*foot, "axis"), pressure[None]),
            "foot_point_m": ((*foot, "point", "axis"), points[None]),
            "travel_sign": (("trial",), [sign]),
            "steady_from_s": (("trial",), [3.0]),
            "duration_s": (("trial",), [END_S if fell_s is None else fell_s]),
            "fell": (("trial",), [fell]),
            "time_to_fall_s": (("trial",), [np.nan if fell_s is None else fell_s]),
            "valid": (("trial",), [True]),
        },
        {
            "trial": [0],
            "time": time,
            "foot": ["left", "right"],
            "point": ["heel", *"abcdef", "ankle"],
        },
        {"body_mass_kg": WEIGHT / 9.81, "leg_length_m": 0.9},
    )


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_known_walk(sign):
    row = measure(walk(sign))[0].iloc[0]
    assert row["walk_time_s"] == pytest.approx(TOLD_S - GO_S)
    assert row["walk_mean_speed_m_per_s"] == pytest.approx(SPEED)
    assert row["weight_shift_s"] == pytest.approx(SHIFT_S, abs=2 * PERIOD)
    assert row["first_cop_to_swing_m"] == pytest.approx(TO_SWING_M)
    assert row["first_cop_back_m"] == pytest.approx(BACK_M)
    assert row["stop_time_s"] == pytest.approx(STOOD_S - TOLD_S, abs=2 * PERIOD)
    assert row["stop_way_m"] == pytest.approx(SPEED * (STOOD_S - TOLD_S), abs=0.02)
    assert row["stop_steps_count"] == 3.0  # two of one foot, one of the other
    assert row["stands_at_end"] == 1.0


def test_steady_walking_ends_at_the_word_to_stop():
    trial = next(iter(trials_of(walk(1.0))))
    assert trial.told_to_stop_s == pytest.approx(TOLD_S)
    assert trial.steady_until_s == pytest.approx(TOLD_S)
    assert strides_of(trial).end_s.max() <= TOLD_S


def test_who_falls_does_not_stand():
    row = measure(walk(1.0, fell_s=7.0))[0].iloc[0]
    assert row["stands_at_end"] == 0.0
    assert np.isnan(row["stop_time_s"])
    assert row["walk_time_s"] == pytest.approx(TOLD_S - GO_S)


def test_a_walk_without_phases_has_none_of_it():
    row = measure(walk(1.0).drop_vars("walking_phase"))[0].iloc[0]
    assert row[["walk_time_s", "weight_shift_s", "stop_time_s", "stands_at_end"]].isna().all()
