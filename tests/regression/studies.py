"""What the digests are taken of: small studies, as configs; what else is walked, tuned and trained.

Trials are as short as shows the thing: 1 s where only the recordings matter, longer where hazards
come or measures of steady walking are wanted.
"""

from __future__ import annotations

from typing import Any

SLOW = {"speed_m_per_s": 0.6}
BRIEF: dict[str, Any] = {
    "technique": SLOW,
    "trials": 2,
    "duration_s": 1,
    "seed": 7,
    "keep_recordings": 1,
}
"""What a study does not say itself."""

STUDIES: dict[str, dict[str, Any]] = {
    "both-ways": {
        "factors": {"direction": ["backward", "forward"]},
        "technique": {"speed_m_per_s": 0.8},
        "duration_s": 6,
        "keep_recordings": 2,
        "contrasts": [
            {
                "measure": "stride_length_m",
                "between": {"direction": ["backward", "forward"]},
                "as": "ratio",
            }
        ],
    },
    "learned-backward": {
        "factors": {"policy": ["ppo-backward", "ppo-backward-rough", "ppo-joint-scratch"]}
    },
    "learned-forward": {
        "policy": "ppo-forward",
        "direction": "forward",
        "technique": {"speed_m_per_s": 1.0},
    },
    "learned-eyes": {"policy": "ppo-backward-eyes", "surface": "obstacles-5cm"},
    "grounds": {
        "factors": {
            "surface": [
                "trail",
                "grass",
                "ice-patch",
                "kerbs-10cm",
                "cobbles-3cm",
            ]
        }
    },
    "treadmill": {
        "surface": "treadmill",
        "treadmill": {
            "workout": [
                {"at_s": 0},
                {"at_s": 0.4, "speed_m_per_s": 0.6},
                {"at_s": 1.0, "speed_m_per_s": 0.7, "slope": 0.02},
            ]
        },
        "hazards": [{"preset": "belt-jerk-faster", "at_s": 0.6}],
        "duration_s": 1.5,
    },
    "hazards": {
        "factors": {
            "hazard": ["push-sideways", "slip", "trip", "trip-at-foot", "missed-step"],
            "at_s": [0.2],
        },
        "duration_s": 1.8,
        "trials": 1,
    },
    "older-adult": {
        "walker": {"preset": "older-adult", "attention": 0.5},
        "hazards": [{"preset": "attention-lapse", "at_s": 0.4}],
    },
    "technique": {
        "walker": "painful-knee",
        "surface": {"slope": 0.03, "cross_slope": 0.03},
        "technique": {"speed_m_per_s": 0.6, "step_width_m": 0.16, "trunk_lean_rad": 0.1},
    },
    "preferred-pace": {
        "factors": {"pace": ["asked", "preferred"]},
        "preferred_speed": {
            "speeds_m_per_s": [0.6, 0.65, 0.7],
            "trials": 2,
            "duration_s": 7,
        },
        "keep_recordings": 0,
    },
    "battery": {
        "battery": {
            "pushes": ["left"],
            "hazards": ["slip"],
            "batch": 1,
            "watch_s": 1.0,
            "window_s": 0.5,
            "hazard_trial_s": 5,
        },
        "trials": 2,
        "duration_s": 3,
        "keep_recordings": 0,
    },
    "fraction": {
        "design": "resolution-3",
        "factors": {
            "roughness_m": [0.0, 0.02],
            "attention": [1.0, 0.5],
            "strength": [0.9, 1.1],
        },
        "keep_recordings": 0,
    },
    "own-class": {"policy": "digested_gait:Swaying"},
}

REPORTED = ("both-ways",)
"""Studies whose report is written too; one takes as long as some cells."""

LEARNED = ("learned-backward", "learned-forward", "learned-eyes")

OWN_MODULE, OWN_CLASS = (
    "digested_gait.py",
    '''"""A gait of a user's own: all muscles sway about a low tone, each walker at its phase."""

import numpy as np


class Swaying:
    def __init__(self, asked):
        self.phase = np.zeros(len(asked.sim.qpos))

    def reset(self, ids, rngs):
        for i, rng in zip(ids, rngs, strict=True):
            self.phase[i] = rng.uniform(0.0, 6.0)

    def excite(self, state):
        muscles = state.act.shape[1]
        return 0.1 + 0.05 * np.sin(self.phase[:, None] + np.arange(muscles) + state.qpos[:, :1])
''',
)

ENVIRONMENT_STEPS = 50
ENVIRONMENT_FIELDS: dict[str, dict[str, Any]] = {
    "residual": {},
    "joint": {"slip": True},
    "excitation": {"muscles": True, "eyes": True},
}
"""Action mode: fields of the task besides."""

BATCH: dict[str, Any] = {
    "num_envs": 4,
    "surfaces": ("flat", "rough-4cm"),
    "pushes": {},
    "randomise": {"mass": [0.9, 1.1], "friction": [0.5, 1.0]},
}

TUNING: dict[str, Any] = {
    "name": "tiny",
    "direction": "backward",
    "speed_m_per_s": 0.6,
    "start": "scripted-backward-0.6",
    "trials": 1,
    "duration_s": 4.5,
    "generations": 2,
    "population": 4,
    "sigma": 0.1,
}

TRAINING: dict[str, Any] = {
    "name": "tiny",
    "walkers": 4,
    "steps": 128,
    "segment_steps": 64,
    "network": [8],
    "task": {"pushes": {}, "start_noise_rad": 0.05},
    "stages": [{"from_steps": 64, "task": {"surfaces": ["rough-2cm"]}}],
    "ppo": {"n_steps": 16, "batch_size": 32, "n_epochs": 1},
}
