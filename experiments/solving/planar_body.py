"""The planar walker's parameters, derived from a body of this project.

Head, arms and trunk are one rigid segment (arms hanging, lumbar joint straight); each leg has a
thigh, a shank, a foot and toes. A planar muscle lumps the muscles of the body that do the same in
the sagittal plane; muscles that mainly act in the frontal plane are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import numpy as np

from ...models.body import Body
from ...models.muscle_mass import muscle_masses_kg
from ...models.physiology import MuscleCurve, muscle_curve
from ...models.sides import SIDES, pair
from ...sim.errors import ConfigError

JOINTS = ("hip_flexion", "knee", "ankle", "mtp")
"""Joints of a leg; positive: flexion, flexion, dorsiflexion, toe extension [rad]."""

LUMPS: dict[str, tuple[str, ...]] = {
    "iliopsoas": ("iliopsoas", "iliacus", "psoas"),
    "gluteus_maximus": ("gluteus_maximus",),
    "hamstrings": ("hamstrings",),
    "rectus_femoris": ("rectus_femoris",),
    "vasti": ("vasti",),
    "biceps_femoris_short": ("biceps_femoris_short",),
    "gastrocnemius": ("gastrocnemius",),
    "soleus": ("soleus",),
    "tibialis_anterior": ("tibialis_anterior", "toe_extensors"),
    "toe_flexors": ("flexor_digitorum", "flexor_hallucis"),
}
"""Planar muscle -> the body's muscles that it stands for (those that the body has)."""

ELASTIC = ("gastrocnemius", "soleus")
"""Planar muscles with an elastic tendon; the others' is rigid, as all are in the body."""

SOLE_DEPTH_M = 0.013
"""How far one body weight presses a heel or a ball into the ground, of the reference body."""

_GRID_DEG = {
    "hip_flexion": np.linspace(-30, 70, 21),
    "knee": np.linspace(-2, 90, 21),
    "ankle": np.linspace(-40, 35, 21),
    "mtp": np.linspace(-40, 60, 11),
}
_DEGREE = 5


@dataclass(frozen=True)
class Segment:
    """A rigid part. `com_m` (x forward, z up) is seen from the joint above, (2,)."""

    mass_kg: float
    com_m: np.ndarray
    inertia_kg_m2: float
    """About the centre of mass, across the plane."""


@dataclass(frozen=True)
class Contact:
    """A disc under a foot. `centre_m` is seen from the ankle or toe joint, (2,)."""

    segment: str
    """`foot` or `toes`."""
    centre_m: np.ndarray
    radius_m: float
    stiffness: float
    """Force over depth to the power of 1.5 [N/m^1.5]."""


@dataclass(frozen=True)
class PlanarMuscle:
    """A lumped muscle: force-weighted means of its members, forces and masses summed."""

    name: str
    members: tuple[str, ...]
    max_isometric_force_n: float
    optimal_fibre_length_m: float
    tendon_slack_length_m: float
    mass_kg: float
    slow_twitch_share: float
    neutral_length: float
    """Fibre length with all joints at zero and a rigid tendon [L0]."""
    path: dict[str, np.ndarray]
    """Joint -> polynomial (highest power first) of the change of path length [m] with its angle
    [rad], zero at zero; joints that the muscle does not cross are left out."""


@dataclass(frozen=True)
class PlanarBody:
    """Everything that the planar model needs, in SI units."""

    digest: str
    mass_kg: float
    thigh_m: float
    shank_m: float
    ankle_height_m: float
    toe_joint_m: np.ndarray
    """From the ankle, (2,)."""
    trunk: Segment
    """Pelvis, torso, head and arms, seen from the hips."""
    thigh: Segment
    shank: Segment
    foot: Segment
    toes: Segment
    contacts: tuple[Contact, ...]
    friction: float
    muscles: tuple[PlanarMuscle, ...]
    curve: MuscleCurve
    armature_kg_m2: np.ndarray
    """Of the joints of a leg, (4,)."""
    damping_n_m_s: np.ndarray
    """Of the joints of a leg, (4,)."""
    stiffness_n_m: np.ndarray
    """Of the joints of a leg, about zero, (4,)."""
    low_rad: np.ndarray
    """Ends of the joints' ranges, (4,)."""
    high_rad: np.ndarray

    @property
    def volumes(self) -> np.ndarray:
        """Muscle volume over the mean one, (muscles,): the weights of effort."""
        mass = np.array([muscle.mass_kg for muscle in self.muscles])
        return mass / mass.mean()


def planar_body(body: Body) -> PlanarBody:
    """Return the planar walker of `body`.

    Raises:
        ConfigError: the body lacks a joint or muscle of it.
    """
    _refuse_lacking(body)
    model = body.spec().compile()
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    joint = [model.joint(pair(name)[0]) for name in JOINTS]
    shank, foot, toes = (model.body(pair(name)[0]) for name in ("shank", "foot", "toes"))

    def own(name: str) -> Segment:
        """Return one body as a segment seen from its own frame."""
        return _lump(model, data, [model.body(name).id], data.body(name).xpos)

    leg = {model.body(part).id for n in ("thigh", "shank", "foot", "toes") for part in pair(n)}
    upper = [k for k in range(1, model.nbody) if k not in leg]
    return PlanarBody(
        digest=body.digest,
        mass_kg=float(model.body_mass.sum()),
        thigh_m=float(-shank.pos[2]),
        shank_m=float(-foot.pos[2]),
        ankle_height_m=body.ankle_height_m,
        toe_joint_m=toes.pos[[0, 2]].copy(),
        trunk=_lump(model, data, upper, data.body("pelvis").xpos),
        thigh=own(pair("thigh")[0]),
        shank=own(pair("shank")[0]),
        foot=own(pair("foot")[0]),
        toes=own(pair("toes")[0]),
        contacts=_contacts(model, body),
        friction=float(model.geom(pair("heel")[0]).friction[0]),
        muscles=_muscles(model, data, body),
        curve=muscle_curve(body.walker),
        armature_kg_m2=np.array([float(model.dof_armature[j.dofadr[0]]) for j in joint]),
        damping_n_m_s=np.array([float(model.dof_damping[j.dofadr[0]]) for j in joint]),
        stiffness_n_m=np.array([float(np.ravel(j.stiffness)[0]) for j in joint]),
        low_rad=np.array([float(j.range[0]) for j in joint]),
        high_rad=np.array([float(j.range[1]) for j in joint]),
    )


