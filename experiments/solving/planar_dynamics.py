"""The planar walker as CasADi functions: motion, contact, muscles and what they cost.

q = x, z of the hips, lean (forward positive), then for the left and the right leg hip flexion, knee
flexion, ankle dorsiflexion and toe extension [m, rad]. The equations are implicit: given q, its two
derivatives, activations and tendon forces, a residual must vanish. What resting muscles resist is
in the passive moments of the joints, so fibres have no passive force of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import casadi as ca
import numpy as np

from ...models.passive_moments import passive_moments
from .planar_body import ELASTIC, JOINTS, PlanarBody, Segment
from .smooth import (
    active_force_length,
    force_velocity,
    metabolic_rate,
    positive_part,
)

GRAVITY = 9.81
COORDINATES = 11
LEGS = (3, 7)
"""First coordinate of the left and of the right leg."""
RESERVES = 3
"""Torque helpers a leg: hip, knee, ankle; free in the first stages only."""
DISSIPATION_S_PER_M = 1.5
"""Of a contact (Hunt and Crossley 1975)."""
TENDON_STIFFNESS = 35.0
"""Of the exponential tendon curve 0.2 exp(35 strain) - 0.2: 4.9 % strain at F0."""
TENDON_SHIFT = 0.2
FIBRE_DAMPING = 0.01
"""Of an elastic muscle's fibre [F0 at the maximum velocity]; keeps its equation well posed."""
RIGID_SHARE = 0.33
"""Force [F0] at which an elastic tendon is as long as the body's rigid one."""


@dataclass(frozen=True)
class PlanarModel:
    """CasADi functions of q, qd, qdd, activation, tendon force, its rate, reserve, contact.

    `contact` holds the speed of the friction's transition [m/s] and the smoothing depth [m].
    """

    body: PlanarBody
    motion: ca.Function
    """-> residual of motion and tendons (scaled), metabolic rate [W/kg], vertical forces [weights],
    elastic passive moments [N.m]."""
    outputs: ca.Function
    """-> ground force (x, z of left and right) [N], joint moments (8), passive moments (8),
    tensions (2 m) [N], fibre lengths [L0], fibre velocities [L0/s], metabolic rates [W]."""
    ankles: ca.Function
    """q -> x, z of left and right ankle [m]."""
    clearance: ca.Function
    """q -> height of the discs' lowest points above the ground, left then right, (6,) [m]."""

    @property
    def muscles(self) -> int:
        """Muscles a leg."""
        return len(self.body.muscles)

    @property
    def tendons(self) -> int:
        """Elastic tendons a leg."""
        return len(ELASTIC)


def _turned(angle: Any, point: np.ndarray | list[float]) -> Any:
    """Return `point` turned by `angle`, counter-clockwise seen with x right and z up."""
    c, s = ca.cos(angle), ca.sin(angle)
    return ca.vertcat(c * point[0] - s * point[1], s * point[0] + c * point[1])


def _length_and_arms(
    path: dict[str, np.ndarray], angle: dict[str, Any]
) -> tuple[Any, dict[str, Any]]:
    """Return the change of path length [m] and the moment arm about each joint [m]."""
    length: Any = 0.0
    arms: dict[str, Any] = {}
    for joint, poly in path.items():
        length = length + _horner(poly, angle[joint])
        arms[joint] = -_horner(np.polyder(poly), angle[joint])
    return length, arms


def _horner(poly: np.ndarray, x: Any) -> Any:
    value: Any = float(poly[0])
    for c in poly[1:]:
        value = value * x + float(c)
    return value


def tendon_strain(force: Any) -> Any:
    """Return the elastic tendon's strain at `force` [F0]."""
    log = ca.log if isinstance(force, ca.SX) else np.log
    return log((force + TENDON_SHIFT) / TENDON_SHIFT) / TENDON_STIFFNESS


@dataclass
class _Limbs:
    """Positions of all segments and discs as expressions of q."""

    parts: list[tuple[Segment, Any, Any]]
    discs: list[tuple[int, Any, Any, float, float]]
    ankles: list[Any]


