"""Terms of the observation: small functions of a walk, in the frame of stance and swing leg.

Sideways values are mirrored: positive is towards the swing leg. What is learned for one leg thus
holds for the other, and the walker cannot learn a limp from a lopsided sample.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .actions import LEG, TRUNK

if TYPE_CHECKING:
    from .steering import Steering

AXES = ("ahead", "swingward", "up")
EYES_AHEAD = np.linspace(0.1, 1.0, 10)  # m from the swing foot, along travel


@dataclass(frozen=True)
class ObservationTerm:
    """One block of the observation.

    Attributes:
        columns: names. unit: of all of them. of: values (n, columns) of a walk.
    """

    columns: tuple[str, ...]
    unit: str
    of: Callable[[Steering], np.ndarray]


def _over_ground(walk: Steering, velocity: np.ndarray) -> np.ndarray:
    relative = velocity * walk.now.mirror
    relative[:, 0] -= walk.state.ground_velocity
    return relative


def pelvis(walk: Steering) -> np.ndarray:
    """Height over the stance ankle, up direction in the pelvis's frame, heading, drift."""
    state, now = walk.state, walk.now
    matrix = state.body_matrix[:, state.root]
    out = np.empty((walk.n, 6))
    out[:, 0] = state.body_position[:, state.root, 2] - now.stance[:, 2]
    out[:, 1:4] = matrix[:, 6:9] * now.mirror
    out[:, 4], out[:, 5] = matrix[:, 3] * now.side, state.qpos[:, 1] * now.side
    return out


def pelvis_velocity(walk: Steering) -> np.ndarray:
    """Velocity of the pelvis over the ground, world axes."""
    return _over_ground(walk, walk.state.qvel[:, :3])


def pelvis_spin(walk: Steering) -> np.ndarray:
    """Angular velocity of the pelvis in its own frame."""
    return walk.state.qvel[:, 3:6] * walk.now.axial


def trunk(walk: Steering) -> np.ndarray:
    """Up direction in the trunk's frame, ahead and swingward."""
    up = walk.state.body_matrix[:, walk.state.trunk, 6:8]
    return up * walk.now.mirror[:, :2]


def joint_angles(walk: Steering) -> np.ndarray:
    """Angles of stance leg, swing leg and trunk."""
    return walk.of_joints(walk.state.qpos, walk.qpos_order)


def joint_rates(walk: Steering) -> np.ndarray:
    """Angular velocities of the same joints."""
    return walk.of_joints(walk.state.qvel, walk.dof_order)


def centre_of_mass(walk: Steering) -> np.ndarray:
    """Velocity of the centre of mass over the ground; stance and swing ankle from it."""
    state, now = walk.state, walk.now
    out, com = np.empty((walk.n, 9)), state.com
    out[:, :3] = _over_ground(walk, state.com_velocity)
    out[:, 3:6], out[:, 6:] = (now.stance - com) * now.mirror, (now.swing - com) * now.mirror
    return out


def step(walk: Steering) -> np.ndarray:
    """The step in progress as the scripted gait plans it: xi, its deviations, target, clock."""
    plan, roles, now = walk.gait.plan(walk.state, walk.now.asked), walk.gait.roles, walk.now
    x, y, side = now.stance[:, 0] - walk.state.ground_travel, now.stance[:, 1], now.side
    period = walk.gait.parameters["step_time"]
    return np.array(
        [
            plan.xcom[:, 0] - x,
            (plan.xcom[:, 1] - y) * side,
            plan.deviation_x,
            plan.deviation_y,
            plan.target[:, 0] - x,
            (plan.target[:, 1] - y) * side,
            roles.time_in_step / period,
            roles.time_in_step,
            roles.lifted,
            roles.slope,
        ]
    ).T


def contact(walk: Steering) -> np.ndarray:
    """Loads of stance and swing foot in body weights, at most 3; swing foot over stance foot."""
    state, rows, feet = walk.state, walk.rows[:, None], walk.now.feet
    load = np.minimum(state.vertical_load / (state.mass * 9.81), 3.0)
    low = np.minimum.reduce(state.sole_height, 2)[rows, feet]
    out = np.empty((walk.n, 3))
    out[:, :2] = load[rows, feet]
    out[:, 2] = low[:, 1] - low[:, 0]
    return out


