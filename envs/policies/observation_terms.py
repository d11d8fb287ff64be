"""Terms of the observation: small functions of a walk, in the frame of stance and swing leg.

Sideways values are mirrored: positive is towards the swing leg. What is learned for one leg thus
holds for the other, and the walker cannot learn a limp from a lopsided sample. The same functions
serve arrays and tensors of a device (`tensor_walkers`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..gaits.geometry import (
    at_most,
    difference,
    least_along,
    product,
    scalar_if_single,
    write_columns,
)
from .steered_walkers import SteeredWalkers

AXES = ("ahead", "swingward", "up")
EYES_AHEAD = np.linspace(0.1, 1.0, 10)  # m from the swing foot, along travel


@dataclass(frozen=True)
class ObservationTerm:
    """One block of the observation.

    Attributes:
        columns: names. unit: of all of them. write: writes a walk's values to (n, columns).
    """

    columns: tuple[str, ...]
    unit: str
    write: Callable[[SteeredWalkers, np.ndarray], None]


def _over_ground(walk: SteeredWalkers, velocity: np.ndarray, out: np.ndarray) -> None:
    product(velocity, walk.now.sides.mirror, out)
    out[:, 0] -= walk.state.ground_velocity


def pelvis(walk: SteeredWalkers, out: np.ndarray) -> None:
    """Height over the stance ankle, up direction in the pelvis's frame, heading, drift."""
    state, sides = walk.state, walk.now.sides
    matrix = state.body_matrix[:, state.root]
    out[:, 0] = state.body_position[:, state.root, 2] - walk.now.stance[:, 2]
    product(matrix[:, 6:9], sides.mirror, out[:, 1:4])
    out[:, 4], out[:, 5] = matrix[:, 3] * sides.side, state.root_position[:, 1] * sides.side


def pelvis_velocity(walk: SteeredWalkers, out: np.ndarray) -> None:
    """Velocity of the pelvis over the ground, world axes."""
    _over_ground(walk, walk.state.root_velocity, out)


def pelvis_spin(walk: SteeredWalkers, out: np.ndarray) -> None:
    """Angular velocity of the pelvis in its own frame."""
    product(walk.state.root_spin, walk.now.sides.axial, out)


def trunk(walk: SteeredWalkers, out: np.ndarray) -> None:
    """Up direction in the trunk's frame, ahead and swingward."""
    up = walk.state.body_matrix[:, walk.state.trunk, 6:8]
    product(up, walk.now.sides.mirror[:, :2], out)


def joint_angles(walk: SteeredWalkers, out: np.ndarray) -> None:
    """Angles of stance leg, swing leg and trunk."""
    sides = walk.now.sides
    product(walk.pick(walk.state.qpos, sides.qpos), sides.joints, out)


def joint_rates(walk: SteeredWalkers, out: np.ndarray) -> None:
    """Angular velocities of the same joints."""
    sides = walk.now.sides
    product(walk.pick(walk.state.qvel, sides.dof), sides.joints, out)


def centre_of_mass(walk: SteeredWalkers, out: np.ndarray) -> None:
    """Velocity of the centre of mass over the ground; stance and swing ankle from it."""
    state, now = walk.state, walk.now
    com, mirror = state.com, now.sides.mirror
    _over_ground(walk, state.com_velocity, out[:, :3])
    product(now.stance - com, mirror, out[:, 3:6])
    product(now.swing - com, mirror, out[:, 6:])


def step(walk: SteeredWalkers, out: np.ndarray) -> None:
    """The step in progress as the scripted gait plans it: xi, its deviations, target, clock."""
    gait, state, ankle = walk.gait, walk.state, walk.now.stance
    plan, roles = gait.plan(state, walk.now.asked, ankle), gait.roles
    x = scalar_if_single(ankle[:, 0]) - scalar_if_single(state.ground_travel)
    y = scalar_if_single(ankle[:, 1])
    side, time = scalar_if_single(walk.now.sides.side), scalar_if_single(roles.time_in_step)
    values = [
        plan.xcom_x - x,
        (plan.xcom_y - y) * side,
        plan.deviation_x,
        plan.deviation_y,
        plan.target_x - x,
        (plan.target_y - y) * side,
        time / scalar_if_single(gait.parameters["step_time"]),
        time,
        scalar_if_single(roles.lifted),
        scalar_if_single(roles.slope),
    ]
    write_columns(values, out)


