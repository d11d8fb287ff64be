"""The report's comparison of policies: a dot plot of survival and cost by place."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..analysis.policies import PolicyComparison
from ..study.labels import Label
from .policy_tables import named, place_name, tables_of
from .section import Material, Section
from .style import (
    DIRECTION_COLOURS,
    INK,
    LEFT_COLOUR,
    RIGHT_COLOUR,
    SOFT,
    Picture,
    canvas,
    picture,
)
from .tables import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEADING = "Policies compared"
WORDS = (
    "All policies walked with the same seeds: the same starts, grounds, hazards. Means are over "
    "trials that have a value; who falls early has none, so compare costs where survival is "
    "alike. Ranks: bootstrap over seeds, all policies resampled together; a tie is shared."
)
_COST = "cost_of_transport_j_per_kg_m"
_COLOURS = (*DIRECTION_COLOURS.values(), LEFT_COLOUR, RIGHT_COLOUR, INK, SOFT)
_MARKS = ("o", "s", "D", "^", "v", "P", "X", "*")


class PolicySection(PolicyComparison):
    """Survival and cost of all policies, then their tables."""

    def section(self, material: Material) -> Section | None:
        """Return the section; None if the run compares no policies."""
        if not material.data.run.has_answer(self.name):
            return None
        found = material.data.answer(self.name)
        if not found:
            return None
        return material.section(
            HEADING,
            WORDS,
            "The run’s comparison of policies could not be shown.",
            lambda: dot_plot(found),
            lambda: comparison_tables(found),
        )


def comparison_tables(comparison: Mapping[str, Any]) -> list[Table]:
    """Return the tables of the section; those after measures and ranks open on a click."""
    measures, ranks, *others = tables_of(comparison)
    return [measures, ranks, *(replace(one, folded=True) for one in others)]


def dot_plot(comparison: Mapping[str, Any], name: str = "policies") -> Picture | None:
    """Survival and cost of transport of every policy at every place, with 95 % intervals."""
    places = comparison["places"]
    rows = [(place, one) for place in places for one in place["policies"]]
    if not rows:
        return None
    order = [one["name"] for one in comparison["policies"]]
    cost = named(_COST)
    told: list[str] = []
    costs = any(one["measures"].get(_COST, {}).get("mean") is not None for _, one in rows)
    gap = 0.6  # rows, between two places
    with canvas(7.4, 0.9 + 0.27 * (len(rows) + gap * len(places)), 1, 2 if costs else 1) as (
        figure,
        (panels,),
    ):
        height = 0.0
        heights: list[float] = []
        names: list[str] = []
        middles: list[tuple[float, str]] = []
        for place in places:
            start = height
            for one in place["policies"]:
                heights.append(height)
                names.append(one["policy"])
                _dots(panels, height, one, order.index(one["policy"]), cost)
                told.append(_in_words(place, one, cost))
                height += 1.0
            middles.append((start, place_name(place)))
            height += gap + 0.4
        for number, axes in enumerate(panels):
            axes.set_ylim(height - gap - 0.9, -1.1)
            axes.set_yticks(heights, names if number == 0 else [""] * len(names))
            axes.tick_params(axis="y", length=0)
            axes.grid(axis="y", visible=False)
            axes.spines["left"].set_visible(False)
        for start, text in middles:
            panels[0].text(
                -0.02,
                start - 0.75,
                text,
                transform=panels[0].get_yaxis_transform(),
                ha="right",
                va="center",
                weight="bold",
            )
        panels[0].set_xlim(-3, 103)
        panels[0].set_xlabel("trials survived (%)")
        if costs:
            panels[1].set_xlabel(f"{cost.with_unit}, of trials that have it")
        title = "Policies: survival and cost of transport, with 95 % intervals"
        return picture(figure, name, title, "; ".join(told) + ".")


def _dots(
    panels: Sequence[Axes], height: float, one: Mapping[str, Any], number: int, cost: Label
) -> None:
    colour, mark = _COLOURS[number % len(_COLOURS)], _MARKS[number % len(_MARKS)]
    share = one["survival"]
    ends = [(panels[0], [share[key] for key in ("low", "estimate", "high")], 100.0)]
    if len(panels) > 1:
        found = one["measures"].get(_COST, {})
        ends.append((panels[1], [found.get(key) for key in ("low", "mean", "high")], cost.scale))
    for axes, values, scale in ends:
        low, middle, high = (math.nan if v is None else scale * v for v in values)
        axes.plot([low, high], [height, height], color=colour, linewidth=2)
        axes.plot(middle, height, mark, color=colour, markersize=6, mec=INK, mew=0.6)


def _in_words(place: Mapping[str, Any], one: Mapping[str, Any], cost: Label) -> str:
    found = one["measures"].get(_COST, {}).get("mean")
    told = f"{one['survived']} of {one['valid']} survived"
    told += "" if found is None else f", cost {cost.quantity(found)}"
    return f"{place_name(place)}, {one['policy']}: {told}"
