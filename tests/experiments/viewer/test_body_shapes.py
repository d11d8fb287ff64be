"""The walker's look: closed surfaces on the model's bodies, soles where the physics has them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from retrowalk.experiments.drawing.body_shapes import BodyShape, body_shapes
from retrowalk.experiments.drawing.loft import loft, volume
from retrowalk.models.body import build_body

SHAPES = body_shapes()


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_surfaces_are_closed_and_face_outwards(shape: BodyShape) -> None:
    edges = Counter(
        (int(a), int(b))
        for face in shape.faces
        for a, b in zip(face, np.roll(face, -1), strict=True)
    )
    assert all(count == 1 and edges[b, a] == 1 for (a, b), count in edges.items())
    assert volume(shape.vertices.astype(float), shape.faces) > 0


def test_every_body_is_dressed_and_none_is_invented() -> None:
    bodies = {body.name for body in build_body("human").spec().bodies[1:]}
    assert {shape.body for shape in SHAPES} == bodies
    assert len({shape.name for shape in SHAPES}) == len(SHAPES)


def test_left_and_right_mirror_each_other() -> None:
    by_name = {shape.name: shape for shape in SHAPES}
    for name, left in by_name.items():
        if name.endswith("_l") and left.body.endswith("_l"):
            right = by_name[name.removesuffix("_l") + "_r"]
            np.testing.assert_allclose(left.vertices * [1, -1, 1], right.vertices)


def test_soles_and_crown_are_where_the_model_has_them() -> None:
    spec = build_body("human").spec()
    lowest = {
        body: min(s.vertices[:, 2].min() for s in SHAPES if s.body == body)
        for body in ("foot_l", "toes_l")
    }
    assert lowest["foot_l"] == pytest.approx(spec.site("heel_l").pos[2], abs=1e-3)
    assert lowest["toes_l"] == pytest.approx(spec.site("toe_medial_l").pos[2], abs=1e-3)
    body = build_body("human")
    crown = max(s.vertices[:, 2].max() for s in SHAPES if s.body == "head")
    height = body.standing_height_m + 0.12 + 0.42 + crown
    assert height == pytest.approx(body.height_m, abs=0.02)


def test_the_look_grows_with_the_person() -> None:
    tall = {shape.name: shape for shape in body_shapes(1.1, 1.1**3)}
    heavy = {shape.name: shape for shape in body_shapes(1.0, 1.44)}
    for shape in SHAPES:
        np.testing.assert_allclose(tall[shape.name].vertices, 1.1 * shape.vertices, atol=1e-6)
    shirt = next(shape for shape in SHAPES if shape.name == "shirt").vertices
    np.testing.assert_allclose(heavy["shirt"].vertices, shirt * [1.2, 1.2, 1.0], atol=1e-6)


def test_a_loft_has_the_volume_of_its_cylinder() -> None:
    ends = [(0.0, 0.0, 0.0, 0.1, 0.1, 0.1), (1.0, 0.0, 0.0, 0.1, 0.1, 0.1)]
    vertices, faces = loft(ends, sides=200)
    assert volume(vertices, faces) == pytest.approx(np.pi * 0.1**2, rel=1e-3)