def contact(walk: SteeredWalkers, out: np.ndarray) -> None:
    """Loads of stance and swing foot in body weights, at most 3; swing foot over stance foot."""
    state, feet = walk.state, walk.now.sides.feet
    load = at_most(state.vertical_load / (state.mass * 9.81), 3.0)
    low = walk.pick(least_along(state.sole_height, 2), feet)
    out[:, :2] = walk.pick(load, feet)
    difference(low[:, 1], low[:, 0], out[:, 2])


def command(walk: SteeredWalkers, out: np.ndarray) -> None:
    """Speed that is asked for, and the speed over the last stride."""
    out[:, 0], out[:, 1] = walk.now.asked, walk.mean_speed


def last_action(walk: SteeredWalkers, out: np.ndarray) -> None:
    """The action as it acts now, low-passed."""
    out[:] = walk.acting


def activation(walk: SteeredWalkers, out: np.ndarray) -> None:
    """Activations, stance side then swing side."""
    out[:] = walk.pick(walk.sim.act, walk.now.sides.muscles)


def slip(walk: SteeredWalkers, out: np.ndarray) -> None:
    """Velocity over the ground of the lowest point of stance and swing foot; slip of a stride."""
    sliding, rows, stance = walk.sliding, walk.rows, walk.stance
    assert sliding is not None
    mirror = walk.now.sides.mirror[:, :2]
    out[:, :2] = sliding.velocity[rows, stance] * mirror
    out[:, 2:4] = sliding.velocity[rows, 1 - stance] * mirror
    out[:, 4] = sliding.lately


def ground_ahead(walk: SteeredWalkers, out: np.ndarray) -> None:
    """Height of the ground over the stance foot, ahead along travel of the swing foot as sensed."""
    state, stance, swing = walk.state, walk.now.stance, walk.now.swing
    x = swing[:, :1] + walk.task.sign * EYES_AHEAD
    points = np.stack([x, np.broadcast_to(swing[:, 1:2], x.shape)], axis=-1)
    points = np.concatenate([points, stance[:, None, :2]], axis=1)
    height = state.ground_height(points)
    out[:] = height[:, :-1] - height[:, -1:]


def _named(prefix: str, names: tuple[str, ...] = AXES) -> tuple[str, ...]:
    return tuple(f"{prefix}_{name}" for name in names)


def observation_terms(walk: SteeredWalkers) -> dict[str, ObservationTerm]:
    """Return the terms that the walk's task asks for, in their order."""
    up = ("height", *_named("pelvis_up"), "heading", "drift")
    com = (*_named("com_velocity"), *_named("stance_ankle"), *_named("swing_ankle"))
    plan = (
        *("xcom_ahead", "xcom_swingward", "deviation_ahead", "deviation_swingward"),
        *("target_ahead", "target_swingward", "phase", "time_in_step", "lifted", "slope"),
    )
    joints = (*_named("stance", walk.legs), *_named("swing", walk.legs), *walk.trunk)
    terms = {
        "pelvis": ObservationTerm(up, "m, -", pelvis),
        "pelvis_velocity": ObservationTerm(_named("pelvis_velocity"), "m/s", pelvis_velocity),
        "pelvis_spin": ObservationTerm(
            ("roll_rate", "pitch_rate", "yaw_rate"), "rad/s", pelvis_spin
        ),
        "trunk": ObservationTerm(("trunk_up_ahead", "trunk_up_swingward"), "-", trunk),
        "joint_angles": ObservationTerm(joints, "rad", joint_angles),
        "joint_rates": ObservationTerm(joints, "rad/s", joint_rates),
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
