"""Make the pictures of the README and of docs/ from the shipped gaits: `make pictures`.

    python docs/make/pictures.py                     # all of them
    python docs/make/pictures.py stride              # docs/images/{backward,forward}.png, and
                                                     # reference-* of the reference gait
    python docs/make/pictures.py surfaces sand kerbs-10cm

Needs OpenGL without a display (Debian: `apt-get install libegl1` or `libosmesa6`).
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib.image
import numpy as np
import xarray as xr

from retrowalk.envs.task.technique import Technique
from retrowalk.experiments.replay.stage import CameraView, Size, TrialStage
from retrowalk.experiments.rollout.trials import rollout_cell
from retrowalk.experiments.study.plan import Cell, TrialSpec
from retrowalk.models.walker import Walker
from retrowalk.sim.ground.presets import PRESETS

IMAGES = Path(__file__).resolve().parents[1] / "images"
DIRECTIONS, SPEED = ("backward", "forward"), 0.8
GAITS = {"": ("scripted", "human"), "reference-": ("reference-residual", "human-2026b")}
FRAMES, FRAME = 6, Size(240, 440)
SURFACE, SURFACE_WALK_S = Size(420, 300), 3.0
SURFACE_SEED = 30  # of a trial whose first patch, kerb and bar are near the start


def main(wanted: list[str]) -> None:
    """Make what is wanted: `stride`, or `surfaces` and names of them; everything by default."""
    if not wanted or wanted[0] == "stride":
        for head, (policy, body) in GAITS.items():
            for direction in DIRECTIONS:
                picture = stride(direction, policy, body)
                matplotlib.image.imsave(IMAGES / f"{head}{direction}.png", picture)
                print(f"docs/images/{head}{direction}.png")
    if not wanted or wanted[0] == "surfaces":
        folder = IMAGES / "surfaces"
        folder.mkdir(parents=True, exist_ok=True)
        for name in wanted[1:] or list(PRESETS):
            matplotlib.image.imsave(folder / f"{name}.png", surface(name))
            print(f"docs/images/surfaces/{name}.png")


def stride(direction: str, policy: str, body: str) -> np.ndarray:
    """Return the last whole stride of ten seconds, frame by frame beside each other."""
    recording = walk(direction, "flat", SPEED, 10.0, 1, policy, body)
    loaded = recording["ground_force_n"].sel(axis="z").sum("region").values[:, 1] > 40.0
    lands = np.flatnonzero(loaded[10:] & ~loaded[:-10].copy())
    lands = lands[np.r_[True, np.diff(lands) > 100]] + 10
    samples = np.linspace(lands[-2], lands[-1], FRAMES, endpoint=False).astype(int)
    side = CameraView.of("side")
    with TrialStage(recording, body, Walker(), FRAME, squares=False) as stage:
        return np.hstack([stage.image(int(one), side, show="muscles") for one in samples])


def surface(name: str) -> np.ndarray:
    """Return a walker going backward on a surface, at the last instant before a fall."""
    recording = walk("backward", name, 0.6, SURFACE_WALK_S, SURFACE_SEED)
    fell = float(recording["time_to_fall_s"])
    until = SURFACE_WALK_S if np.isnan(fell) else fell - 0.4
    sample = int(np.searchsorted(recording["time"].values, until)) - 1
    camera = CameraView(65.0, -14.0, 5.2, beside=-0.4, height=0.66)
    with TrialStage(recording, "human", Walker(), SURFACE, muscles=False) as stage:
        return stage.image(sample, camera, show="nothing")


def walk(
    direction: str,
    ground: str,
    speed: float,
    seconds: float,
    seed: int,
    policy: str = "scripted",
    body: str = "human",
) -> xr.Dataset:
    """Return the recording of one trial of the young adult's shipped gait."""
    technique = Technique(speed_m_per_s=speed)
    cell = Cell(0, "picture", (), direction, body, Walker(), ground, policy, technique, "", seconds)
    return rollout_cell(cell, [TrialSpec(0, 0, seed)], 1).isel(trial=0)


if __name__ == "__main__":
    main(sys.argv[1:])
