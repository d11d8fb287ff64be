"""The batch as a simulation: state by id, forces that balance, blow-ups that stay alone."""

from __future__ import annotations

from pathlib import Path

import mujoco
import numpy as np
import pytest
from flat_ground import add_flat_ground

from retrowalk.sim.errors import ConfigError, SimulationError
from retrowalk.sim.ground.presets import surface
from retrowalk.sim.physics.anatomy import Anatomy
from retrowalk.sim.physics.simulation import Simulation

# A box on two "feet" that stands by itself, with one weak muscle, to know every force of.
BOX = """
<mujoco>
  <option timestep="0.0025"/>
  <worldbody>
    <body name="root" pos="0 0 0.5">
      <freejoint/>
      <geom name="trunk" size=".1" mass="10" contype="0"/>
      {legs}
    </body>
  </worldbody>
  <tendon>{tendons}</tendon>
  <actuator>{muscles}</actuator>
</mujoco>
"""
LEG = """
      <body name="shank_{s}" pos="0 {y} 0">
        <joint name="knee_{s}" axis="0 1 0" range="-.001 .001" limited="true" solreflimit=".005 1"/>
        <geom size=".05" pos="0 0 -.2" mass="2" contype="0"/>
        <site name="below_{s}" pos=".04 0 -.1"/>
        <geom name="foot_{s}" type="box" size=".1 .05 .02" pos="0 0 -.48" mass="1"/>
        <geom name="toe_{s}" type="box" size=".02 .05 .01" pos=".2 0 -.3" mass="0.1"/>
        <site name="point_{s}" pos="0 0 -.5"/>
      </body>
      <site name="above_{s}" pos=".04 {y} .1"/>
"""


def box(n: int = 2) -> Simulation:
    """Return n boxes on legs; their masses are 10 + 2 x 3.1 kg."""
    sides = {"l": 0.2, "r": -0.2}
    text = BOX.format(
        legs="".join(LEG.format(s=s, y=y) for s, y in sides.items()),
        tendons="".join(
            f'<spatial name="m_{s}"><site site="above_{s}"/><site site="below_{s}"/></spatial>'
            for s in sides
        ),
        muscles="".join(
            f'<muscle name="m_{s}" tendon="m_{s}" force="100" lengthrange="0.1 0.3"/>'
            for s in sides
        ),
    )
    spec = mujoco.MjSpec.from_string(text)
    add_flat_ground(spec)
    anatomy = Anatomy(
        root="root",
        trunk="root",
        joints=("knee_l", "knee_r"),
        foot_bodies=("shank_l", "shank_r"),
        region_geoms=(("foot_l", "toe_l"), ("foot_r", "toe_r")),
        point_sites=(("point_l",), ("point_r",)),
        knee_bodies=("shank_l", "shank_r"),
        fall_geoms=("trunk",),
        standing_height_m=0.5,
    )
    return Simulation(spec, anatomy, n)


def settle(sim: Simulation, seconds: float = 1.0) -> None:
    for _ in range(round(seconds / (4 * sim.time_step))):
        sim.step(4)


def test_a_standing_body_weighs_on_its_feet():
    sim = box()
    settle(sim)
    weight = 16.2 * 9.81
    assert sim.mass == pytest.approx(16.2)
    np.testing.assert_allclose(sim.ground_force.sum((1, 2))[:, 2], weight, rtol=1e-3)
    np.testing.assert_allclose(sim.ground_force.sum((1, 2))[:, :2], 0.0, atol=0.1)
    np.testing.assert_allclose(sim.vertical_load, weight / 2, rtol=1e-2)
    # the trunk's weight goes through the knees, pressing the shanks down
    np.testing.assert_allclose(sim.knee_force[:, :, 2], -10 * 9.81 / 2, rtol=1e-2)
    # the centre of pressure lies under the foot
    np.testing.assert_allclose(sim.contact_position[:, :, 0, 1], [[0.2, -0.2]] * 2, atol=5e-3)
    assert not sim.fall_contact.any()


def test_a_muscle_across_the_knee_presses_it_together():
    sim = box()
    settle(sim)
    before = sim.knee_force[:, :, 2].copy()
    sim.ctrl[:] = 1.0
    settle(sim)
    tension = -sim.force  # straight up, from the shank to the trunk
    assert (tension > 20.0).all()
    np.testing.assert_allclose(sim.knee_force[:, :, 2], before - tension, rtol=0.02)


def test_reset_touches_only_its_simulations():
    sim = box(3)
    settle(sim, 0.1)
    before = sim.qpos.copy()
    sim.qvel[1] = 0.3
    sim.reset(np.array([1]))
    np.testing.assert_array_equal(sim.qpos[[0, 2]], before[[0, 2]])
    np.testing.assert_array_equal(sim.qvel[1], 0.0)