def command(walk: Steering) -> np.ndarray:
    """Speed that is asked for, and the speed over the last stride."""
    return np.array([walk.now.asked, walk.mean_speed]).T


def last_action(walk: Steering) -> np.ndarray:
    """The action as it acts now, low-passed."""
    return walk.acting


def activation(walk: Steering) -> np.ndarray:
    """Activations, stance side then swing side."""
    order = walk.muscle_order[walk.stance]
    return walk.sim.act[walk.rows[:, None], order]


def slip(walk: Steering) -> np.ndarray:
    """Velocity over the ground of the lowest point of stance and swing foot; slip of a stride."""
    sliding, rows, stance = walk.sliding, walk.rows, walk.stance
    assert sliding is not None
    out, mirror = np.empty((walk.n, 5)), walk.now.mirror[:, :2]
    out[:, :2] = sliding.velocity[rows, stance] * mirror
    out[:, 2:4] = sliding.velocity[rows, 1 - stance] * mirror
    out[:, 4] = sliding.lately
    return out


def ground_ahead(walk: Steering) -> np.ndarray:
    """Height of the ground over the stance foot, ahead along travel of the swing foot as sensed."""
    state, stance, swing = walk.state, walk.now.stance, walk.now.swing
    x = swing[:, :1] + walk.task.sign * EYES_AHEAD
    points = np.stack([x, np.broadcast_to(swing[:, 1:2], x.shape)], axis=-1)
    points = np.concatenate([points, stance[:, None, :2]], axis=1)
    height = state.ground_height(points)
    return height[:, :-1] - height[:, -1:]


def _named(prefix: str, names: tuple[str, ...] = AXES) -> tuple[str, ...]:
    return tuple(f"{prefix}_{name}" for name in names)


_JOINTS = (*_named("stance", LEG), *_named("swing", LEG), *TRUNK)


def observation_terms(walk: Steering) -> dict[str, ObservationTerm]:
    """Return the terms that the walk's task asks for, in their order."""
    up = ("height", *_named("pelvis_up"), "heading", "drift")
    com = (*_named("com_velocity"), *_named("stance_ankle"), *_named("swing_ankle"))
    plan = (
        *("xcom_ahead", "xcom_swingward", "deviation_ahead", "deviation_swingward"),
        *("target_ahead", "target_swingward", "phase", "time_in_step", "lifted", "slope"),
    )
    terms = {
        "pelvis": ObservationTerm(up, "m, -", pelvis),
        "pelvis_velocity": ObservationTerm(_named("pelvis_velocity"), "m/s", pelvis_velocity),
        "pelvis_spin": ObservationTerm(
            ("roll_rate", "pitch_rate", "yaw_rate"), "rad/s", pelvis_spin
        ),
        "trunk": ObservationTerm(("trunk_up_ahead", "trunk_up_swingward"), "-", trunk),
        "joint_angles": ObservationTerm(_JOINTS, "rad", joint_angles),
        "joint_rates": ObservationTerm(_JOINTS, "rad/s", joint_rates),
        "centre_of_mass": ObservationTerm(com, "m/s, m", centre_of_mass),
        "step": ObservationTerm(plan, "m, s, -", step),
        "contact": ObservationTerm(
            ("stance_load", "swing_load", "swing_over_stance"), "body weights, m", contact
        ),
        "command": ObservationTerm(("commanded_speed", "mean_speed"), "m/s", command),
        "last_action": ObservationTerm(walk.actions.names, "-", last_action),
    }
    if walk.task.muscles:
        names = tuple(f"activation_{name}" for name in walk.muscle_names)
        terms["activation"] = ObservationTerm(names, "0 to 1", activation)
    if walk.task.slip:
        feet = (*_named("stance_foot", AXES[:2]), *_named("swing_foot", AXES[:2]), "lately")
        terms["slip"] = ObservationTerm(feet, "m/s", slip)
    if walk.task.eyes:
        seen = tuple(f"ground_{100 * x:.0f}_cm_ahead" for x in EYES_AHEAD)
        terms["ground_ahead"] = ObservationTerm(seen, "m", ground_ahead)
    return terms