def _limbs(body: PlanarBody, q: Any) -> _Limbs:
    hips = q[0:2]
    parts = [(body.trunk, hips + _turned(-q[2], body.trunk.com_m), -q[2])]
    discs: list[tuple[int, Any, Any, float, float]] = []
    ankles: list[Any] = []
    for side, first in enumerate(LEGS):
        thigh = q[first] - q[2]
        shank = thigh - q[first + 1]
        foot = shank + q[first + 2]
        toes = foot + q[first + 3]
        knee = hips + _turned(thigh, [0.0, -body.thigh_m])
        ankle = knee + _turned(shank, [0.0, -body.shank_m])
        ball = ankle + _turned(foot, body.toe_joint_m)
        ankles.append(ankle)
        for segment, joint, angle in (
            (body.thigh, hips, thigh),
            (body.shank, knee, shank),
            (body.foot, ankle, foot),
            (body.toes, ball, toes),
        ):
            parts.append((segment, joint + _turned(angle, segment.com_m), angle))
        for disc in body.contacts:
            joint, angle = (ankle, foot) if disc.segment == "foot" else (ball, toes)
            centre = joint + _turned(angle, disc.centre_m)
            discs.append((side, centre, angle, disc.radius_m, disc.stiffness))
    return _Limbs(parts, discs, ankles)


@dataclass
class _Muscles:
    """A leg's muscles as expressions, muscle by muscle."""

    pulled: dict[str, Any]
    """Joint -> moment of all muscles [N.m]."""
    tension: list[Any]
    length: list[Any]
    speed: list[Any]
    heat: list[Any]
    hill: list[Any]
    """Of elastic tendons: the fibre's force less the tendon's, which must vanish [F0]."""


def _muscles(
    body: PlanarBody,
    angle: dict[str, Any],
    swing: dict[str, Any],
    activation: Any,
    force: Any,
    rate: Any,
) -> _Muscles:
    """Return a leg's muscles at joint angles, their rates, activations and tendon forces."""
    done = _Muscles(dict.fromkeys(JOINTS, 0.0), [], [], [], [], [])
    for i, muscle in enumerate(body.muscles):
        change, arms = _length_and_arms(muscle.path, angle)
        l0, f0 = muscle.optimal_fibre_length_m, muscle.max_isometric_force_n
        length = muscle.neutral_length + change / l0
        speed = -sum(arm * swing[joint] for joint, arm in arms.items()) / l0
        elastic = ELASTIC.index(muscle.name) if muscle.name in ELASTIC else None
        if elastic is not None:
            f, df = force[elastic], rate[elastic]
            rigid = muscle.tendon_slack_length_m / l0
            slack = rigid / (1.0 + float(tendon_strain(RIGID_SHARE)))
            length = length + rigid - slack * (1.0 + tendon_strain(f))
            speed = speed - slack * df / ((f + TENDON_SHIFT) * TENDON_STIFFNESS)
        active = activation[i] * active_force_length(length, body.curve)
        active = active * force_velocity(speed / body.curve.vmax, body.curve)
        pull = f0 * active
        if elastic is not None:
            done.hill.append(active + FIBRE_DAMPING * speed / body.curve.vmax - force[elastic])
            pull = f0 * force[elastic]
        for joint, arm in arms.items():
            done.pulled[joint] = done.pulled[joint] + arm * pull
        heat = metabolic_rate(
            activation[i],
            length,
            speed,
            f0 * active,
            muscle.slow_twitch_share,
            l0,
            muscle.mass_kg,
            body.curve,
        )
        for kept, value in (
            (done.tension, pull),
            (done.length, length),
            (done.speed, speed),
            (done.heat, heat),
        ):
            kept.append(value)
    return done


