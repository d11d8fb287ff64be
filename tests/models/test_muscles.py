"""Capacity, path and length of the muscles against the reference."""

from __future__ import annotations

import csv
from dataclasses import replace
from importlib.resources import files

import mujoco
import numpy as np
import pytest

from retrowalk.models.bodies.human import skeleton_spec
from retrowalk.models.body import build_body
from retrowalk.models.catalogue import BODIES
from retrowalk.models.fitting.fit_paths import fit
from retrowalk.models.fitting.path_sketches import LEG, LEG_APART
from retrowalk.models.fitting.paths import PosedPaths
from retrowalk.models.fitting.reference import (
    STAND_APART,
    STANDS_FOR,
    gait_angles_rad,
    in_walking_range,
    reference_muscles,
)
from retrowalk.models.muscle_actuators import FIBRE_RANGE
from retrowalk.models.muscle_mass import VOLUME_CM3, muscle_masses_kg
from retrowalk.models.muscle_table import (
    MUSCLE_GROUPS,
    parse_muscle_table,
    read_muscle_table,
)
from retrowalk.models.strength import max_isometric_torque_n_m, moment_arms_m
from retrowalk.models.walker import Walker
from retrowalk.sim.errors import ConfigError

MUSCLES = sorted(STANDS_FOR | STAND_APART)
TRUNK = ("erector_spinae", "internal_oblique", "external_oblique", "rectus_abdominis")


def stands_for(body) -> dict[str, tuple[str, ...]]:
    """Muscles of a leg of this body, and the reference muscles that each stands for."""
    return STANDS_FOR if body.name == "human" else STAND_APART


def moment_arm(model, muscle: str, joint: str, angle_rad: float) -> float:
    """The moment arm that MuJoCo itself uses [m], all other joints at 0."""
    data = mujoco.MjData(model)
    data.joint(joint).qpos[0] = angle_rad
    mujoco.mj_forward(model, data)
    arms = moment_arms_m(model, data)
    return float(arms[model.actuator(muscle).id, model.joint(joint).dofadr[0]])


def fibre_lengths(body, model, data) -> dict[str, float]:
    """Fibre length of each muscle in the present pose [L0]."""
    return {
        row.name: (data.actuator(row.name).length[0] - row.tendon_slack_length_m)
        / row.optimal_fibre_length_m
        for row in body.muscles
    }


def test_order_and_names(body, model):
    names = [row.name for row in body.muscles]
    expected = [f"{m}_{s}" for s in "lr" for m in stands_for(body)]
    expected += [f"{m}_{s}" for s in "lr" for m in TRUNK]
    assert names == expected
    assert [model.actuator(i).name for i in range(model.nu)] == names
    assert all(row.name.endswith(f"_{row.side}") for row in body.muscles)
    assert {row.group for row in body.muscles} == set(MUSCLE_GROUPS)


@pytest.mark.parametrize("muscle", MUSCLES)
def test_moment_arms_agree_with_the_reference(body, model, muscle):
    """Within 25 % or 1 cm, whichever is larger, at every listed angle of the walking range."""
    if muscle not in stands_for(body):
        return
    wrong, checked = [], 0
    for (joint, angle), wanted in reference_muscles()[muscle].moment_arms_m.items():
        if not in_walking_range(joint, angle) or (joint == "mtp" and body.name == "human"):
            continue
        arm = moment_arm(model, f"{muscle}_l", f"{joint}_l", np.radians(angle))
        checked += 1
        if abs(arm - wanted) > max(0.25 * abs(wanted), 0.01):
            wrong.append((joint, angle, wanted, arm))
    assert checked
    assert not wrong


@pytest.mark.parametrize("name", BODIES)
def test_toe_muscles_turn_the_toes_as_peoples_do(name):
    """But those of the first body and of its likeness in the plane: README, Limits."""
    walked = build_body(name)
    toes = [f"mtp_{side}" for side in "lr"]
    if not walked.muscles or not set(toes) <= set(walked.anatomy.joints):
        pytest.skip("no toes, or no muscles")
    known_wrong = -1.0 if name in ("human", "human-planar") else 1.0
    model = walked.spec().compile()
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    arms = moment_arms_m(model, data)
    for row in walked.muscles:
        if row.group in ("toe_flexors", "toe_extensors"):
            extends = 1.0 if row.group == "toe_extensors" else -1.0  # extension is positive
            arm = arms[model.actuator(row.name).id, model.joint(f"mtp_{row.side}").dofadr[0]]
            assert known_wrong * extends * arm > 0.003, row.name


@pytest.mark.parametrize("muscle", MUSCLES)
def test_no_moment_arm_where_the_reference_has_none(body, model, muscle):
    """Joints that a reference muscle does not cross."""
    if muscle not in stands_for(body):
        return
    listed = {joint for joint, _ in reference_muscles()[muscle].moment_arms_m}
    for joint in ("hip_flexion", "hip_adduction", "hip_rotation", "knee", "ankle", "subtalar"):
        if joint not in listed:
            assert abs(moment_arm(model, f"{muscle}_l", f"{joint}_l", 0.1)) < 0.01