def test_a_blow_up_is_marked_and_stays_alone():
    sim, twin = box(3), box(3)
    sim.qvel[1, 0] = 1e6
    for _ in range(20):
        sim.step(2)
        twin.step(2)
    np.testing.assert_array_equal(sim.valid, [True, False, True])
    assert np.isfinite(sim.qpos).all()
    np.testing.assert_array_equal(sim.qpos[[0, 2]], twin.qpos[[0, 2]])


def test_a_blow_up_writes_neither_on_the_terminal_nor_into_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    sim = box(2)
    sim.qvel[1] = np.nan
    sim.step(2)
    assert not sim.valid[1]
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_not_a_number_is_a_blow_up_too():
    sim = box(2)
    sim.qpos[0, 0] = np.nan
    sim.step(2)
    np.testing.assert_array_equal(sim.valid, [False, True])
    sim.reset(np.array([0]))
    assert sim.valid.all()


def test_moment_arms_are_the_derivative_of_the_path_length(make_human):
    sim = make_human(1)
    rng = np.random.default_rng(0)
    sim.qpos[0, sim.joint_qpos] = rng.uniform(0.0, 0.3, len(sim.joint_qpos))
    sim.forward()
    arm, step = sim.moment_arm[0].copy(), 1e-6
    for joint, (q, dof) in enumerate(zip(sim.joint_qpos, sim.joint_dof, strict=True)):
        lengths = []
        for sign in (1, -1):
            sim.qpos[0, q] += sign * step
            sim.forward()
            lengths.append(sim.path_length[0].copy())
            sim.qpos[0, q] -= sign * step
        slope = (lengths[0] - lengths[1]) / (2 * step)
        np.testing.assert_allclose(slope, arm[:, dof], atol=1e-6, err_msg=str(joint))


def test_torque_of_the_muscles_is_arm_times_tension(make_human):
    sim = make_human(1)
    sim.act[:] = 0.3
    sim.forward()
    tension = sim.muscles.tension(sim.act, sim.fibre_length, sim.fibre_velocity)
    np.testing.assert_allclose(-sim.force, tension, rtol=1e-9, atol=1e-6)
    torque = -(tension[:, None, :] @ sim.moment_arm)[:, 0]
    np.testing.assert_allclose(torque, sim.actuator_torque, atol=1e-6)


def test_wrench_of_the_ground_is_that_of_the_single_contacts(make_human):
    """A foot's force and torque about a point: summed over MuJoCo's contacts, and from sensors."""
    sim = make_human(1)
    sim.qpos[0, 2] -= 0.01  # into the ground
    sim.qvel[0, :6] = (0.4, 0.1, 0.0, 0.0, 0.0, 2.0)  # sliding and turning, so that friction turns
    sim.forward()
    data = mujoco.MjData(sim.model)
    data.qpos[:], data.qvel[:] = sim.qpos[0], sim.qvel[0]
    mujoco.mj_forward(sim.model, data)
    feet = [[sim.model.geom(g).id for g in side] for side in sim.anatomy.region_geoms]
    force, torque, one = np.zeros((2, 3)), np.zeros((2, 3)), np.zeros(6)
    for i in range(data.ncon):
        contact = data.contact[i]
        mujoco.mj_contactForce(sim.model, data, i, one)
        for foot, geoms in enumerate(feet):
            for sign, geom in ((-1.0, contact.geom1), (1.0, contact.geom2)):
                if geom in geoms:
                    push = sign * contact.frame.reshape(3, 3).T @ one[:3]
                    force[foot] += push
                    torque[foot] += np.cross(contact.pos, push)
    np.testing.assert_allclose(sim.ground_force[0].sum(1), force, atol=1e-8)
    arms = np.cross(sim.contact_position[0], sim.ground_force[0])
    np.testing.assert_allclose((sim.contact_torque[0] + arms).sum(1), torque, atol=1e-8)
    assert np.abs(torque[:, 2]).max() > 1.0


@pytest.mark.parametrize(("n", "threads"), [(1, 1), (5, 2)])
def test_a_simulation_does_not_depend_on_batch_or_threads(make_human, n, threads):
    alone, among = make_human(1, 1), make_human(n, threads)
    for sim in (alone, among):
        sim.ctrl[:] = 0.2
        for _ in range(40):
            sim.step(2)
    for i in range(n):
        np.testing.assert_array_equal(among.qpos[i], alone.qpos[0])


def test_unknown_surface_and_missing_part_are_named():
    spec = mujoco.MjSpec.from_string("<mujoco><worldbody/></mujoco>")
    with pytest.raises(ConfigError, match="unknown surface 'flta'; did you mean 'flat'"):
        surface("flta")
    spec = mujoco.MjSpec.from_string('<mujoco><worldbody><body name="b"/></worldbody></mujoco>')
    anatomy = Anatomy("b", "b", (), ("b", "b"), ((), ()), ((), ()), ("b", "b"), (), 1.0)
    broken = Anatomy(**{**anatomy.__dict__, "joints": ("knee",)})
    with pytest.raises(SimulationError, match="knee"):
        Simulation(spec, broken, 1)
