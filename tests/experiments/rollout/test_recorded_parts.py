"""What measures read from a recording, a real recording holds: nothing is guessed in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import mujoco
import numpy as np
import pytest
import xarray as xr

from retrowalk.experiments.drawing.series import SHOWN
from retrowalk.experiments.rollout.trials import rollout_cell
from retrowalk.experiments.study.experiment import ExperimentConfig
from retrowalk.experiments.study.plan import make_plan
from retrowalk.models.body import build_body
from retrowalk.models.walker import Walker
from retrowalk.sim.measures import measure, muscle_loads
from retrowalk.sim.measures.base import trial as trials
from retrowalk.sim.measures.muscles.metabolic_rate import MuscleState, bhargava, umberger

STIFF = Walker(name="stiff", contraction_speed=0.8, passive_stiffness=1.5)


@pytest.fixture(scope="module")
def recording() -> xr.Dataset:
    """Stiff, slow muscles on a treadmill with rails, and a push: every part that there can be."""
    config = {
        "name": "a",
        "surface": "treadmill",
        "treadmill": {"handrail": "light"},
        "technique": {"speed_m_per_s": 0.6},
        "hazards": [{"preset": "push-along", "at_s": 7.0, "impulse_n_s": 1.0}],
        "trials": 1,
        "duration_s": 8.0,
        "seed": 5,
    }
    plan = make_plan(ExperimentConfig.model_validate(config))
    cell = replace(plan.cells[0], walker=STIFF)
    found = rollout_cell(cell, plan.trials(cell), 1)
    assert not found["fell"].any()
    return found


OF_SOME = {"walking_phase"}
"""Recorded only of walks that start from standing or stop."""


class Noted(Mapping[str, Any]):
    """A mapping that notes what it is asked for."""

    def __init__(self, held: Mapping[str, Any], asked: set[str]) -> None:
        self._held, self._asked = held, asked

    def __getitem__(self, name: str) -> Any:
        self._asked.add(name)
        return self._held[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)


def test_everything_that_a_measure_asks_for_was_recorded(recording, monkeypatch):
    asked: dict[str, set[str]] = {"series": set(), "of muscles": set(), "of the trial": set()}
    labels: set[tuple[str, str]] = set()
    layout_of, of_trial = trials.layout_of, trials._of_trial
    make, index = trials.Trial.__init__, trials.Layout.index

    def noted_layout(data: xr.Dataset) -> trials.Layout:
        layout = layout_of(data)
        return replace(layout, muscles=Noted(layout.muscles, asked["of muscles"]))

    def noted_trial(self: trials.Trial, **parts: Any) -> None:
        parts["_arrays"] = Noted(parts["_arrays"], asked["series"])
        make(self, **parts)

    def noted_value(data: xr.Dataset, name: str, *rest: Any) -> Any:
        asked["of the trial"].add(name)
        return of_trial(data, name, *rest)

    def noted_index(self: trials.Layout, dim: str, name: str) -> int | None:
        labels.add((dim, name))
        return index(self, dim, name)

    monkeypatch.setattr(trials, "layout_of", noted_layout)
    monkeypatch.setattr(trials, "_of_trial", noted_value)
    monkeypatch.setattr(trials.Trial, "__init__", noted_trial)
    monkeypatch.setattr(trials.Layout, "index", noted_index)
    _, strides = measure(recording)
    muscle_loads(recording)
    assert len(strides) > 2
    for kind, names in asked.items():
        assert len(names) > 3, kind
        assert names - OF_SOME <= set(map(str, recording.variables)), kind
    assert {label for label in labels if label[1] not in recording[label[0]].values} == set()
    assert {"body_mass_kg", "gravity_m_per_s2"} <= set(recording.attrs)


def test_everything_that_a_replay_shows_was_recorded(recording):
    assert set(SHOWN) <= set(map(str, recording.variables))


def test_the_curves_are_those_of_the_compiled_muscles(recording):
    spec = build_body("human", STIFF).spec()
    parameters = spec.compile().actuator_gainprm
    for name, column in (
        ("force_length_min", 4),
        ("force_length_max", 5),
        ("max_shortening_velocity_per_s", 6),
        ("passive_force_max", 7),
    ):
        assert recording[name].values == pytest.approx(parameters[:, column]), name
    assert recording["max_shortening_velocity_per_s"].values == pytest.approx(8.0)
    assert recording["passive_force_max"].values == pytest.approx(0.375)


def test_the_energy_of_a_walker_is_that_of_its_own_muscles(recording):
    """Each model from the recording's arrays, MuJoCo's curves and this walker's parameters."""
    _, strides = measure(recording)
    stride = strides.iloc[1]
    time = recording["time"].values
    own = np.flatnonzero((time >= stride["start_s"]) & (time < stride["end_s"]))
    series = {
        name: recording[name].values[0, own].astype(float)
        for name in ("excitation", "activation", "fibre_length", "fibre_velocity_per_s")
    }
    tension = recording["tension_n"].values[0, own].astype(float)
    strength = recording["max_isometric_force_n"].values
    reach, shape = np.array([1.0, 3.0]), tension.shape
    young = np.array([0.0, 2.0, 1.0, 1.0, 0.5, 1.6, 10.0, 0.25, 1.4])
    powers = []
    for prm in (young, np.r_[young[:6], 8.0, 0.375, 1.4]):
        gain, bias = (
            np.array([-f(1.0 + x) for x in series["fibre_length"].ravel()]).reshape(shape)
            for f in (
                lambda x, prm=prm: mujoco.mju_muscleGain(x, 0.0, reach, 1.0, prm),
                lambda x, prm=prm: mujoco.mju_muscleBias(x, reach, 1.0, prm),
            )
        )
        state = MuscleState(
            *series.values(),
            active_force_n=np.maximum(tension - bias * strength, 0.0),
            total_force_n=tension,
            force_length=gain,
            max_isometric_force_n=strength,
            optimal_length_m=recording["optimal_fibre_length_m"].values,
            mass_kg=recording["muscle_mass_kg"].values,
            slow_twitch=recording["slow_twitch_share"].values,
            max_shortening_per_s=np.full(shape[1], prm[6]),
        )
        rates = (umberger(state).positive_work, bhargava(state).all_work)
        powers.append([rate.sum(axis=1).mean() / 75.0 + 1.2 for rate in rates])
    found = stride[["metabolic_power_w_per_kg", "bhargava_power_w_per_kg"]].to_numpy(dtype=float)
    assert found == pytest.approx(powers[1], rel=1e-4)
    assert abs(found / powers[0] - 1).max() > 1e-3  # what a young adult's curves gave
