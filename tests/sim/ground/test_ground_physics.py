"""What the ground does to bodies: friction on slopes, softness, belts, no tunnelling."""

from __future__ import annotations

import mujoco
import numpy as np
import pytest

from retrowalk.models.body import build_body
from retrowalk.sim.ground.ground import Ground, lay_ground
from retrowalk.sim.ground.presets import PRESETS
from retrowalk.sim.ground.surface import Surface
from retrowalk.sim.physics.simulation import Simulation

BLOCK = """
<mujoco>
  <option timestep="0.0025" integrator="implicitfast"/>
  <worldbody>
    <body name="block" pos="0 0 .1">
      <freejoint/><geom type="box" size=".2 .2 .05" mass="10" friction="2 0 0"/>
    </body>
  </worldbody>
</mujoco>
"""
SOFT = ("grass", "gym-mat", "sand")


def lay(surface: Surface, n: int = 1, sign: float = 1.0, reach: float = 8.0) -> Ground:
    """Return the ground of n trials."""
    return lay_ground(surface, sign, reach, [np.random.default_rng(i) for i in range(n)])


def block_on(ground: Ground, tilt: tuple[float, float]) -> tuple[mujoco.MjModel, mujoco.MjData]:
    """Return a block that lies on a ground that slopes by `tilt` along x and y."""
    spec = mujoco.MjSpec.from_string(BLOCK)
    ground.add_to(spec)
    model = spec.compile()
    ground.finish(model)
    data = mujoco.MjData(model)
    up = np.array([-tilt[0], -tilt[1], 1.0])
    up /= np.linalg.norm(up)
    mujoco.mju_quatZ2Vec(data.qpos[3:7], up)
    data.qpos[:3] = 0.0501 * up
    return model, data


def human_on(ground: Ground, n: int = 1, shoes: float = 1.0) -> Simulation:
    """Return n simulations of the human on `ground`."""
    body = build_body()
    spec = body.spec()
    ground.add_to(spec)
    return Simulation(spec, body.anatomy, n, 1, ground, shoe_friction=shoes)


@pytest.mark.parametrize("slope", [0.15, -0.3])
@pytest.mark.parametrize("excess", [0.9, 1.1])
@pytest.mark.parametrize("across", [False, True])
def test_a_block_slides_exactly_where_the_slope_exceeds_friction(slope, excess, across):
    slope = float(np.clip(slope, -0.2, 0.2)) if across else slope
    friction = abs(slope) / excess
    surface = Surface(friction=friction).with_fields(
        **{"cross_slope" if across else "slope": slope}
    )
    tilt = (0.0, slope) if across else (slope, 0.0)
    model, data = block_on(lay(surface), tilt)
    for _ in range(400):
        mujoco.mj_step(model, data)
    speed = np.linalg.norm(data.qvel[:3])
    angle = np.arctan(abs(slope))
    expected = 9.81 * (np.sin(angle) - friction * np.cos(angle)) * 1.0
    if excess < 1:
        assert speed < 0.01  # what little is left is MuJoCo's creep
    else:
        # pyramidal cone: exact along its axes, and the block slides along one
        assert speed == pytest.approx(expected, rel=0.1)
        assert np.sign(data.qvel[int(across)]) == -np.sign(slope)


