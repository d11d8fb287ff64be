"""Forces in the joints against free bodies solved by hand, moments against a double pendulum."""

from __future__ import annotations

import itertools

import mujoco
import numpy as np
import pytest
from flat_ground import add_flat_ground

from retrowalk.models.body import build_body
from retrowalk.sim.physics.recording import Recorder
from retrowalk.sim.physics.simulation import Simulation

G = 9.81
LEG = ("thigh", "shank", "foot", "toes")
UPPER = ("torso", "head", "upper_arm_l", "upper_arm_r", "forearm_l", "forearm_r")


def statue(activation: float) -> Simulation:
    """The human standing still on stiff joints, every muscle at `activation`."""
    body = build_body()
    spec = body.spec()
    for joint in spec.joints:
        if joint.name != "root":
            joint.stiffness[:] = 3000.0
            joint.damping[:] = 100.0
            joint.springref = 0.0
    add_flat_ground(spec)
    sim = Simulation(spec, body.anatomy, 1)
    sim.ctrl[:] = sim.act[:] = activation
    for _ in range(400):
        sim.step(4)
    return sim


def contact_by_hand(sim: Simulation, bodies: list[str], ground: np.ndarray) -> np.ndarray:
    """Force that holds `bodies` at rest: minus weight, ground and pulls of muscles, (3,)."""
    model = sim.model
    own = {model.body(name).id for name in bodies}
    total = ground - np.array([0.0, 0.0, G * sum(model.body_mass[b] for b in own)])
    rows = build_body().muscles
    for m, row in enumerate(rows):
        points = [model.site(f"{row.name}_{k}") for k in range(len(row.path))]
        for one, two in itertools.pairwise(points):
            inside = one.bodyid[0] in own, two.bodyid[0] in own
            if inside[0] == inside[1]:
                continue
            inner, outer = (one, two) if inside[0] else (two, one)
            line = sim.site_position[0, outer.id] - sim.site_position[0, inner.id]
            total = total - sim.force[0, m] * line / np.linalg.norm(line)
    return -total


@pytest.mark.parametrize("activation", [0.0, 0.05])
def test_joint_forces_of_a_statue(activation: float):
    """Weight, ground and every muscle's line of pull, added up by hand body by body."""
    sim = statue(activation)
    ground = sim.ground_force[0].sum(1)  # (feet, 3)
    for i, side in enumerate("lr"):
        for first, joint, force in (
            (0, "thigh", sim.joint_load.hip_force),
            (1, "shank", sim.knee_force),
            (2, "foot", sim.joint_load.ankle_force),
        ):
            distal = [f"{name}_{side}" for name in LEG[first:]]
            world = sim.body_matrix[0, sim.model.body(f"{joint}_{side}").id].reshape(3, 3)
            expected = contact_by_hand(sim, distal, ground[i])
            assert world @ force[0, i] == pytest.approx(expected, abs=2.0 + 0.01 * activation)
            if activation == 0:
                assert force[0, i, 2] < -150.0  # compressed
    world = sim.body_matrix[0, sim.trunk].reshape(3, 3)
    expected = contact_by_hand(sim, list(UPPER), np.zeros(3))
    assert world @ sim.joint_load.trunk_force[0] == pytest.approx(expected, abs=2.0)
    assert sim.joint_load.trunk_force[0, 2] > 300.0


def test_the_muscles_part_is_what_a_statue_bears_beyond_weight_and_ground():
    """The rest, by hand, is the ground's push minus the weight of what is beyond the joint."""
    sim = statue(0.05)
    recorder = Recorder(sim, 1, 0.005)
    recorder.record()
    put = {name: values[0, 0].astype(float) for name, values in recorder._data.items()}
    model, ground = sim.model, sim.ground_force[0].sum(1)
    cases: list[tuple[str, int | None, tuple[str, ...], str, np.ndarray]] = [
        (f"{joint}_contact_force", i, LEG[first:], side, ground[i])
        for i, side in enumerate("lr")
        for first, joint in enumerate(("hip", "knee", "ankle"))
    ]
    cases.append(("lumbar_contact_force", None, UPPER, "", np.zeros(3)))
    for name, i, parts, side, push in cases:
        bodies = [f"{part}_{side}" if side else part for part in parts]
        weight = G * sum(model.body(one).mass[0] for one in bodies)
        turn = sim.body_matrix[0, model.body(bodies[0]).id].reshape(3, 3)
        rest = turn.T @ (np.array([0.0, 0.0, weight]) - push)
        whole, muscles = (
            put[f"{name}{part}_n"] if i is None else put[f"{name}{part}_n"][i]
            for part in ("", "_muscles")
        )
        assert np.linalg.norm(muscles) > 100.0
        assert whole - muscles == pytest.approx(rest, abs=2.0), (name, side)


