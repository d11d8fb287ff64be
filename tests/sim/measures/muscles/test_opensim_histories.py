"""Energy over whole strides of walking against OpenSim's probes on the same histories.

opensim_histories.csv: all muscles of the left side over a stride backward and one forward, as
recorded, and what opensim 4.6 made of each state (opensim_histories.py, which made it, says how).
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import opensim_histories
import pytest

from retrowalk.models.physiology import YOUNG_CURVE
from retrowalk.sim.measures.muscles.metabolic_rate import MuscleState, bhargava, umberger
from retrowalk.sim.physics.muscle_curves import active_force_length, passive_force

Table = dict[str, np.ndarray]


@pytest.fixture(scope="module", params=["backward", "forward"])
def stride(request: pytest.FixtureRequest) -> Table:
    """Columns of the file by name, (samples, muscles) each, for one direction."""
    with (Path(__file__).parent / "opensim_histories.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["direction"] == request.param]
    muscles = list(dict.fromkeys(row["muscle"] for row in rows))
    assert len(muscles) == 25
    numbers = [name for name in rows[0] if name not in ("direction", "muscle", "sample")]
    by_muscle = [[row for row in rows if row["muscle"] == name] for name in muscles]
    return {
        name: np.array([[float(row[name]) for row in own] for own in by_muscle]).T
        for name in numbers
    }


def muscle_state(stride: Table, active: np.ndarray, total: np.ndarray, curve: np.ndarray):
    strength, optimal, slow, mass = (stride[name][0] for name in opensim_histories.MUSCLE)
    return MuscleState(
        excitation=stride["excitation"],
        activation=stride["activation"],
        length=stride["fibre_length"],
        velocity=stride["fibre_velocity_per_s"],
        active_force_n=active,
        total_force_n=total,
        force_length=curve,
        max_isometric_force_n=strength,
        optimal_length_m=optimal,
        mass_kg=mass,
        slow_twitch=slow,
        max_shortening_per_s=np.full(len(mass), YOUNG_CURVE.vmax),
    )


def stride_powers(state: MuscleState) -> dict[str, np.ndarray]:
    """Mean power of each muscle over the stride [W], by the name of OpenSim's probe."""
    rates = {"umberger": umberger(state), "bhargava": bhargava(state)}
    return {
        f"{model}_{work}": getattr(rate, work).mean(0)
        for model, rate in rates.items()
        for work in rate._fields
    }


def test_energy_of_a_stride_with_the_forces_of_the_same_muscle(stride: Table):
    """Every muscle, every model; the file has six digits."""
    found = stride_powers(
        muscle_state(stride, stride["active_n"], stride["total_n"], stride["force_length"])
    )
    assert set(found) == set(opensim_histories.PROBES)
    for name, power in found.items():
        expected = stride[name].mean(0)
        assert expected.sum() > 50.0  # W: a leg that walks
        assert power == pytest.approx(expected, rel=1e-5), name


def test_energy_of_a_stride_with_the_forces_that_were_recorded(stride: Table):
    """The same states in MuJoCo's muscle instead of Millard's: 3 to 8 % more, as in docs/measures.

    Forces agree within 2 % on average; MuJoCo's keep more of theirs while they shorten.
    """
    strength, length = stride["max_isometric_force_n"][0], stride["fibre_length"]
    tension = stride["tension_n"]
    active = np.maximum(
        tension - passive_force(length, YOUNG_CURVE.lmax, YOUNG_CURVE.fpmax) * strength, 0.0
    )
    assert tension.mean() == pytest.approx(stride["total_n"].mean(), rel=0.02)
    factor = active_force_length(length, YOUNG_CURVE.lmin, YOUNG_CURVE.lmax)
    found = stride_powers(muscle_state(stride, active, tension, factor))
    for name, power in found.items():
        ratio = power.sum() / stride[name].mean(0).sum()
        assert 1.02 < ratio < 1.09, name
