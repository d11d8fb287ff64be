"""Walkers of the reference gait for its tests: started, walked on, and seen in a mirror."""

from __future__ import annotations

import numpy as np

from retrowalk.envs.gaits.reference_cycle import cycle_table
from retrowalk.envs.gaits.reference_gains import Gains
from retrowalk.envs.gaits.reference_gait import ReferenceGait
from retrowalk.envs.policies.reference_source import BODY
from retrowalk.envs.scene import Course, build_scene
from retrowalk.models.body import build_body

SPEED = 1.2
MIDLINE = ("lumbar_bending", "lumbar_rotation", "neck_rotation")


def start(n: int, seed: int = 3, gains: dict[str, float] | None = None, walker=None):
    """A simulation and its gait, reset with n trials' own noise."""
    body = build_body(BODY, walker)
    sim = build_scene(body, Course(), [np.random.default_rng(0)] * n).sim
    cycle = cycle_table("forward").cycle_at(SPEED)
    gait = ReferenceGait(sim, body, cycle, Gains.same(n, gains))
    gait.reset(np.arange(n), [np.random.default_rng([seed, i]) for i in range(n)])
    return sim, gait


def walk(sim, gait, seconds: float) -> None:
    for _ in range(round(seconds / gait.control_period_s)):
        sim.ctrl[:] = gait.excite(sim)
        sim.step(round(gait.control_period_s / sim.time_step))


def mirrored_pair(lifted_m: float = 0.1):
    """Two walkers, the second half a stride on, with left and right changed over and y reversed.

    Returns the simulation, its gait, and for each joint its twin and its sign in the mirror.
    """
    sim, gait = start(2)
    sim.qpos[:, 2] += lifted_m
    names = list(sim.anatomy.joints)
    twin = [
        names.index(name[:-1] + {"l": "r", "r": "l"}[name[-1]]) if name[-2:] in ("_l", "_r") else i
        for i, name in enumerate(names)
    ]
    sign = np.array([-1.0 if name in MIDLINE else 1.0 for name in names])
    qpos, qvel = sim.qpos[0].copy(), sim.qvel[0].copy()
    sim.qpos[1, :7] = qpos[:7] * [1, -1, 1, 1, -1, 1, -1]
    sim.qpos[1, sim.joint_qpos] = qpos[sim.joint_qpos[twin]] * sign
    sim.qvel[1, :6] = qvel[:6] * [1, -1, 1, -1, 1, -1]
    sim.qvel[1, sim.joint_dof] = qvel[sim.joint_dof[twin]] * sign
    sim.forward()
    gait.clock.reset(np.array([1]), gait.clock.phase[:1] + 0.5)
    return sim, gait, twin, sign
