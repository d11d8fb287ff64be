"""The base of support against scipy's convex hull, margins over a stance against brute force."""

from __future__ import annotations

import numpy as np
import pytest
import synthetic
from scipy.spatial import ConvexHull
from synthetic import POINTS, Walker, forward

from retrowalk.sim.measures import measure
from retrowalk.sim.measures.base.contact_polygon import (
    holds_origin,
    reach,
    support_points,
)
from retrowalk.sim.measures.base.trial import trials_of

EDGES = [name for name in POINTS if name.endswith(("medial", "lateral"))]


def in_hull(points: np.ndarray) -> bool:
    """Whether the origin is on the inner side of every edge of scipy's hull."""
    return bool((ConvexHull(points).equations[:, 2] <= 0).all())


def random_feet(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    points = rng.normal(0, 1, (400, 8, 2)) + rng.normal(0, 0.9, (400, 1, 2))
    loaded = rng.random((400, 8)) < 0.6
    loaded[:, :3] = True
    return points, loaded


def test_inside_is_inside_the_convex_hull_of_what_bears_load():
    points, loaded = random_feet(0)
    expected = np.array([in_hull(p[on]) for p, on in zip(points, loaded, strict=True)])
    assert 50 < expected.sum() < 350
    assert (holds_origin(points, loaded) == expected).all()


def test_reach_is_the_furthest_point_that_bears_load():
    points, loaded = random_feet(1)
    furthest = [p[on, 0].max() for p, on in zip(points, loaded, strict=True)]
    assert reach(points[..., 0], loaded) == pytest.approx(np.array(furthest))


def test_no_load_has_no_base():
    points, none = np.ones((2, 4, 2)), np.zeros((2, 4), bool)
    assert not holds_origin(points, none).any()
    assert np.isnan(reach(points[..., 0], none)).all()


@pytest.mark.parametrize("walker", [Walker(), forward()], ids=["backward", "forward"])
def test_margins_over_the_stance(walker: Walker):
    """Sample by sample, stride by stride, from the recording's own arrays."""
    data = synthetic.recording(walker, duration=8.0)
    _, strides = measure(data)
    time = data["time"].values
    centre, velocity = (
        data[n].values[0].astype(float) for n in ("com_position_m", "com_velocity_m_per_s")
    )
    sole = data["foot_point_m"].values[0].astype(float)
    force = data["ground_force_n"].values[0, ..., 2]
    region = {"heel": 0, "ball": 1, "toe": 2}
    for stride in strides.itertuples():
        foot = ["left", "right"].index(str(stride.foot))
        outward = 1.0 if foot == 0 else -1.0
        ahead, aside, inside = [], [], []
        for i in np.flatnonzero((time >= stride.start_s) & (time < stride.foot_off_s)):
            ankle = sole[i, foot, list(POINTS).index("ankle")]
            length = np.linalg.norm(centre[i] - ankle)
            xi = centre[i, :2] + velocity[i, :2] * np.sqrt(length / synthetic.GRAVITY)
            base = np.array(
                [
                    sole[i, f, list(POINTS).index(name), :2]
                    for f in (0, 1)
                    for name in EDGES
                    if force[i, f, region[name.split("_")[0]]] > 5.0
                ]
            )
            ahead.append((walker.sign * (base[:, 0] - xi[0])).max())
            aside.append((outward * (base[:, 1] - xi[1])).max())
            inside.append(len(base) > 2 and in_hull(base - xi))
        assert stride.mos_ap_least_m == pytest.approx(min(ahead), abs=1e-3)
        assert stride.mos_ap_mean_m == pytest.approx(np.mean(ahead), abs=1e-3)
        assert stride.mos_ml_least_m == pytest.approx(min(aside), abs=1e-3)
        assert stride.mos_ml_mean_m == pytest.approx(np.mean(aside), abs=1e-3)
        assert stride.xcom_inside_fraction == pytest.approx(np.mean(inside), abs=0.01)


def test_only_recorded_points_make_the_base():
    data = synthetic.recording().sel(point=["heel", "ankle"])
    trial = next(trials_of(data))
    assert support_points(trial, np.arange(3)) is None
    found = measure(data)[0].iloc[0]
    assert np.isnan(found["mos_ap_m"])
    assert np.isnan(found["mos_ml_least_m"])
    assert np.isfinite(found["mos_ap_outline_m"])
