"""A contract-conforming recording of an idealised walker whose every measure is known.

The centre of mass moves at a constant speed along travel and as a linear inverted pendulum
sideways; each foot lands a fixed reach ahead of it, alternating, and stands still on the ground.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from retrowalk.sim.measures.base.muscle_groups import MUSCLE_GROUPS
from retrowalk.sim.physics.contact import STANDS_N

POINTS = {  # from the heel [m]: to the front, to the outside, up
    "heel": (0.0, 0.0, 0.0),
    "ball_medial": (0.18, -0.04, 0.0),
    "ball_lateral": (0.16, 0.045, 0.0),
    "toe_medial": (0.25, -0.03, 0.0),
    "toe_lateral": (0.22, 0.04, 0.0),
    "heel_medial": (0.01, -0.025, 0.0),
    "heel_lateral": (0.01, 0.025, 0.0),
    "ankle": (0.05, 0.0, 0.08),
}
FRONT_M, BACK_M, OUTER_M = 0.25, 0.0, 0.045
LEG_JOINTS = {  # mean and swing of angle [rad] and of moment [N.m]; see `_trial`
    "hip_flexion": (0.1, 0.3, 5.0, 40.0),
    "hip_adduction": (0.0, 0.1, -20.0, 15.0),
    "knee": (0.6, 0.5, -10.0, 25.0),
    "ankle": (-0.05, 0.2, -30.0, 50.0),
    "mtp": (0.1, 0.15, -3.0, 2.0),
}
JOINTS = (*(f"{joint}_{side}" for side in "lr" for joint in LEG_JOINTS), "lumbar_flexion")
MOMENTUM = (1.5, 2.0, 0.8)  # swing about the axes of travel, left to right, vertical [kg.m2/s]
COMPRESSION = {"hip": 3.0, "knee": 2.0, "ankle": 4.0}  # of the joints [body weights]
MUSCLE_SHARE = 0.7  # of those forces
KNEE_OUTWARD_M = 0.03  # of the knee from the middle of the foot
GRAVITY = 9.81


@dataclass(frozen=True)
class Walker:
    """What is known about the gait.

    Attributes:
        sign: -1 backward, +1 forward. speed: over the ground [m/s].
        step_length, step_width: [m]. stance: share of the stride.
        reach: of the landing heel ahead of the centre of mass along travel [m].
        belt: velocity of the ground along world x [m/s].
        height: of the centre of mass [m]. start: of the first (left) contact [s].
        slip: of each foot in each stance, along x [m].
    """

    sign: int = -1
    speed: float = 0.8
    step_length: float = 0.44
    step_width: float = 0.12
    stance: float = 0.62
    reach: float = 0.2
    belt: float = 0.0
    height: float = 0.95
    start: float = 0.23
    slip: float = 0.0
    toe_first: bool = True
    mass: float = 75.0

    @property
    def step_time(self) -> float:
        return self.step_length / self.speed

    @property
    def pendulum(self) -> float:
        """Distance from the landing ankle to the centre of mass at contact [m]."""
        ahead = self.reach * self.sign + POINTS["ankle"][0]
        up = self.height - POINTS["ankle"][2]
        return float(np.sqrt(ahead**2 + (self.step_width / 2) ** 2 + up**2))

    @property
    def omega(self) -> float:
        return float(np.sqrt(GRAVITY / self.pendulum))

    @property
    def landing(self) -> tuple[str, str]:
        """The points that bear load at contact."""
        region = "toe" if self.toe_first else "heel"
        return f"{region}_medial", f"{region}_lateral"

    @property
    def mos_ap(self) -> float:
        edge = max(self.sign * POINTS[name][0] for name in self.landing)
        return self.reach + edge - self.speed / self.omega

    @property
    def mos_ml(self) -> float:
        """The other foot is farther inside unless the feet cross."""
        own = max(POINTS[name][1] for name in self.landing)
        other = -self.step_width + max(
            -POINTS[name][1] for name in POINTS if name not in ("ankle", "heel")
        )
        return max(own, other) + self.inside

    @property
    def inside(self) -> float:
        """How far inside the foot's middle the extrapolated centre of mass is at contact."""
        half = self.step_width / 2
        return half - half * np.tanh(self.omega * self.step_time / 2)

    @property
    def mos_ap_outline(self) -> float:
        edge = FRONT_M if self.sign > 0 else -BACK_M
        return self.reach + edge - self.speed / self.omega

    @property
    def mos_ml_outline(self) -> float:
        return OUTER_M + self.inside


