"""From somebody's MJCF to a run: the commands of docs/world/bodies.md; what bad input is told."""

from __future__ import annotations

import re
import shlex
import shutil

import mujoco
import numpy as np
import pytest
import yaml
from scipy.spatial.transform import Rotation

from retrowalk.models.body import build_body
from retrowalk.models.catalogue import BODIES
from retrowalk.models.mapped.find_parts import find_parts
from retrowalk.models.mapped.upright import make_upright

EXAMPLES = ("stick.xml", "own-body.yaml")


@pytest.fixture
def folder(root, tmp_path, monkeypatch):
    for name in EXAMPLES:
        shutil.copy(root / "docs" / "world" / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_commands_of_the_page(root, folder, command_line):
    page = (root / "docs" / "world" / "bodies.md").read_text("utf-8")
    (commands,) = re.findall(r"```sh\n(retrowalk check-body.*?)```", page, re.DOTALL)
    for line in commands.splitlines():
        code, out, error = command_line(*shlex.split(line)[1:])
        assert code == 0, error
        if "check-body" in line:
            assert "293 measures are null" in " ".join(out.split())
    assert (folder / "stick.png").stat().st_size > 10_000
    assert (folder / "run" / "report.md").is_file()
    body = build_body("stick.yaml")
    assert body.roles.joints[body.roles.legs[1, 0]] == "right_hip"
    assert body.mass_kg == pytest.approx(55.0)


@pytest.mark.parametrize("name", sorted(set(BODIES) - {"myolegs", "myolegs26"}))
def test_parts_of_bodies_that_ship_are_found_as_they_are(name):
    """By shape and direction of axes; names are not asked for joints."""
    body = build_body(name)
    found = find_parts(body.spec().compile())
    assert not found.lacks
    roles = dict(zip(body.roles.joints, body.roles.joint_roles, strict=True))
    for role, joints in found.parts["joints"].items():
        both = (joints,) if isinstance(joints, str) else joints
        assert {roles[joint] for joint in both} == {role}
    assert found.parts["shanks"] == body.anatomy.knee_bodies
    assert found.parts["trunk"] == body.anatomy.trunk
    groups = {m: g for g, names in found.parts.get("muscles", {}).items() for m in names}
    assert groups == {row.name: row.group for row in body.muscles}


def test_turned_upright_it_moves_as_before(root):
    """Frames that stood anyhow: inertia, and where geoms are, at any angles."""
    text = (root / "docs" / "world" / "stick.xml").read_text("utf-8")
    skewed = text.replace('<body name="chest" ', '<body name="chest" euler="20 -10 35" ')
    before = mujoco.MjModel.from_xml_string(skewed)
    spec = mujoco.MjSpec.from_string(skewed)
    make_upright(spec, "hips", ("left_thigh", "right_thigh"), "-y")
    after = spec.compile()
    rng, turn = np.random.default_rng(1), Rotation.from_euler("z", 90, degrees=True)
    angles = rng.uniform(-0.5, 0.5, before.nq - 7)
    data = [mujoco.MjData(model) for model in (before, after)]
    for one in data:
        one.qpos[7:] = angles
        mujoco.mj_forward(one.model, one)
    hips = [one.body("hips").xpos for one in data]
    moved = turn.apply(data[0].geom_xpos - hips[0]) - (data[1].geom_xpos - hips[1])
    np.testing.assert_allclose(moved, 0.0, atol=1e-9)
    inertia = [np.zeros((m.nv, m.nv)) for m in (before, after)]
    for one, full in zip(data, inertia, strict=True):
        mujoco.mj_fullM(one.model, one, full)
    np.testing.assert_allclose(inertia[0][6:, 6:], inertia[1][6:, 6:], atol=1e-9)
    np.testing.assert_array_equal(after.body("chest").quat, [1, 0, 0, 0])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"feet": "left_sole"}, "feet must be the names of the left and the right one"),
        ({"feet": None}, "feet is missing"),
        ({"forward": "up"}, "unknown direction 'up'"),
        ({"shins": "x"}, "unknown field 'shins'"),
        ({"trunk": "breast"}, "no body 'breast'"),
        ({"joints": {"knee": ["left_hip_side", "right_knee"]}}, "'left_hip_side' cannot be knee"),
    ],
)
def test_a_map_that_is_wrong_gets_one_sentence(change, says, folder, command_line):
    assert command_line("check-body", "stick.xml", "--write", "stick.yaml")[0] == 0
    given = yaml.safe_load((folder / "stick.yaml").read_text("utf-8")) | change
    (folder / "stick.yaml").write_text(yaml.safe_dump(given), "utf-8")
    code, _, error = command_line("check-body", "stick.xml", "--map", "stick.yaml")
    assert code == 2
    assert says in error
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("mjcf: " + "[" * 3000, "nested too deeply"),
        ("mjcf: !!timestamp x", "not valid YAML"),
        ("mjcf: a.xml\nmjcf: b.xml", "'mjcf' is repeated"),
        ("height_m: 1:45", "a number to base 60"),
        ("- hips", "holds a list"),
    ],
)
def test_a_map_is_read_as_configs_are(text, says, folder, command_line):
    (folder / "odd.yaml").write_text(text, "utf-8")
    code, _, error = command_line("check-body", "stick.xml", "--map", "odd.yaml")
    assert code == 2
    assert says in " ".join(error.split())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hello", "no MJCF that MuJoCo can read"),
        ("<mujoco/>", "there is no root"),
        (
            "<mujoco><worldbody><body name='a'><freejoint/><geom size='.1'/></body></worldbody>"
            "</mujoco>",
            "there are no two legs",
        ),
    ],
)
def test_what_is_no_walker_gets_one_sentence(text, says, tmp_path, command_line):
    path = tmp_path / "odd.xml"
    path.write_text(text, "utf-8")
    code, _, error = command_line("check-body", str(path))
    assert code == 2
    assert says in " ".join(error.split())
    assert "Traceback" not in error


def test_a_map_that_is_not_there_is_told(command_line):
    code, _, error = command_line("run", "quick-start", "--set", "body=nobody.yaml")
    assert code == 2
    assert "no such file" in error
