"""Columns of tables: types do not depend on the values."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from retrowalk.experiments.store.tables import arrow_table


def test_texts_keep_their_rows_and_what_is_none_is_null():
    rows = pd.DataFrame(
        {
            "trial": [0, 1, 2, 3],
            "factor_pace": ["slow", None, "fast", "slow"],
            "factor_none": pd.Series([None, None, None, np.nan], dtype=object),
            "factor_speed": pd.Series([0.8, "asked", np.nan, 0.8], dtype=object),
        }
    )
    table = arrow_table(rows)
    assert table["factor_pace"].to_pylist() == ["slow", None, "fast", "slow"]
    assert table["factor_none"].to_pylist() == [None] * 4
    assert table["factor_speed"].to_pylist() == ["0.8", "asked", None, "0.8"]
    assert table.schema.types == [pa.int64(), pa.string(), pa.string(), pa.string()]