def test_a_tilted_plane_equals_tilted_gravity():
    """A ragdoll that lands on a slope, and one that lands on a floor under tilted gravity."""
    slope, angle = 0.1, np.arctan(0.1)
    turn = np.zeros(4)
    mujoco.mju_axisAngle2Quat(turn, np.array([0.0, 1.0, 0.0]), -angle)
    matrix = np.zeros(9)
    mujoco.mju_quat2Mat(matrix, turn)
    matrix = matrix.reshape(3, 3)
    on_slope, on_floor = human_on(lay(Surface(slope=slope))), human_on(lay(Surface()))
    on_floor.fields.set("opt.gravity", None, matrix.T @ [0.0, 0.0, -9.81])
    for sim in (on_slope, on_floor):
        sim.ctrl[:] = 0.1
        sim.qpos[0, sim.joint_qpos[3]] = 0.3
    start = np.array([0.0, 0.0, on_floor.anatomy.standing_height_m + 0.01])
    on_floor.qpos[0, :3], on_slope.qpos[0, :3] = start, matrix @ start
    on_slope.qpos[0, 3:7] = turn
    for sim in (on_slope, on_floor):
        sim.forward()
    for _ in range(100):  # half a second, landing included
        on_slope.step(2)
        on_floor.step(2)
    np.testing.assert_allclose(on_slope.com[0], matrix @ on_floor.com[0], atol=2e-3)
    joints = on_slope.joint_qpos
    np.testing.assert_allclose(on_slope.qpos[0, joints], on_floor.qpos[0, joints], atol=0.02)
    np.testing.assert_allclose(
        on_slope.ground_force.sum((1, 2)) @ matrix, on_floor.ground_force.sum((1, 2)), atol=25.0
    )


@pytest.mark.parametrize("name", SOFT)
def test_a_flat_foot_sinks_as_deep_as_described_under_the_body(name):
    """MuJoCo's own constraint: at this depth and at rest, six contacts carry the body."""
    ground = lay(PRESETS[name].surface)
    sim = human_on(ground)
    model = sim.model
    for geom in ("heel_r", "ball_r", "toe_r"):
        model.geom_contype[model.geom(geom).id] = 0
    data = mujoco.MjData(model)
    for share, low, high in ((1.0, 0.999, 1.001), (2.0, 4.0, 12.0)):
        depth = share * ground.surface.indentation_m
        data.qpos[2] = sim.anatomy.standing_height_m - depth
        mujoco.mj_forward(model, data)
        assert data.ncon == 6
        normal = [data.efc_D[c.efc_address] * data.efc_aref[c.efc_address] for c in data.contact]
        assert low < sum(normal) / (sim.mass * 9.81) < high


@pytest.mark.parametrize("name", SOFT)
def test_a_weight_on_feet_settles_at_that_depth(name):
    """A block with the feet's contacts, pressed by the body's weight, in time."""
    ground = lay(PRESETS[name].surface)
    soft = ground.softness(75.0, 0.0025)
    assert soft is not None
    spec = mujoco.MjSpec.from_string(BLOCK.replace('type="box" size=".2 .2 .05"', 'size=".1"'))
    ground.add_to(spec)
    block = spec.body("block")
    block.first_geom().contype = 0
    block.first_geom().mass = 75.0
    for x, y in [(x, y) for x in (-0.1, 0.05, 0.15) for y in (-0.03, 0.03)]:
        foot = block.add_geom(
            type=mujoco.mjtGeom.mjGEOM_SPHERE, size=[0.02, 0, 0], pos=[x, y, -0.1]
        )
        foot.mass, foot.priority = 0.0, 2
    model = spec.compile()
    feet = np.flatnonzero(model.geom_priority == 2)
    weight = np.full(len(feet), model.body_invweight0[model.body("block").id, 0])
    model.geom_solref[feet], model.geom_solimp[feet] = soft.solver(weight)
    data = mujoco.MjData(model)
    data.qpos[2] = 0.12
    depths = []
    for _ in range(1200):
        mujoco.mj_step(model, data)
        depths.append(0.12 - data.qpos[2])
    sunk = ground.surface.indentation_m
    assert depths[-1] == pytest.approx(sunk, rel=0.1)  # the weight's centre is not the feet's
    bounces = np.ptp(depths[200:]) / sunk
    assert bounces < (0.2 if name == "sand" else 2.0)
    assert np.linalg.norm(data.qvel) < 0.01


def test_a_foot_on_soft_ground_does_not_creep():
    sim = human_on(lay(PRESETS["grass"].surface))
    model = sim.model
    data = mujoco.MjData(model)
    data.qpos[2] = sim.anatomy.standing_height_m - 0.005
    mujoco.mj_forward(model, data)
    tangent = [data.efc_D[c.efc_address + 1] for c in data.contact]
    normal = [data.efc_D[c.efc_address] for c in data.contact]
    np.testing.assert_allclose(np.array(tangent) / normal, 100.0, rtol=1e-6)