@pytest.mark.parametrize(
    "group", [g for g in MUSCLE_GROUPS if g not in ("erector_spinae", "abdominals")]
)
def test_group_forces_are_the_references(body, group):
    rows = [r for r in body.muscles if r.group == group and r.side == "l"]
    force = sum(row.max_isometric_force_n for row in rows)
    wanted = sum(reference_muscles()[row.name[:-2]].max_isometric_force_n for row in rows)
    assert force == pytest.approx(wanted, rel=0.25)


def test_iliacus_keeps_its_arm_over_the_extended_hip(model, body):
    if "iliacus" in stands_for(body):
        assert moment_arm(model, "iliacus_l", "hip_flexion_l", np.radians(-10)) >= 0.03


@pytest.mark.parametrize("parts", [STANDS_FOR, STAND_APART], ids=["lumped", "apart"])
def test_every_reference_muscle_is_stood_for_once(parts):
    text = files("retrowalk.models") / "human" / "reference_muscle_parameters.csv"
    listed = [r["muscle"] for r in csv.DictReader(text.read_text(encoding="utf-8").splitlines())]
    members = [member for group in parts.values() for member in group]
    assert sorted(members) == sorted(listed)


def test_lengths_in_the_model_are_the_tables(body, model):
    """MuJoCo's own formula gives back L0 and LT."""
    for row in body.muscles:
        low, high = model.actuator(row.name).lengthrange
        r0, r1 = FIBRE_RANGE
        optimal = (high - low) / (r1 - r0)
        assert optimal == pytest.approx(row.optimal_fibre_length_m, rel=1e-9)
        assert low - r0 * optimal == pytest.approx(row.tendon_slack_length_m, abs=1e-9)
        assert row.tendon_slack_length_m > 0
        assert model.actuator(row.name).gainprm[2] == row.max_isometric_force_n


def test_fibre_lengths_over_a_gait_cycle(body, model):
    """0.6 to 1.4 optimal lengths; backwards is the same cycle reversed."""
    data = mujoco.MjData(model)
    curves = gait_angles_rad()
    cycle = []
    for k in range(11):
        for joint, angles in curves.items():
            for side in "lr":
                data.joint(f"{joint}_{side}").qpos[0] = angles[k]
        mujoco.mj_forward(model, data)
        cycle.append(fibre_lengths(body, model, data))
    for row in body.muscles:
        lengths = [frame[row.name] for frame in cycle]
        assert min(lengths) > 0.6, row.name
        assert max(lengths) < 1.25, row.name
        assert 0.85 < np.mean(lengths) < 1.0, row.name


@pytest.mark.parametrize("joint", ["lumbar_flexion", "lumbar_bending", "lumbar_rotation"])
def test_trunk_fibres_over_the_walking_range(body, model, joint):
    for angle in np.radians([-15, 15]):
        data = mujoco.MjData(model)
        data.joint(joint).qpos[0] = angle
        mujoco.mj_forward(model, data)
        lengths = fibre_lengths(body, model, data)
        assert all(0.6 < lengths[f"{m}_{s}"] < 1.4 for m in TRUNK for s in "lr")


@pytest.mark.parametrize(
    ("muscle", "joint", "low_m", "high_m"),
    [
        # Sagittal arms about the lower lumbar spine: erector 5 to 7 cm, rectus 7 to 12 cm.
        ("erector_spinae_l", "lumbar_flexion", -0.07, -0.05),
        ("rectus_abdominis_l", "lumbar_flexion", 0.07, 0.12),
        ("internal_oblique_l", "lumbar_flexion", 0.01, 0.07),
        ("external_oblique_l", "lumbar_flexion", 0.01, 0.07),
        # Left muscles bend to the left (negative).
        ("erector_spinae_l", "lumbar_bending", -0.06, -0.02),
        ("internal_oblique_l", "lumbar_bending", -0.14, -0.05),
        ("external_oblique_l", "lumbar_bending", -0.14, -0.05),
        # Internal oblique turns to its own side, external to the other.
        ("internal_oblique_l", "lumbar_rotation", 0.02, 0.10),
        ("external_oblique_l", "lumbar_rotation", -0.10, -0.02),
    ],
)
def test_trunk_moment_arms(model, muscle, joint, low_m, high_m):
    assert low_m <= moment_arm(model, muscle, joint, 0.0) <= high_m


