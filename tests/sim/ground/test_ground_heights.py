"""Heights of the ground: as MuJoCo collides them, the same from the same seed, as described."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import mujoco
import numpy as np
import pytest

from retrowalk.sim.errors import ConfigError
from retrowalk.sim.fields import ranges
from retrowalk.sim.ground.ground import Ground, lay_ground
from retrowalk.sim.ground.mesh import ground_mesh
from retrowalk.sim.ground.presets import PRESETS
from retrowalk.sim.ground.surface import Surface

RANDOM = ("rough-4cm", "cobbles-3cm", "trail", "kerbs-10cm", "obstacles-5cm", "ice-patch")


def lay(name: str, sign: float = -1.0, reach: float = 8.0, seeds: tuple[int, ...] = (1, 2)):
    """Return the preset's ground with one generator a seed."""
    return lay_ground(
        PRESETS[name].surface, sign, reach, [np.random.default_rng(seed) for seed in seeds]
    )


def model_of(ground: Ground, trial: int = 0) -> mujoco.MjModel:
    """Compile the ground alone, with a small ball above it."""
    spec = mujoco.MjSpec()
    ground.add_to(spec)
    ball = spec.worldbody.add_body(name="ball", pos=[0, 0, 1])
    ball.add_freejoint()
    ball.add_geom(type=mujoco.mjtGeom.mjGEOM_SPHERE, size=[0.001, 0, 0])
    model = spec.compile()
    ground.finish(model)
    if ground.own_model is not None:
        ground.own_model(model, trial)
    return model


def digest(name: str) -> str:
    """sha256 of the heights (rounded to float32) under a fixed set of points."""
    ground = lay(name)
    xy = np.stack(np.meshgrid(np.linspace(-8, 2, 173), np.linspace(-3, 3, 67)), -1).reshape(-1, 2)
    heights = ground.height(np.repeat(xy[None], 2, 0)).astype(np.float32)
    return hashlib.sha256(heights.tobytes() + ground.friction(xy[None]).tobytes()).hexdigest()


@pytest.mark.parametrize("name", sorted(set(PRESETS) - {"treadmill"}))
@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_height_is_where_a_ball_touches(name, sign):
    """A ball of 1 mm begins to touch between 1 and 1 / cos(tilt) mm above `height`."""
    ground, trial = lay(name, sign), 1
    model = model_of(ground, trial)
    data = mujoco.MjData(model)
    rng = np.random.default_rng(5)
    xy = np.column_stack([sign * rng.uniform(-2, 7.5, 60), rng.uniform(-2, 2, 60)])
    heights = ground.height(np.repeat(xy[None], 2, 0))[trial]
    errors = []
    for (x, y), height in zip(xy, heights, strict=True):
        low, high = height - 0.02, height + 0.02
        for _ in range(16):
            data.qpos[:3] = x, y, 0.5 * (low + high)
            mujoco.mj_fwdPosition(model, data)
            touches = any(contact.dist <= 0 for contact in data.contact)
            low, high = (data.qpos[2], high) if touches else (low, data.qpos[2])
        errors.append(0.5 * (low + high) - height)
    near_face = 2 if ground.raised is not None else 0  # the ball touches a vertical face first
    errors = np.sort(errors)[: len(errors) - near_face]
    assert errors.min() > 0.00098
    assert errors.max() < 0.0016


def test_height_between_grid_points_is_the_rays():
    ground = lay("rough-4cm", seeds=(3,))
    model = model_of(ground)
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    xy = np.random.default_rng(0).uniform([-7.5, -3.5], [2.5, 3.5], (300, 2))
    geom = np.zeros(1, np.int32)
    down = np.array([0.0, 0.0, -1.0])
    hit = [
        2.0 - mujoco.mj_ray(model, data, np.array([x, y, 2.0]), down, None, True, 1, geom)
        for x, y in xy
    ]
    np.testing.assert_allclose(ground.height(xy[None])[0], hit, atol=2e-7)


