"""Masses, names, joint signs, contacts and proportions of the skeleton."""

from __future__ import annotations

import csv
from importlib.resources import files

import mujoco
import numpy as np
import pytest

SIDES = "lr"
LEG = ["hip_flexion", "hip_adduction", "hip_rotation", "knee", "ankle", "subtalar", "mtp"]
JOINTS = [
    *(f"{joint}_{side}" for side in SIDES for joint in LEG),
    *("lumbar_flexion", "lumbar_bending", "lumbar_rotation", "neck_rotation"),
    *(f"{j}_{s}" for s in SIDES for j in ("shoulder_flexion", "shoulder_adduction", "elbow")),
]
FALL_GEOMS = {"pelvis_contact", "torso_contact", "head_contact"} | {
    f"{part}_{side}" for part in ("hand", "knee") for side in SIDES
}
SOLE_GEOMS = {f"{part}_{side}" for part in ("heel", "ball", "toe") for side in SIDES}
SOLE_POINTS = ["heel"] + [
    f"{p}_{e}" for p in ("heel", "ball", "toe") for e in ("medial", "lateral")
]
# Soft soles have elliptic cones, which take more iterations to solve.
SOLVER_ITERATIONS = {"human": 10, "human-2026b": 20}

WINTER_PARTS = {
    "thigh": ["thigh_l"],
    "shank": ["shank_l"],
    "foot": ["foot_l", "toes_l"],
    "trunk": ["pelvis", "torso"],
    "head_neck": ["head"],
    "upper_arm": ["upper_arm_l"],
}


def winter() -> dict[str, dict[str, float]]:
    """Winter's rows of the segment table: segment -> column -> value."""
    text = (files("retrowalk.models") / "human" / "reference_segments.csv").read_text(
        encoding="utf-8"
    )
    return {
        row["segment"]: {k: float(v) for k, v in row.items() if k not in ("set", "segment") and v}
        for row in csv.DictReader(text.splitlines())
        if row["set"] == "Winter"
    }


def test_joints_are_the_contract_in_order(model):
    names = [model.joint(j).name for j in range(model.njnt)]
    assert names == ["root", *JOINTS]
    assert model.nq == 7 + len(JOINTS)


def test_total_mass(body, model):
    assert model.body_mass.sum() == pytest.approx(75.0, abs=0.01)
    assert body.mass_kg == 75.0


@pytest.mark.parametrize("segment", WINTER_PARTS)
def test_segment_masses_are_winters(model, segment):
    mass = sum(model.body(part).mass[0] for part in WINTER_PARTS[segment])
    assert mass == pytest.approx(winter()[segment]["mass_fraction_of_body"] * 75, rel=1e-3)


def test_arm_mass_is_winters(model):
    table = winter()
    fraction = table["forearm"]["mass_fraction_of_body"] + table["hand"]["mass_fraction_of_body"]
    assert model.body("forearm_l").mass[0] == pytest.approx(fraction * 75, rel=1e-3)


@pytest.mark.parametrize(("segment", "length"), [("thigh", 0.43), ("shank", 0.43)])
def test_limb_centres_and_inertias_are_winters(model, segment, length):
    row, part = winter()[segment], model.body(f"{segment}_l")
    assert -part.ipos[2] == pytest.approx(
        row["centre_of_mass_fraction_from_proximal"] * length, abs=1e-4
    )
    gyration = row["gyration_fraction_sagittal"] * length
    assert part.inertia[1] == pytest.approx(part.mass[0] * gyration**2, rel=1e-3)


def test_head_arms_and_trunk_agree_with_winter(model, data):
    """The composite of the upper body, not used to build it, is near Winter's own numbers."""
    leg = ("thigh", "shank", "foot", "toes")
    parts = [b for b in range(1, model.nbody) if not model.body(b).name.startswith(leg)]
    mass = model.body_mass[parts]
    centre = mass @ data.xipos[parts] / mass.sum()
    row = winter()["head_arms_trunk"]
    hip_to_shoulder = data.body("upper_arm_l").xpos[2] - data.body("thigh_l").xpos[2]
    height = (centre[2] - data.body("thigh_l").xpos[2]) / hip_to_shoulder
    assert height == pytest.approx(row["centre_of_mass_fraction_from_proximal"], abs=0.04)
    away = data.xipos[parts] - centre
    inertia = model.body_inertia[parts, 1].sum() + mass @ (away[:, 0] ** 2 + away[:, 2] ** 2)
    gyration = np.sqrt(inertia / mass.sum()) / hip_to_shoulder
    assert gyration == pytest.approx(row["gyration_fraction_sagittal"], rel=0.05)


def test_centre_of_mass_is_over_the_foot(model, data):
    x, y, z = data.subtree_com[1]
    ankle, ball = data.body("foot_l").xpos[0], data.site("ball_medial_l").xpos[0]
    assert ankle < x < ball
    assert y == pytest.approx(0, abs=1e-12)
    assert 0.54 < z / 1.75 < 0.58  # of body height: men 0.55 to 0.58