def strength_rows() -> list[dict[str, str]]:
    """Torques of young men (Anderson et al. 2007) and of MyoLeg, see the model card."""
    text = files("retrowalk.models") / "human" / "reference_joint_strength.csv"
    return list(csv.DictReader(text.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize(
    "row", strength_rows(), ids=lambda r: f"{r['joint']}{r['direction']}at{r['angle_deg']}"
)
def test_joint_strength_is_in_the_published_range(model, row):
    """Between what young men reach (mean less 2 SD) and 1.25 times MyoLeg, angle by angle."""
    pose = {
        f"{row['joint']}_l": np.radians(float(row["angle_deg"])),
        f"{row['other_joint']}_l": np.radians(float(row["other_angle_deg"])),
    }
    along, against = max_isometric_torque_n_m(model, f"{row['joint']}_l", pose)
    torque = along if row["direction"] == "1" else against
    low = float(row["human_mean_n_m"]) - 2 * float(row["human_sd_n_m"])
    assert low <= torque <= 1.25 * float(row["myoleg_n_m"])


def test_muscle_masses(body):
    mass = muscle_masses_kg(body)
    legs = [i for i, row in enumerate(body.muscles) if row.name[:-2] in VOLUME_CM3]
    assert len(legs) == 2 * len(stands_for(body))
    assert 14 < mass[legs].sum() < 17  # Handsfield et al. 2014: about 7.1 l a leg at 71.7 kg
    formula = [
        row.max_isometric_force_n / 60e4 * row.optimal_fibre_length_m * 1059.7
        for row in body.muscles
    ]
    ratio = mass / np.array(formula)
    assert (ratio > 0.35).all()
    assert (ratio < 3.0).all()
    heavy = build_body(body.name, Walker(mass_kg=90.0))
    np.testing.assert_allclose(muscle_masses_kg(heavy)[legs], mass[legs] * 90.0 / 75.0)


def test_lengths_and_arms_of_paths_match_mujoco(body, model, data):
    """The fit's own geometry is MuJoCo's."""
    row = next(r for r in body.muscles if r.name == "gastrocnemius_l")
    pose = {"knee_l": 0.6, "ankle_l": -0.2, "hip_rotation_l": 0.1}
    paths = PosedPaths(model, [b for b, _ in row.path], [pose], ["knee_l"])
    points = np.array([p for _, p in row.path])
    for name, angle in pose.items():
        data.joint(name).qpos[0] = angle
    mujoco.mj_forward(model, data)
    assert paths.lengths(points)[0] == pytest.approx(data.actuator(row.name).length[0], abs=1e-12)
    arm = moment_arms_m(model, data)[model.actuator(row.name).id, model.joint("knee_l").dofadr[0]]
    assert paths.moment_arms(points)[0] == pytest.approx(arm, abs=1e-12)


@pytest.mark.parametrize(("table", "leg"), [("muscles.csv", LEG), ("muscles_apart.csv", LEG_APART)])
def test_table_is_what_the_fit_makes(capsys, table, leg):
    fitted = fit(skeleton_spec().compile(), leg)
    assert "gluteus_maximus" in capsys.readouterr().out
    rows = {row.name: row for row in read_muscle_table(table)}
    assert len(fitted) * 2 == len(rows)
    for record in fitted:
        row = rows[f"{record['name']}_l"]
        assert float(record["tendon_slack_length_m"]) == pytest.approx(
            row.tendon_slack_length_m, abs=2e-3
        )
        points = [tuple(map(float, p.split()[1:])) for p in record["path"].split(";")]
        np.testing.assert_allclose(points, [p for _, p in row.path], atol=2e-3)


HEADER = (
    "name,group,max_isometric_force_n,optimal_fibre_length_m,tendon_slack_length_m,"
    "slow_twitch_share,pennation_rad,path,source\n"
)
GOOD = "soleus,soleus,100,0.05,0.2,0.8,0.3,shank 0 0 0; foot 0 0 -0.1,here\n"


def test_a_good_row_is_mirrored():
    left, right = parse_muscle_table(HEADER + GOOD, "t.csv")
    assert (left.name, right.name) == ("soleus_l", "soleus_r")
    assert left.path[1] == ("foot_l", (0.0, 0.0, -0.1))
    assert replace(right, name=left.name, side="l", path=left.path) == left


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("soleus,soleus", "soleus,sole"), "unknown group 'sole'"),
        (GOOD.replace(",100,", ",-1,"), "max_isometric_force_n must be above 0"),
        (GOOD.replace(",100,", ",strong,"), "strong"),
        (GOOD.replace(",0.8,", ",1.8,"), "slow_twitch_share"),
        (GOOD.replace("; foot 0 0 -0.1", ""), "two or more points"),
        (GOOD.replace("shank 0 0 0", "shank 0 0"), "soleus"),
        (GOOD + GOOD, "more than once"),
        ("soleus\n", "soleus"),
    ],
)
def test_bad_rows_are_refused(text, said):
    with pytest.raises(ConfigError, match=said) as error:
        parse_muscle_table(HEADER + text, "t.csv")
    assert "t.csv" in str(error.value)