def recording(
    walker: Walker | list[Walker] | None = None,
    *,
    duration: float = 20.0,
    period: float = 0.005,
    ramp: float | None = None,
    steady_from: float = 2.0,
    fall_at: float | None = None,
    noise: float = 0.0,
    seed: int = 0,
    trials: int = 1,
) -> xr.Dataset:
    """Return a recording of `walker` (or of several, one a trial).

    `ramp` [s] is how long the foot takes to bear its first 20 N; a sample by default.
    """
    walkers = walker if isinstance(walker, list) else [walker or Walker()] * trials
    rng = np.random.default_rng(seed)
    time = np.arange(round(duration / period)) * period
    parts = [_trial(w, time, ramp or period, noise, rng) for w in walkers]
    data = {
        name: (("trial", "time", *dims), np.stack([p[name][1] for p in parts]).astype(np.float32))
        for name, (dims, _) in parts[0].items()
    }
    count = len(walkers)
    ends = duration if fall_at is None else fall_at
    muscle, group, side, strength, optimal = muscle_table()
    backward = walkers[0].sign < 0
    dataset = xr.Dataset(
        data,
        coords={
            "trial": np.arange(count),
            "time": time,
            "joint": list(JOINTS),
            "muscle": muscle,
            "foot": ["left", "right"],
            "region": ["heel", "ball", "toe"],
            "point": list(POINTS),
            "axis": ["x", "y", "z"],
            "quaternion": ["w", "x", "y", "z"],
            "muscle_group": ("muscle", group),
            "muscle_side": ("muscle", side),
            "max_isometric_force_n": ("muscle", strength),
            "optimal_fibre_length_m": ("muscle", optimal),
            "slow_twitch_share": ("muscle", np.full(len(muscle), 0.55)),
            "muscle_mass_kg": ("muscle", strength * optimal * 1059.7 / 0.25e6),
            "force_length_min": ("muscle", np.full(len(muscle), 0.5)),
            "force_length_max": ("muscle", np.full(len(muscle), 1.6)),
            "passive_force_max": ("muscle", np.full(len(muscle), 0.25)),
            "max_shortening_velocity_per_s": ("muscle", np.full(len(muscle), 10.0)),
            "seed": ("trial", np.arange(count)),
            "travel_sign": ("trial", np.array([w.sign for w in walkers])),
            "commanded_speed_m_per_s": ("trial", np.array([w.speed for w in walkers])),
            "steady_from_s": ("trial", np.full(count, steady_from)),
            "duration_s": ("trial", np.full(count, ends)),
            "fell": ("trial", np.full(count, fall_at is not None)),
            "time_to_fall_s": ("trial", np.full(count, np.nan if fall_at is None else fall_at)),
            "valid": ("trial", np.full(count, True)),
            "hazard_onset_s": ("trial", np.full(count, 0.5 * (steady_from + duration))),
        },
        attrs={
            "direction": "backward" if backward else "forward",
            "body_mass_kg": walkers[0].mass,
            "gravity_m_per_s2": GRAVITY,
            "leg_length_m": 0.9,
            "control_period_s": period,
        },
    )
    if fall_at is not None:
        gone = time > fall_at + 1e-9
        for name in dataset.data_vars:
            dataset[name].values[:, gone] = np.nan
    return dataset


def muscle_table():
    """Two muscles a group and side: names, groups, sides, strengths [N], optimal lengths [m]."""
    names, groups, sides, strengths, optimals = [], [], [], [], []
    for side in "lr":
        for g, group in enumerate(MUSCLE_GROUPS):
            for part in (0, 1):
                names.append(f"{group}_{part}_{side}")
                groups.append(group)
                sides.append(side)
                strengths.append(500.0 + 100.0 * g + 300.0 * part)
                optimals.append(0.05 + 0.005 * g)
    return names, groups, sides, np.array(strengths), np.array(optimals)


def activation_level(index: int) -> float:
    """Mean activation of the muscle at `index` of one side (0 ... 33)."""
    return 0.1 + 0.01 * (index % 7)


