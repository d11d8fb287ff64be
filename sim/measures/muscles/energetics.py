"""Metabolic power and cost of transport of a trial, by two muscle models.

Checked against OpenSim's own probes (opensim 4.6): rates in single states to 1e-9, and the energy
of every muscle over a whole stride in each direction to 1e-6, with the forces of OpenSim's muscle.
The same histories of activation, length and velocity in MuJoCo's muscle, as recorded, cost 3 %
(Umberger 2010) to 8 % (Bhargava with negative work) more: at a tenth of the maximum shortening
velocity it keeps 0.81 of its force, Millard's 0.63.
"""

from __future__ import annotations

import numpy as np

from ...physics.muscle_curves import active_force_length, passive_force
from ..base.definition import read_measures
from ..base.per_stride import average, stride_mean
from ..base.strides import Strides
from ..base.trial import Trial
from ..gait.spatiotemporal import speed_m_per_s
from .metabolic_rate import BASAL_W_PER_KG, MuscleState, bhargava, umberger

_SLOWEST_M_PER_S = 0.05  # a cost per metre means nothing below
_SERIES = ("excitation", "activation", "fibre_length", "fibre_velocity_per_s", "tension_n")
_PARAMETERS = (
    "max_isometric_force_n",
    "optimal_fibre_length_m",
    "muscle_mass_kg",
    "slow_twitch_share",
    "force_length_min",
    "force_length_max",
    "passive_force_max",
    "max_shortening_velocity_per_s",
)
_RATES = {  # by the prefix of the columns: model, and which work of the fibres counts
    "": ("umberger", "positive_work"),
    "umberger2003_": ("umberger", "all_work"),
    "bhargava_": ("bhargava", "all_work"),
    "bhargava_positive_work_": ("bhargava", "positive_work"),
}


def power_column(prefix: str) -> str:
    """Return the name of the power column of a model in `_RATES`."""
    return f"{prefix}power_w_per_kg" if prefix else "metabolic_power_w_per_kg"


MEASURES = read_measures(__name__, BASAL_W_PER_KG=BASAL_W_PER_KG, SLOWEST_M_PER_S=_SLOWEST_M_PER_S)


def muscle_state(trial: Trial, window: slice) -> MuscleState | None:
    """Return the state of all muscles in `window`; None if the recording lacks a part."""
    series = [trial.get(name) for name in _SERIES]
    parameters = [trial.layout.muscles.get(name) for name in _PARAMETERS]
    if any(part is None for part in (*series, *parameters)):
        return None  # no curve is guessed: an older walker's are not a young adult's
    excitation, activation, length, velocity, tension = (
        np.ascontiguousarray(part[window]) for part in series if part is not None
    )
    strength, optimal, mass, slow, shortest, longest, stiffness, fastest = (
        part.astype(float) for part in parameters if part is not None
    )
    lmin, lmax = (end.astype(length.dtype) for end in (shortest, longest))  # stays float32
    passive = passive_force(length, lmax, 1.0) * (stiffness * strength).astype(length.dtype)
    return MuscleState(
        excitation=excitation,
        activation=activation,
        length=length,
        velocity=velocity,
        active_force_n=np.maximum(tension - passive, 0),
        total_force_n=tension,
        force_length=active_force_length(length, lmin, lmax),
        max_isometric_force_n=strength,
        optimal_length_m=optimal,
        mass_kg=mass,
        slow_twitch=slow,
        max_shortening_per_s=fastest,
    )


def stride_columns(trial: Trial, strides: Strides) -> dict[str, np.ndarray]:
    """Return the stride measures of this module, each of shape (k,)."""
    first = int(strides.start.min())
    state = muscle_state(trial, slice(first, int(strides.end.max()) + 1))
    if state is None:
        return {}
    columns: dict[str, np.ndarray] = {}
    rates = {"umberger": umberger(state), "bhargava": bhargava(state)}
    for prefix, (model, work) in _RATES.items():
        rate: np.ndarray = getattr(rates[model], work)
        whole = rate.sum(axis=1, dtype=float) / trial.layout.body_mass_kg  # (n,)
        mean = stride_mean(whole, strides.start - first, strides.end - first)
        columns[power_column(prefix)] = mean + BASAL_W_PER_KG
    return columns


def trial_columns(
    trial: Trial, strides: Strides, columns: dict[str, np.ndarray]
) -> dict[str, float]:
    """Return the trial measures of this module."""
    speed = speed_m_per_s(trial)
    speed = speed if speed > _SLOWEST_M_PER_S else float("nan")
    gross = {prefix: average(columns[power_column(prefix)]) for prefix in _RATES}
    costs = {f"{p}cost_of_transport_j_per_kg_m": power / speed for p, power in gross.items()}
    net = {
        f"{p}net_cost_of_transport_j_per_kg_m": (power - BASAL_W_PER_KG) / speed
        for p, power in gross.items()
    }
    return costs | net