def test_roughness_is_what_it_says():
    ground = lay("rough-4cm", reach=60.0, seeds=tuple(range(4)))
    xy = np.random.default_rng(0).uniform([-55, -3.5], [-2, 3.5], (4, 20000, 2))
    heights = ground.height(xy)
    assert 4 * heights.std() == pytest.approx(0.04, rel=0.05)
    assert abs(heights.mean()) < 0.0005
    assert (np.abs(heights) < 0.02).mean() == pytest.approx(0.95, abs=0.02)


def test_roughness_is_band_limited():
    along = np.arange(4096) * 0.025
    xy = np.stack([-2.0 - along, np.full(4096, 0.5)], -1)
    rough = Surface(roughness_m=0.02, roughness_wavelength_m=0.8)
    ground = lay_ground(rough, -1, 106.0, [np.random.default_rng(i) for i in range(12)])
    heights = ground.height(np.repeat(xy[None], 12, 0))
    power = (np.abs(np.fft.rfft(heights * np.hanning(4096))) ** 2).mean(0)
    waves = np.fft.rfftfreq(4096, 0.025)  # a metre
    assert power[waves > 1 / 0.8].sum() < 0.06 * power.sum()
    assert power[waves > 2 / 0.8].sum() < 0.001 * power.sum()


def test_cobbles_are_flat_on_top_and_keep_to_their_range():
    ground = lay("cobbles-3cm", seeds=(4,))
    along = -1.6 - 0.2 * np.arange(25)  # first point of each tile, by 0.2 m from -3
    across = -4.0 + 0.2 * np.arange(35)
    start = np.stack(np.meshgrid(along, across), -1).reshape(1, -1, 2)
    corners = [
        ground.height(start + np.array([-dx, dy])) for dx in (0.002, 0.148) for dy in (0.002, 0.148)
    ]
    spread = np.ptp(np.stack(corners), axis=0)
    assert np.median(spread) < 1e-6
    heights = ground.height(start)
    assert np.abs(heights).max() <= 0.015 + 1e-6
    assert np.ptp(heights) > 0.027


@pytest.mark.parametrize("name", PRESETS)
def test_start_is_level_and_at_height_0(name):
    ground = lay(name)
    xy = np.random.default_rng(0).uniform(-0.4, 0.4, (2, 200, 2))
    level = ground.plane[0] * xy[..., 0] + ground.plane[1] * xy[..., 1]
    np.testing.assert_allclose(ground.height(xy), level, atol=1e-6)


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_incline_is_uphill_along_travel(sign):
    ground = lay("incline-5pct", sign)
    assert ground.height(np.array([[[4.0 * sign, 0.3]]])) == pytest.approx(0.2)
    across = lay("cross-slope-5pct", sign)
    assert across.height(np.array([[[4.0 * sign, 2.0]]])) == pytest.approx(0.1)


@pytest.mark.parametrize("name", RANDOM)
def test_each_seed_has_its_own_ground_whatever_the_batch(name):
    both, alone = lay(name, seeds=(1, 2)), lay(name, seeds=(2,))
    xy = np.random.default_rng(0).uniform([-7, -3], [2, 3], (1, 4000, 2))
    for quantity in ("height", "friction"):
        of_both = getattr(both, quantity)(np.repeat(xy, 2, 0))
        np.testing.assert_array_equal(of_both[1], getattr(alone, quantity)(xy)[0])
    assert digest(name) == digest(name)


@pytest.mark.parametrize("name", ["rough-2cm", "cobbles-3cm"])
def test_longer_ground_begins_like_shorter_ground(name):
    xy = np.random.default_rng(0).uniform([-7, -3], [2, 3], (1, 1000, 2))
    short, long = lay(name, reach=8.0, seeds=(1,)), lay(name, reach=20.0, seeds=(1,))
    np.testing.assert_allclose(short.height(xy), long.height(xy), atol=1e-8)


def test_another_process_lays_the_same_ground():
    code = f"import sys; sys.path.insert(0, {str(__file__.rsplit('/', 1)[0])!r})\n"
    code += "import test_ground_heights as t\nprint(*(t.digest(n) for n in t.RANDOM))"
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert there.stdout.split() == [digest(name) for name in RANDOM]