def _trial(w: Walker, time: np.ndarray, ramp: float, noise: float, rng: np.random.Generator):
    """Return every variable of one trial as (dims after time, array)."""
    n, step, stride = len(time), w.step_time, 2 * w.step_time
    since = time - w.start
    belt = w.belt * time
    com = np.zeros((n, 3))
    velocity = np.zeros((n, 3))
    com[:, 0] = w.sign * w.speed * since + belt
    com[:, 2] = w.height
    velocity[:, 0] = w.sign * w.speed + w.belt
    number = np.floor(since / step).astype(int)  # of the step in progress; even: left stands
    within = since - number * step
    stance_y = np.where(number % 2 == 0, 0.5, -0.5) * w.step_width
    half = w.omega * step / 2
    com[:, 1] = stance_y * (1 - np.cosh(w.omega * within - half) / np.cosh(half))
    velocity[:, 1] = -stance_y * w.omega * np.sinh(w.omega * within - half) / np.cosh(half)
    if noise:
        velocity += noise * rng.standard_normal((n, 3))

    force = np.zeros((n, 2, 3, 3))
    points = np.zeros((n, 2, len(POINTS), 3))
    joint, joint_speed, moment = (np.zeros((n, len(JOINTS))) for _ in range(3))
    centre, knee = np.full((n, 2, 3), np.nan), np.zeros((n, 2, 3))
    cycle = np.zeros((n, 2))
    for foot, outward in ((0, 1.0), (1, -1.0)):
        since_touch = since - foot * step
        cycle[:, foot] = since_touch / stride
        k = np.floor(since_touch / stride)
        tau = since_touch - k * stride  # since the last contact of this foot
        nearest = np.round(since_touch / stride)
        load = np.zeros(n)
        for j in (k, k + 1):  # ramps: exactly the threshold at contact and at foot off
            touch = j * stride
            rise = STANDS_N * (1.0 + (since_touch - touch) / ramp)
            fall = STANDS_N * (1.0 + (touch + w.stance * stride - since_touch) / ramp)
            load = np.maximum(load, np.clip(np.minimum(rise, fall), 0.0, 1.1 * w.mass * GRAVITY))
        early = np.abs(since_touch - nearest * stride) < 0.05
        first = 2 if w.toe_first else 0
        shares = np.where(early[:, None], np.eye(3)[first], np.full(3, 1 / 3))
        force[:, foot, :, 2] = load[:, None] * shares
        swing = np.clip((tau / stride - w.stance) / (1 - w.stance), 0.0, 1.0)
        stand = np.clip(tau / stride / w.stance, 0.0, 1.0)
        heel = w.sign * (w.speed * (k + swing) * stride + foot * w.step_length + w.reach)
        heel = heel + w.slip * (stand - swing)
        for p, (front, outside, up) in enumerate(POINTS.values()):
            points[:, foot, p, 0] = heel + front + belt
            points[:, foot, p, 1] = outward * (w.step_width / 2 + outside)
            points[:, foot, p, 2] = up + 0.05 * np.sin(np.pi * swing)
        angle = 2 * np.pi * cycle[:, foot]
        for j, (mean, swing_, level, pull) in enumerate(LEG_JOINTS.values()):
            own = len(LEG_JOINTS) * foot + j
            joint[:, own] = mean + swing_ * np.sin(angle)
            joint_speed[:, own] = swing_ * np.cos(angle) * 2 * np.pi / stride
            moment[:, own] = level + pull * np.cos(angle)
        rolled = stand if w.sign > 0 else 1 - stand  # heel to toes forward, toes to heel backward
        middle = outward * w.step_width / 2
        centre[:, foot, 0] = points[:, foot, 0, 0] + FRONT_M * rolled
        centre[:, foot, 1] = middle
        centre[:, foot, 2] = 0.0
        centre[load < 20.0, foot] = np.nan
        knee[:, foot] = points[:, foot, 0] + np.array([0.05, 0.0, 0.5])
        knee[:, foot, 1] = middle + outward * KNEE_OUTWARD_M
    joint[:, -1] = 0.1
    moment[:, -1] = -30.0 + 10.0 * np.sin(4 * np.pi * cycle[:, 0])
    turn = 2 * np.pi * cycle[:, 0]
    about_travel, sideways, vertical = MOMENTUM
    momentum = np.stack(
        [about_travel * np.sin(turn), sideways * np.sin(2 * turn), vertical * np.cos(turn)], axis=1
    )
    muscle = _muscles(cycle, stride)
    lean = 0.1  # forward
    twist = 0.05 * np.sin(turn)  # of the trunk about its own axis
    c, s_ = np.cos(lean / 2), np.sin(lean / 2)
    ct, st = np.cos(twist / 2), np.sin(twist / 2)
    quaternion = np.stack([c * ct, s_ * st, s_ * ct, c * st], axis=1)
    press = {name: np.zeros((n, 2, 3)) for name in COMPRESSION}
    for name, level in COMPRESSION.items():
        press[name][..., 2] = -level * w.mass * GRAVITY
    lumbar = np.zeros((n, 3))
    lumbar[:, 2] = 1.2 * w.mass * GRAVITY
    pulled = {name: MUSCLE_SHARE * force_ for name, force_ in press.items()}
    pulled["knee"][..., 0] = 50.0  # across the compression: of no account
    upright = np.zeros((n, 2, 4))
    upright[..., 0] = 1.0
    return {
        "joint_angle_rad": (("joint",), joint),
        "joint_velocity_rad_per_s": (("joint",), joint_speed),
        "joint_moment_n_m": (("joint",), moment),
        "angular_momentum_kg_m2_per_s": (("axis",), momentum),
        "centre_of_pressure_m": (("foot", "axis"), centre),
        "knee_position_m": (("foot", "axis"), knee),
        "shank_quaternion": (("foot", "quaternion"), upright),
        "lumbar_contact_force_n": (("axis",), lumbar),
        **{f"{name}_contact_force_n": (("foot", "axis"), force_) for name, force_ in press.items()},
        **{
            f"{name}_contact_force_muscles_n": (("foot", "axis"), force_)
            for name, force_ in pulled.items()
        },
        "lumbar_contact_force_muscles_n": (("axis",), MUSCLE_SHARE * lumbar),
        "com_position_m": (("axis",), com),
        "com_velocity_m_per_s": (("axis",), velocity),
        "trunk_quaternion": (("quaternion",), quaternion),
        **{name: (("muscle",), values) for name, values in muscle.items()},
        "ground_force_n": (("foot", "region", "axis"), force),
        "foot_point_m": (("foot", "point", "axis"), points),
        "ground_velocity_m_per_s": ((), np.full(n, w.belt)),
    }


