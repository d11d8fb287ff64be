"""Every variable of a recording says what it is and in which unit."""

from __future__ import annotations

import numpy as np
import pytest

import retrowalk as rw
from retrowalk.sim.physics.recorded_variables import VARIABLES

UNITS = {
    "_rad": "rad",
    "_rad_per_s": "rad s-1",
    "_n": "N",
    "_n_m": "N m",
    "_m": "m",
    "_m_per_s": "m s-1",
    "_s": "s",
    "_kg": "kg",
    "_kg_m2_per_s": "kg m2 s-1",
}


@pytest.mark.parametrize("name", VARIABLES)
def test_the_unit_is_the_one_in_the_name(name: str):
    ends = [suffix for suffix in UNITS if name.endswith(suffix)]
    if ends and not name.endswith("velocity_per_s"):
        assert VARIABLES[name].units == UNITS[max(ends, key=len)]


def test_units_that_a_reader_would_take_for_times_are_not_used():
    """xarray turns `seconds` and the like into time differences; `s` it leaves alone."""
    words = {"days", "hours", "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds"}
    assert not words & {meaning.units for meaning in VARIABLES.values()}


def test_all_that_a_recording_holds_is_described():
    rails = {"handrail": "light"}
    recording = rw.simulate(
        duration_s=1.0, surface="treadmill", treadmill=rails, hazards="push-along"
    )
    assert {"bar_force_n", "handrail_force_n", "hazard_active"} <= set(recording)
    for name, variable in recording.variables.items():
        assert variable.attrs.get("long_name"), name
        number = np.asarray(variable).dtype.kind not in "UO" and name != "hazard_magnitude"
        assert ("units" in variable.attrs) == number, name
