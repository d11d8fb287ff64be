"""Exact muscle sharing: a recording's joint torques shared among muscles instant by instant.

What a gait's muscles did beyond that has two parts. Activations fall too slowly for the torques
that are asked of them: what no muscles could have done better is told by `reachable_sharing`. The
rest is the gait's own sharing, which does not know what comes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from ...envs.gaits.muscle_control import FROM_REST, MuscleControl
from ...envs.gaits.sharing import Sharing
from ...envs.scene import Course, build_scene
from ...models.body import Body
from ...sim.measures.measure import measure
from ...sim.physics.muscle_pull import JointPulls
from ...sim.physics.simulation import Simulation
from .reachable_sharing import share_within_reach

CHUNK = 500  # instants solved at once
PRECISION = 20.0  # times that a torque error weighs more than in a gait's own sharing


@dataclass(frozen=True)
class SharingExcess:
    """A walk compared with the exact sharing of its own torques.

    Attributes:
        cost: [J/kg/m], Umberger, gross; exact_cost: of exact sharing; reach_cost: of the best that
            activations could have done.
        knee, exact_knee, reach_knee: largest knee contact force of a stride [body weights].
    """

    cost: float
    exact_cost: float
    reach_cost: float
    knee: float
    exact_knee: float
    reach_knee: float

    @property
    def shares(self) -> dict[str, float]:
        """Excess over exact sharing, and over sharing within reach, as shares."""
        return {
            "cost_excess": self.cost / self.exact_cost - 1.0,
            "cost_beyond_reach": self.cost / self.reach_cost - 1.0,
            "knee_excess": self.knee / self.exact_knee - 1.0,
            "knee_beyond_reach": self.knee / self.reach_knee - 1.0,
        }


def sharing_excess(
    recording: xr.Dataset, body: Body, sharing: Sharing, linear_cost: float
) -> SharingExcess:
    """Compare a recording with the exact sharing of its torques by the same criterion."""
    walks = [recording]
    walks += [share_again(recording, body, sharing, linear_cost, slow) for slow in (False, True)]
    tables = [measure(walk)[0] for walk in walks]
    names = ("cost_of_transport_j_per_kg_m", "knee_contact_force_peak_bw")
    return SharingExcess(*(float(table[name].mean()) for name in names for table in tables))


def share_again(
    recording: xr.Dataset,
    body: Body,
    sharing: Sharing,
    linear_cost: float,
    within_reach: bool = False,
) -> xr.Dataset:
    """Return `recording` with the muscles' series as exact sharing has them.

    Excitation, activation, tension and the knee's contact force change; what moves stays. Instants
    after a fall stay NaN.

    Args:
        recording: of any number of trials. body: that walked. sharing: the criterion.
        linear_cost: of activation, where the criterion has none of its own.
        within_reach: whether activations fall no faster than they can, `CHUNK` instants at a time.
    """
    sim = build_scene(body, Course(), [np.random.default_rng(0)] * CHUNK).sim
    criterion = replace(sharing, blend_s=0.0, reach_s=0.0, precision=1.0)
    layer = MuscleControl(sim, body, criterion, precision=PRECISION)
    new = recording.copy(deep=True)
    for trial in range(recording.sizes["trial"]):
        one = recording.isel(trial=trial)
        live = np.flatnonzero(np.isfinite(one["activation"].values).all(1))
        for first in range(0, len(live), CHUNK):
            part = live[first : first + CHUNK]
            shared = _share(one.isel(time=part), sim, layer, linear_cost, within_reach)
            for name, values in shared.items():
                new[name].values[trial, part] = values
    return new


def _share(
    one: xr.Dataset, sim: Simulation, layer: MuscleControl, linear_cost: float, within_reach: bool
) -> dict[str, np.ndarray]:
    """Series of one trial's instants, at most `CHUNK`, by name."""
    count = one.sizes["time"]
    sim.qpos[:count] = one["qpos"].values
    sim.forward()
    velocity, was = np.zeros((2, sim.n, sim.model.nu))
    velocity[:count], was[:count] = one["fibre_velocity_per_s"].values, one["activation"].values
    length, muscles = sim.fibre_length, sim.muscles
    before = muscles.tension(was, length, velocity)
    torque = -(before[:, None] @ sim.moment_arm)[:, 0]
    layer.reset(np.arange(sim.n))
    if within_reach:
        period_s = float(one.attrs["control_period_s"])
        wanted, excitation = was.copy(), was.copy()
        wanted[:count], excitation[:count] = share_within_reach(
            layer, sim, velocity, torque, linear_cost, was[:count], period_s
        )
    else:
        wanted = layer.share(sim, velocity, torque, linear_cost, repeats=FROM_REST)
        excitation = wanted
    after = muscles.tension(wanted, length, velocity)
    pulls = JointPulls(sim.model, sim.anatomy)
    less = pulls.forces(sim.site_position, sim.body_matrix, after - before)["knee"]
    return {
        "excitation": excitation[:count],
        "activation": wanted[:count],
        "tension_n": after[:count],
        "knee_contact_force_n": one["knee_contact_force_n"].values + less[:count],
    }
