"""Gait cycle of one leg from a solved half stride, with forces and muscle states."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...envs.gaits.reference_cycle import ReferenceCycle
from ...sim.measures.muscles.metabolic_rate import BASAL_W_PER_KG
from .objective import read_objective
from .planar_body import JOINTS
from .planar_dynamics import GRAVITY, PlanarModel
from .transcription import MIRROR_Q, Trajectory

NODES = 73
CONTACT_SHARE = 0.05
"""A foot is on the ground above this share of body weight."""


def worked_out(
    model: PlanarModel, trajectory: Trajectory, contact: tuple[float, float]
) -> dict[str, np.ndarray]:
    """Return the outputs of `PlanarModel.outputs` at every node, by name, (rows, nodes)."""
    v, n = trajectory.values, trajectory.nodes
    given = [v[name] for name in ("q", "qd", "qdd", "a", "f", "df", "r")]
    answer = model.outputs.map(n)(*given, np.tile(np.array(contact)[:, None], n))
    names = model.outputs.name_out()
    return {name: np.array(value) for name, value in zip(names, answer, strict=True)}


def whole_stride(rows: np.ndarray) -> np.ndarray:
    """Return one leg's stride from `rows` (left leg's, then right leg's), (rows / 2, 2 n - 1)."""
    half = len(rows) // 2
    return np.concatenate([rows[:half], rows[half:, 1:]], axis=1)


def gait_cycle(
    model: PlanarModel,
    trajectory: Trajectory,
    velocity_m_per_s: float,
    contact: tuple[float, float],
    provenance: dict[str, Any],
) -> ReferenceCycle:
    """Return the left leg's cycle of a solved half stride, contact at phase 0."""
    v, out = trajectory.values, worked_out(model, trajectory, contact)
    m = model.muscles
    stride = 2.0 * trajectory.duration_s
    q, qd = v["q"], v["qd"]
    force = whole_stride(out["ground"])
    loaded = force[1] / (model.body.mass_kg * GRAVITY)
    start, stance = stance_of(loaded)
    steady = velocity_m_per_s * np.linspace(0.0, trajectory.duration_s, trajectory.nodes)
    trunk = np.stack([q[2], q[1], q[0] - steady])
    trunk = np.concatenate([trunk, trunk[:, 1:]], axis=1)
    trunk[2] -= trunk[2, :-1].mean()

    def cut(rows: np.ndarray) -> np.ndarray:
        """Return a periodic series resampled from the contact on."""
        old = np.linspace(0.0, 1.0, rows.shape[1])
        new = (start + np.linspace(0.0, 1.0, NODES)) % 1.0
        new[-1] = new[0]
        return np.array([np.interp(new, old, row) for row in rows])

    assert len(JOINTS) * 2 + 3 == len(MIRROR_Q)
    return ReferenceCycle(
        direction="forward" if velocity_m_per_s > 0 else "backward",
        speed_m_per_s=abs(velocity_m_per_s),
        stride_time_s=stride,
        stance_fraction=stance,
        muscles=tuple(muscle.name for muscle in model.body.muscles),
        angle_rad=cut(whole_stride(q[3:])),
        velocity_rad_per_s=cut(whole_stride(qd[3:])),
        moment_n_m=cut(whole_stride(out["moment"])),
        passive_moment_n_m=cut(whole_stride(out["passive"])),
        activation=cut(whole_stride(v["a"])),
        ground_force_n=cut(force),
        pelvis_rad_m=cut(trunk),
        provenance=provenance | {"muscles_a_leg": m},
    )


def cost_of_transport_j_per_kg_m(cycle: ReferenceCycle) -> float:
    """Return the metabolic cost of a metre in a solved cycle, rest included."""
    muscles = cycle.provenance["terms"]["metabolic"] / read_objective().metabolic
    return muscles + BASAL_W_PER_KG / cycle.speed_m_per_s


def stance_of(loaded: np.ndarray) -> tuple[float, float]:
    """Return contact's phase and the stance fraction of a foot's load over a stride [weights].

    Crossings of `CONTACT_SHARE` are interpolated; of several stances the longest counts.
    """
    load = loaded[:-1] - CONTACT_SHARE
    n = len(load)
    following = np.roll(load, -1)
    ups, downs = (
        [k + load[k] / (load[k] - following[k]) for k in np.flatnonzero(edge)]
        for edge in ((load <= 0) & (following > 0), (load > 0) & (following <= 0))
    )
    stances = [(min((down - up) % n for down in downs), up) for up in ups]
    longest, start = max(stances)
    return float(start / n), float(longest / n)
