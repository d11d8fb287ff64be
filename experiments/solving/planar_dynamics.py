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


def _length_and_arms(path: dict[str, np.ndarray], angle: dict[str, Any]) -> tuple[Any, dict]:
    """Return the change of path length [m] and the moment arm about each joint [m]."""
    length, arms = 0.0, {}
    for joint, poly in path.items():
        length = length + _horner(poly, angle[joint])
        arms[joint] = -_horner(np.polyder(poly), angle[joint])
    return length, arms


def _horner(poly: np.ndarray, x: Any) -> Any:
    value: Any = float(poly[0])
    for c in poly[1:]:
        value = value * x + float(c)
    return value


def tendon_stretch(force: Any) -> Any:
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
    discs, ankles = [], []
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


def planar_model(body: PlanarBody) -> PlanarModel:
    """Return the functions of the planar walker `body`."""
    m, nt = len(body.muscles), len(ELASTIC)
    q, qd, qdd = (ca.SX.sym(name, COORDINATES) for name in ("q", "qd", "qdd"))
    act, force, rate = ca.SX.sym("a", 2 * m), ca.SX.sym("f", 2 * nt), ca.SX.sym("df", 2 * nt)
    reserve, contact = ca.SX.sym("r", 2 * RESERVES), ca.SX.sym("c", 2)
    limbs = _limbs(body, q)
    weight = body.mass_kg * GRAVITY

    def slope(e: Any) -> Any:
        return ca.jtimes(e, q, qd)

    residual = ca.SX.zeros(COORDINATES)
    for segment, place, angle in limbs.parts:
        jac, turn = ca.jacobian(place, q), ca.jacobian(angle, q)
        accel = ca.jtimes(slope(place), q, qd) + ca.mtimes(jac, qdd)
        spin = ca.mtimes(turn, qdd)
        lift = ca.vertcat(0, GRAVITY)
        residual += ca.mtimes(jac.T, segment.mass_kg * (accel + lift))
        residual += segment.inertia_kg_m2 * spin * turn.T
    ground = [ca.SX.zeros(2), ca.SX.zeros(2)]
    for side, centre, angle, radius, stiffness in limbs.discs:
        speed, spin = slope(centre), slope(angle)
        damped = positive_part(1.0 - DISSIPATION_S_PER_M * speed[1], 0.1)
        normal = stiffness * positive_part(radius - centre[1], contact[1]) ** 1.5 * damped
        slip = speed[0] + spin * centre[1]  # of the disc's point at the ground
        pushed = ca.vertcat(-body.friction * normal * ca.tanh(slip / contact[0]), normal)
        jac = ca.jacobian(centre, q)
        jac += ca.vertcat(ca.jacobian(angle, q) * centre[1], ca.SX.zeros(1, COORDINATES))
        residual -= ca.mtimes(jac.T, pushed)
        ground[side] = ground[side] + pushed

    moments, passives, elastic, hill = [], [], [], []
    tension, lengths, speeds, heat = [], [], [], []
    for side, first in enumerate(LEGS):
        angle = {name: q[first + k] for k, name in enumerate(JOINTS)}
        swing = {name: qd[first + k] for k, name in enumerate(JOINTS)}
        pulled: dict[str, Any] = dict.fromkeys(JOINTS, 0.0)
        loose = 0
        for i, muscle in enumerate(body.muscles):
            change, arms = _length_and_arms(muscle.path, angle)
            l0, f0 = muscle.optimal_fibre_length_m, muscle.max_isometric_force_n
            length = muscle.neutral_length + change / l0
            speed = -sum(arm * swing[joint] for joint, arm in arms.items()) / l0
            if muscle.name in ELASTIC:
                f, df = force[nt * side + loose], rate[nt * side + loose]
                loose += 1
                slack = muscle.tendon_slack_length_m / l0
                slack /= 1.0 + float(tendon_stretch(RIGID_SHARE))
                rigid = muscle.tendon_slack_length_m / l0
                length = length + rigid - slack * (1.0 + tendon_stretch(f))
                speed = speed - slack * df / ((f + TENDON_SHIFT) * TENDON_STIFFNESS)
            a = act[m * side + i]
            active = a * active_force_length(length, body.curve)
            active = active * force_velocity(speed / body.curve.vmax, body.curve)
            if muscle.name in ELASTIC:
                hill.append(active + 0.01 * speed / body.curve.vmax - f)
                pull = f0 * f
            else:
                pull = f0 * active
            for joint, arm in arms.items():
                pulled[joint] = pulled[joint] + arm * pull
            heat.append(
                metabolic_rate(
                    a,
                    length,
                    speed,
                    f0 * active,
                    muscle.slow_twitch_share,
                    l0,
                    muscle.mass_kg,
                    body.curve,
                )
            )
            tension.append(pull)
            lengths.append(length)
            speeds.append(speed)
        stretch = (*passive_moments(*(angle[n] for n in JOINTS[:3]), exp=ca.exp), 0.0)
        for k, name in enumerate(JOINTS):
            spring = stretch[k] - float(body.stiffness_n_m[k]) * angle[name]
            elastic.append(spring)
            passive = spring - float(body.damping_n_m_s[k]) * swing[name]
            extra = reserve[RESERVES * side + k] if k < RESERVES else 0.0
            passives.append(passive)
            moments.append(pulled[name] + passive + extra)
            residual[first + k] -= moments[-1]
            residual[first + k] += float(body.armature_kg_m2[k]) * qdd[first + k]
    scale = np.array([1.0 / weight] * 2 + [1.0 / 100.0] * 9)
    metabolic = sum(heat[1:], heat[0]) / body.mass_kg
    vertical = ca.vertcat(ground[0][1], ground[1][1]) / weight
    given = [q, qd, qdd, act, force, rate, reserve, contact]
    names = ["q", "qd", "qdd", "a", "f", "df", "r", "c"]
    motion = ca.Function(
        "motion",
        given,
        [ca.vertcat(residual * scale, *hill), metabolic, vertical, ca.vertcat(*elastic)],
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
            ca.vertcat(*tension),
            ca.vertcat(*lengths),
            ca.vertcat(*speeds),
            ca.vertcat(*heat),
        ],
        names,
        ["ground", "moment", "passive", "tension", "length", "speed", "heat"],
    )
    ankles = ca.Function("ankles", [q], [ca.vertcat(*limbs.ankles)])
    low = ca.vertcat(*(centre[1] - radius for _, centre, _, radius, _ in limbs.discs))
    return PlanarModel(body, motion, outputs, ankles, ca.Function("clearance", [q], [low]))
