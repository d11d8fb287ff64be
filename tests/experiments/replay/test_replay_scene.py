"""The player's scene holds the recorded motion, to a millimetre."""

from __future__ import annotations

import base64
from pathlib import Path

import mujoco
import numpy as np
import pytest
import xarray as xr

from retrowalk.experiments.drawing.bodies import compile_body
from retrowalk.experiments.drawing.scene_parts import Track
from retrowalk.experiments.replay.scene import FRAMES_PER_S, figure, track
from retrowalk.sim.errors import ConfigError


@pytest.fixture(scope="module")
def model() -> mujoco.MjModel:
    return compile_body("human", "young-adult")


@pytest.fixture(scope="module")
def recording(run_folder: Path) -> xr.Dataset:
    path = min((run_folder / "recordings").iterdir())
    with xr.open_dataset(path) as stored:
        return stored.isel(trial=0).load()


def block(scene: Track, name: str) -> np.ndarray:
    """The numbers of a block, SI, NaN where there is none. Shape (frames, width)."""
    packed = scene["blocks"][name]
    whole = np.frombuffer(base64.b64decode(packed["data"]), "<i2").reshape(-1, packed["width"])
    return np.where(whole == -32768, np.nan, packed["step"] * whole.astype(float))


def test_bodies_are_where_the_kinematics_put_them(model: mujoco.MjModel, recording: xr.Dataset):
    scene = track(recording, model, start_s=1.0, length_s=2.0)
    root = np.frombuffer(base64.b64decode(scene["root"]), "<f4").reshape(-1, 3)
    assert scene["frames"] == len(root) == round(2.0 * FRAMES_PER_S) + 1
    data = mujoco.MjData(model)
    for frame in (0, 30, 60):
        moment = scene["start_s"] + frame / FRAMES_PER_S
        data.qpos[:] = recording["qpos"].sel(time=moment, method="nearest")
        mujoco.mj_kinematics(model, data)
        shown = block(scene, "position")[frame].reshape(-1, 3) + root[frame]
        np.testing.assert_allclose(shown[1:], data.xpos[1:], atol=1e-3)
        turned = block(scene, "quaternion")[frame].reshape(-1, 4)
        np.testing.assert_allclose(np.abs((turned * data.xquat).sum(axis=1)), 1.0, atol=1e-3)


def test_activations_stand_by_their_muscles(model: mujoco.MjModel, recording: xr.Dataset):
    shuffled = recording.isel(muscle=slice(None, None, -1))
    one, other = (block(track(r, model), "activation") for r in (recording, shuffled))
    np.testing.assert_array_equal(one, other)
    first = recording["activation"].sel(muscle=model.actuator(0).name)
    assert abs(one[:, 0].max() - float(first.max())) < 0.02


def test_a_foot_in_the_air_has_no_centre_of_pressure(model: mujoco.MjModel, recording: xr.Dataset):
    scene = track(recording, model)
    force, pressure = block(scene, "force"), block(scene, "pressure")
    for foot in (slice(0, 3), slice(3, 6)):
        in_air = ~np.isfinite(pressure[:, foot]).all(axis=1)
        assert in_air.any()
        assert (force[in_air, foot] < 300).all()


def test_shapes_belong_to_bodies_and_have_a_size(model: mujoco.MjModel):
    drawn = figure(model, {})
    assert {shape["kind"] for shape in drawn["shapes"]} <= {"ellipsoid", "capsule", "box"}
    for shape in drawn["shapes"]:
        assert 0 < shape.get("body", 0) < model.nbody
        assert min(shape["size"]) >= 0
        assert max(shape["size"]) > 0


def test_a_walker_outside_the_catalogue_is_built_from_the_config():
    changed = compile_body(
        "human", "young-adult (changed)", {"preset": "young-adult", "mass_kg": 90}
    )
    assert sum(changed.body_mass) == pytest.approx(90, rel=0.01)
    with pytest.raises(ConfigError, match="nobody"):
        compile_body("human", "nobody")


def test_a_sloping_ground_is_seen_from_the_centres_of_pressure(
    model: mujoco.MjModel, recording: xr.Dataset
):
    sloping = recording.copy(deep=True)
    pressure = sloping["centre_of_pressure_m"]
    pressure[..., 2] = 0.3 + 0.1 * pressure[..., 0]
    height, slope, _ = track(sloping, model)["ground"]["plane"]
    assert height == pytest.approx(0.3, abs=1e-3)
    assert slope == pytest.approx(0.1, abs=1e-3)
