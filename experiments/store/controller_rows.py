"""The answers of several controllers as a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

OVER = "over controllers"
_NUMBERS = ("estimate", "low", "high", "p", "n_pairs")
COLUMNS = (
    *("measure", "factor", "first", "second", "as", "where", "controller"),
    *(*_NUMBERS, "forward_gates", "counts", "says"),
)


def controller_rows(contrasts: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Return the contrasts of `controllers.json`, one row a controller, then one over all."""
    rows: list[dict[str, Any]] = []
    for one in contrasts:
        ((factor, (first, second)),) = one["between"].items()
        where = ", ".join(f"{name} {level}" for name, level in one["where"].items())
        asked = {"measure": one["measure"], "as": one["as"], "where": where}
        asked |= {"factor": factor, "first": first, "second": second}
        rows += [{**asked, **own, "says": " ".join(own["withheld"])} for own in one["controllers"]]
        over = {"controller": OVER, "counts": not one["withheld"], "says": one["says"]}
        rows.append({**asked, **over, **{name: one[name] for name in _NUMBERS}})
    return pd.DataFrame(rows, columns=pd.Index(COLUMNS))