STORED = {
    "rough-4cm": "f2e72b53a36e8594b42073f9e86765586807de100e57c80154f1b66d062ad783",
    "cobbles-3cm": "2d1099f7fd9c8792f1fa03e8cf61e247cfe6486aeddb7bffb2157fb44ee8169a",
    "trail": "265906affc3bb056b51984b4d520d03982945c3ec175999b9320ebf87087f0f3",
    "kerbs-10cm": "283e0369c3e4cdd647300f2adc2eddc00301a753c24b1a13a5f0b8183aecface",
    "obstacles-5cm": "a62d6f774df49a37853dcf8771b86470e38f1c7165b5434a7ddac067427f7a0e",
    "ice-patch": "f52b59725cbd27bd2128a478fbe3b3000ba68dfe48622d75697b4f08c3c8c280",
}


@pytest.mark.parametrize("name", RANDOM)
def test_heights_are_the_same_as_when_they_were_stored(name):
    """From Linux on x86-64, numpy 2; other platforms must give the same numbers."""
    assert digest(name) == STORED[name]


@pytest.mark.parametrize("name", PRESETS)
def test_mesh_lies_on_the_ground(name):
    ground = lay(name)
    corners, triangles = ground_mesh(ground, 1, (-6.0, 1.0), 2.0)
    assert triangles.max() == len(corners) - 1
    heights = ground.height(np.repeat(corners[None, :, :2].astype(float), 2, 0))[1]
    np.testing.assert_allclose(corners[:, 2], heights, atol=2e-6)
    a, b, c = (corners[triangles[:, k]].astype(float) for k in range(3))
    up = np.cross(b - a, c - a)[:, 2]
    assert (up > 0).all() or (up < 0).all()
    if ground.belt is None:
        area = 0.5 * np.abs(up).sum()
        assert area == pytest.approx(7.0 * 4.0, rel=0.02)


def test_mesh_of_uneven_ground_is_as_touched_between_corners_too():
    ground = lay("rough-4cm")
    corners, triangles = ground_mesh(ground, 1, (-6.0, 1.0), 2.0)
    middle = corners[triangles].astype(float).mean(1)
    heights = ground.height(np.repeat(middle[None, :, :2], 2, 0))[1]
    np.testing.assert_allclose(middle[:, 2], heights, atol=2e-6)


@pytest.mark.parametrize("field", ranges(Surface))
def test_fields_out_of_range_are_refused_by_name(field):
    for wrong in (ranges(Surface)[field][0] - 1e-3, ranges(Surface)[field][1] + 1e-3, -1, "a"):
        with pytest.raises(ConfigError, match=rf"surface\.{field}"):
            Surface(**{field: wrong})  # type: ignore[arg-type]


def test_obstacles_higher_than_a_leg_can_lift_are_refused():
    Surface(obstacle_height_m=0.3).check_leg(0.86)
    with pytest.raises(ConfigError, match=r"obstacle_height_m: 0\.3 .* leg of 0\.55"):
        Surface(obstacle_height_m=0.3).check_leg(0.55)


def test_too_much_uneven_ground_is_refused():
    with pytest.raises(ConfigError, match="m at most"):
        lay("rough-2cm", reach=4000.0)


@pytest.mark.parametrize("name", ["rough-2cm", "obstacles-5cm", "treadmill", "incline-5pct"])
def test_heights_of_some_trials_are_those_among_all(name):
    ground = lay_ground(
        PRESETS[name].surface, -1.0, 6.0, [np.random.default_rng(i) for i in range(4)]
    )
    if ground.belt is not None:
        ground.belt.slope[:] = [0.0, 0.05, -0.1, 0.02]
    xy = np.random.default_rng(9).uniform(-3.0, 0.5, (4, 7, 2))
    some = np.array([3, 1])
    np.testing.assert_array_equal(ground.height(xy[some], some), ground.height(xy)[some])
