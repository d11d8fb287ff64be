"""CSV: one row a sample, the recording's own names, frames and units."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from .columns import QUANTITIES, own_columns

ENDINGS = (".csv",)
__all__ = ["ENDINGS", "QUANTITIES", "content"]


def content(trial: xr.Dataset, quantity: str, title: str) -> bytes:
    """Return the file: a header, then `time_s` and the quantity's columns.

    Empty fields are the centre of pressure and free moment of a foot that is off the ground.
    """
    del title
    table = pd.DataFrame(own_columns(trial, quantity))
    return table.to_csv(index=False, float_format="%.9g", lineterminator="\n").encode()
