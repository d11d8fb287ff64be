"""Excitations of the muscle layer: a painful knee is spared, and nothing else changes."""

from __future__ import annotations

import numpy as np

from retrowalk.envs.gaits.muscle_control import MuscleControl
from retrowalk.envs.scene import Course, build_scene
from retrowalk.models.body import build_body
from retrowalk.models.knee_pain import crosses_knee
from retrowalk.models.walker import WALKERS, Walker


def wanted(walker: Walker, torque: dict[str, float]) -> np.ndarray:
    """Activations that a walker's layer wants in the standing pose for some joint torques."""
    body = build_body("human", walker)
    sim = build_scene(body, Course(), [np.random.default_rng(0)] * 1).sim
    sim.forward()
    layer = MuscleControl(sim, body)
    asked = np.array([[torque.get(sim.anatomy.joints[i], 0.0) for i in layer.joints]])
    layer.excite(sim, asked, np.array([0.1]))
    return layer.wanted[0]


def test_a_painful_knee_gets_less_help_from_muscles_that_cross_it():
    torque = {"hip_flexion_l": 40.0, "knee_l": -20.0, "ankle_l": -30.0}
    crossing = crosses_knee(build_body())
    young, sore = (wanted(w, torque) for w in (Walker(), WALKERS["painful-knee"]))
    assert sore[crossing].sum() < 0.95 * young[crossing].sum()
    assert sore[~crossing].sum() > young[~crossing].sum()
