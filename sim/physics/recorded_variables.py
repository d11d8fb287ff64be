"""Every variable that a recording may hold: units and long name (CF conventions), dimensions."""

from __future__ import annotations

from typing import NamedTuple

import xarray as xr


class Variable(NamedTuple):
    """What a recorded variable is.

    Attributes:
        units: as UDUNITS writes them, `1` for numbers without, empty for names.
        what: in words.
        dims: dimensions after `trial` and `time`, separated by spaces, where it is sampled.
    """

    units: str
    what: str
    dims: str = ""


_FORCE = "force of the proximal on the distal bone with the muscles"
_PULL = "part of the muscles in the force of the proximal on the distal bone"

_ROWS: dict[str, tuple[str, ...]] = {
    "joint_angle_rad": ("rad", "angle of each joint", "joint"),
    "joint_velocity_rad_per_s": ("rad s-1", "angular velocity of each joint", "joint"),
    "joint_moment_n_m": ("N m", "net moment about each joint", "joint"),
    "com_position_m": ("m", "centre of mass of the body, world frame", "axis"),
    "com_velocity_m_per_s": ("m s-1", "velocity of the centre of mass, world frame", "axis"),
    "pelvis_position_m": ("m", "origin of the pelvis, world frame", "axis"),
    "pelvis_quaternion": ("1", "orientation of the pelvis in the world, w first", "quaternion"),
    "trunk_quaternion": ("1", "orientation of the trunk in the world, w first", "quaternion"),
    "excitation": ("1", "excitation of each muscle, 0 to 1", "muscle"),
    "activation": ("1", "activation of each muscle, 0 to 1", "muscle"),
    "tension_n": ("N", "tension of each muscle", "muscle"),
    "fibre_length": ("1", "length of each muscle's fibres over their optimal length", "muscle"),
    "fibre_velocity_per_s": ("s-1", "lengthening of the fibres in optimal lengths", "muscle"),
    "motor_torque_n_m": ("N m", "torque of each motor, of a body without muscles", "motor"),
    "ground_force_n": (
        "N",
        "force of the ground on each region of each foot, world frame",
        "foot region axis",
    ),
    "centre_of_pressure_m": ("m", "centre of pressure of each foot, world frame", "foot axis"),
    "free_moment_n_m": (
        "N m",
        "vertical torque of the ground on each foot about its centre of pressure",
        "foot",
    ),
    "foot_point_m": (
        "m",
        "points of each foot's sole and the ankle, world frame",
        "foot point axis",
    ),
    "hip_contact_force_n": ("N", f"{_FORCE}: hip, frame of the thigh", "foot axis"),
    "knee_contact_force_n": ("N", f"{_FORCE}: knee, frame of the shank", "foot axis"),
    "ankle_contact_force_n": ("N", f"{_FORCE}: ankle, frame of the foot", "foot axis"),
    "lumbar_contact_force_n": ("N", f"{_FORCE}: lumbar joint, frame of the trunk", "axis"),
    "hip_contact_force_muscles_n": ("N", f"{_PULL}: hip, frame of the thigh", "foot axis"),
    "knee_contact_force_muscles_n": ("N", f"{_PULL}: knee, frame of the shank", "foot axis"),
    "ankle_contact_force_muscles_n": ("N", f"{_PULL}: ankle, frame of the foot", "foot axis"),
    "lumbar_contact_force_muscles_n": ("N", f"{_PULL}: lumbar joint, frame of the trunk", "axis"),
    "knee_position_m": ("m", "centre of each knee, world frame", "foot axis"),
    "shank_quaternion": ("1", "orientation of each shank in the world, w first", "foot quaternion"),
    "angular_momentum_kg_m2_per_s": (
        "kg m2 s-1",
        "angular momentum of the body about its centre of mass, world frame",
        "axis",
    ),
    "ground_velocity_m_per_s": ("m s-1", "velocity of the ground (a belt) along world x"),
    "walking_phase": ("1", "0 standing, 1 starting, 2 steady walking, 3 stopping"),
    "belt_slope": ("1", "rise of the belt along world x over its run"),
    "bar_force_n": ("N", "force of the front bar against travel"),
    "handrail_force_n": ("N", "force of each rail on the walker, world frame"),
    "hazard_active": ("1", "whether each hazard acts"),
    "hazard_kind": ("", "kind of each hazard"),
    "hazard_magnitude": ("", "size of each hazard in the unit of its kind's main field"),
    "hazard_onset_s": ("s", "time at which each hazard began, missing if it never came"),
    "hazard_foot": ("", "foot that each hazard meets"),
    "hazard_body": ("", "part of the body that each hazard acts on"),
    "hazard_place_m": ("m", "where each hazard came, world frame"),
    "hazard_direction": ("1", "direction in which each hazard acts, world frame"),
    "qpos": ("m or rad", "generalised positions as MuJoCo orders them"),
    "seed": ("1", "seed of the trial"),
    "travel_sign": ("1", "direction of travel along world x: -1 backward, 1 forward"),
    "commanded_speed_m_per_s": ("m s-1", "speed that was asked for"),
    "steady_from_s": ("s", "time from which walking counts as steady"),
    "duration_s": ("s", "time walked, until the fall or the end"),
    "fell": ("1", "whether the walker fell"),
    "time_to_fall_s": ("s", "time of the fall, missing without one"),
    "valid": ("1", "whether the physics held"),
    "left_belt": ("1", "whether the walker left the belt of a treadmill"),
    "trial": ("1", "number of the trial"),
    "time": ("s", "time from the start of the trial"),
    "joint": ("", "name of the joint"),
    "joint_role": ("", "name of the joint without its side"),
    "joint_side": ("", "side of the joint: l, r or nothing"),
    "muscle": ("", "name of the muscle"),
    "muscle_role": ("", "name of the muscle without its side"),
    "muscle_side": ("", "side of the muscle: l or r"),
    "muscle_group": ("", "group of the muscle"),
    "motor": ("", "name of the motor"),
    "motor_torque_min_n_m": ("N m", "largest torque of the motor against the joint"),
    "motor_torque_max_n_m": ("N m", "largest torque of the motor along the joint"),
    "foot": ("", "left or right foot"),
    "hand": ("", "left or right hand"),
    "hazard": ("", "name of the hazard"),
    "region": ("", "region of the sole"),
    "point": ("", "point of the foot"),
    "axis": ("", "axis of a vector: x ahead, y left, z up at the start"),
    "quaternion": ("", "component of a unit quaternion"),
    "phase": ("1", "share of the stride, from a contact of the foot to its next"),
    "group": ("", "group of muscles"),
    "cell": ("", "name of the condition"),
    "direction": ("", "direction of travel"),
    "surface": ("", "name of the surface"),
    "force_length_min": ("1", "shortest fibre with active force, in optimal lengths"),
    "force_length_max": ("1", "longest fibre with active force, in optimal lengths"),
    "passive_force_max": (
        "1",
        "passive force at that longest length over the maximum isometric force",
    ),
    "max_shortening_velocity_per_s": ("s-1", "fastest shortening in optimal lengths"),
    "max_isometric_force_n": ("N", "maximum isometric force of the muscle"),
    "optimal_fibre_length_m": ("m", "optimal length of the muscle's fibres"),
    "slow_twitch_share": ("1", "share of slow-twitch fibres"),
    "muscle_mass_kg": ("kg", "mass of the muscle"),
}
VARIABLES = {name: Variable(*row) for name, row in _ROWS.items()}
"""Every variable and coordinate that a recording may hold."""


def described(recording: xr.Dataset) -> xr.Dataset:
    """Write `units` and `long_name` on the variables that are known by name; return it."""
    for name, variable in recording.variables.items():
        known = VARIABLES.get(str(name))
        if known is not None:
            units = {"units": known.units} if known.units else {}
            variable.attrs |= {**units, "long_name": known.what}
    return recording
