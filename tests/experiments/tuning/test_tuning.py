"""Tuning: a small search from end to end, its resume, its cost and its bad input."""

from __future__ import annotations

import numpy as np
import pytest
import yaml

from retrowalk.envs.gaits.gait_files import parameter_row, read_gait, shipped_gaits
from retrowalk.envs.gaits.parameters import NAMES, search_range
from retrowalk.experiments.store.lock import held_file
from retrowalk.experiments.tuning.cost import BOUNDS, LOST, cost
from retrowalk.experiments.tuning.evaluator import RolloutSpec, _Walkers
from retrowalk.experiments.tuning.search import (
    find_tune_config,
    load_tune_config,
    tune,
)
from retrowalk.sim.errors import ConfigError

CONFIG = {
    "name": "tiny",
    "direction": "backward",
    "speed_m_per_s": 0.6,
    "start": "scripted-backward-0.6",
    "trials": 1,
    "duration_s": 4.5,
    "generations": 2,
    "population": 4,
    "sigma": 0.1,
}


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "tiny.yaml"
    path.write_text(yaml.safe_dump(CONFIG))
    return path


def test_a_search_ships_a_gait_and_resumes_to_the_same(config, tmp_path):
    whole = tune(config, tmp_path / "whole.yaml", [])
    tune(config, tmp_path / "parts.yaml", ["generations=1"])
    parts = tune(config, tmp_path / "parts.yaml", [], resume=True)
    first, second = read_gait(whole), read_gait(parts)
    assert first["parameters"] == second["parameters"]
    assert set(first["parameters"]) == set(NAMES)
    made = first.get("made_by", {})
    assert made["config"]["seed"] == 1
    assert made["generations_done"] == 2
    assert {"mujoco", "retrowalk"} <= set(made["versions"])
    with pytest.raises(ConfigError, match="give --resume"):
        tune(config, tmp_path / "whole.yaml", [])
    with pytest.raises(ConfigError, match=r"belongs to another tuning config \(seed = 1, now 9\)"):
        tune(config, tmp_path / "whole.yaml", ["seed=9"], resume=True)
    wrote = whole.read_bytes()
    whole.write_text("older: gait")  # as if killed between the history and the gait
    tune(config, whole, [], resume=True)
    assert whole.read_bytes() == wrote
    with held_file(whole), pytest.raises(ConfigError, match="another process is running there"):
        tune(config, whole, [], resume=True)
    history = whole.with_suffix(".history.npz")
    history.write_bytes(history.read_bytes()[:-50])
    with pytest.raises(ConfigError, match=r"history\.npz: was damaged .*; remove it"):
        tune(config, whole, [], resume=True)
    assert {path.name for path in tmp_path.iterdir()} == {
        *("tiny.yaml", "whole.yaml", "whole.history.npz", "parts.yaml", "parts.history.npz")
    }


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("speed=1", "unknown key 'speed'; did you mean 'seed'.*allowed: body, direction"),
        ("direction=sideways", "direction = 'sideways': must match"),
        ("population=2", "population = 2: must be greater than or equal to 4"),
        ("body=nobody", "unknown body 'nobody'"),
        ("start=nowhere", "gait 'nowhere': neither a file nor a shipped gait"),
        ("generations", "must be KEY=VALUE"),
    ],
)
def test_bad_input_is_told(config, tmp_path, override, message):
    with pytest.raises(ConfigError, match=message):
        tune(config, tmp_path / "out.yaml", [override])
    assert not (tmp_path / "out.yaml").exists()


def test_a_missing_or_broken_config_is_told(tmp_path):
    with pytest.raises(ConfigError, match=r"no such tuning config file"):
        find_tune_config(tmp_path / "none.yaml")
    broken = tmp_path / "broken.yaml"
    broken.write_text("a: [")
    with pytest.raises(ConfigError, match="not valid YAML"):
        load_tune_config(broken, [])


def good_tally() -> dict[str, np.ndarray]:
    tally = {name: np.array([(low + high) / 2]) for name, low, high, _ in BOUNDS}
    rest = {
        "step_time": 0.6,
        "survived": 1.0,
        "speed": 0.8,
        "square_activation": 0.01,
        "chatter": 0.5,
        "power": 4.0,
        "toe_first": 1.0,
    }
    return tally | {k: np.array([v]) for k, v in rest.items()}


def test_cost_prefers_to_survive_at_speed_within_the_bounds():
    good = cost(good_tally(), 0.8, toe_first=True)[0]
    for change in (
        {"survived": 0.5},
        {"speed": 0.6},
        {"power": 6.0},
        {"toe_first": 0.0},
        {"width": 0.4},
        {"slip": 0.1},
    ):
        worse = good_tally() | {k: np.array([v]) for k, v in change.items()}
        assert cost(worse, 0.8, toe_first=True)[0] > good
    sore = good_tally() | {"knee_force": np.array([3.0])}
    assert cost(sore, 0.8, toe_first=True)[0] == good
    assert cost(sore, 0.8, toe_first=True, knee_pain=2.0)[0] == pytest.approx(good + 6.0)
    lost = good_tally() | {"width": np.array([np.nan])}
    assert cost(lost, 0.8, toe_first=True)[0] == pytest.approx(LOST)


@pytest.mark.parametrize("surface", ["rough-1cm", "treadmill", "grass"])
def test_candidates_walk_on_every_surface(surface):
    gait = shipped_gaits("backward")[0]
    spec = RolloutSpec("backward", 0.6, (), (), 2, 2, 4.5, 3, ("flat", surface))
    tally = _Walkers(spec).walk(np.stack([parameter_row(gait)] * 2), 0)
    assert tally["survived"].shape == (2, 4)
    np.testing.assert_array_equal(tally["survived"][0], tally["survived"][1])
    assert tally["survived"].mean() > 0.7
    assert np.nanmean(tally["speed"]) == pytest.approx(0.6, abs=0.15)


def test_a_body_of_motors_is_judged_by_their_torques():
    """Idle motors would be worth 0 and motors at their limits 1."""
    gait = shipped_gaits("backward")[0]
    spec = RolloutSpec("backward", 0.6, (), (), 1, 2, 4.5, 3, body="human-torque")
    tally = _Walkers(spec).walk(parameter_row(gait)[None], 0)
    assert (tally["survived"] == 1.0).all()
    assert ((tally["mean_activation"] > 0.01) & (tally["mean_activation"] < 0.3)).all()
    assert ((tally["power"] > 0.3) & (tally["power"] < 3.0)).all()  # W/kg, of all joints


def test_a_lower_body_is_searched_with_a_lower_hip():
    plain, low = (search_range("hip_height", "backward", legs) for legs in (1.0, 0.9))
    np.testing.assert_allclose(low, 0.9 * np.array(plain))
    assert search_range("clearance", "backward", 0.9) == search_range("clearance", "backward")