def _muscles(cycle: np.ndarray, stride: float) -> dict[str, np.ndarray]:
    """Return the muscle variables, each (n, muscles): length 1 + 0.1 sin, so velocity is known."""
    _, _, _, strength, _ = muscle_table()
    half = len(strength) // 2
    activation, length, velocity = (np.zeros((len(cycle), 2 * half)) for _ in range(3))
    for side in (0, 1):
        angle = 2 * np.pi * cycle[:, side]
        for i in range(half):
            m = side * half + i
            activation[:, m] = activation_level(i) * (1 + 0.5 * np.sin(angle))
            length[:, m] = 0.95 + 0.05 * np.sin(angle)
            velocity[:, m] = 0.05 * np.cos(angle) * 2 * np.pi / stride
    return {
        "excitation": activation,
        "activation": activation,
        "tension_n": activation * strength,
        "fibre_length": length,
        "fibre_velocity_per_s": velocity,
    }


def forward() -> Walker:
    """A forward walker that lands on its heel."""
    return replace(Walker(), sign=1, speed=1.1, step_length=0.6, reach=0.25, toe_first=False)


def mirror(data: xr.Dataset) -> xr.Dataset:
    """Return the mirror image: y reversed, left and right exchanged."""
    out = data.copy(deep=True)
    flip = xr.DataArray([1.0, -1.0, 1.0], dims="axis").astype("float32")
    forces = ("lumbar_contact_force_n", "lumbar_contact_force_muscles_n")
    for name in ("com_position_m", "com_velocity_m_per_s", *forces):
        out[name] = data[name] * flip.values
    out["angular_momentum_kg_m2_per_s"] = -data["angular_momentum_kg_m2_per_s"] * flip.values
    sided = ("ground_force_n", "foot_point_m", "centre_of_pressure_m", "knee_position_m")
    loads = [f"{joint}_contact_force{part}_n" for joint in COMPRESSION for part in ("", "_muscles")]
    for name in (*sided, *loads):
        out[name].values[...] = data[name].values[:, :, ::-1] * flip.values
    turned = np.array([1.0, -1.0, 1.0, -1.0])
    out["trunk_quaternion"].values[...] = data["trunk_quaternion"].values * turned
    out["shank_quaternion"].values[...] = data["shank_quaternion"].values[:, :, ::-1] * turned
    for name in ("excitation", "activation", "tension_n", "fibre_length", "fibre_velocity_per_s"):
        half = data.sizes["muscle"] // 2
        out[name].values[...] = np.roll(data[name].values, half, axis=-1)
    leg = len(LEG_JOINTS)
    swapped = [*range(leg, 2 * leg), *range(leg), 2 * leg]
    for name in ("joint_angle_rad", "joint_velocity_rad_per_s", "joint_moment_n_m"):
        out[name].values[...] = data[name].values[..., swapped]
    return out


def turn(data: xr.Dataset, angle: float, shift: tuple[float, float] = (0.0, 0.0)) -> xr.Dataset:
    """Return the recording turned by `angle` about the vertical, then shifted."""
    out = data.copy(deep=True)
    c, s = np.cos(angle), np.sin(angle)
    rotation = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    offset = np.array([*shift, 0.0])
    places = ("com_position_m", "foot_point_m", "centre_of_pressure_m", "knee_position_m")
    for name in places:
        out[name].values[...] = data[name].values @ rotation.T + offset
    for name in ("com_velocity_m_per_s", "ground_force_n", "angular_momentum_kg_m2_per_s"):
        out[name].values[...] = data[name].values @ rotation.T
    ch, sh = np.cos(angle / 2), np.sin(angle / 2)
    for name in ("trunk_quaternion", "shank_quaternion"):
        w, x, y, z = np.moveaxis(data[name].values, -1, 0)
        turned = [ch * w - sh * z, ch * x - sh * y, ch * y + sh * x, ch * z + sh * w]
        out[name].values[...] = np.stack(turned, axis=-1)
    return out