def test_muscles_press_their_joints_together():
    still, tense = statue(0.0), statue(0.05)
    assert (tense.joint_load.hip_force[..., 2] < still.joint_load.hip_force[..., 2] - 100).all()
    assert (tense.joint_load.ankle_force[..., 2] < still.joint_load.ankle_force[..., 2] - 100).all()


def test_angular_momentum_is_the_sum_over_the_bodies(make_human):
    sim = make_human(1)
    rng = np.random.default_rng(3)
    sim.qvel[:] = rng.normal(0, 1, sim.qvel.shape)
    sim.qpos[0, 2] += 1.0
    sim.forward()
    model, data = sim.model, mujoco.MjData(sim.model)
    data.qpos[:], data.qvel[:] = sim.qpos[0], sim.qvel[0]
    mujoco.mj_forward(model, data)
    centre, drift = data.subtree_com[1], np.zeros(3)
    spin, moved = np.zeros(3), []
    for b in range(1, model.nbody):
        speed = np.zeros(6)
        mujoco.mj_objectVelocity(model, data, mujoco.mjtObj.mjOBJ_BODY, b, speed, 0)
        turn = data.ximat[b].reshape(3, 3)
        inertia = turn @ np.diag(model.body_inertia[b]) @ turn.T
        moved.append((model.body_mass[b], data.xipos[b], speed[3:].copy()))  # of its centre
        spin += inertia @ speed[:3]
        drift += model.body_mass[b] * speed[3:]
    drift /= sim.mass
    for mass, position, linear in moved:
        spin += mass * np.cross(position - centre, linear - drift)
    assert sim.joint_load.angular_momentum[0] == pytest.approx(spin, rel=1e-9, abs=1e-9)


def test_a_limit_pushes_back_into_the_range(make_human):
    sim = make_human(2)
    sim.qpos[:, 2] += 1.0
    knee = sim.anatomy.joints.index("knee_l")
    sim.qpos[0, sim.joint_qpos[knee]] = np.radians(-4)  # range from -2
    sim.qpos[1, sim.joint_qpos[knee]] = np.radians(141)  # range to 140
    sim.forward()
    moment = sim.joint_load.limit_moment(sim.qpos[:, sim.joint_qpos])
    assert moment[0, knee] > 1.0
    assert moment[1, knee] < -1.0
    others = np.delete(moment, knee, axis=1)
    assert np.abs(others).max() == 0.0


def double_pendulum(sim: Simulation, q: np.ndarray, qd: np.ndarray, qdd: np.ndarray):
    """Moments at hip and knee of a leg whose pelvis is held, by Lagrange's equations on paper.

    Thigh (mass m1, centre c1 below the hip, length l, inertia I1) and a rigid shank with foot
    (m2, centre of mass at (x2, -c2) from the knee, inertia I2) swing in a plane. With hip flexion
    h and knee flexion k the thigh is at the angle a = h to the vertical, the shank at b = h - k;
    both forward positive.
    """
    model = sim.model
    bodies = [model.body(f"{name}_l") for name in LEG]
    m1, c1, i1 = bodies[0].mass[0], -bodies[0].ipos[2], bodies[0].inertia[1]
    length = -bodies[1].pos[2]
    origin = [np.zeros(3)]
    for body in bodies[2:]:
        origin.append(origin[-1] + body.pos)
    mass = np.array([body.mass[0] for body in bodies[1:]])
    where = np.array([o + body.ipos for o, body in zip(origin, bodies[1:], strict=True)])
    m2 = mass.sum()
    centre = mass @ where / m2
    x2, c2 = centre[0], -centre[2]
    inertia = [_inertia_y(model, body.id) for body in bodies[1:]]
    i2 = sum(inertia) + (mass * np.square(where - centre)[:, [0, 2]].sum(1)).sum()
    (h, k), (hd, kd), (hdd, kdd) = q, qd, qdd
    a, b, ad, bd, add, bdd = h, h - k, hd, hd - kd, hdd, hdd - kdd
    # centre of the shank: x = l sin a + c2 sin b + x2 cos b, z = -l cos a - c2 cos b + x2 sin b
    r2 = c2**2 + x2**2
    mix = c2 * np.cos(a - b) + x2 * np.sin(a - b)  # d(position)/da . d(position)/db / l
    slope = -c2 * np.sin(a - b) + x2 * np.cos(a - b)  # its derivative by a
    of_a = (i1 + m1 * c1**2 + m2 * length**2) * add + m2 * length * mix * bdd
    of_a += -m2 * length * slope * bd**2 + (m1 * c1 + m2 * length) * G * np.sin(a)
    of_b = (i2 + m2 * r2) * bdd + m2 * length * mix * add + m2 * length * slope * ad**2
    of_b += m2 * G * (c2 * np.sin(b) + x2 * np.cos(b))
    return of_a + of_b, -of_b  # hip: both angles grow with h; knee: b falls with k