def planar_model(body: PlanarBody) -> PlanarModel:
    """Return the functions of the planar walker `body`."""
    m, nt = len(body.muscles), len(ELASTIC)
    q, qd, qdd = (ca.SX.sym(name, COORDINATES) for name in ("q", "qd", "qdd"))
    act, force, rate = ca.SX.sym("a", 2 * m), ca.SX.sym("f", 2 * nt), ca.SX.sym("df", 2 * nt)
    reserve, contact = ca.SX.sym("r", 2 * RESERVES), ca.SX.sym("c", 2)
    limbs = _limbs(body, q)
    weight = body.mass_kg * GRAVITY
    residual = _inertia_and_weight(limbs, q, qd, qdd)
    pushed, ground = _ground(body, limbs, q, qd, contact)
    residual -= pushed

    moments: list[Any] = []
    passives: list[Any] = []
    springs: list[Any] = []
    legs: list[_Muscles] = []
    for side, first in enumerate(LEGS):
        angle = {name: q[first + k] for k, name in enumerate(JOINTS)}
        swing = {name: qd[first + k] for k, name in enumerate(JOINTS)}
        own = slice(m * side, m * side + m), slice(nt * side, nt * side + nt)
        leg = _muscles(body, angle, swing, act[own[0]], force[own[1]], rate[own[1]])
        legs.append(leg)
        stretch = (*passive_moments(*(angle[n] for n in JOINTS[:3]), exp=ca.exp), 0.0)
        for k, name in enumerate(JOINTS):
            spring = stretch[k] - float(body.stiffness_n_m[k]) * angle[name]
            passive = spring - float(body.damping_n_m_s[k]) * swing[name]
            extra = reserve[RESERVES * side + k] if k < RESERVES else 0.0
            springs.append(spring)
            passives.append(passive)
            moments.append(leg.pulled[name] + passive + extra)
            residual[first + k] += float(body.armature_kg_m2[k]) * qdd[first + k] - moments[-1]

    def both(name: str) -> Any:
        """Return a quantity of the muscles of both legs, left first."""
        return ca.vertcat(*(value for leg in legs for value in getattr(leg, name)))

    scale = np.array([1.0 / weight] * 2 + [1.0 / 100.0] * 9)
    metabolic = ca.sum1(both("heat")) / body.mass_kg
    vertical = ca.vertcat(ground[0][1], ground[1][1]) / weight
    given = [q, qd, qdd, act, force, rate, reserve, contact]
    names = ["q", "qd", "qdd", "a", "f", "df", "r", "c"]
    motion = ca.Function(
        "motion",
        given,
        [ca.vertcat(residual * scale, both("hill")), metabolic, vertical, ca.vertcat(*springs)],
        names,
        ["residual", "metabolic", "vertical", "elastic"],
    )
    outputs = ca.Function(
        "outputs",
        given,
        [
            ca.vertcat(*ground),
            ca.vertcat(*moments),
            ca.vertcat(*passives),
            *(both(name) for name in ("tension", "length", "speed", "heat")),
        ],
        names,
        ["ground", "moment", "passive", "tension", "length", "speed", "heat"],
    )
    ankles = ca.Function("ankles", [q], [ca.vertcat(*limbs.ankles)])
    low = ca.vertcat(*(centre[1] - radius for _, centre, _, radius, _ in limbs.discs))
    return PlanarModel(body, motion, outputs, ankles, ca.Function("clearance", [q], [low]))


def _inertia_and_weight(limbs: _Limbs, q: Any, qd: Any, qdd: Any) -> Any:
    """Return the generalised forces that the parts' acceleration and weight ask for."""
    forces = ca.SX.zeros(COORDINATES)
    for segment, place, angle in limbs.parts:
        jac, turn = ca.jacobian(place, q), ca.jacobian(angle, q)
        speed = ca.jtimes(place, q, qd)
        accel = ca.jtimes(speed, q, qd) + ca.mtimes(jac, qdd)
        forces += ca.mtimes(jac.T, segment.mass_kg * (accel + ca.vertcat(0, GRAVITY)))
        forces += segment.inertia_kg_m2 * ca.mtimes(turn, qdd) * turn.T
    return forces


def _ground(
    body: PlanarBody, limbs: _Limbs, q: Any, qd: Any, contact: Any
) -> tuple[Any, list[Any]]:
    """Return the ground's generalised forces, and its force (x, z) on the left and right foot [N].

    A disc's normal force is that of Hunt and Crossley, its friction Coulomb's, both smooth.
    """
    forces, ground = ca.SX.zeros(COORDINATES), [ca.SX.zeros(2), ca.SX.zeros(2)]
    for side, centre, angle, radius, stiffness in limbs.discs:
        speed, spin = ca.jtimes(centre, q, qd), ca.jtimes(angle, q, qd)
        damped = positive_part(1.0 - DISSIPATION_S_PER_M * speed[1], 0.1)
        normal = stiffness * positive_part(radius - centre[1], contact[1]) ** 1.5 * damped
        slip = speed[0] + spin * centre[1]  # of the disc's point at the ground
        pushed = ca.vertcat(-body.friction * normal * ca.tanh(slip / contact[0]), normal)
        jac = ca.jacobian(centre, q)
        jac += ca.vertcat(ca.jacobian(angle, q) * centre[1], ca.SX.zeros(1, COORDINATES))
        forces += ca.mtimes(jac.T, pushed)
        ground[side] = ground[side] + pushed
    return forces, ground
