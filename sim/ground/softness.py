"""Soft ground: spring-damper contacts of the feet as MuJoCo's solref and solimp.

A contact of elliptic friction cone with solref = (-k, -b) and impedance d(r) at depth r gives, at
rest, the normal force

    F = k r d^2 / (D^2 (1 - d) w)

for the impedance D at full depth, and w the foot's translational inverse weight
(`body_invweight0`). Its damper is b d / (D (1 - d) w), and it lags like a mass of d / ((1 - d) w)
that moves with the foot. (From `mj_makeImpedance`; tests hold a foot to it.) The impedance grows
with depth, so the ground grows stiffer, as a layer on firm ground does: a foot that stands on its
toes alone does not sink three times as deep.

With MuJoCo's pyramidal cones, friction would be as soft as the ground: a foot would creep. So soft
ground has elliptic cones, `FRICTION_HARDER` times as hard sideways as it is downwards. The solver
then takes more iterations: cut off too soon, a limp body that is dropped gains energy and blows up.
"""

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import numpy as np

CONTACTS_OF_FLAT_FOOT = 6  # two for each of heel, ball and toes on even ground
LEAST_MASS = 0.5  # kg of ground that moves with a contact
FULL_DEPTH = 3.0  # indentations: the impedance grows until there
GRAVITY = 9.81
FRICTION_HARDER = 100.0
MORE_ITERATIONS = 5  # times those on rigid ground
_SHALLOW = 0.7  # impedance at the surface, of that at the indentation
_GROWN = 2.0 / FULL_DEPTH**2  # share of the impedance's growth at the indentation (power 2)
_DEEP = (1 - _SHALLOW * (1 - _GROWN)) / _GROWN  # impedance at full depth, of that there
_MOST = 0.9 / _DEEP  # impedance at the indentation


def use_elliptic_cones(spec: mujoco.MjSpec, friction_harder: float, iterations: int) -> None:
    """Make friction `friction_harder` times as hard as contacts are downwards (MuJoCo's impratio).

    `iterations` are those of the solver, and of its line search, at most.
    """
    spec.option.cone = mujoco.mjtCone.mjCONE_ELLIPTIC
    spec.option.impratio = friction_harder
    spec.option.iterations = spec.option.ls_iterations = iterations


@dataclass(frozen=True)
class Softness:
    """One contact of a foot with soft ground.

    Attributes:
        depth: at which it holds its share of the body [m]. force: that share [N].
        damping: at this depth [N s/m]. mass: moving with the foot, at this depth [kg].
    """

    depth: float
    force: float
    damping: float
    mass: float

    def solver(self, inverse_weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return solref (k, 2) and solimp (k, 5) of geoms of this weight, (k,) [1/kg]."""
        ratio = self.mass * inverse_weight
        here = np.clip(ratio / (1 + ratio), 2e-4, _MOST)
        deep = _DEEP * here
        scale = inverse_weight * (1 - here) * deep / here
        stiffness = self.force / self.depth * scale * deep / here
        solref = -np.stack([stiffness, self.damping * scale], -1)
        flat = np.ones_like(here)
        solimp = [_SHALLOW * here, deep, FULL_DEPTH * self.depth * flat, 0.5 * flat, 2.0 * flat]
        return solref, np.stack(solimp, -1)


def softness(
    indentation_m: float, damping_ratio: float, mass_kg: float, time_step: float
) -> Softness:
    """Return the contact with which a flat foot sinks `indentation_m` under `mass_kg`.

    `damping_ratio` is that of this mass on the springs of one flat foot. The moving mass is the
    least with which the time step stays stable.
    """
    total = mass_kg * GRAVITY / indentation_m
    damping = float(2 * damping_ratio * np.sqrt(total * mass_kg) / CONTACTS_OF_FLAT_FOOT)
    mass = max(LEAST_MASS, damping * time_step, 2 * total / CONTACTS_OF_FLAT_FOOT * time_step**2)
    return Softness(indentation_m, mass_kg * GRAVITY / CONTACTS_OF_FLAT_FOOT, damping, mass)
