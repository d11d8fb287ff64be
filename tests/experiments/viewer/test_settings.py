"""What is chosen on the page becomes a cell, or is refused in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from retrowalk.experiments.rollout.ground import surface_of
from retrowalk.experiments.rollout.trials import check_cell
from retrowalk.experiments.viewer.opening import open_target
from retrowalk.experiments.viewer.settings import Choices
from retrowalk.sim.errors import ConfigError

CONFIG = """
name: two-cells
policy: scripted
technique: {speed_m_per_s: 0.6, step_width_m: 0.15}
surface: {preset: flat, slope: 0.03}
factors:
  direction: [backward, forward]
  speed_m_per_s: [0.8]
trials: 2
duration_s: 5
seed: 11
"""


@pytest.fixture
def choices() -> Choices:
    return Choices(open_target(None).cells[0])


def test_nothing_given_is_the_scripted_gait_backward(choices: Choices):
    settings = choices.opened(5)
    cell = choices.cell_of(settings)
    assert (cell.direction, cell.surface, cell.policy) == ("backward", "flat", "scripted")
    assert cell == open_target(None).cells[0]
    check_cell(cell)


def test_only_policies_that_were_made_for_the_body_are_offered(choices: Choices):
    assert "scripted" in choices.policies
    assert "ppo-forward" in choices.policies
    assert "reference" not in choices.policies
    other = Choices(replace(choices.cell, body="human-2026b", policy="reference"))
    assert {"scripted", "reference"} <= set(other.policies)
    assert "ppo-forward" not in other.policies


def test_a_surface_brings_its_slope_and_sliders_change_it(choices: Choices):
    settings = choices.changed(choices.opened(5), "surface", "incline-5pct")
    assert settings.incline == 0.05
    rougher = choices.changed(settings, "roughness_m", 0.02)
    ground = surface_of(choices.cell_of(rougher))
    assert (ground.slope, ground.roughness_m) == (0.05, 0.02)


def test_the_incline_of_a_belt_is_its_workouts(choices: Choices):
    settings = choices.changed(choices.opened(5), "surface", "treadmill")
    steeper = choices.changed(settings, "incline", 0.04)
    cell = choices.cell_of(steeper)
    assert [point.slope for point in cell.treadmill.workout.points] == [0.04]
    check_cell(cell)


def test_the_speed_stays_within_what_the_gait_is_for(choices: Choices):
    slow = choices.changed(choices.opened(5), "technique", "slow")
    assert slow.speed_m_per_s == 0.6
    low, high = choices.speeds(choices.changed(slow, "direction", "forward"))
    assert choices.changed(slow, "direction", "forward").speed_m_per_s == low > 0.6
    assert choices.changed(slow, "speed_m_per_s", 9.0).speed_m_per_s < high


@pytest.mark.parametrize(
    ("surface", "field", "value", "words"),
    [
        ("kerbs-10cm", "incline", 0.05, "level"),
        ("sand", "roughness_m", 0.02, "soft ground is even"),
        ("cobbles-3cm", "roughness_m", 0.02, "not both"),
    ],
)
def test_what_does_not_go_together_is_refused(
    choices: Choices, surface: str, field: str, value: float, words: str
):
    settings = choices.changed(choices.opened(5), "surface", surface)
    with pytest.raises(ConfigError, match=words):
        choices.cell_of(choices.changed(settings, field, value))


def test_a_config_opens_with_its_cells_and_its_own_fields(tmp_path: Path):
    path = tmp_path / "two.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    opened = open_target(str(path))
    assert (opened.title, opened.seed) == ("two-cells", 11)
    assert [cell.direction for cell in opened.cells] == ["backward", "forward"]
    choices = Choices(opened.cells[0])
    assert choices.cell_of(choices.opened(11)) == opened.cells[0]
    assert choices.opened(11).technique in choices.techniques
    assert open_target(str(path), seed=3).seed == 3


def test_a_runs_folder_opens_by_its_config(tmp_path: Path):
    folder = tmp_path / "my-run"
    folder.mkdir()
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    assert open_target(str(folder)).title == "my-run"


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("quick-strat", "did you mean 'quick-start'"),
        ("nothing-of-the-kind", "no run, policy or config"),
        ("gone.yaml", "gone.yaml"),
        ("gone.onnx", "no such file"),
        ("runs/gone", "runs/gone"),
    ],
)
def test_what_is_not_there_is_told(target: str, words: str):
    with pytest.raises(ConfigError, match=words):
        open_target(target)


def test_a_folder_that_is_no_run_is_told(tmp_path: Path):
    with pytest.raises(ConfigError, match="holds no run"):
        open_target(str(tmp_path))