def _inertia_y(model: mujoco.MjModel, body: int) -> float:
    turn = np.zeros(9)
    mujoco.mju_quat2Mat(turn, model.body_iquat[body])
    turn = turn.reshape(3, 3)
    return float((turn @ np.diag(model.body_inertia[body]) @ turn.T)[1, 1])


def test_recorded_moments_are_those_of_a_double_pendulum():
    """Hip and knee of a swinging leg; armature and the held joints' own motion are taken off."""
    body = build_body()
    spec = body.spec()
    for joint in spec.joints:
        joint.armature = 0.0
        if joint.name not in ("root", "hip_flexion_l", "knee_l"):
            joint.damping[:] = 0.0
    add_flat_ground(spec)
    spec.option.integrator = mujoco.mjtIntegrator.mjINT_EULER
    sim = Simulation(spec, body.anatomy, 1)
    model, data = sim.model, mujoco.MjData(sim.model)
    hip, knee = (model.joint(name) for name in ("hip_flexion_l", "knee_l"))
    rng = np.random.default_rng(1)
    for _ in range(5):
        q, qd, qdd = rng.uniform(0.1, 0.9, 2), rng.normal(0, 3, 2), rng.normal(0, 30, 2)
        for state in (data.qvel, data.qacc):
            state[:] = 0.0
        data.qpos[:] = model.qpos0
        data.qpos[2] += 1.0
        for joint, value, speed, rate in zip((hip, knee), q, qd, qdd, strict=True):
            data.qpos[joint.qposadr[0]] = value
            data.qvel[joint.dofadr[0]] = speed
            data.qacc[joint.dofadr[0]] = rate
        mujoco.mj_inverse(model, data)  # what moves the rest so that only the leg accelerates
        wanted = data.qfrc_inverse.copy()
        expected = np.array(double_pendulum(sim, q, qd, qdd))
        sim.qpos[0], sim.qvel[0] = data.qpos, data.qvel
        sim.applied[0] = wanted
        sim.act[:] = sim.ctrl[:] = 0.0
        sim.forward()
        sim.applied[0] -= sim.actuator_torque[0]  # muscles at rest pull a little: passive force
        sim.forward()
        recorder = Recorder(sim, 1, 0.005)
        recorder.record()
        moment = recorder._data["joint_moment_n_m"][0, 0]
        names = list(sim.anatomy.joints)
        found = moment[[names.index("hip_flexion_l"), names.index("knee_l")]]
        assert found == pytest.approx(expected, rel=1e-4, abs=1e-3)


def test_power_of_all_joints_is_the_rate_of_energy(make_human):
    """In flight, with muscles pulling: the work of all moments is what energy the body gains."""
    body = build_body()
    spec = body.spec()
    add_flat_ground(spec)
    spec.option.timestep = 2.5e-5
    spec.option.enableflags |= mujoco.mjtEnableBit.mjENBL_ENERGY
    spec.option.integrator = mujoco.mjtIntegrator.mjINT_EULER
    for joint in spec.joints:  # no springs: MuJoCo counts their energy as the body's own
        joint.stiffness[:] = 0.0
    sim = Simulation(spec, body.anatomy, 1)
    model, data = sim.model, mujoco.MjData(sim.model)
    rng = np.random.default_rng(2)
    sim.qpos[0, 2] += 1.0
    for name in ("knee_l", "knee_r", "elbow_l", "elbow_r"):
        sim.qpos[0, model.joint(name).qposadr[0]] = 0.6  # away from the limits
    sim.ctrl[:] = rng.uniform(0.0, 0.2, sim.ctrl.shape)
    sim.forward()
    recorder = Recorder(sim, 4000, 2.5e-5)

    def energy() -> float:
        data.qpos[:], data.qvel[:] = sim.qpos[0], sim.qvel[0]
        mujoco.mj_forward(model, data)
        return float(data.energy.sum())

    before = energy()
    for _ in range(4000):
        sim.step(1)
        recorder.record()
    moment, speed = (
        recorder._data[name][0].astype(float)
        for name in ("joint_moment_n_m", "joint_velocity_rad_per_s")
    )
    work = (moment * speed).sum() * 2.5e-5
    gained = energy() - before
    assert abs(gained) > 3.0
    assert work == pytest.approx(gained, rel=0.01)  # 1.1 % at twice the step: first order
