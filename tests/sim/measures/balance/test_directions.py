"""What the shape of a foot makes of a difference between directions, and what it does not touch.

The same body walks forward and the other way round: centre of mass and ankles move alike, mirrored
along travel. What still differs is geometry of the foot or a sign, and the catalogue says which.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import synthetic
from synthetic import POINTS, Walker

from retrowalk.sim.measures import COLUMNS, MEASURES, measure

ANKLE = POINTS["ankle"][0]
AHEAD = 0.25  # of the landing ankle before the centre of mass [m]
FORWARD = Walker(sign=1, reach=AHEAD - ANKLE, toe_first=False)
BACKWARD = Walker(sign=-1, reach=AHEAD + ANKLE, toe_first=True)
BY_FOOT = {  # columns that this foot's shape reaches into, besides margins
    "cop_first_share",
    "cop_last_share",
    "toe_first",
    "heel_first",
    "toe_first_fraction",
    "heel_first_fraction",
    "xcom_inside_fraction",
    "mos_ml_min_m",
    "foot_flat_s",
    "toe_load_share",
    "knee_adduction_moment_peak_n_m_per_kg",
    "knee_adduction_impulse_n_m_s_per_kg",
    "toe_force_peak_bw",
}


@pytest.fixture(scope="module")
def walked():
    return {w.sign: measure(synthetic.recording(w))[0].iloc[0] for w in (FORWARD, BACKWARD)}


def test_only_what_is_named_differs_between_mirrored_walks(walked):
    named = BY_FOOT | {n for n in COLUMNS if n.startswith("mos_") and "ankle" not in n}
    for name in COLUMNS:
        if name not in named and not name.startswith("divergence"):  # a walk without noise has none
            assert walked[1][name] == pytest.approx(
                walked[-1][name], rel=2e-3, abs=1e-3, nan_ok=True
            ), name


@pytest.mark.parametrize("axis", ["ap", "ml"])
def test_the_margin_from_the_ankle_is_the_same(walked, axis: str):
    found = [walked[sign][f"mos_{axis}_ankle_m"] for sign in (1, -1)]
    assert found[0] == pytest.approx(found[1], abs=1e-4)
    assert found[0] == pytest.approx(
        {"ap": AHEAD - 0.8 / FORWARD.omega, "ml": FORWARD.inside}[axis], abs=1e-3
    )
    xcom = {"ap": -walked[1]["xcom_ap_m"], "ml": walked[1]["xcom_ml_m"]}[axis]
    assert found[0] == pytest.approx(xcom, abs=1e-9)


def test_the_edge_is_the_foots_own_shape(walked):
    """At contact heel (forward) or toes (backward) bear; of the sole the other end is the edge."""
    heel, far_toe, near_toe = (POINTS[n][0] for n in ("heel_medial", "toe_medial", "toe_lateral"))
    assert walked[1]["mos_ap_edge_m"] == pytest.approx(heel - ANKLE, abs=1e-4)
    assert walked[-1]["mos_ap_edge_m"] == pytest.approx(ANKLE - near_toe, abs=1e-4)
    assert walked[1]["mos_ap_outline_edge_m"] == pytest.approx(far_toe - ANKLE, abs=1e-4)
    assert walked[-1]["mos_ap_outline_edge_m"] == pytest.approx(ANKLE - POINTS["heel"][0], abs=1e-4)
    assert walked[1]["mos_ap_flat_edge_m"] == pytest.approx(far_toe - ANKLE, abs=1e-4)
    assert walked[-1]["mos_ap_flat_edge_m"] == pytest.approx(ANKLE - POINTS["heel"][0], abs=1e-4)


@pytest.mark.parametrize("measured", [m for m in MEASURES if m.geometry], ids=lambda m: m.name)
def test_all_of_a_difference_between_mirrored_walks_is_geometry(walked, measured):
    """Margin minus edge, the part from the ankle, is alike; the margins themselves are not."""
    rest = [walked[sign][measured.name] - walked[sign][measured.geometry] for sign in (1, -1)]
    at_once = "least" not in measured.name  # the least margin is at another moment of the stance
    if at_once:
        assert rest[0] == pytest.approx(rest[1], abs=2e-3)
    assert COLUMNS[measured.geometry].unit == measured.unit


def test_foot_flat_is_when_heel_and_forefoot_bear_load():
    """The synthetic foot lands on one region and has all three from 0.05 s on."""
    data = synthetic.recording(replace(FORWARD, speed=0.6))
    trials, strides = measure(data)
    assert strides["foot_flat_s"].to_numpy() == pytest.approx(0.05, abs=0.006)
    data["ground_force_n"].values[:, :, :, 0] = 0.0  # a heel that never bears load
    trials, strides = measure(data)
    assert len(strides) > 4
    assert np.isnan(strides["foot_flat_s"]).all()
    assert np.isnan(trials["mos_ap_flat_m"][0])
