"""A small human that moves in the plane x-z, driven by eight muscles a leg."""

from __future__ import annotations

from dataclasses import replace

import mujoco
import numpy as np
import stick

from retrowalk.models.body import finished_body
from retrowalk.models.muscle_actuators import add_muscle
from retrowalk.models.muscle_table import MuscleRow

ROOT = {"ahead": ("slide", (1, 0, 0)), "up": ("slide", (0, 0, 1)), "pitch": ("hinge", (0, 1, 0))}
MUSCLES = {  # group: (largest force [N], fibre [m], (bone, x, z [m]) from origin to insertion)
    "iliopsoas": (2000, 0.11, ("hips", 0.06, 0.08), ("thigh", 0.04, -0.06)),
    "gluteus_maximus": (2500, 0.14, ("hips", -0.09, 0.05), ("thigh", -0.05, -0.12)),
    "hamstrings": (2500, 0.13, ("hips", -0.06, -0.03), ("shin", -0.05, -0.04)),
    "rectus_femoris": (1200, 0.11, ("hips", 0.05, 0.03), ("shin", 0.05, 0.01)),
    "vasti": (5000, 0.11, ("thigh", 0.05, -0.18), ("shin", 0.05, 0.01)),
    "gastrocnemius": (2200, 0.07, ("thigh", -0.03, -0.38), ("sole", -0.06, -0.02)),
    "soleus": (4500, 0.06, ("shin", -0.02, -0.12), ("sole", -0.06, -0.02)),
    "tibialis_anterior": (1200, 0.09, ("shin", 0.04, -0.12), ("sole", 0.06, -0.01)),
}


def build(name, walker):
    """Return the body; whoever the walker is, it has one size."""
    spec = stick.skeleton()
    hips = spec.body("hips")
    spec.delete(spec.joint("anywhere"))
    for joint, (kind, axis) in ROOT.items():
        kinds = {"slide": mujoco.mjtJoint.mjJNT_SLIDE, "hinge": mujoco.mjtJoint.mjJNT_HINGE}
        hips.add_joint(name=joint, type=kinds[kind], axis=axis, damping=0, armature=0)
    for joint in ("waist_side", "left_hip_side", "right_hip_side", "waist"):
        spec.delete(spec.joint(joint))
    rows = [_row(group, side) for side in stick.SIDES for group in MUSCLES]
    for row in rows:
        add_muscle(spec, row)
    rows = _with_tendons(spec, rows)
    walker = replace(walker, mass_kg=stick.MASS_KG, height_m=stick.HEIGHT_M)
    leg_joints = ("hip_flexion", "knee", "ankle")
    return finished_body(
        name, walker, spec, stick.anatomy(spec), leg_joints=leg_joints, muscles=rows
    )


def _row(group: str, side: str) -> MuscleRow:
    force, fibre, *path = MUSCLES[group]
    y = 0.08 if side == "left" else -0.08
    return MuscleRow(
        name=f"{side}_{group}",
        group=group,
        side=stick.SIDES[side],
        max_isometric_force_n=force,
        optimal_fibre_length_m=fibre,
        tendon_slack_length_m=0.1,
        slow_twitch_share=0.5,
        pennation_rad=0.0,
        path=tuple(
            (bone, (x, y, z)) if bone == "hips" else (f"{side}_{bone}", (x, 0.0, z))
            for bone, x, z in path
        ),
        source="made up in a test",
        role=group,
    )


def _with_tendons(spec: mujoco.MjSpec, rows: list[MuscleRow]) -> list[MuscleRow]:
    """Return the muscles with tendons that leave each fibre at its best length in standing."""
    model = spec.compile()
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    found = []
    for row in rows:
        slack = float(data.tendon(row.name).length[0]) - row.optimal_fibre_length_m
        found.append(replace(row, tendon_slack_length_m=slack))
        fibre = row.optimal_fibre_length_m
        spec.actuator(row.name).lengthrange = np.array([slack + 0.5 * fibre, slack + 1.5 * fibre])
    return found