def test_named_lengths(body, model, data):
    assert (body.thigh_length_m, body.shank_length_m) == (0.43, 0.43)
    assert body.ankle_height_m == 0.08
    assert body.hip_half_width_m == 0.09
    assert body.standing_height_m == pytest.approx(0.94)
    assert data.body("pelvis").xpos[2] == pytest.approx(body.standing_height_m)
    hips = (data.body("thigh_l").xpos + data.body("thigh_r").xpos) / 2
    np.testing.assert_allclose(hips, data.body("pelvis").xpos, atol=1e-12)


def test_head_is_at_body_height(body, model, data):
    top = max(
        data.geom(g).xpos[2] + model.geom(g).size[2]
        for g in range(model.ngeom)
        if model.body(model.geom(g).bodyid[0]).name == "head"
        and model.geom(g).type[0] == mujoco.mjtGeom.mjGEOM_ELLIPSOID
    )
    assert top == pytest.approx(body.height_m, abs=0.02)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("point", SOLE_POINTS)
def test_sole_points_are_on_the_ground(data, point, side):
    position = data.site(f"{point}_{side}").xpos
    assert position[2] == pytest.approx(0, abs=1e-9)
    lateral = 1 if side == "l" else -1
    offset = lateral * (position[1] - data.body(f"foot_{side}").xpos[1])
    assert np.sign(offset) == {"medial": -1, "lateral": 1}.get(point.split("_")[-1], 0)


@pytest.mark.parametrize(
    ("joint", "body_name", "point", "direction"),
    [
        ("hip_flexion_{s}", "shank", (0, 0, 0), (1, 0, 0)),
        ("hip_adduction_{s}", "shank", (0, 0, 0), (0, -1, 0)),
        ("hip_rotation_{s}", "foot", (0.1, 0, 0), (0, -1, 0)),
        ("knee_{s}", "foot", (0, 0, 0), (-1, 0, 0)),
        ("ankle_{s}", "foot", (0.1, 0, 0), (0, 0, 1)),
        ("subtalar_{s}", "foot", (0, -0.04, 0), (0, 0, 1)),
        ("mtp_{s}", "toes", (0.05, 0, 0), (0, 0, 1)),
        ("lumbar_flexion", "torso", (0, 0, 0.4), (1, 0, 0)),
        ("lumbar_bending", "torso", (0, 0, 0.4), (0, -1, 0)),
        ("lumbar_rotation", "torso", (0.1, 0, 0), (0, 1, 0)),
        ("neck_rotation", "head", (0.1, 0, 0), (0, 1, 0)),
        ("shoulder_flexion_{s}", "forearm", (0, 0, 0), (1, 0, 0)),
        ("shoulder_adduction_{s}", "forearm", (0, 0, 0), (0, -1, 0)),
        ("elbow_{s}", "forearm", (0, 0, -0.2), (1, 0, 0)),
    ],
)
@pytest.mark.parametrize("side", SIDES)
def test_joint_signs(model, joint, body_name, point, direction, side):
    """A positive angle moves a point of the left side this way, the right side its mirror image."""
    paired = "{s}" in joint
    mirror = np.array([1, -1 if paired and side == "r" else 1, 1])
    part = f"{body_name}_{side}" if paired else body_name
    data = mujoco.MjData(model)
    mujoco.mj_kinematics(model, data)
    before = data.body(part).xpos + data.body(part).xmat.reshape(3, 3) @ (point * mirror)
    data.qpos[model.joint(joint.format(s=side)).qposadr[0]] = 0.1
    mujoco.mj_kinematics(model, data)
    after = data.body(part).xpos + data.body(part).xmat.reshape(3, 3) @ (point * mirror)
    moved = (after - before) / np.linalg.norm(after - before)
    assert moved @ (direction * mirror) > 0.95


def test_only_named_geoms_collide_and_only_with_the_ground(model):
    colliding = {model.geom(g).name for g in range(model.ngeom) if model.geom_contype[g]}
    assert colliding == SOLE_GEOMS | FALL_GEOMS
    assert not model.geom_conaffinity.any()


def test_options_are_the_bodys_own(body, model):
    assert model.opt.timestep == 0.0025
    assert model.opt.integrator == mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    assert model.opt.jacobian == mujoco.mjtJacobian.mjJAC_DENSE
    assert model.opt.iterations == model.opt.ls_iterations == SOLVER_ITERATIONS[body.name]
    assert "ground" not in {model.geom(g).name for g in range(model.ngeom)}


def test_arms_hang_with_bent_elbows(body):
    """Held by pelvis and trunk, the arms settle near the body with the elbows bent."""
    spec = body.spec()
    spec.delete(spec.joint("root"))
    model = spec.compile()
    trunk = [model.joint(name).id for name in JOINTS if name.startswith("lumbar")]
    model.jnt_stiffness[trunk] = 2000
    data = mujoco.MjData(model)
    for _ in range(int(8 / model.opt.timestep)):
        mujoco.mj_step(model, data)
    angle = {name: np.degrees(data.joint(name).qpos[0]) for name in JOINTS}
    assert 15 < angle["elbow_l"] < 32
    assert abs(angle["shoulder_flexion_l"]) < 12
    assert abs(angle["shoulder_adduction_l"]) < 12
    assert abs(angle["neck_rotation"]) < 1
    assert np.abs(data.qvel).max() < 0.05
