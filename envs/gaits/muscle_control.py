"""Joint torques to excitations: static optimisation within what activations can reach."""

from __future__ import annotations

import numpy as np

from ...models.body import Body
from ...models.knee_pain import knee_linear_cost
from ...models.muscle_mass import muscle_masses_kg
from ...sim.physics.body_state import BodyState
from ...sim.physics.simulation import Simulation
from ...sim.physics.static_optimisation import StaticOptimiser
from .geometry import clip, smooth_step
from .sharing import OF_2026A, Sharing

# N.m, the torque error that costs as much as one fully active muscle times sqrt(REGULARISATION)
TORQUE_SCALE = {
    "hip_flexion": 60.0,
    "hip_adduction": 60.0,
    "hip_rotation": 40.0,
    "knee": 60.0,
    "ankle": 50.0,
    "subtalar": 30.0,
    "mtp": 6.0,
    "lumbar_flexion": 80.0,
    "lumbar_bending": 80.0,
    "lumbar_rotation": 60.0,
}
REGULARISATION = 0.05  # weight of squared activation
LEAST = 0.0005  # least activation
FROM_REST = 12  # steps of the sharing's iteration
SETTLING = 0.15  # of the newest torques in the running mean that a change of legs begins from
LEAST_CAPACITY = 0.0025  # share of F0: keeps a muscle at the end of its range in the problem


