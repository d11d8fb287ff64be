"""The one figure of a claim's page, from its results alone."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from ...sim.measures.base.muscle_groups import MUSCLE_GROUPS
from ..store.atomic import write_bytes
from ..study.labels import label, words
from .answering import NONE, Several
from .claim import Claim
from .controller_figure import draw_controllers, drawn_parts
from .stretches import STRETCHES
from .words import condition_name, level_words, where_words

INK, FIRST, SECOND, THIRD, SOFT = "#1c2329", "#b34a00", "#0868a8", "#007a5e", "#56616b"
COLOURS = (FIRST, SECOND, THIRD, "#8d4a86", INK, SOFT)
WIDTH = 6.4  # inches
_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "retrowalk",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.alpha": 0.3,
    "legend.frameon": False,
}


def draw(claim: Claim, results: dict[str, Any], path: Path, several: Several = NONE) -> None:
    """Write the claim's figure as an SVG file of the same bytes for the same results.

    Where several controllers answer with ratios or falls, it is theirs.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(WIDTH, 3.2), layout="constrained")
        FigureCanvasSVG(figure)
        if asked := drawn_parts(claim, several):
            draw_controllers(figure, asked, COLOURS)
        else:
            _KINDS[claim.figure.kind](figure, claim, results)
        drawn = BytesIO()
        figure.savefig(drawn, format="svg", facecolor="white", metadata={"Date": None})
    write_bytes(path, drawn.getvalue())


def _contrasts(figure: Any, claim: Claim, results: dict[str, Any]) -> None:
    """Ratios as changes in percent, with intervals: a row each measure, a colour each setting."""
    measures = claim.figure.measures or tuple(dict.fromkeys(t.measure for t in claim.tests))
    between = [list(one.between.items()) for one in claim.tests]
    chosen = [
        one
        for one in results["contrasts"]
        if one["measure"] in measures
        and one["as"] == "ratio"
        and one["low"] is not None
        and [(k, tuple(v)) for k, v in one["between"].items()] in between
        and not one["pooled"]
        and not one.get("withheld")
    ]
    if not chosen:
        axes = figure.subplots()
        axes.set_axis_off()
        axes.text(0.5, 0.5, "no comparison is an answer (see the page)", ha="center")
        return
    order = [name for name in measures if any(one["measure"] == name for one in chosen)]
    settings = list(dict.fromkeys(where_words(one) for one in chosen))
    figure.set_size_inches(WIDTH, 0.9 + 0.2 * len(order) * max(2, len(settings)))
    axes = figure.subplots()
    for one in chosen:
        place = settings.index(where_words(one))
        y = order.index(one["measure"]) + (place - (len(settings) - 1) / 2) * 0.22
        low, mid, high = (100 * (one[k] - 1) for k in ("low", "estimate", "high"))
        bar = [[mid - low], [high - mid]]
        axes.errorbar(mid, y, xerr=bar, fmt="o", ms=4, capsize=2.5, color=COLOURS[place])
    axes.axvline(0, color=SOFT, lw=0.9)
    axes.set_yticks(range(len(order)), [label(name).text for name in order])
    axes.set_ylim(len(order) - 0.5, -0.5)
    factor, (first, second) = next(iter(claim.tests[0].between.items()))
    axes.set_xlabel(
        f"{level_words(factor, first)} against {level_words(factor, second)}, "
        "change in % with 95 % interval"
    )
    if len(settings) > 1:
        for place, name in enumerate(settings):
            axes.plot([], [], "o", ms=4, color=COLOURS[place], label=name)
        figure.legend(loc="outside upper right", ncols=len(settings))


def _falls(figure: Any, claim: Claim, results: dict[str, Any]) -> None:
    """Share that fell in each condition, with Wilson's intervals."""
    cells = results["cells"]
    factor = next(iter(cells[0]["levels"]), "")
    groups = list(dict.fromkeys(str(cell["levels"].get(factor)) for cell in cells))
    several = len(cells[0]["levels"]) > 1 and len(groups) <= len(COLOURS)
    figure.set_size_inches(WIDTH, 0.9 + 0.23 * len(cells))
    axes = figure.subplots()
    for y, cell in enumerate(cells):
        share = 100 * cell["fell"]["count"] / max(1, cell["valid"])
        ends = [100 * (cell["fell"][k] or 0.0) for k in ("low", "high")]
        colour = COLOURS[groups.index(str(cell["levels"][factor]))] if several else FIRST
        bar = [[share - ends[0]], [ends[1] - share]]
        axes.errorbar(share, y, xerr=bar, fmt="o", ms=4, capsize=2.5, color=colour)
    axes.set_yticks(range(len(cells)), [condition_name(cell["levels"]) for cell in cells])
    axes.set_ylim(len(cells) - 0.5, -0.5)
    axes.set_xlim(-3, 103)
    axes.set_xlabel("walks that ended in a fall, % with 95 % interval")


