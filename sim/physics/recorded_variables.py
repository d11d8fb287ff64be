"""Every variable that a recording may hold: units and long name (CF conventions), dimensions."""

from __future__ import annotations

from typing import NamedTuple

import xarray as xr

from ..data_files import beside, read_rows


class Variable(NamedTuple):
    """What a recorded variable is.

    Attributes:
        units: as UDUNITS writes them, `1` for numbers without, empty for names.
        what: in words.
        dims: dimensions after `trial` and `time`, separated by spaces, where it is sampled.
    """

    units: str
    what: str
    dims: str


VARIABLES = {
    row["name"]: Variable(row["units"], row["what"], row["dims"])
    for row in read_rows(beside(__name__, "recorded_variables.csv"))
}
"""Every variable and coordinate that a recording may hold."""


def described(recording: xr.Dataset) -> xr.Dataset:
    """Write `units` and `long_name` on the variables that are known by name; return it."""
    for name, variable in recording.variables.items():
        known = VARIABLES.get(str(name))
        if known is not None:
            units = {"units": known.units} if known.units else {}
            variable.attrs |= {**units, "long_name": known.what}
    return recording
