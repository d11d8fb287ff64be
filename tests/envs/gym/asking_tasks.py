"""Fields of tasks that between them ask for all that a learning environment has."""

from __future__ import annotations

from typing import Any

from retrowalk.envs.gym.registration import ENVIRONMENTS

SOON = {"after_s": 0.0, "window_s": 0.1}
TASKS: dict[str, dict[str, Any]] = {name: dict(fields) for name, fields in ENVIRONMENTS.items()} | {
    "all hazards, older adult": {
        "walker": {"preset": "older-adult", "attention": 0.6, "motor_noise": 0.1},
        "hazards": [
            {"preset": name, **SOON}
            for name in ("slip", "trip-low", "missed-step", "push-sideways", "attention-lapse")
        ],
        "pushes": {"every_s": (0.05, 0.15), "lasts_s": 0.04},
        "start_noise_rad": 0.05,
        "slip": True,
    },
    "motors": {"body": "human-torque"},
    "belt jerk": {"surfaces": "treadmill", "hazards": {"preset": "belt-jerk-faster", "at_s": 0.0}},
    "technique, two grounds": {
        "surfaces": ("rough-2cm", "kerbs-10cm"),
        "technique": {
            "step_width_m": 0.15,
            "step_length_m": 0.3,
            "trunk_lean_rad": 0.1,
            "hip_height_m": 0.925,
            "looks_per_min": 30.0,
        },
        "eyes": True,
        "muscles": True,
    },
    "ice, walkers that differ": {
        "surfaces": "ice-patch",
        "walker": {"load_kg": 10.0, "splint": "left-knee", "exo_stiffness_n_m_per_rad": 50.0},
        "randomise": {"mass": (0.9, 1.1), "friction": (0.5, 1.0), "delay_s": (0.0, 0.02)},
    },
}
