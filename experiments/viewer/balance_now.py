"""Ground forces and balance at one instant, by the definitions of the measures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...envs.gaits.foot_placement import GRAVITY
from ...sim.measures.balance.margin_of_stability import extrapolated_com_m
from ...sim.measures.base.contact_polygon import REGION_EDGES, reach
from ...sim.physics.anatomy import POINTS, REGIONS
from ...sim.physics.contact import REGION_BEARS_N, STANDS_N
from ...sim.physics.simulation import Simulation
from ..drawing.balance import hull

_REGION = [r for r, region in enumerate(REGIONS) for _ in REGION_EDGES[region]]
_POINT = [POINTS.index(name) for region in REGIONS for name in REGION_EDGES[region]]
_ANKLE = POINTS.index("ankle")


@dataclass(frozen=True)
class Balance:
    """Balance at one instant.

    Attributes:
        force: (2, 3) [N] of the ground on each foot. pressure: (2, 3) [m] where, NaN without load.
        com: (3,) [m]. xcom: (2,) [m] the extrapolated centre of mass, over the ground.
        support: (k, 2) [m] corners of the base of support in order; none while in the air.
        margin_ap_m, margin_ml_m: along travel and sideways, outward of the foot that stands;
            NaN while in the air.
        outward: +1 where that is to the walker's left (+y), else -1.
    """

    force: np.ndarray
    pressure: np.ndarray
    com: np.ndarray
    xcom: np.ndarray
    support: np.ndarray
    margin_ap_m: float
    margin_ml_m: float
    outward: float


def balance_now(sim: Simulation, sign: float, stance: int) -> Balance:
    """Return the balance of a simulation's first walker.

    Args:
        sign: +1 where the walker goes to +x, else -1.
        stance: the foot that landed last, 0 left or 1 right: whose outer side counts.
    """
    force = sim.ground_force[0]
    load = np.maximum(force[..., 2], 0.0)
    total = load.sum(-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = (sim.contact_position[0] * load[..., None]).sum(1) / total[:, None]
    points = sim.points[0]
    com, velocity = sim.com[0].copy(), sim.com_velocity[0].copy()
    velocity[0] -= sim.ground_velocity[0]
    length = np.linalg.norm(com - points[stance, _ANKLE])
    xcom = extrapolated_com_m(com[None, :2], velocity[None, :2], np.array([length]), GRAVITY)[0]
    corners = points[:, _POINT, :2].reshape(-1, 2)
    loaded = (force[:, _REGION, 2] > REGION_BEARS_N).ravel()
    outward = 1.0 if stance == 0 else -1.0
    away = (corners - xcom) * [sign, outward]
    ap, ml = (float(reach(away[None, :, axis], loaded[None])[0]) for axis in (0, 1))
    return Balance(
        force.sum(1),
        np.where(total[:, None] > STANDS_N, centre, np.nan),
        com,
        xcom,
        hull(corners[loaded]),
        ap,
        ml,
        outward,
    )


class StanceFoot:
    """Which foot landed last."""

    def __init__(self) -> None:
        self.foot, self._down = 0, np.zeros(2, bool)

    def update(self, load_n: np.ndarray) -> int:
        """Return the foot, 0 left or 1 right, from the load (2,) [N] on both at this moment."""
        down = load_n > STANDS_N
        landed = np.flatnonzero(down & ~self._down)
        if landed.size:
            self.foot = int(landed[0])
        elif down.sum() == 1:
            self.foot = int(down.argmax())
        self._down = down
        return self.foot
