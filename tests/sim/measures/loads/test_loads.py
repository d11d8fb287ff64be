"""Muscle load, joint load, joint ranges and energy of a walker in which they are known."""

from __future__ import annotations

import numpy as np
import pytest
import synthetic
from synthetic import Walker, activation_level, muscle_table

from retrowalk.sim.measures import measure, muscle_loads
from retrowalk.sim.measures.base.filters import low_pass
from retrowalk.sim.measures.base.muscle_groups import CHAINS, MUSCLE_GROUPS
from retrowalk.sim.measures.loads.joint_contact import patellofemoral_factor
from retrowalk.sim.measures.muscles.metabolic_rate import MuscleState, umberger

NAMES, GROUPS, SIDES, STRENGTHS, OPTIMALS = muscle_table()
LEFT = np.flatnonzero(np.array(SIDES) == "l")
LEVELS = np.array([activation_level(i) for i in range(len(LEFT))])
STRENGTH = STRENGTHS[LEFT]
GROUP = np.array(GROUPS)[LEFT]
STRIDE_S = 2 * Walker().step_time


@pytest.fixture(scope="module")
def tables():
    return measure(synthetic.recording())


@pytest.fixture(scope="module")
def trial(tables):
    return tables[0].iloc[0]


@pytest.mark.parametrize("group", MUSCLE_GROUPS)
def test_of_a_group(trial, group: str):
    own = group == GROUP
    force = STRENGTH[own] * LEVELS[own]  # mean tension; it swings by half about it
    expected = force.sum() / STRENGTH[own].sum()
    assert trial[f"activation_{group}"] == pytest.approx(expected, rel=2e-3)
    assert trial[f"tension_peak_n_{group}"] == pytest.approx(1.5 * force.sum(), rel=1e-3)
    assert trial[f"impulse_n_s_{group}"] == pytest.approx(force.sum() * STRIDE_S, rel=2e-3)


@pytest.mark.parametrize("group", MUSCLE_GROUPS)
def test_fibre_work_of_a_group(trial, group: str):
    """Length 0.95 + 0.05 sin, tension T (1 + sin / 2): each half cycle moves 0.1 L0 at mean T."""
    own = group == GROUP
    work = (STRENGTH[own] * LEVELS[own] * 0.1 * OPTIMALS[LEFT][own]).sum()
    assert trial[f"work_positive_j_{group}"] == pytest.approx(work, rel=1e-2)
    assert trial[f"work_negative_j_{group}"] == pytest.approx(-work, rel=1e-2)


@pytest.mark.parametrize("chain", CHAINS)
def test_of_a_chain(trial, chain: str):
    own = np.isin(GROUP, CHAINS[chain])
    expected = (STRENGTH[own] * LEVELS[own]).sum() / STRENGTH[own].sum()
    assert trial[f"activation_{chain}"] == pytest.approx(expected, rel=2e-3)


def test_of_all_muscles(trial):
    assert trial["activation_mean"] == pytest.approx(LEVELS.mean(), rel=2e-3)
    square = np.square(LEVELS).mean() * (1 + 0.25 / 2)
    assert trial["activation_squared_mean"] == pytest.approx(square, rel=2e-3)


PARTS = {group: (group,) for group in MUSCLE_GROUPS} | CHAINS


@pytest.mark.parametrize("part", PARTS)
def test_effort_of_a_group_or_chain(trial, part: str):
    own = np.isin(GROUP, PARTS[part])
    force, most = (STRENGTH[own] * LEVELS[own]).sum(), STRENGTH[own].sum()
    level = force / most
    assert trial[f"activation_{part}"] == pytest.approx(level, rel=2e-3)
    assert trial[f"activation_peak_{part}"] == pytest.approx(1.5 * level, rel=1e-3)
    assert trial[f"activation_integral_s_{part}"] == pytest.approx(level * STRIDE_S, rel=2e-3)
    per_metre = level * STRIDE_S / 0.88
    assert trial[f"activation_integral_s_per_m_{part}"] == pytest.approx(per_metre, rel=2e-3)
    assert trial[f"tension_mean_n_{part}"] == pytest.approx(force, rel=2e-3)
    assert trial[f"tension_peak_share_{part}"] == pytest.approx(1.5 * level, rel=1e-3)
    assert trial[f"impulse_n_s_per_m_{part}"] == pytest.approx(force * STRIDE_S / 0.88, rel=2e-3)
    # v = V cos: |v| < 0.05 is isometric; a = 1 + sin / 2 is even about the quarter cycles
    fastest = 0.05 * 2 * np.pi / STRIDE_S
    moving = 0.5 - np.arcsin(0.05 / fastest) / np.pi
    assert trial[f"concentric_share_{part}"] == pytest.approx(moving, abs=6e-3)
    assert trial[f"eccentric_share_{part}"] == pytest.approx(moving, abs=6e-3)


