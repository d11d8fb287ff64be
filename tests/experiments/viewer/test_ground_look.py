"""The ground is drawn where feet touch it, with marks that tell distances."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from retrowalk.experiments.viewer.ground_look import TILE_M, floor, raised, tile
from retrowalk.experiments.viewer.live_trial import LiveTrial
from retrowalk.experiments.viewer.opening import open_target
from retrowalk.experiments.viewer.scale_marks import LIFT, numbers, ribbons
from retrowalk.sim.ground.ground import lay_ground
from retrowalk.sim.ground.presets import PRESETS


def flat(xy: np.ndarray) -> np.ndarray:
    return np.zeros(len(xy))


def lay(name: str):
    return lay_ground(PRESETS[name].surface, -1.0, 20.0, [np.random.default_rng(3)])


@pytest.mark.parametrize("name", [name for name in PRESETS if name != "treadmill"])
def test_all_parts_lie_on_the_ground_and_face_up(name: str):
    ground = lay(name)
    for number in (-2, -1, 0):
        parts = tile(ground, -1.0, number)
        assert {"lines", "thin", "numbers"} <= {part.name for part in parts}
        for part in parts:
            vertices, faces = part.mesh
            a, b, c = (vertices[faces[:, k]].astype(float) for k in range(3))
            assert (np.cross(b - a, c - a)[:, 2] > -1e-9).all()
            above = vertices[:, 2] - ground.height(vertices[None, :, :2].astype(float))[0]
            assert np.abs(above - (0.0 if part.name == "uneven" else LIFT)).max() < 1e-3
            x = vertices[:, 0] - TILE_M * number
            assert x.min() > -0.6
            assert x.max() < TILE_M + 0.6


def test_kerbs_and_bars_stand_where_feet_meet_them():
    for name in ("kerbs-10cm", "obstacles-5cm"):
        ground = lay(name)
        for solid in raised(ground):
            middle, size = solid.position, solid.size
            at = ground.height(np.array([[[middle[0], 0.0]]]))[0, 0]
            assert at == pytest.approx(size[2])
            assert middle[2] + 0.5 * size[2] == pytest.approx(at)


def test_the_floor_is_below_uneven_ground_and_as_steep():
    ground = lay("trail")
    point, turn, _ = floor(ground)
    assert point[2] < 0
    up = np.array([-ground.plane[0], 0.0, 1.0])
    w, x, y, z = turn
    turned = [2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)]
    np.testing.assert_allclose(turned, up / np.linalg.norm(up), atol=1e-6)


def test_numbers_count_the_metres_walked():
    behind, _ = numbers(1, 4, -1.0, flat, True)
    ahead, faces = numbers(-3, 0, -1.0, flat, True)
    assert len(behind) == 0
    assert len(faces) > 0
    for metre in (1, 2, 3):
        near = ahead[np.abs(ahead[:, 0] + metre) < 0.4]
        assert near[:, 0].mean() == pytest.approx(-metre, abs=0.1)


def test_a_ribbon_has_its_width_and_length():
    vertices, faces = ribbons([[(0.0, 0.0), (2.0, 0.0)]], 0.1, flat, True)
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    area = 0.5 * np.abs(np.cross(b - a, c - a)[:, 2]).sum()
    assert area == pytest.approx(0.1 * 2.1)  # half a width beyond either end


def test_a_belt_is_drawn_as_it_is_simulated():
    from retrowalk.experiments.viewer.ground_look import belt_solids
    from retrowalk.sim.ground.presets import surface

    cell = open_target(None).cells[0]
    walk = LiveTrial(replace(cell, surface="treadmill", ground=surface("treadmill")), 7)
    solids = belt_solids(walk.sim.model)
    bed = max(solids, key=lambda one: np.prod(one.size))
    assert bed.size[:2] == (cell.treadmill.belt_length_m, cell.treadmill.belt_width_m)
    assert bed.position[2] + 0.5 * bed.size[2] == pytest.approx(0.0)