class MuscleControl:
    """Shares torques of the muscle-driven joints out to the muscles.

    Args:
        sim: the simulation. body: its body. sharing: by which criterion.
        precision: how many times more a torque error counts.

    Attributes:
        joints: indices into `anatomy.joints` of the joints that it drives.
        wanted: (n, muscles) activations of the last call. optimiser: that shares torques out.
    """

    def __init__(
        self,
        sim: Simulation,
        body: Body,
        sharing: Sharing = OF_2026A,
        precision: float = 1.0,
    ) -> None:
        names = sim.anatomy.joint_roles
        self.joints = np.array([i for i, name in enumerate(names) if name in TORQUE_SCALE])
        self._dofs = sim.joint_dof[self.joints]
        self._of_dof = scale = np.ones(sim.model.nv)
        precision *= sharing.precision
        scale[self._dofs] = [TORQUE_SCALE[names[i]] / precision for i in self.joints]
        coupled = np.zeros((sim.model.nu, sim.model.nv), bool)
        coupled[:, self._dofs] = sim.moment_arm[0][:, self._dofs] != 0.0
        self.optimiser = StaticOptimiser(coupled, scale, sim.n, REGULARISATION, LEAST)
        self.sharing = sharing
        self._linear_cost = heat_per_activation(body)
        self._linear_cost /= self._linear_cost.mean()
        if body.walker.knee_pain:
            self._linear_cost += body.walker.knee_pain * knee_linear_cost(body)
        masses = muscle_masses_kg(body)
        self._weight = (masses / masses.mean()) ** sharing.volume_power
        self.wanted = np.full((sim.n, sim.model.nu), LEAST)
        self._before, self._last, self._settled = np.zeros((3, sim.n, len(self.joints)))
        self._since, self._any = np.zeros(sim.n), np.zeros(sim.n, bool)
        self._fresh = np.ones(sim.n, bool)

    def reset(self, ids: np.ndarray) -> None:
        """Forget what simulations `ids` did before."""
        self.optimiser.reset(ids)
        self.wanted[ids] = LEAST
        self._since[ids], self._any[ids], self._fresh[ids] = 0.0, False, True

    def excite(
        self,
        sim: BodyState,
        torque: np.ndarray,
        linear_cost: np.ndarray,
        since: np.ndarray | None = None,
    ) -> np.ndarray:
        """Excitations (n, muscles) that give `torque` (n, joints) [N.m] as nearly as muscles can.

        `linear_cost` (n,) is that of activation of an average muscle, unless the sharing has
        its own; a muscle of more mass and faster fibres pays more, and so does one that presses a
        painful knee. `since` (n,) [s] is the time since the legs changed roles; None: nothing
        to blend.
        """
        sharing, act, muscles = self.sharing, sim.act, sim.muscles
        if sharing.blend_s and since is not None:
            torque = self._blended(torque, since)
        bounds: tuple[np.ndarray | None, np.ndarray | None] = (None, None)
        if sharing.reach_s:
            lowest = muscles.reach(act, np.zeros_like(act), sharing.reach_s)
            highest = muscles.reach(act, np.ones_like(act), sharing.reach_s)
            bounds = np.maximum(lowest, LEAST), np.maximum(highest, 2 * LEAST)
        self.share(sim, sim.fibre_velocity, self._by_dof(torque), linear_cost, bounds)
        if sharing.steer_s:
            return np.maximum(muscles.excitation_for(self.wanted, act, sharing.steer_s), LEAST)
        return clip(2.0 * self.wanted - act, LEAST, 1.0)

    def _blended(self, torque: np.ndarray, since: np.ndarray) -> np.ndarray:
        """Torques blended from those before the legs changed roles.

        That is their running mean, because a foot that lands makes them jump just before.
        """
        changed = since < self._since
        self._any |= changed
        self._before[changed] = self._settled[changed]
        self._since = since.copy()
        share = smooth_step(np.clip(since / self.sharing.blend_s, 0.0, 1.0))[:, None]
        self._last = np.where(
            self._any[:, None], self._before + share * (torque - self._before), torque
        )
        newest = np.where(self._fresh, 1.0, SETTLING)[:, None]
        self._settled += newest * (self._last - self._settled)
        self._fresh[:] = False
        return self._last

    def exact(self, sim: BodyState, torque: np.ndarray, linear_cost: np.ndarray) -> np.ndarray:
        """Activations (n, muscles) for `torque` (n, joints) [N.m], whatever can be reached."""
        torque = self._by_dof(torque)
        return self.share(sim, sim.fibre_velocity, torque, linear_cost, repeats=FROM_REST)

    def _by_dof(self, torque: np.ndarray) -> np.ndarray:
        asked = np.zeros((len(torque), len(self._of_dof)))
        asked[:, self._dofs] = torque
        return asked

    def share(
        self,
        sim: BodyState,
        fibre_velocity: np.ndarray,
        torque: np.ndarray,
        linear_cost: np.ndarray | float,
        bounds: tuple[np.ndarray | None, np.ndarray | None] = (None, None),
        repeats: int = 1,
        near: tuple[np.ndarray, float] | None = None,
    ) -> np.ndarray:
        """Activations (n, muscles) for `torque` (n, nv) [N.m], passive tension included.

        Where activation is not squared, `repeats` steps of an iteration that goes on from the last
        activations: one is enough from one control period to the next, `FROM_REST` from nothing.
        `near` (activations, weight) adds half the weight times the squared distance from them.
        """
        muscles, length = sim.muscles, sim.fibre_length
        capacity = np.maximum(
            muscles.capacity(length, fibre_velocity), LEAST_CAPACITY * muscles.max_isometric_force
        )
        arm = sim.moment_arm  # of lengthening: a muscle's torque is -arm * tension
        asked = -(muscles.passive_tension(length)[:, None, :] @ arm)[:, 0]
        asked -= torque
        own = linear_cost if self.sharing.linear_cost is None else self.sharing.linear_cost
        linear = np.broadcast_to(np.multiply.outer(own, self._linear_cost), capacity.shape)
        plain = not self.sharing.volume_power and self.sharing.exponent == 2.0
        if plain and near is None:
            self.wanted = self.optimiser.activations(arm, capacity, asked, linear, None, *bounds)
            return self.wanted
        for _ in range(repeats):
            curve, extra = self.sharing.quadratic(REGULARISATION * self._weight, self.wanted)
            if near is not None:
                curve, extra = curve + near[1], extra - near[1] * near[0]
            self.wanted = self.optimiser.activations(
                arm, capacity, asked, linear + extra, curve, *bounds
            )
        return self.wanted


def heat_per_activation(body: Body) -> np.ndarray:
    """Heat of activation and maintenance of each muscle at full activation, (muscles,) [W].

    1.5 m (128 fast share + 25), Umberger 2010, J R Soc Interface 7:1329, at or below optimal
    length.
    """
    fast = 1.0 - np.array([row.slow_twitch_share for row in body.muscles])
    return 1.5 * (128.0 * fast + 25.0) * muscle_masses_kg(body)