def test_every_muscle_of_each_side():
    data = synthetic.recording(trials=2)
    strongest = list(data["muscle"].values).index("vasti_1_r")
    data["activation"].values[1, :, strongest] *= 3.0
    table = muscle_loads(data)
    trials, strides = measure(data)
    rows = table.set_index(["trial", "side", "kind", "name"])
    level = activation_level(MUSCLE_GROUPS.index("vasti") * 2 + 1)
    assert rows.loc[(0, "right", "muscle", "vasti_1"), "activation"] == pytest.approx(
        level, rel=2e-3
    )
    assert rows.loc[(1, "right", "muscle", "vasti_1"), "activation"] == pytest.approx(
        3 * level, rel=2e-3
    )
    assert rows.loc[(1, "left", "muscle", "vasti_1"), "activation"] == pytest.approx(
        level, rel=2e-3
    )
    assert len(rows) == 2 * 2 * (len(LEFT) + len(MUSCLE_GROUPS) + len(CHAINS))
    for name in ("activation_peak", "impulse_n_s", "work_negative_j", "eccentric_share"):
        for side in ("left", "right"):
            own = strides[(strides["trial"] == 1) & (strides["foot"] == side)]
            found = rows.loc[(1, side, "chain", "anterior_chain"), name]
            assert found == pytest.approx(own[f"{name}_anterior_chain"].mean(), rel=1e-6)
    assert trials["stride_count"][0] == table.groupby(["trial", "side"])["strides"].first()[0].sum()


def test_cocontraction_of_known_muscles():
    """Tibialis anterior cos, triceps surae -cos, about 0.5: min over the cycle by quadrature."""
    data = synthetic.recording()
    time = data["time"].values
    group = data["muscle_group"].values
    for swing, shared in ((0.0, 1.0), (0.5, None)):
        for side, lag in (("l", 0.0), ("r", 0.5)):
            cycle = 2 * np.pi * ((time - Walker().start) / STRIDE_S - lag)
            own = data["muscle_side"].values == side
            for names, sign in ((("tibialis_anterior",), 1), (("gastrocnemius", "soleus"), -1)):
                chosen = own & np.isin(group, names)
                data["activation"].values[0][:, chosen] = (
                    0.5 + sign * swing * np.cos(cycle)[:, None]
                )
        expected = shared or 1.0 - 2.0 / np.pi  # 2 int(0.5 - 0.5 |cos|) / int(1)
        found = measure(data)[0]["cocontraction_ankle"][0]
        assert found == pytest.approx(expected, abs=3e-3)


def test_a_stride_counts_the_muscles_of_its_own_side():
    data = synthetic.recording()
    right = (data["muscle_side"] == "r").values
    data["tension_n"].values[..., right] *= 2.0
    strides = measure(data)[1].groupby("foot")["impulse_n_s_soleus"].mean()
    assert strides["right"] == pytest.approx(2.0 * strides["left"], rel=2e-3)


def test_muscles_are_found_whatever_their_order():
    data = synthetic.recording()
    shuffled = data.isel(muscle=np.random.default_rng(0).permutation(data.sizes["muscle"]))
    one, two = measure(data)[0], measure(shuffled)[0]
    for name in one.columns[6:]:
        assert two[name][0] == pytest.approx(one[name][0], rel=1e-5, abs=1e-9, nan_ok=True), name


def test_joint_ranges(trial):
    assert trial["hip_rom_rad"] == pytest.approx(0.6, rel=1e-3)
    assert trial["knee_rom_rad"] == pytest.approx(1.0, rel=1e-3)
    assert trial["ankle_rom_rad"] == pytest.approx(0.4, rel=1e-3)
    assert trial["knee_flexion_at_contact_rad"] == pytest.approx(0.6, abs=1e-3)


