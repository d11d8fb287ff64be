"""Initial state of a trial: in mid step, already moving, or in quiet standing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...models.body import Body
from ...models.roles import Roles
from ...sim.physics.body_state import BodyState
from ...sim.physics.simulation import Simulation
from .leg_control import ANKLE, HIP_ADDUCTION, HIP_FLEXION, KNEE, SAGITTAL
from .standing import KNEE_BEND

POSE_NOISE = 0.02  # rad, standard deviation of every joint angle
VELOCITY_NOISE = 0.05  # m/s, of the body's velocity
JOINT_SPEED_NOISE = 0.06  # rad/s
STANDING_REACH = 0.15  # m, half the length over which feet tell the slope in standing
STANDING_WIDTH = 0.16  # m from ankle to ankle
STANDING_NOISE = 0.01  # rad, standard deviation of every joint angle in quiet standing
SIDEWAYS_SPEED = 0.12  # m/s towards the stance foot at the start


def starting_pose(
    sim: Simulation,
    roles: Roles,
    ids: np.ndarray,
    rngs: Sequence[np.random.Generator],
    speed: np.ndarray,
    step_time: np.ndarray,
) -> None:
    """Write the start of `ids`, which have just been reset: left foot down, right foot leaving.

    The body moves at 0.8 `speed` over the ground (signed, world x, (k,) [m/s]); each trial's
    generator gives its noise, so that a trial starts alike wherever it runs. The foot point that is
    lowest over the ground is put on it. A body without hips, knees or ankles (`roles`) starts with
    all its joints at 0.
    """
    noise = [
        (
            r.standard_normal(len(sim.joint_qpos)),
            r.standard_normal(3),
            r.standard_normal(len(sim.joint_dof)),
        )
        for r in rngs
    ]
    pose, velocity, rates = (np.array(part) for part in zip(*noise, strict=True))
    qpos, qvel = sim.qpos[ids], sim.qvel[ids]
    stride = np.clip(0.8 * speed * step_time, -0.5, 0.5)
    if roles.has(*SAGITTAL):
        left, right = sim.joint_qpos[roles.pairs(SAGITTAL)]
        for (hip, knee, ankle), forward in ((left, 0.25), (right, -0.45)):
            qpos[:, hip] = 0.12 + forward * stride
            qpos[:, knee] = 0.2
            qpos[:, ankle] = 0.2 - qpos[:, hip]
    qpos[:, sim.joint_qpos] += POSE_NOISE * pose
    start = np.zeros((len(ids), 3))
    start[:, 0], start[:, 1] = 0.8 * speed + sim.ground_velocity[ids], SIDEWAYS_SPEED
    sim.root_pose.set_velocity(qvel, start + VELOCITY_NOISE * velocity)
    qvel[:, sim.joint_dof] += JOINT_SPEED_NOISE * rates
    sim.qpos[ids], sim.qvel[ids] = qpos, qvel
    sim.act[ids] = 0.05
    put_feet_on_ground(sim, ids)


def standing_pose(
    sim: Simulation,
    legs: np.ndarray,
    body: Body,
    ids: np.ndarray,
    rngs: Sequence[np.random.Generator],
) -> None:
    """Write quiet standing of `ids`, which have just been reset: feet side by side, at rest.

    Each trial's generator gives its noise of the joints' angles. `legs` (2, 7) are the joints of
    `leg_control`, left and right.
    """
    qpos = sim.qpos[ids]
    length = body.thigh_length_m + body.shank_length_m
    inward = np.arcsin((body.hip_half_width_m - STANDING_WIDTH / 2.0) / length)
    for leg in sim.joint_qpos[legs]:
        qpos[:, leg[KNEE]] = KNEE_BEND
        qpos[:, leg[[HIP_FLEXION, ANKLE]]] = KNEE_BEND / 2.0
        qpos[:, leg[HIP_ADDUCTION]] = inward
    noise = np.array([rng.standard_normal(len(sim.joint_qpos)) for rng in rngs])
    qpos[:, sim.joint_qpos] += STANDING_NOISE * noise
    sim.qpos[ids] = qpos
    sim.act[ids] = 0.05
    put_feet_on_ground(sim, ids)


def put_feet_on_ground(sim: Simulation, ids: np.ndarray) -> None:
    """Lift or lower simulations `ids` until the foot point lowest over the ground is on it."""
    ids = np.asarray(ids, np.int32)
    sim.settle_coupled(ids)
    sim.forward(ids)
    sole = sim.points[:, :, :-1].reshape(sim.n, -1, 3)[ids]
    above = (sole[:, :, 2] - sim.ground_height(sole[:, :, :2], ids)).min(1)
    sim.root_pose.move(sim.qpos, -above, 2, ids)
    sim.forward(ids)


def slope_underfoot(sim: BodyState) -> np.ndarray:
    """Rise of the ground per metre along x where the walker stands, (n,): felt in standing."""
    place = sim.root_position
    x = place[:, :1] + STANDING_REACH * np.array([1.0, -1.0])
    points = np.stack([x, np.broadcast_to(place[:, 1:2], x.shape)], axis=-1)
    heights = sim.ground_height(points)
    return (heights[:, 0] - heights[:, 1]) / (2.0 * STANDING_REACH)
