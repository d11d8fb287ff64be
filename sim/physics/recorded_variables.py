"""Units and names of what a recording holds, as its variables carry them (CF conventions)."""

from __future__ import annotations

from typing import NamedTuple

import xarray as xr


class Meaning(NamedTuple):
    """`units` as UDUNITS writes them, `1` for numbers without, empty for names; `what` in words."""

    units: str
    what: str


_FORCE = "force of the proximal on the distal bone with the muscles"
_PULL = "part of the muscles in the force of the proximal on the distal bone"

VARIABLES: dict[str, Meaning] = {
    "joint_angle_rad": Meaning("rad", "angle of each joint"),
    "joint_velocity_rad_per_s": Meaning("rad s-1", "angular velocity of each joint"),
    "joint_moment_n_m": Meaning("N m", "net moment about each joint"),
    "com_position_m": Meaning("m", "centre of mass of the body, world frame"),
    "com_velocity_m_per_s": Meaning("m s-1", "velocity of the centre of mass, world frame"),
    "pelvis_position_m": Meaning("m", "origin of the pelvis, world frame"),
    "pelvis_quaternion": Meaning("1", "orientation of the pelvis in the world, w first"),
    "trunk_quaternion": Meaning("1", "orientation of the trunk in the world, w first"),
    "excitation": Meaning("1", "excitation of each muscle, 0 to 1"),
    "activation": Meaning("1", "activation of each muscle, 0 to 1"),
    "tension_n": Meaning("N", "tension of each muscle"),
    "fibre_length": Meaning("1", "length of each muscle's fibres over their optimal length"),
    "fibre_velocity_per_s": Meaning("s-1", "lengthening of the fibres in optimal lengths"),
    "motor_torque_n_m": Meaning("N m", "torque of each motor, of a body without muscles"),
    "ground_force_n": Meaning("N", "force of the ground on each region of each foot, world frame"),
    "centre_of_pressure_m": Meaning("m", "centre of pressure of each foot, world frame"),
    "free_moment_n_m": Meaning(
        "N m", "vertical torque of the ground on each foot about its centre of pressure"
    ),
    "foot_point_m": Meaning("m", "points of each foot's sole and the ankle, world frame"),
    "hip_contact_force_n": Meaning("N", f"{_FORCE}: hip, frame of the thigh"),
    "knee_contact_force_n": Meaning("N", f"{_FORCE}: knee, frame of the shank"),
    "ankle_contact_force_n": Meaning("N", f"{_FORCE}: ankle, frame of the foot"),
    "lumbar_contact_force_n": Meaning("N", f"{_FORCE}: lumbar joint, frame of the trunk"),
    "hip_contact_force_muscles_n": Meaning("N", f"{_PULL}: hip, frame of the thigh"),
    "knee_contact_force_muscles_n": Meaning("N", f"{_PULL}: knee, frame of the shank"),
    "ankle_contact_force_muscles_n": Meaning("N", f"{_PULL}: ankle, frame of the foot"),
    "lumbar_contact_force_muscles_n": Meaning("N", f"{_PULL}: lumbar joint, frame of the trunk"),
    "knee_position_m": Meaning("m", "centre of each knee, world frame"),
    "shank_quaternion": Meaning("1", "orientation of each shank in the world, w first"),
    "angular_momentum_kg_m2_per_s": Meaning(
        "kg m2 s-1", "angular momentum of the body about its centre of mass, world frame"
    ),
    "ground_velocity_m_per_s": Meaning("m s-1", "velocity of the ground (a belt) along world x"),
    "walking_phase": Meaning("1", "0 standing, 1 starting, 2 steady walking, 3 stopping"),
    "belt_slope": Meaning("1", "rise of the belt along world x over its run"),
    "bar_force_n": Meaning("N", "force of the front bar against travel"),
    "handrail_force_n": Meaning("N", "force of each rail on the walker, world frame"),
    "hazard_active": Meaning("1", "whether each hazard acts"),
    "hazard_kind": Meaning("", "kind of each hazard"),
    "hazard_magnitude": Meaning("", "size of each hazard in the unit of its kind's main field"),
    "hazard_onset_s": Meaning("s", "time at which each hazard began, missing if it never came"),
    "hazard_foot": Meaning("", "foot that each hazard meets"),
    "hazard_body": Meaning("", "part of the body that each hazard acts on"),
    "hazard_place_m": Meaning("m", "where each hazard came, world frame"),
    "hazard_direction": Meaning("1", "direction in which each hazard acts, world frame"),
    "qpos": Meaning("m or rad", "generalised positions as MuJoCo orders them"),
    "seed": Meaning("1", "seed of the trial"),
    "travel_sign": Meaning("1", "direction of travel along world x: -1 backward, 1 forward"),
    "commanded_speed_m_per_s": Meaning("m s-1", "speed that was asked for"),
    "steady_from_s": Meaning("s", "time from which walking counts as steady"),
    "duration_s": Meaning("s", "time walked, until the fall or the end"),
    "fell": Meaning("1", "whether the walker fell"),
    "time_to_fall_s": Meaning("s", "time of the fall, missing without one"),
    "valid": Meaning("1", "whether the physics held"),
    "left_belt": Meaning("1", "whether the walker left the belt of a treadmill"),
    "trial": Meaning("1", "number of the trial"),
    "time": Meaning("s", "time from the start of the trial"),
    "joint": Meaning("", "name of the joint"),
    "joint_role": Meaning("", "name of the joint without its side"),
    "joint_side": Meaning("", "side of the joint: l, r or nothing"),
    "muscle": Meaning("", "name of the muscle"),
    "muscle_role": Meaning("", "name of the muscle without its side"),
    "muscle_side": Meaning("", "side of the muscle: l or r"),
    "muscle_group": Meaning("", "group of the muscle"),
    "motor": Meaning("", "name of the motor"),
    "motor_torque_min_n_m": Meaning("N m", "largest torque of the motor against the joint"),
    "motor_torque_max_n_m": Meaning("N m", "largest torque of the motor along the joint"),
    "foot": Meaning("", "left or right foot"),
    "hand": Meaning("", "left or right hand"),
    "hazard": Meaning("", "name of the hazard"),
    "region": Meaning("", "region of the sole"),
    "point": Meaning("", "point of the foot"),
    "axis": Meaning("", "axis of a vector: x ahead, y left, z up at the start"),
    "quaternion": Meaning("", "component of a unit quaternion"),
    "phase": Meaning("1", "share of the stride, from a contact of the foot to its next"),
    "group": Meaning("", "group of muscles"),
    "cell": Meaning("", "name of the condition"),
    "direction": Meaning("", "direction of travel"),
    "surface": Meaning("", "name of the surface"),
    "force_length_min": Meaning("1", "shortest fibre with active force, in optimal lengths"),
    "force_length_max": Meaning("1", "longest fibre with active force, in optimal lengths"),
    "passive_force_max": Meaning(
        "1", "passive force at that longest length over the maximum isometric force"
    ),
    "max_shortening_velocity_per_s": Meaning("s-1", "fastest shortening in optimal lengths"),
    "max_isometric_force_n": Meaning("N", "maximum isometric force of the muscle"),
    "optimal_fibre_length_m": Meaning("m", "optimal length of the muscle's fibres"),
    "slow_twitch_share": Meaning("1", "share of slow-twitch fibres"),
    "muscle_mass_kg": Meaning("kg", "mass of the muscle"),
}
"""Every variable and coordinate that a recording may hold."""


def described(recording: xr.Dataset) -> xr.Dataset:
    """Write `units` and `long_name` on the variables that are known by name; return it."""
    for name, variable in recording.variables.items():
        known = VARIABLES.get(str(name))
        if known is not None:
            units = {"units": known.units} if known.units else {}
            variable.attrs |= {**units, "long_name": known.what}
    return recording