def _survival(figure: Any, claim: Claim, results: dict[str, Any]) -> None:
    """Share still walking by distance, by condition."""
    axes = figure.subplots()
    for place, one in enumerate(results["survival"]):
        curve = one["curve"]
        end = max([*curve["ends_m"], *curve["distance_m"]])
        steps = np.array([0.0, *curve["distance_m"], end])
        height = 100 * np.array([1.0, *curve["standing"], (curve["standing"] or [1.0])[-1]])
        name = condition_name(one["levels"])
        axes.step(steps, height, where="post", color=COLOURS[place], label=name)
        if curve["distance_m"]:
            low, high = (100 * np.array([*curve[k], curve[k][-1]]) for k in ("low", "high"))
            axes.fill_between(steps[1:], low, high, step="post", alpha=0.15, color=COLOURS[place])
    axes.set(xlabel="distance walked [m]", ylabel="still walking [%]", ylim=(-2, 102))
    axes.set_xlim(
        0, max(end for _, end in STRETCHES.values())
    )  # beyond, walks end because their time is up
    axes.legend()


def _heat_map(figure: Any, claim: Claim, results: dict[str, Any]) -> None:
    """Mean activation of every muscle group in every condition."""
    cells = results["cells"]
    values = np.array(
        [[100 * cell["means"][f"activation_{g}"]["mean"] for g in MUSCLE_GROUPS] for cell in cells]
    ).T  # (groups, cells)
    figure.set_size_inches(WIDTH, 1.2 + 0.23 * len(MUSCLE_GROUPS))
    axes = figure.subplots()
    axes.grid(False)
    image = axes.imshow(values, aspect="auto", cmap="YlOrBr", vmin=0)
    axes.set_yticks(range(len(MUSCLE_GROUPS)), [words(name) for name in MUSCLE_GROUPS])
    names = [condition_name(cell["levels"]).replace(", ", "\n") for cell in cells]
    axes.set_xticks(range(len(cells)), names, rotation=45, ha="right", fontsize=7)
    dark = values > 0.6 * values.max()
    for (row, column), value in np.ndenumerate(values):
        colour = "white" if dark[row, column] else INK
        axes.text(column, row, f"{value:.0f}", ha="center", va="center", size=7, color=colour)
    figure.colorbar(image, ax=axes, label="mean activation [%]")


def _cost(figure: Any, claim: Claim, results: dict[str, Any]) -> None:
    """Metabolic cost of transport by speed, with the fitted curve and its least cost."""
    axes = figure.subplots()
    for place, one in enumerate(results["preferred"]):
        speeds = np.array(one["speeds"])
        costs = np.array([np.nan if c is None else c for c in one["costs"]])
        colour, name = COLOURS[place], condition_name(one["levels"])
        axes.plot(speeds, costs, "o", color=colour, label=name)
        if one["coefficients"]:
            a, b, c = one["coefficients"]
            v = np.linspace(float(speeds[0]), float(speeds[-1]), 50)
            axes.plot(v, a / v + b + c * v, color=colour)
            if one["at_end"]:
                continue  # not enclosed: it may lie beyond
            least = one["speed"]["estimate"]
            axes.plot(least, a / least + b + c * least, "D", mfc="none", ms=9, color=colour)
    axes.set(xlabel="commanded speed [m/s]", ylabel="metabolic cost [J/kg/m]")
    axes.set_ylim(0, 1.1 * axes.get_ylim()[1])
    enclosed = any(not one["at_end"] for one in results["preferred"])
    axes.legend(title="diamond: least cost" if enclosed else "least cost not enclosed")


_KINDS: dict[str, Callable[[Any, Claim, dict[str, Any]], None]] = {
    "contrasts": _contrasts,
    "falls": _falls,
    "survival": _survival,
    "heat-map": _heat_map,
    "cost": _cost,
}
