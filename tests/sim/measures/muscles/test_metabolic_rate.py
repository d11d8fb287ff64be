"""The energy models against hand-computed cases and OpenSim's probes; the curves against MuJoCo."""

from __future__ import annotations

import csv
from pathlib import Path

import mujoco
import numpy as np
import pytest

from retrowalk.sim.measures.muscles.metabolic_rate import (
    MuscleState,
    bhargava,
    umberger,
)
from retrowalk.sim.physics.muscle_curves import active_force_length, passive_force

STRENGTH, OPTIMAL, SLOW = 1000.0, 0.1, 0.5
MASS = 0.4


def _state(u, a, length, velocity, force, *, slow=SLOW, mass=MASS, total=None, curve=None):
    length = np.array([[length]], dtype=float)
    return MuscleState(
        excitation=np.array([[u]], dtype=float),
        activation=np.array([[a]], dtype=float),
        length=length,
        velocity=np.array([[velocity]], dtype=float),
        active_force_n=np.array([[force]], dtype=float),
        total_force_n=np.array([[force if total is None else total]], dtype=float),
        force_length=active_force_length(length, 0.5, 1.6)
        if curve is None
        else np.array([[curve]]),
        max_isometric_force_n=np.array([STRENGTH]),
        optimal_length_m=np.array([OPTIMAL]),
        mass_kg=np.array([mass]),
        slow_twitch=np.array([slow]),
        max_shortening_per_s=np.array([10.0]),
    )


def _both(model, *args, **kwargs):
    rate = model(_state(*args, **kwargs))
    return rate.positive_work.item(), rate.all_work.item()


def test_umberger_isometric():
    """1.5 (128 x 0.5 + 25) = 133.5 W/kg at full effort; no work, no shortening heat."""
    assert _both(umberger, 1, 1, 1.0, 0, 1000.0) == pytest.approx((133.5 * MASS,) * 2)


def test_umberger_isometric_at_half_effort_after_the_drive_has_gone():
    """A = (u + a) / 2 = 0.25 when activation exceeds excitation, to the power 0.6."""
    expected = 133.5 * 0.25**0.6 * MASS
    assert _both(umberger, 0.0, 0.5, 1.0, 0, 500.0) == pytest.approx((expected,) * 2)


def test_umberger_shortening():
    """Heat 133.5 + 1.5 (0.5 x 25 x 2 + 0.5 x 15.3 x 2) = 193.95 W/kg, work 400 N x 0.2 m/s."""
    expected = 193.95 * MASS + 400.0 * 0.2
    assert _both(umberger, 1, 1, 1.0, -2.0, 400.0) == pytest.approx((expected,) * 2)


def test_umberger_limits_the_shortening_heat_of_slow_fibres():
    """At 8 L0/s slow fibres would give 200 W/kg: they are held at 100."""
    heat = 133.5 + 1.5 * (0.5 * 100.0 + 0.5 * 15.3 * 8.0)
    assert _both(umberger, 1, 1, 1.0, -8.0, 10.0)[0] == pytest.approx(heat * MASS + 8.0)


def test_umberger_lengthening():
    """2010: 0.3 a_s, no work. 2003: 4 a_s, work -1200 N x 0.1 m/s."""
    published = (133.5 + 1.5 * 0.3 * 25.0) * MASS
    all_work = (133.5 + 1.5 * 4.0 * 25.0) * MASS - 120.0
    found = _both(umberger, 1, 1, 1.0, 1.0, 1200.0)
    assert found == pytest.approx((published, max(all_work, 0.0)))


def test_umberger_long_fibre():
    """At 1.3 L0 MuJoCo's curve is at 0.5: upkeep x 0.7, shortening heat x 0.5."""
    heat = 133.5 * 0.7 + 1.5 * 0.5 * (12.5 + 7.65)
    assert _both(umberger, 1, 1, 1.3, -1.0, 0.0)[0] == pytest.approx(heat * MASS)


def test_bhargava_isometric():
    """0.5 (40 + 133) + 0.5 (74 + 111) = 179 W/kg at full effort and optimal length."""
    assert _both(bhargava, 1, 1, 1.0, 0, 1000.0) == pytest.approx((179.0 * MASS,) * 2)


