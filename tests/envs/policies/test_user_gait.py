"""A gait of the user's own: what keeps the contract walks, what breaks it is told with its name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from retrowalk.envs.gaits.gait_files import gait_table
from retrowalk.envs.gaits.scripted_gait import ScriptedGait
from retrowalk.envs.policies.user_gait import GaitRequest, UserGait
from retrowalk.envs.scene import Course, build_scene
from retrowalk.envs.task.technique import Technique
from retrowalk.models.body import build_body
from retrowalk.models.walker import Walker
from retrowalk.sim.errors import ConfigError
from retrowalk.sim.physics.simulation import Simulation

TECHNIQUE = Technique(speed_m_per_s=0.7)


class Scripted:
    """The scripted gait, as a user would wrap it."""

    def __init__(self, asked: GaitRequest) -> None:
        table = gait_table(asked.direction, asked.walker.name)
        self.gait = ScriptedGait(asked.sim, asked.body, table, asked.technique)

    def reset(self, ids, rngs):
        self.gait.reset(ids, rngs)

    def excite(self, state):
        return self.gait.excite(state)


class Still:
    """Muscles all slack; counts its calls."""

    def __init__(self, asked: GaitRequest) -> None:
        self.shape = (asked.sim.n, len(asked.body.muscles))
        self.calls = 0

    def reset(self, ids, rngs):
        pass

    def excite(self, state):
        self.calls += 1
        return np.zeros(self.shape)


def own(make: Any, n: int = 2) -> tuple[UserGait, Simulation]:
    body = build_body()
    sim = build_scene(body, Course(), [np.random.default_rng(0)] * n).sim
    gait = UserGait("mine:Gait", make, sim, body, Walker(), gait_table("backward"), TECHNIQUE)
    gait.reset(np.arange(n), [np.random.default_rng(i) for i in range(n)])
    return gait, sim


def test_a_class_that_does_what_the_scripted_gait_does_walks_alike_bit_for_bit():
    gait, sim = own(Scripted)
    body = build_body()
    other = build_scene(body, Course(), [np.random.default_rng(0)] * 2).sim
    scripted = ScriptedGait(other, body, gait_table("backward"), TECHNIQUE)
    scripted.reset(np.arange(2), [np.random.default_rng(i) for i in range(2)])
    for _ in range(100):
        sim.ctrl[:] = gait.excite(sim)
        sim.step(2)
        other.ctrl[:] = np.clip(scripted.excite(other), 0.0, 1.0)
        other.step(2)
    np.testing.assert_array_equal(sim.qpos, other.qpos)
    assert gait.ramp_time_s == scripted.ramp_time_s


def test_without_a_start_of_its_own_it_starts_as_the_scripted_gait_does():
    _, sim = own(Still)
    _, other = own(Scripted)
    np.testing.assert_array_equal(sim.qpos, other.qpos)
    assert np.abs(sim.qvel[:, 0]).min() > 0.2  # moving


def test_a_longer_period_holds_what_was_given():
    class Slow(Still):
        control_period_s = 0.02

        def excite(self, state):
            super().excite(state)
            return np.full(self.shape, 0.1 * self.calls)

    gait, sim = own(Slow)
    given = [gait.excite(sim)[0, 0] for _ in range(8)]
    assert gait.control_period_s == 0.005
    np.testing.assert_allclose(given, [0.1] * 4 + [0.2] * 4)


def test_excitations_are_kept_within_0_and_1():
    class Wild(Still):
        def excite(self, state):
            values = np.full(self.shape, 7.0)
            values[0] = -1.0
            return values

    gait, sim = own(Wild)
    given = gait.excite(sim)
    assert (given[0] == 0.0).all()
    assert (given[1] == 1.0).all()


def broken(**parts):
    return type("Gait", (Still,), parts)


def give(what):
    return broken(excite=lambda self, state: what)


def one_nan(self, state):
    values = np.zeros(self.shape)
    values[1, 3] = np.nan
    return values


def fails(self, *_):
    raise ZeroDivisionError("division by zero")


BROKEN = {
    "shape": (give(np.zeros(50)), r"mine:Gait: excite gave an array of shape \(50,\).*\(2, 50\)"),
    "ragged": (give([[0.0], [0.0, 1.0]]), "excite gave list, not an array of numbers"),
    "nothing": (give(None), "excite gave"),
    "nan": (broken(excite=one_nan), r"excite gave NaN or infinity 0\.000 s .* 1 of 2 walkers"),
    "raises": (broken(excite=fails), r"excite raised ZeroDivisionError.*test_user_gait\.py, line"),
    "reset": (broken(reset=fails), "reset raised ZeroDivisionError"),
    "making": (broken(__init__=fails), "__init__ raised ZeroDivisionError"),
    "method": (broken(excite=None), "has no method excite"),
    "period": (broken(control_period_s=0.007), r"0\.007, not a multiple of 0\.005 s"),
    "no period": (broken(control_period_s="fast"), "control_period_s is 'fast'"),
    "ramp": (broken(ramp_time_s=-1.0), r"ramp_time_s is -1\.0"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_breaks_the_contract_is_told(kind: str):
    def begin_and_act(make):
        gait, sim = own(make)
        gait.excite(sim)

    make, said = BROKEN[kind]
    with pytest.raises(ConfigError, match=said):
        begin_and_act(make)


def test_a_start_that_is_no_number_is_told():
    class Lost(Still):
        def __init__(self, asked):
            super().__init__(asked)
            self.sim = asked.sim

        def reset(self, ids, rngs):
            self.sim.qpos[ids, 2] = np.nan

    with pytest.raises(ConfigError, match="reset left positions"):
        own(Lost)


def test_nan_of_a_simulation_that_broke_is_no_fault_of_the_gait():
    class Echo(Still):
        def excite(self, state):
            return np.broadcast_to(state.qpos[:, 2:3], self.shape)

    gait, sim = own(Echo)
    sim.qpos[1] = np.nan
    sim.step(1)
    assert not sim.valid[1]
    sim.qpos[1] = np.nan
    assert (gait.excite(sim)[1] == 0.0).all()
