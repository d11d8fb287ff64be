"""What people's own walking costs this body: their angles and moments put through its muscles.

Angles and moments of hip, knee and ankle are the reference's (models/human). What it does not list
is recalled from textbooks (Winter 2009; Perry 1992): hip adduction and its moment, and the vertical
ground force, by tenths of the cycle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from retrowalk.envs.gaits.muscle_control import FROM_REST, MuscleControl
from retrowalk.envs.gaits.sharing import AHEAD, Sharing
from retrowalk.envs.scene import Course, build_scene
from retrowalk.experiments.rollout.trials import muscle_info
from retrowalk.models.body import build_body
from retrowalk.models.fitting.reference import gait_angles_rad, gait_moments_n_m_per_kg
from retrowalk.sim.measures.muscles.metabolic_rate import BASAL_W_PER_KG, MuscleState, umberger
from retrowalk.sim.physics.muscle_curves import active_force_length
from retrowalk.sim.physics.muscle_pull import JointPulls

INSTANTS = 100
STRIDE_S, SPEED_M_PER_S = 1.08, 1.2
HIP_ADDUCTION_DEG = [0, 5, 6, 4, 3, 1, -4, -5, -3, -1, 0]
HIP_ABDUCTION_N_M_PER_KG = [0.1, 0.75, 0.8, 0.6, 0.65, 0.7, 0.2, 0, 0, 0, 0.1]
VERTICAL_FORCE_BW = [0.05, 0.95, 1.05, 0.82, 0.92, 1.08, 0.35, 0, 0, 0, 0.05]
BELOW_KNEE_BW = 0.06  # weight of shank and foot
GRAVITY = 9.81


@dataclass(frozen=True)
class HumanFloor:
    """Cost [J/kg/m], largest knee contact force [body weights], each muscle's largest activation,
    and the largest torque error [N.m]."""

    cost: float
    knee: float
    largest: dict[str, float]
    torque_error: float


def human_floor(body_name: str, sharing: Sharing = AHEAD) -> HumanFloor:
    """Share people's moments at 1.2 m/s out to the muscles of a body, instant by instant."""
    body = build_body(body_name)
    sim = build_scene(body, Course(), [np.random.default_rng(0)] * INSTANTS).sim
    phase = np.arange(INSTANTS) / INSTANTS
    angles = {**gait_angles_rad(), "hip_adduction": np.radians(HIP_ADDUCTION_DEG)}
    moments = {
        **gait_moments_n_m_per_kg(),
        "hip_adduction": -np.array(HIP_ABDUCTION_N_M_PER_KG),
    }
    names = list(sim.anatomy.joints)
    torque, moving = np.zeros((2, INSTANTS, sim.model.nv))
    for side, shift in (("l", 0.0), ("r", 0.5)):
        at = (phase + shift) % 1.0
        for joint, curve in angles.items():
            i = names.index(f"{joint}_{side}")
            spline, moment = _periodic(curve), _periodic(moments[joint])
            sim.qpos[:, sim.joint_qpos[i]] = spline(at)
            moving[:, sim.joint_dof[i]] = spline(at, 1) / STRIDE_S
            torque[:, sim.joint_dof[i]] = sim.mass * moment(at)
    sim.forward()
    shared = sim.joint_dof[:17]
    wanted = np.zeros_like(torque)
    wanted[:, shared] = (torque - sim.passive_force)[:, shared]
    arm, muscles, length = sim.moment_arm, sim.muscles, sim.fibre_length
    velocity = (arm @ moving[:, :, None])[:, :, 0] / muscles.optimal_length
    layer = MuscleControl(sim, body, sharing, precision=20.0)
    activation = layer.share(sim, velocity, wanted, sharing.linear_cost or 0.0, repeats=FROM_REST)
    tension, passive = (
        muscles.tension(activation, length, velocity),
        muscles.passive_tension(length),
    )
    given = sim.passive_force - (tension[:, None] @ arm)[:, 0]
    info = muscle_info(body)
    state = MuscleState(
        activation,
        activation,
        length,
        velocity,
        tension - passive,
        tension,
        active_force_length(length, muscles.lmin, muscles.lmax),
        muscles.max_isometric_force,
        muscles.optimal_length,
        info["muscle_mass_kg"],
        info["slow_twitch_share"],
        muscles.vmax,
    )
    power = umberger(state)[0].sum(1).mean() / sim.mass + BASAL_W_PER_KG
    pulls = JointPulls(sim.model, sim.anatomy)
    pull = pulls.forces(sim.site_position, sim.body_matrix, tension)["knee"][:, 0, 2]
    weight = np.maximum(_periodic(np.array(VERTICAL_FORCE_BW))(phase) - BELOW_KNEE_BW, 0.0)
    rows = [row.name for row in body.muscles]
    return HumanFloor(
        cost=float(power / SPEED_M_PER_S),
        knee=float((weight - pull / (sim.mass * GRAVITY)).max()),
        largest=dict(zip(rows, activation.max(0).tolist(), strict=True)),
        torque_error=float(np.abs(given - torque)[:, shared].max()),
    )


def _periodic(values: np.ndarray) -> CubicSpline:
    closed = np.array(values, float)
    closed[-1] = closed[0]
    return CubicSpline(np.linspace(0.0, 1.0, len(closed)), closed, bc_type="periodic")