def _refuse_lacking(body: Body) -> None:
    roles = {row.role for row in body.muscles}
    lacks = [name for name in JOINTS if pair(name)[0] not in body.roles.joints]
    lacks += [name for name, members in LUMPS.items() if roles.isdisjoint(members)]
    if lacks:
        raise ConfigError(
            f"body '{body.name}': has no planar walker, it lacks by these names: {', '.join(lacks)}"
        )


def _lump(
    model: mujoco.MjModel, data: mujoco.MjData, ids: list[int], origin: np.ndarray
) -> Segment:
    """Return the bodies `ids` as one rigid segment in the pose of `data`."""
    mass = model.body_mass[ids]
    place = data.xipos[ids]
    com = mass @ place / mass.sum()
    turned = data.ximat[ids].reshape(-1, 3, 3)
    own = np.einsum("ni,ni->n", turned[:, 1, :] ** 2, model.body_inertia[ids])
    away = ((place - com)[:, [0, 2]] ** 2).sum(1)
    return Segment(float(mass.sum()), (com - origin)[[0, 2]], float((own + mass * away).sum()))


def _contacts(model: mujoco.MjModel, body: Body) -> tuple[Contact, ...]:
    """Return heel, ball and toes; the toes' share is half, for they never bear all weight."""
    weight = body.mass_kg * 9.81
    depth = SOLE_DEPTH_M * body.walker.length_scale
    found: list[Contact] = []
    for name, segment, share in (
        ("heel", "foot", 1.0),
        ("ball", "foot", 1.0),
        ("toe", "toes", 0.5),
    ):
        geom = model.geom(pair(name)[0])
        found.append(
            Contact(
                segment, geom.pos[[0, 2]].copy(), float(geom.size[0]), share * weight / depth**1.5
            )
        )
    return tuple(found)


def _muscles(model: mujoco.MjModel, data: mujoco.MjData, body: Body) -> tuple[PlanarMuscle, ...]:
    """Return the lumped muscles of a leg with path lengths fitted joint by joint."""
    rows = {row.role: row for row in body.muscles if row.side == SIDES[0]}
    mass = dict(zip((row.name for row in body.muscles), muscle_masses_kg(body), strict=True))
    names = [name for members in LUMPS.values() for name in members if name in rows]
    ids = {name: model.tendon(pair(name)[0]).id for name in names}

    def lengths(joint: str | None, angle: float) -> np.ndarray:
        data.qpos[:] = model.qpos0
        if joint is not None:
            data.qpos[model.joint(pair(joint)[0]).qposadr[0]] = angle
        mujoco.mj_fwdPosition(model, data)
        return data.ten_length.copy()

    neutral = lengths(None, 0.0)
    paths: dict[str, dict[str, np.ndarray]] = {name: {} for name in names}
    for joint, degrees in _GRID_DEG.items():
        angles = np.radians(degrees)
        change = np.array([lengths(joint, float(a)) for a in angles]) - neutral
        powers = np.stack([angles**k for k in range(_DEGREE, 0, -1)], 1)
        for name in names:
            if np.abs(change[:, ids[name]]).max() > 1e-6:
                fit = np.linalg.lstsq(powers, change[:, ids[name]], rcond=None)[0]
                paths[name][joint] = np.append(fit, 0.0)
    muscles: list[PlanarMuscle] = []
    for lump, members in LUMPS.items():
        here = [rows[name] for name in members if name in rows]
        force = np.array([row.max_isometric_force_n for row in here])
        share = force / force.sum()
        length = np.array([row.optimal_fibre_length_m for row in here])
        slack = np.array([row.tendon_slack_length_m for row in here])
        start = np.array([neutral[ids[row.role]] for row in here])
        crossed = [j for j in JOINTS if any(j in paths[row.role] for row in here)]
        path = {
            joint: sum(
                (
                    part * paths[row.role].get(joint, np.zeros(_DEGREE + 1))
                    for part, row in zip(share, here, strict=True)
                ),
                np.zeros(_DEGREE + 1),
            )
            for joint in crossed
        }
        muscles.append(
            PlanarMuscle(
                name=lump,
                members=tuple(row.role for row in here),
                max_isometric_force_n=float(force.sum()),
                optimal_fibre_length_m=float(share @ length),
                tendon_slack_length_m=float(share @ slack),
                mass_kg=float(sum(mass[row.name] for row in here)),
                slow_twitch_share=float(share @ [row.slow_twitch_share for row in here]),
                neutral_length=float(share @ ((start - slack) / length)),
                path=path,
            )
        )
    return tuple(muscles)