def test_forces_in_body_weights(trial):
    assert trial["vertical_grf_peak_raw_bw"] == pytest.approx(1.1, rel=1e-4)
    assert trial["vertical_grf_peak_bw"] == pytest.approx(1.1, rel=0.02)
    for joint, level in synthetic.COMPRESSION.items():
        assert trial[f"{joint}_contact_force_peak_bw"] == pytest.approx(level, rel=1e-4)
        impulse = level * STRIDE_S
        assert trial[f"{joint}_contact_impulse_bw_s"] == pytest.approx(impulse, rel=1e-4)
    assert trial["lumbar_compression_peak_bw"] == pytest.approx(1.2, rel=1e-4)
    assert trial["lumbar_compression_mean_bw"] == pytest.approx(1.2, rel=1e-4)


def test_lumbar_moment(trial):
    assert trial["lumbar_moment_peak_n_m"] == pytest.approx(40.0, rel=1e-3)
    assert trial["lumbar_moment_mean_n_m"] == pytest.approx(-30.0, rel=1e-3)
    own = GROUP == "erector_spinae"
    both = 2 * (STRENGTH[own] * LEVELS[own]).sum()  # left and right swing against each other
    assert trial["lumbar_extensor_tension_mean_n"] == pytest.approx(both, rel=1e-3)
    assert trial["lumbar_extensor_tension_peak_n"] == pytest.approx(both, rel=1e-3)


def test_patellofemoral_force(trial):
    cycle = np.linspace(0, 2 * np.pi, 20001)
    own = np.isin(GROUP, ("vasti", "rectus_femoris"))
    tension = (STRENGTH[own] * LEVELS[own]).sum() * (1 + 0.5 * np.sin(cycle))
    force = patellofemoral_factor(0.6 + 0.5 * np.sin(cycle)) * tension
    expected = force.max() / (75.0 * 9.81)
    assert trial["patellofemoral_force_peak_bw"] == pytest.approx(expected, rel=2e-3)
    impulse = force[:-1].mean() * STRIDE_S / (75.0 * 9.81)
    assert trial["patellofemoral_impulse_bw_s"] == pytest.approx(impulse, rel=2e-3)


@pytest.mark.parametrize(
    ("degrees", "above", "below"),
    [(0, 0.462, 1.0), (30, 0.47154, 0.634654), (60, 0.41196, 0.435232), (90, 0.28326, 0.288658)],
)
def test_patellofemoral_relation(degrees: float, above: float, below: float):
    """Numerator and denominator worked out by hand."""
    assert patellofemoral_factor(np.deg2rad(degrees)) == pytest.approx(above / below, rel=1e-4)


def test_patellofemoral_relation_is_held_at_the_ends():
    ends = patellofemoral_factor(np.array([-0.2, 0.0, np.deg2rad(120), 2.5]))
    assert ends[0] == ends[1]
    assert ends[2] == pytest.approx(ends[3], rel=1e-12)


def test_the_filter_keeps_what_is_slow_and_removes_a_spike():
    time = np.arange(1000) * 0.005
    slow = 500 + 200 * np.sin(2 * np.pi * 2 * time)
    assert low_pass(slow, 0.005)[100:-100] == pytest.approx(slow[100:-100], rel=2e-3)
    spike = np.zeros(1000)
    spike[500] = 1000.0
    assert low_pass(spike, 0.005).max() < 300.0
    assert low_pass(spike, 0.005).argmax() == 500
    assert np.isnan(low_pass(np.ones(5), 0.005)).all()


def test_metabolic_power_of_constant_muscles():
    """Isometric muscles at one activation: the sum of the muscles' rates plus 1.2 W/kg."""
    data = synthetic.recording()
    level = 0.2
    for name in ("excitation", "activation"):
        data[name].values[:] = level
    data["fibre_length"].values[:] = 1.0
    data["fibre_velocity_per_s"].values[:] = 0.0
    data["tension_n"].values[:] = level * STRENGTHS
    mass = data["muscle_mass_kg"].values.sum()
    heat = 1.5 * level**0.6 * (128 * 0.45 + 25)
    expected = mass * heat / 75.0 + 1.2
    trial = measure(data)[0].iloc[0]
    assert trial["metabolic_power_w_per_kg"] == pytest.approx(expected, rel=1e-5)
    assert trial["cost_of_transport_j_per_kg_m"] == pytest.approx(expected / 0.8, rel=1e-5)
    net = (expected - 1.2) / 0.8
    assert trial["net_cost_of_transport_j_per_kg_m"] == pytest.approx(net, rel=1e-5)
    assert trial["umberger2003_net_cost_of_transport_j_per_kg_m"] == pytest.approx(net, rel=1e-5)
    assert trial["umberger2003_power_w_per_kg"] == pytest.approx(expected, rel=1e-5)
    drive = np.pi / 2 * level
    upkeep = 0.55 * np.sin(drive) * 114 + 0.45 * (1 - np.cos(drive)) * 244
    expected = mass * upkeep / 75.0 + 1.2
    assert trial["bhargava_power_w_per_kg"] == pytest.approx(expected, rel=1e-5)
    assert trial["bhargava_cost_of_transport_j_per_kg_m"] == pytest.approx(expected / 0.8, rel=1e-5)