@pytest.mark.parametrize("body", ["human", "human-2026b"])
@pytest.mark.parametrize("name", SOFT)
def test_a_limp_body_gains_no_energy_on_soft_ground(name, body):
    """Dropped from 1.5 m, turned anyhow; a solver that is cut off too soon makes it jump."""
    found = build_body(body)
    spec = found.spec()
    ground = lay(PRESETS[name].surface)
    ground.add_to(spec)
    model = Simulation(spec, found.anatomy, 1, 1, ground).model
    model.opt.enableflags |= int(mujoco.mjtEnableBit.mjENBL_ENERGY)
    for seed in range(3):
        data = mujoco.MjData(model)
        data.qpos[2] = 1.5
        data.qpos[3:7] = np.random.default_rng(seed).standard_normal(4)
        mujoco.mj_normalizeQuat(model, data.qpos)
        mujoco.mj_forward(model, data)
        before, most = data.energy.sum(), -np.inf
        for _ in range(800):
            mujoco.mj_step(model, data)
            most = max(most, data.energy.sum())
        assert most < before + 5.0  # of 1,100 J
        assert data.energy.sum() < before - 600.0
        assert not data.warning.number.any()


@pytest.mark.parametrize(("scale", "shoes"), [(1.0, 1.0), (0.2, 1.0), (0.2, 0.5)])
def test_friction_under_a_foot_is_the_grounds_times_the_shoes_and_the_hazards(scale, shoes):
    ground = lay(PRESETS["ice-patch"].surface, n=2)
    sim = human_on(ground, 2, shoes)
    assert ground.slippery is not None
    sim.qpos[1, 0] = ground.slippery.start[1, 0] + 0.7
    sim.forward()
    sim.foot_friction_scale[:, 0] = scale
    sim.step(1)
    geoms = [sim.model.geom(name).id for name in ("heel_l", "toe_l", "heel_r", "toe_r")]
    written = sim.fields.get("geom_friction")[:, geoms, 0] / shoes
    np.testing.assert_allclose(written[0], [0.9 * scale] * 2 + [0.9] * 2)
    np.testing.assert_allclose(written[1], [0.08 * scale] * 2 + [0.08] * 2)
    sim.qpos[1, 0] -= 1.6
    sim.forward()
    sim.reset(np.array([0]))
    sim.step(1)
    written = sim.fields.get("geom_friction")[:, geoms, 0] / shoes
    np.testing.assert_allclose(written[0], 0.9)
    np.testing.assert_allclose(written[1, 2:], 0.9)


RIGID = sorted(set(PRESETS) - set(SOFT) - {"treadmill"})


@pytest.mark.parametrize("name", RIGID)
def test_dropped_walkers_do_not_sink_into_or_through_the_ground(name):
    """Limp walkers land on their feet from 10 cm, at different places, and collapse."""
    n = 6
    ground = lay(PRESETS[name].surface, n, sign=-1.0)
    sim = human_on(ground, n)
    places = np.linspace(0.0, -6.0, n)
    sim.qpos[:, 0] = places
    here = np.stack([sim.qpos[:, None, 0], sim.qpos[:, None, 1]], -1)
    sim.qpos[:, 2] = sim.ground_height(here)[:, 0] + sim.anatomy.standing_height_m + 0.1
    sim.forward()
    deepest = 0.0
    for _ in range(120):
        sim.step(2)
        points = sim.points[:, :, :-1].reshape(n, -1, 3)
        below = sim.ground_height(points[..., :2]) - points[..., 2]
        if ground.raised is not None:  # a sole's edge may stand over a vertical face
            faces = np.stack([ground.raised.start, ground.raised.start + ground.raised.length])
            from_face = np.abs(points[None, :, :, None, 0] - faces[:, :, None, :]).min((0, 3))
            below[from_face < 0.04] = 0.0
        deepest = max(deepest, below[sim.valid].max())
        if sim.fall_contact.all():
            break
    assert sim.valid.all()
    assert deepest < 0.015
