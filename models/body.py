"""A body: skeleton from MJCF, muscles from a table, scaled to a walker, as an editable MjSpec."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import lru_cache

import mujoco
import numpy as np

from ..sim.errors import unknown_name
from .catalogue import BODY_FILES
from .muscle_table import MuscleRow, read_muscle_table
from .passive_springs import add_passive_springs
from .physiology import YOUNG_CURVE, MuscleCurve, group_strength, muscle_curve
from .proportions import apply_sex
from .resources import read_text
from .soles import soften_soles
from .walker import Walker

FIBRE_RANGE = (0.5, 1.5)
"""Fibre lengths at the two ends of an actuator's length range, in optimal lengths."""


@dataclass(frozen=True)
class Body:
    """A muscle-driven body without ground. Attributes are SI units of the scaled body."""

    name: str
    walker: Walker
    muscles: tuple[MuscleRow, ...]
    """In actuator order: left leg, right leg, trunk left, trunk right."""
    mass_kg: float
    height_m: float
    thigh_length_m: float
    """Hip centre to knee axis."""
    shank_length_m: float
    """Knee axis to ankle axis."""
    ankle_height_m: float
    """Ankle axis to sole, foot flat."""
    hip_half_width_m: float
    """Midline to hip centre."""
    standing_height_m: float
    """Pelvis origin above the ground in neutral standing (all joints 0)."""
    digest: str
    """sha256 of the compiled model's XML."""
    _spec: mujoco.MjSpec = field(repr=False, compare=False)

    def spec(self) -> mujoco.MjSpec:
        """Return a fresh copy of the body's MjSpec: no ground, free to edit."""
        return self._spec.copy()

    def __reduce__(self) -> tuple:
        """Pickle as name and walker; the copy is built anew."""
        return build_body, (self.name, self.walker)


@lru_cache(maxsize=32)
def build_body(name: str = "human", walker: Walker | None = None) -> Body:
    """Return the body of this name, scaled to the walker (a young adult by default).

    Raises:
      ConfigError: unknown body, or a muscle table that cannot be read.
    """
    if name not in BODY_FILES:
        raise unknown_name("body", name, BODY_FILES)
    walker = walker or Walker()
    spec = skeleton_spec(name)
    apply_sex(spec, walker.sex)
    _scale_skeleton(spec, walker)
    muscles = tuple(scaled_muscle(row, walker) for row in read_muscle_table(BODY_FILES[name].table))
    curve = muscle_curve(walker)
    for row in muscles:
        add_muscle(spec, row, curve)
    if BODY_FILES[name].passive_springs:
        add_passive_springs(spec, walker, curve.fpmax / YOUNG_CURVE.fpmax)
    if BODY_FILES[name].soft_soles:
        soften_soles(spec, walker)
    spec.compile()
    knee, ankle = spec.body("shank_l").pos, spec.body("foot_l").pos
    ankle_height = -spec.site("heel_l").pos[2]
    return Body(
        name=name,
        walker=walker,
        muscles=muscles,
        mass_kg=walker.mass_kg,
        height_m=walker.height_m,
        thigh_length_m=float(-knee[2]),
        shank_length_m=float(-ankle[2]),
        ankle_height_m=float(ankle_height),
        hip_half_width_m=float(spec.body("thigh_l").pos[1]),
        standing_height_m=float(ankle_height - knee[2] - ankle[2]),
        digest=hashlib.sha256(spec.to_xml().encode()).hexdigest(),
        _spec=spec,
    )


def skeleton_spec(name: str = "human") -> mujoco.MjSpec:
    """Return a body's bones, joints and contacts at reference size, without muscles."""
    return mujoco.MjSpec.from_string(read_text(BODY_FILES[name].skeleton))


def scaled_muscle(row: MuscleRow, walker: Walker) -> MuscleRow:
    """Return the muscle of this walker: lengths and path by height, force by strength."""
    scale = walker.length_scale
    return replace(
        row,
        max_isometric_force_n=row.max_isometric_force_n * group_strength(walker, row.group),
        optimal_fibre_length_m=row.optimal_fibre_length_m * scale,
        tendon_slack_length_m=row.tendon_slack_length_m * scale,
        path=tuple((body, (x * scale, y * scale, z * scale)) for body, (x, y, z) in row.path),
    )


def add_muscle(spec: mujoco.MjSpec, row: MuscleRow, curve: MuscleCurve = YOUNG_CURVE) -> None:
    """Add a muscle to the spec: a site a path point, a tendon through them, an actuator on it.

    Optimal fibre length L0 and rigid tendon length LT are exactly the row's, because the actuator's
    length range is [LT + 0.5 L0, LT + 1.5 L0] and stands for fibre lengths 0.5 to 1.5 L0.
    """
    tendon = spec.add_tendon(name=row.name)
    for k, (body, point) in enumerate(row.path):
        site = f"{row.name}_{k}"
        spec.body(body).add_site(name=site, pos=point)
        tendon.wrap_site(site)
    tendon.width = 0.006
    tendon.rgba = np.array([0.75, 0.16, 0.16, 1], np.float32)
    tendon.group = 4
    actuator = spec.add_actuator(name=row.name, trntype=mujoco.mjtTrn.mjTRN_TENDON, target=row.name)
    actuator.set_to_muscle(
        range=list(FIBRE_RANGE),
        force=row.max_isometric_force_n,
        timeconst=[curve.activation_s, curve.deactivation_s],
        tausmooth=0.0,
        lmin=curve.lmin,
        lmax=curve.lmax,
        vmax=curve.vmax,
        fpmax=curve.fpmax,
        fvmax=curve.fvmax,
    )
    actuator.lengthrange = (
        row.tendon_slack_length_m + np.array(FIBRE_RANGE) * row.optimal_fibre_length_m
    )
    actuator.ctrllimited = True
    actuator.ctrlrange = np.array([0.0, 1.0])


def _scale_skeleton(spec: mujoco.MjSpec, walker: Walker) -> None:
    """Scale lengths by height, masses by mass, inertias and passive joints accordingly."""
    length, mass = walker.length_scale, walker.mass_scale
    if length == mass == 1:
        return
    for body in spec.bodies:
        body.pos = np.asarray(body.pos) * length
        body.ipos = np.asarray(body.ipos) * length
        body.mass *= mass
        body.inertia = np.asarray(body.inertia) * mass * length**2
    for geom in spec.geoms:
        geom.pos = np.asarray(geom.pos) * length
        geom.size = np.asarray(geom.size) * length
        geom.fromto = np.asarray(geom.fromto) * length  # NaN where it was not given
    for site in spec.sites:
        site.pos = np.asarray(site.pos) * length
    for joint in spec.joints:
        joint.pos = np.asarray(joint.pos) * length
        joint.stiffness = np.asarray(joint.stiffness) * mass * length
        joint.damping = np.asarray(joint.damping) * mass * length
