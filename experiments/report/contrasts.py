"""The report's section on the contrasts that the config asked for."""

from __future__ import annotations

from collections.abc import Sequence

from ..analysis.contrasts import Contrasts
from .answer import Comparison
from .forest import forest
from .section import Material, Section
from .tables import contrast_table

_TITLE = "Contrasts, with 95 % intervals"


class ContrastSection(Contrasts):
    """Every contrast with its interval, as picture and table."""

    def section(self, material: Material) -> Section:
        """Return the section; without contrasts it says so."""
        items = list(material.contrasts)
        return material.section(
            "Contrasts",
            "Paired by seed. Filled marks: the interval rules out no difference, also after "
            "Holm’s correction for many contrasts. Hollow marks: it does not. " + _methods(items),
            "This run asked for no contrasts.",
            lambda: forest(items, "contrast-forest", _TITLE),
            lambda: contrast_table(items),
        )


def _methods(contrasts: Sequence[Comparison]) -> str:
    """Say how the intervals were made, and what the last columns mean."""
    used = ", ".join(dict.fromkeys(one.method for one in contrasts if one.method))
    if not used:
        return ""
    told = f"Intervals: {used}. Hedges’ g: mean of the pairs’ differences over their standard "
    told += "deviation, interval from the noncentral t. "
    if any(one.seen for one in contrasts):
        told += "Seen with 80 % power: the smallest true difference that this many pairs find."
    if any(one.aliases for one in contrasts):
        told += " A fraction of the factorial was run: an effect is mixed with its aliases."
    return told
