"""Gait cycles: round trip through a file, periodic look-up, blending that lines up the events."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrowalk.envs.gaits.reference_cycle import (
    CycleTable,
    ReferenceCycle,
    blended,
    cycle_content,
    cycle_table,
    read_cycle,
)
from retrowalk.sim.errors import ConfigError


def _cycle(speed: float, stance: float, stride: float) -> ReferenceCycle:
    """Return a cycle whose hip has a corner at foot-off, and its exact velocity."""
    phase = np.linspace(0.0, 1.0, 101)
    hip = np.interp(phase, [0.0, stance, 1.0], [speed, -speed, speed])
    wave = np.cos(2 * np.pi * phase)
    angles = np.stack([hip, wave, 0.5 * wave, 0.0 * wave])
    return ReferenceCycle(
        direction="forward",
        speed_m_per_s=speed,
        stride_time_s=stride,
        stance_fraction=stance,
        muscles=("soleus",),
        angle_rad=angles,
        velocity_rad_per_s=np.gradient(angles, phase, axis=1) / stride,
        moment_n_m=10.0 * angles,
        passive_moment_n_m=0.0 * angles,
        activation=np.full((1, 101), 0.2),
        ground_force_n=np.stack([0.0 * phase, np.where(phase < stance, 700.0, 0.0)]),
        pelvis_rad_m=np.stack([0.05 * wave, 0.9 + 0.01 * wave, 0.0 * wave]),
        provenance={"seed": 3},
    )


def test_a_cycle_survives_its_file(tmp_path: Path):
    cycle = _cycle(1.0, 0.62, 1.1)
    (tmp_path / "cycle.npz").write_bytes(cycle_content(cycle))
    again = read_cycle(tmp_path / "cycle.npz")
    assert again.provenance == cycle.provenance
    assert again.muscles == cycle.muscles
    np.testing.assert_allclose(again.angle_rad, cycle.angle_rad, atol=1e-6)


@pytest.mark.parametrize("content", [b"", b"no zip at all"])
def test_what_is_no_cycle_is_refused_with_its_name(tmp_path: Path, content: bytes):
    path = tmp_path / "broken.npz"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"broken\.npz"):
        read_cycle(path)


def test_look_up_is_periodic_and_takes_any_shape():
    cycle = _cycle(1.0, 0.62, 1.1)
    phase = np.array([[0.1, 0.4], [0.7, 0.99]])
    np.testing.assert_allclose(cycle.at(phase), cycle.at(phase - 3.0), atol=1e-9)
    assert cycle.at(phase).shape == (2, 2, 4)
    np.testing.assert_allclose(cycle.at(cycle.phase[:-1]).T, cycle.angle_rad[:, :-1], atol=1e-12)


def test_blending_keeps_the_corner_at_foot_off():
    middle = blended(_cycle(0.8, 0.70, 1.2), _cycle(1.2, 0.60, 1.0), 0.5)
    assert middle.stance_fraction == pytest.approx(0.65)
    assert middle.stride_time_s == pytest.approx(1.1)
    assert middle.speed_m_per_s == pytest.approx(1.0)
    lowest = middle.phase[middle.angle_rad[0].argmin()]
    assert lowest == pytest.approx(0.65, abs=0.011)
    assert middle.angle_rad[0].min() == pytest.approx(-1.0, abs=0.04)


def test_blended_velocities_are_the_slopes_of_the_blended_angles():
    middle = blended(_cycle(0.8, 0.70, 1.2), _cycle(1.2, 0.60, 1.0), 0.3)
    knee, rate = middle.angle_rad[1], middle.velocity_rad_per_s[1]
    moved = np.trapezoid(rate, middle.phase) * middle.stride_time_s
    assert moved == pytest.approx(knee[-1] - knee[0], abs=1e-3)


def test_a_table_blends_between_its_speeds_and_keeps_to_its_ends():
    table = CycleTable((_cycle(0.8, 0.70, 1.2), _cycle(1.2, 0.60, 1.0)))
    assert table.cycle_at(0.5) is table.cycles[0]
    assert table.cycle_at(2.0) is table.cycles[1]
    assert table.cycle_at(1.2) is table.cycles[1]
    assert table.cycle_at(1.1).stride_time_s == pytest.approx(1.05)


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_shipped_cycles_are_gaits(direction: str):
    for cycle in cycle_table(direction).cycles:
        load = cycle.ground_force_n[1]
        weight = load[:-1].mean() * 2  # both feet together carry the body
        assert weight == pytest.approx(75.0 * 9.81, rel=0.01)
        assert abs(cycle.ground_force_n[0, :-1].mean()) < 0.005 * weight  # no net push
        np.testing.assert_allclose(cycle.angle_rad[:, 0], cycle.angle_rad[:, -1], atol=1e-5)
        slopes = np.gradient(cycle.angle_rad, cycle.phase, axis=1) / cycle.stride_time_s
        away = np.abs(slopes - cycle.velocity_rad_per_s)[:, 2:-2]
        assert np.quantile(away, 0.9) < 0.6
        assert cycle.provenance["status"] in ("Solve_Succeeded", "Solved_To_Acceptable_Level")


def test_an_unknown_direction_has_no_cycles():
    with pytest.raises(ConfigError, match="sideways"):
        cycle_table("sideways")
