"""Why measures are null: parts the body lacks, or events that no trial had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base.needs import BodyParts
from .catalogue import COLUMNS

if TYPE_CHECKING:  # pandas is slow to import, and the catalogue is read without it
    import pandas as pd


def cannot(parts: BodyParts) -> dict[str, str]:
    """Return the reason for each measure that a body with these parts cannot give, by name."""
    lacking = {name: parts.lacks(measure.needs) for name, measure in COLUMNS.items()}
    return {name: reason for name, reason in lacking.items() if reason}


def not_measured(trials: pd.DataFrame, parts: BodyParts) -> dict[str, str]:
    """Return the reason for each measure that is null in all trials of a condition, by name.

    Args:
        trials: rows of `trials.parquet`. parts: of the body that walked.
    """
    lacking, stopped = cannot(parts), _no_strides(trials)
    empty = [name for name in COLUMNS if name in trials and trials[name].isna().all()]
    return {
        name: lacking.get(name)
        or (stopped if COLUMNS[name].level == "stride" else None)
        or _limit(name)
        or stopped
        or "no trial could give it"
        for name in empty
    }


def _no_strides(trials: pd.DataFrame) -> str | None:
    """Return why no trial has a steady stride, None if one has."""
    if "missing_reason" not in trials or not trials["missing_reason"].notna().all():
        return None
    counts = trials["missing_reason"].astype(str).value_counts()
    told = [f"{reason} ({count} of {len(trials)} trials)" for reason, count in counts.items()]
    return "; ".join(told) or None


def _limit(name: str) -> str | None:
    """Return when a measure is null, from its own `limits`."""
    limits = COLUMNS[name].limits.split("; ")
    return next((limit for limit in limits if limit.startswith("null")), None)
