"""Wording of comparisons and outcomes on the pages of claims."""

from __future__ import annotations

from typing import Any

from ..analysis.refusals import SHORT
from ..report.answer import percents
from ..study.labels import label, level_words as plain_level_words
from .claim import Verdict
from .stretches import RATE, STRETCH
from .verdict import Outcome

SUPPORT: dict[Verdict, str] = {
    "supported": "Supported",
    "not supported": "Not supported",
    "depends": "It depends",
    "cannot tell": "Cannot tell",
}
PLAINLY: dict[Outcome, str] = {
    "as claimed": "yes",
    "opposite": "no, the other way round",
    "no difference that matters": "no, no difference that matters",
    "unclear": "these walks cannot tell",
    "no evidence": "no evidence",
    "this model cannot say": "this model cannot say",
    "not run yet": "not run yet",
}
NOISE_FREE = (
    "† Variability of walkers without noise of senses and muscles: a limit cycle's, no human "
    "variability."
)
_PACES = {"asked": "same speed", "preferred": "each at its preferred speed"}


def level_words(factor: str, level: Any) -> str:
    """Return a factor's level as a coach says it."""
    if factor == STRETCH:
        return f"metres {level}"
    if factor == "looks_per_min":
        return f"{level:g} looks back a minute" if level else "never looking back"
    if factor == "pace":
        return _PACES.get(str(level), str(level))
    return plain_level_words(factor, level)


def quantity(contrast: dict[str, Any]) -> str:
    """Return the estimate as people read it: a ratio as a change in percent."""
    if contrast["estimate"] is None:
        return "no value"
    if contrast["as"] == "ratio":
        bounds = (contrast["low"], contrast["high"])
        shares = [contrast["estimate"] - 1.0, *(one - 1.0 for one in bounds if one is not None)]
        return f"{percents(*shares)[0]} %"
    text = label(contrast["measure"])
    unit = difference_unit(text.unit)
    sign = "+" if contrast["estimate"] * text.scale >= 0.5 * 10**-text.digits else ""
    return f"{sign}{text.number(contrast['estimate'])}{unit}"


def interval(contrast: dict[str, Any]) -> str:
    """Return the interval as people read it."""
    low, high = contrast["low"], contrast["high"]
    if low is None or high is None:
        return f"no interval: {contrast['note'] or 'too few walks'}"
    if contrast["as"] == "ratio":
        texts = percents(contrast["estimate"] - 1.0, low - 1.0, high - 1.0)
        return f"{texts[1]} to {texts[2]} %"
    text = label(contrast["measure"])
    return f"{text.interval(low, high)}{difference_unit(text.unit)}"


def pairs(contrast: dict[str, Any]) -> str:
    """Return how many pairs of walks, or controllers, there were."""
    if "controllers" in contrast:
        return f"{contrast['n_pairs']} controllers"
    counted = "walks" if contrast["measure"] == RATE else "pairs of walks"
    return f"{contrast['n_pairs']} {counted}"


def where_words(contrast: dict[str, Any]) -> str:
    """Return the setting of a contrast in words; `all` over all settings."""
    if contrast["pooled"]:
        return "mean of all"
    return ", ".join(level_words(*item) for item in contrast["where"].items()) or "all"


def difference_unit(unit: str) -> str:
    """Return the unit of a difference as it follows a number: shares differ by points."""
    if not unit:
        return ""
    return "°" if unit == "°" else f" {'%-points' if unit.startswith('%') else unit}"


def sides(contrast: dict[str, Any]) -> str:
    """Return what is compared with what."""
    factor, (first, second) = next(iter(contrast["between"].items()))
    return f"{level_words(factor, first)} against {level_words(factor, second)}"


def condition_name(levels: dict[str, Any]) -> str:
    """Return a condition's levels in words."""
    return ", ".join(level_words(*item) for item in levels.items()) or "all"


def refusals(contrast: dict[str, Any]) -> list[str]:
    """Return the sentences that say why a comparison is no answer."""
    return [one["says"] for one in contrast.get("withheld") or ()]


def but(contrast: dict[str, Any]) -> str:
    """Return the caveats of a number: foot geometry in it, one walk that it depends on."""
    told: list[str] = []
    geometry: dict[str, Any] = contrast.get("geometry") or {}
    without: dict[str, Any] = contrast.get("leave_one_out") or {}
    size = geometry.get("difference")
    if size is not None:
        text = label(contrast["measure"])
        told.append(f"{text.number(size)}{difference_unit(text.unit)} of it the foot's shape")
    if without.get("changes"):
        told.append("hangs on one pair of walks")
    told += [SHORT[one["reason"]] for one in contrast.get("remarks") or ()]
    return "; ".join(told)