def test_bhargava_recruits_slow_fibres_first():
    """At u = 1/3: slow 0.5 sin 30 deg = 0.25, fast 0.5 (1 - cos 30 deg)."""
    fast = 0.5 * (1 - np.sqrt(3) / 2)
    expected = (0.25 * (40 + 74) + fast * (133 + 111)) * MASS
    assert _both(bhargava, 1 / 3, 1 / 3, 1.0, 0, 0.0)[0] == pytest.approx(expected)


def test_bhargava_shortening():
    """Shortening heat (0.16 x 1000 + 0.18 x 400) N x 0.2 m/s = 46.4 W, work 80 W."""
    expected = 179.0 * MASS + 46.4 + 80.0
    assert _both(bhargava, 1, 1, 1.0, -2.0, 400.0) == pytest.approx((expected,) * 2)


def test_bhargava_lengthening():
    """Heat is absorbed: -0.157 x 1200 N x 0.03 m/s; work -36 W counts in the published model."""
    heat = 179.0 * MASS - 0.157 * 1200.0 * 0.03
    found = _both(bhargava, 1, 1, 1.0, 0.3, 1200.0)
    assert found == pytest.approx((heat, heat - 36.0))


@pytest.mark.parametrize("model", [umberger, bhargava])
def test_a_muscle_at_rest_costs_one_watt_per_kg(model):
    assert _both(model, 0, 0, 1.0, 0, 0.0) == pytest.approx((MASS,) * 2)


@pytest.mark.parametrize("model", [umberger, bhargava])
def test_a_muscle_that_is_pulled_hard_gives_no_energy_back(model):
    assert _both(model, 0.1, 0.1, 1.0, 3.0, 1400.0)[1] == 0.0


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_the_same_rates_as_the_probes_of_opensim(kind):
    """Umberger 2010 and 2003, Bhargava 2004 without and with negative work; opensim 4.6."""
    with (Path(__file__).parent / "opensim_probes.csv").open() as file:
        rows = list(csv.DictReader(file))
    table = {name: np.array([[float(row[name])] for row in rows], dtype=kind) for name in rows[0]}
    inputs = [table.pop(name) for name in list(table)[:7]]
    parameters = (1000.0, 0.1, 1000.0 * 0.1 * 1059.7 / 0.25e6, 0.55, 10.0)
    state = MuscleState(*inputs, *(np.array([value]) for value in parameters))
    found = {"umberger": umberger(state), "bhargava": bhargava(state)}
    for name, expected in table.items():
        model, work = name.split("_", 1)
        rate = getattr(found[model], "all_work" if work == "all_work" else "positive_work")
        assert rate.dtype == kind
        tolerance = 1e-9 if kind == np.float64 else 1e-5
        assert rate == pytest.approx(expected, rel=tolerance, abs=20 * tolerance), name


@pytest.mark.parametrize(("lmin", "lmax"), [(0.5, 1.6), (0.4, 1.8)])
def test_the_curves_are_those_of_mujoco(lmin: float, lmax: float):
    lengths = np.linspace(0.3, 2.0, 401)
    prm = np.array([0.0, 2.0, 1.0, 1.0, lmin, lmax, 10.0, 0.25, 1.4])
    reach = np.array([1.0, 3.0])  # of the path: a fibre of length L is at 1 + L
    gain = [-mujoco.mju_muscleGain(1 + x, 0.0, reach, 1.0, prm) for x in lengths]
    bias = [-mujoco.mju_muscleBias(1 + x, reach, 1.0, prm) for x in lengths]
    assert active_force_length(lengths, lmin, lmax) == pytest.approx(np.array(gain), abs=1e-12)
    assert passive_force(lengths, lmax, 0.25) == pytest.approx(np.array(bias), abs=1e-12)
    short = lengths.astype(np.float32)
    assert active_force_length(short, lmin, lmax).dtype == np.float32
    assert passive_force(short, lmax, 0.25).dtype == np.float32