def test_metabolic_power_of_muscles_that_are_stretched():
    """All lengthen at 0.2 L0/s at one activation: negative work counts in the columns that say so.

    A muscle's work rate is W = -F v L0. Umberger 2010 leaves it out, 2003 counts it; Bhargava 2004
    counts it, `positive_work` leaves it out and keeps the heat, -0.157 F v L0 among it.
    """
    data = synthetic.recording()
    level, speed = 0.5, 0.2
    for name in ("excitation", "activation"):
        data[name].values[:] = level
    data["fibre_length"].values[:] = 1.0
    data["fibre_velocity_per_s"].values[:] = speed
    data["tension_n"].values[:] = 1.3 * level * STRENGTHS
    mass = data["muscle_mass_kg"].values
    work = -1.3 * level * STRENGTHS * speed * OPTIMALS  # W of each muscle
    base, stretch = 1.5 * level**0.6 * (128 * 0.45 + 25), 1.5 * level * 25.0 * speed
    drive = np.pi / 2 * level
    upkeep = 0.55 * np.sin(drive) * 114 + 0.45 * (1 - np.cos(drive)) * 244
    heat = upkeep * mass + 0.157 * work
    expected = {
        "metabolic_power_w_per_kg": (base + 0.3 * stretch) * mass,
        "umberger2003_power_w_per_kg": (base + 4.0 * stretch) * mass + work,
        "bhargava_power_w_per_kg": heat + work,
        "bhargava_positive_work_power_w_per_kg": heat,
    }
    trial = measure(data)[0].iloc[0]
    for name, rate in expected.items():
        assert (rate > 0).all()
        assert trial[name] == pytest.approx(rate.sum() / 75.0 + 1.2, rel=1e-5), name
        cost = name.replace("power_w_per_kg", "cost_of_transport_j_per_kg_m")
        cost = cost.removeprefix("metabolic_")
        assert trial[cost] == pytest.approx(trial[name] / 0.8, rel=1e-5), cost


def test_metabolic_power_is_the_mean_over_strides_of_both_feet():
    """The whole pipeline against the model in float64, sample by sample."""
    data = synthetic.recording(noise=0.01)
    trials, strides = measure(data)
    state = MuscleState(
        *(
            data[name].values[0].astype(float)
            for name in ("excitation", "activation", "fibre_length", "fibre_velocity_per_s")
        ),
        active_force_n=data["tension_n"].values[0].astype(float),
        total_force_n=data["tension_n"].values[0].astype(float),
        force_length=np.ones(data["tension_n"].shape[1:]),
        max_isometric_force_n=STRENGTHS,
        optimal_length_m=OPTIMALS,
        mass_kg=data["muscle_mass_kg"].values,
        slow_twitch=data["slow_twitch_share"].values,
        max_shortening_per_s=np.full(len(NAMES), 10.0),
    )
    power = umberger(state).positive_work.sum(axis=1) / 75.0 + 1.2
    time = data["time"].values
    means = [
        power[(time >= row.start_s) & (time < row.end_s)].mean() for row in strides.itertuples()
    ]
    assert trials["metabolic_power_w_per_kg"][0] == pytest.approx(np.mean(means), rel=1e-4)


def test_the_maximum_shortening_velocity_of_a_recording_is_used():
    data = synthetic.recording()
    fast = data.assign_coords(max_shortening_velocity_per_s=("muscle", np.full(len(NAMES), 5.0)))
    one, two = measure(data)[0], measure(fast)[0]
    assert two["metabolic_power_w_per_kg"][0] > one["metabolic_power_w_per_kg"][0]
