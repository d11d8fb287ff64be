"""Ground reaction, centre of pressure, moments, powers and angular momentum that are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import synthetic
from synthetic import FRONT_M, LEG_JOINTS, MOMENTUM, Walker, forward

from retrowalk.sim.measures import measure
from retrowalk.sim.measures.balance.local_divergence import angular_velocity
from retrowalk.sim.measures.base.filters import low_pass
from retrowalk.sim.measures.loads.ground_reaction import mean_rise

WALKERS = {"backward": Walker(), "forward": forward(), "belt": replace(forward(), belt=-1.1)}


@pytest.fixture(params=WALKERS, scope="module")
def case(request: pytest.FixtureRequest):
    walker = WALKERS[request.param]
    return walker, measure(synthetic.recording(walker))[0].iloc[0]


@pytest.mark.parametrize("joint", LEG_JOINTS)
def test_moments_and_powers(case, joint: str):
    """Moment level + pull cos, velocity swing w cos: power by quadrature over the cycle."""
    walker, trial = case
    _, swing, level, pull = LEG_JOINTS[joint]
    stride = 2 * walker.step_time
    cosine = np.cos(np.linspace(0, 2 * np.pi, 200_001)[:-1])
    moment, power = (level + pull * cosine) / 75.0, (level + pull * cosine) * swing * cosine
    power *= 2 * np.pi / stride / 75.0
    assert trial[f"moment_max_n_m_per_kg_{joint}"] == pytest.approx(
        moment.max(), rel=5e-3, abs=2e-3
    )
    assert trial[f"moment_min_n_m_per_kg_{joint}"] == pytest.approx(
        moment.min(), rel=5e-3, abs=2e-3
    )
    assert trial[f"power_max_w_per_kg_{joint}"] == pytest.approx(power.max(), rel=5e-3, abs=2e-3)
    assert trial[f"power_min_w_per_kg_{joint}"] == pytest.approx(power.min(), rel=5e-3, abs=2e-3)
    for name, clip in (("generated", np.maximum), ("absorbed", np.minimum)):
        work = clip(power, 0).mean() * stride
        assert trial[f"work_{name}_j_per_kg_{joint}"] == pytest.approx(work, rel=5e-3, abs=2e-3)


def test_knee_adduction_moment(case):
    """The vertical force passes 3 cm inside the knee: 0.03 m x 1.1 body weights on both sides."""
    walker, trial = case
    expected = synthetic.KNEE_OUTWARD_M * 1.1 * 9.81
    assert trial["knee_adduction_moment_peak_n_m_per_kg"] == pytest.approx(expected, rel=0.03)
    expected = synthetic.KNEE_OUTWARD_M * vertical_impulse(synthetic.recording(walker), walker)
    impulse = trial["knee_adduction_impulse_n_m_s_per_kg"]
    assert impulse == pytest.approx(expected / 75.0, rel=0.03)


def vertical_impulse(data, walker: Walker, sign: float = 0.0) -> float:
    """Of one stance of the left foot [N.s]; of its half with that sign of the x force."""
    strides = round((20 - 4) / (2 * walker.step_time))
    first = round((walker.start + 4 * walker.step_time) / 0.005)
    span = slice(first, first + round(strides * 2 * walker.step_time / 0.005))
    force = data["ground_force_n"].values[0, span, 0].sum(axis=1)
    chosen = np.sign(force[:, 0]) == sign if sign else np.ones(len(force), bool)
    return float(force[chosen, 2].sum()) * 0.005 / strides


def test_sideways_force_and_tilted_shank_count_in_the_adduction_moment():
    """F_y at 0.5 m below the knee gives F_y x 0.5 m; a shank turned by 90 degrees sees another."""
    data = synthetic.recording(forward())
    data["ground_force_n"].values[..., 1] = (
        np.array([0.1, -0.1])[:, None] * (data["ground_force_n"].values[..., 2])
    )
    # left foot: force to the left (+y) at 0.5 m below turns the shank inwards-up: -r_z F_y
    lever = synthetic.KNEE_OUTWARD_M - 0.1 * 0.5
    found = measure(data)[0]["knee_adduction_moment_peak_n_m_per_kg"][0]
    assert found == pytest.approx(max(lever * 1.1 * 9.81, 0.0), abs=0.02)
    data["ground_force_n"].values[..., 1] *= -1.0
    found = measure(data)[0]["knee_adduction_moment_peak_n_m_per_kg"][0]
    assert found == pytest.approx((synthetic.KNEE_OUTWARD_M + 0.05) * 1.1 * 9.81, rel=0.03)


def test_peaks_of_both_halves_of_the_stance():
    data = synthetic.recording(forward())
    walker = forward()
    time = data["time"].values
    for foot in (0, 1):
        tau = (time - walker.start - foot * walker.step_time) / (2 * walker.step_time) % 1.0
        late = (tau > 0.26) & (tau < 0.62)
        data["ground_force_n"].values[0, late, foot] *= 0.8
    trial = measure(data)[0].iloc[0]
    assert trial["vertical_grf_first_peak_bw"] == pytest.approx(1.1, rel=0.03)
    assert trial["vertical_grf_second_peak_bw"] == pytest.approx(0.88, rel=0.05)
    assert trial["vertical_grf_peak_bw"] == pytest.approx(1.1, rel=0.03)


def test_rate_of_loading_is_the_slope_of_the_rise():
    """20 N a ramp of 10 ms, up to 1.1 body weights 0.4 s later: 2000 N/s, steepest and mean."""
    walker = replace(forward(), speed=0.4)  # the first half of the stance holds the whole rise
    trial = measure(synthetic.recording(walker, ramp=0.01))[0].iloc[0]
    for name in ("loading_rate_bw_per_s", "loading_rate_mean_bw_per_s"):
        assert trial[name] == pytest.approx(2000 / (75 * 9.81), rel=0.05), name


def test_mean_rise_is_the_slope_between_20_and_90_percent_of_the_peak():
    """Straight pieces with corners at 30 and 60 % of the peak, by hand; the second foot is flat."""
    period, peak = 0.005, 2.0
    time = np.arange(101) * period
    force = np.stack([np.interp(time, [0, 0.1, 0.2, 0.4], [0, 0.6, 1.2, peak]), 0 * time], axis=1)
    took = (0.2 + 0.2 * (0.9 * peak - 1.2) / (peak - 1.2)) - 0.1 * 0.2 * peak / 0.6
    found = mean_rise(force, np.array([0]), np.array([0]), np.array([101]), period)
    assert found == pytest.approx([0.7 * peak / took], rel=1e-9)
    later = mean_rise(force, np.array([0]), np.array([20]), np.array([101]), period)
    assert later == pytest.approx([(0.9 * peak - 0.6) / (0.35 - 0.1)], rel=1e-9)  # 30 % at once


@pytest.mark.parametrize("walker", [Walker(), forward()], ids=["backward", "forward"])
def test_braking_propulsion_and_sideways_force(walker: Walker):
    """A horizontal force of 10 % against travel, then along, and of 5 % inwards throughout."""
    data = synthetic.recording(walker)
    time = data["time"].values
    force = data["ground_force_n"].values
    for foot, inward in ((0, -1.0), (1, 1.0)):
        tau = (time - walker.start - foot * walker.step_time) / (2 * walker.step_time) % 1.0
        along = np.where(tau < walker.stance / 2, -0.1, 0.1)
        force[0, :, foot, :, 0] = force[0, :, foot, :, 2] * (walker.sign * along)[:, None]
        force[0, :, foot, :, 1] = force[0, :, foot, :, 2] * 0.05 * inward
    trial = measure(data)[0].iloc[0]
    assert trial["braking_grf_peak_bw"] == pytest.approx(0.11, rel=0.1)  # the filter overshoots
    assert trial["propulsion_grf_peak_bw"] == pytest.approx(0.11, rel=0.1)
    assert trial["medial_grf_peak_bw"] == pytest.approx(0.055, rel=0.1)
    for name, sign in (("braking", -walker.sign), ("propulsion", walker.sign)):
        expected = 0.1 * vertical_impulse(data, walker, sign) / (75 * 9.81)
        assert trial[f"{name}_impulse_bw_s"] == pytest.approx(expected, rel=0.03)
    # the toes bear all of the first 0.05 s backward and nothing forward, then a third
    share = force[0, :, :, 2, 2].sum() / force[0, ..., 2].sum()
    assert trial["toe_load_share"] == pytest.approx(share, rel=0.03)


def test_path_of_the_centre_of_pressure(case):
    """It runs straight along the foot from heel to toes, or back, in either direction."""
    walker, trial = case
    ball = np.array([0.17, 0.0025, 0.0])  # middles of the points in `synthetic.POINTS`
    toe = np.array([0.235, 0.005, 0.0])
    length = np.linalg.norm(ball) + np.linalg.norm(toe - ball)
    ends = (0.0, FRONT_M / length) if walker.sign > 0 else (FRONT_M / length, 0.0)
    assert trial["cop_first_share"] == pytest.approx(ends[0], abs=0.02)
    assert trial["cop_last_share"] == pytest.approx(ends[1], abs=0.02)
    assert trial["cop_range_share"] == pytest.approx(FRONT_M / length, abs=0.03)
    assert trial["cop_path_m"] == pytest.approx(FRONT_M, rel=0.03)
    assert trial["cop_width_m"] == pytest.approx(FRONT_M * 0.0025 / 0.17, abs=2e-3)


def test_ranges_of_angular_momentum(case):
    walker, trial = case
    ranges = dict(zip(("frontal", "sagittal", "transverse"), MOMENTUM, strict=True))
    for plane, swing in ranges.items():
        column = f"angular_momentum_range_{plane}"
        assert trial[f"{column}_kg_m2_per_s"] == pytest.approx(2 * swing, rel=2e-3)
        size = 75.0 * walker.speed * walker.height
        assert trial[column] == pytest.approx(2 * swing / size, rel=5e-3)


def test_angular_velocity_of_a_turning_frame():
    """About a fixed axis in space, and about one that turns itself, with a flip of sign."""
    time = np.arange(400) * 0.005
    axis = np.array([1.0, 2.0, -2.0]) / 3.0
    angle = 0.8 * np.sin(3 * time)
    turn = np.concatenate([np.cos(angle / 2)[:, None], np.sin(angle / 2)[:, None] * axis], axis=1)
    turn[200:] *= -1.0
    expected = 2.4 * np.cos(3 * time)[:, None] * axis
    assert angular_velocity(turn, 0.005)[1:-1] == pytest.approx(expected[1:-1], abs=1e-3)
    spin, tilt = 4.0 * time, 0.3  # a top: yaw after a constant tilt about its own x
    w, z = np.cos(spin / 2), np.sin(spin / 2)
    c, s = np.cos(tilt / 2), np.sin(tilt / 2)
    top = np.stack([w * c, w * s, z * s, z * c], axis=1)
    found = angular_velocity(top, 0.005)[1:-1]
    assert found == pytest.approx(np.tile([0.0, 0.0, 4.0], (398, 1)), abs=1e-2)


def test_the_filter_has_no_phase_and_the_gain_of_its_order():
    """Twice second order: amplitude 1 / (1 + (f / fc)^4) at every frequency well below Nyquist."""
    time = np.arange(4000) * 0.001
    for frequency in (5.0, 20.0, 40.0):
        wave = np.sin(2 * np.pi * frequency * time)
        gain = 1.0 / (1.0 + (np.tan(np.pi * frequency / 1000) / np.tan(np.pi * 20 / 1000)) ** 4)
        found = low_pass(wave, 0.001)[1000:-1000]
        assert found == pytest.approx(gain * wave[1000:-1000], abs=2e-3)
