"""MATLAB's .mat (version 5): a variable a column, the recording's own names, frames and units."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import numpy as np
import xarray as xr
from scipy.io import savemat

from .columns import QUANTITIES, own_columns

ENDINGS = (".mat",)
__all__ = ["ENDINGS", "QUANTITIES", "content"]
_save: Callable[..., None] = savemat  # its stubs know files by their paths alone


def content(trial: xr.Dataset, quantity: str, title: str) -> bytes:
    """Return the file: `time_s` and the quantity's columns, each a column vector.

    `title` and `quantity` are texts. NaN is the centre of pressure of a foot off the ground.
    """
    named: dict[str, object] = {
        name: np.asarray(values, float) for name, values in own_columns(trial, quantity).items()
    }
    file = BytesIO()
    _save(
        file,
        {**named, "title": title, "quantity": quantity},
        long_field_names=True,
        oned_as="column",
        do_compression=True,
    )
    return file.getvalue()
