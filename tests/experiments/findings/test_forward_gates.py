"""Gates of forward walking: people's own curves hold them, a walk of known numbers has those."""

from __future__ import annotations

from pathlib import Path

import known_gait
import numpy as np
import pytest

from retrowalk.experiments.commands.gates import gates_command
from retrowalk.experiments.findings.forward_gates import (
    forward_gates,
    natural_cadence,
    people,
)
from retrowalk.experiments.findings.recorded_walk import RecordedWalk, recorded_walk
from retrowalk.experiments.study.experiment import ExperimentConfig
from retrowalk.experiments.study.plan import make_plan
from retrowalk.sim.errors import ConfigError

YAW_RAD = 0.1


@pytest.fixture(scope="module")
def walk() -> RecordedWalk:
    """A forward walk of the made-up walker at 0.8 m/s whose pelvis turns by 0.1 rad each way."""
    plan = make_plan(ExperimentConfig.model_validate(known_gait.CONFIG | {"duration_s": 8}))
    cell = next(one for one in plan.cells if one.direction == "forward")
    recording = known_gait.recording(known_gait.Truth(), cell, plan.trials(cell)[:1])
    yaw = YAW_RAD * np.sin(2 * np.pi * recording["time"].values / known_gait.STRIDE_S)
    turn = recording["pelvis_quaternion"].values
    turn[0] = np.stack([np.cos(yaw / 2), 0 * yaw, 0 * yaw, np.sin(yaw / 2)], axis=-1)
    found = recorded_walk(recording)
    assert found is not None
    return found


def person(speed_m_per_s: float = 1.2) -> RecordedWalk:
    """A walk with the published curves, 62 % stance, and muscles on in people's windows alone."""
    known, phase = people(), np.linspace(0.0, 1.0, 101)
    stance = 0.62
    curves: dict[str, np.ndarray] = {}
    for name, curve in known["curves"].items():
        theirs = np.interp(phase, [0.0, stance, 1.0], [0.0, curve["foot_off"] / 100.0, 1.0])
        curves[name] = np.interp(theirs, np.linspace(0.0, 1.0, 11), curve["values"])
    percent = 100.0 * phase
    activation = {
        name: 0.1 * np.any([(low <= percent) & (percent <= high) for low, high in windows], axis=0)
        for name, windows in known["muscles_on"]["windows"].items()
    }
    numbers = {"cadence": natural_cadence(speed_m_per_s), "double support": 24.0}
    numbers |= {"knee at contact": 0.4, "knee peak": 61.0, "vertical peak, raw": 1.1}
    numbers |= {"knee contact force": 2.5, "pelvis rotation": 10.0, "trunk lean": 2.0}
    numbers |= {"ankle work over hip work": 0.34 / 0.41, "joint work": 0.84}
    return RecordedWalk(stance, speed_m_per_s, numbers, curves, activation)


def test_people_hold_every_gate():
    gates = forward_gates([person()])
    assert len(gates) == 25
    assert [gate.name for gate in gates if not gate.holds] == []
    likeness = {gate.name: gate.value for gate in gates}
    for name in people()["curves"]:
        assert likeness[f"{name} r"] == pytest.approx(1.0)
        assert likeness.get(f"{name} error", 0.0) == pytest.approx(0.0, abs=1e-9)


def test_a_walk_has_the_numbers_it_was_made_with(walk: RecordedWalk):
    assert walk.stance == pytest.approx(known_gait.STANCE, abs=0.01)
    assert walk.speed_m_per_s == pytest.approx(0.8)
    assert walk.numbers["cadence"] == pytest.approx(120.0 / known_gait.STRIDE_S, rel=1e-3)
    assert walk.numbers["double support"] == pytest.approx(20.0, abs=2.0)
    assert walk.numbers["pelvis rotation"] == pytest.approx(2 * np.degrees(YAW_RAD), rel=0.01)
    # each of six joints gives 100 W at most in a sine: 100 / pi W on average
    work = 6 * 100.0 / np.pi * 9.81 / known_gait.WEIGHT_N / 0.8
    assert walk.numbers["joint work"] == pytest.approx(work, rel=0.05)
    assert walk.numbers["ankle work over hip work"] == pytest.approx(1.0)


def test_what_a_recording_lacks_is_null_with_a_reason(walk: RecordedWalk):
    gates = {gate.name: gate for gate in forward_gates([walk])}
    for name in ("knee contact force", "trunk lean", "muscles on time, of 8"):
        assert gates[name].value is None
        assert gates[name].holds is None
        assert gates[name].why


def test_walking_backward_is_held_to_nothing(tmp_path: Path):
    changes = {"factors": {}, "direction": "backward", "technique": {"speed_m_per_s": 0.8}}
    folder = known_gait.make_run(tmp_path / "run", **changes, trials=2, keep_recordings=1)
    with pytest.raises(ConfigError, match="walks backward are held to nothing"):
        gates_command(folder)
