"""Rows of a figure: their names, and an estimate with its interval in one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .style import INK, SOFT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes


def rows(axes: Axes, names: Sequence[str] | None, count: int | None = None) -> None:
    """Make a row for each name from the top; without names, `count` rows."""
    count = len(names) if names is not None else count or 0
    axes.set_ylim(count - 0.5, -0.5)
    axes.set_yticks(range(count), names if names is not None else [""] * count)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.spines["left"].set_visible(False)


def estimate(axes: Axes, row: int, ends: Sequence[float], clear: bool) -> None:
    """A filled mark where the interval leaves "no difference" out, else a hollow one."""
    colour = INK if clear else SOFT
    face = colour if clear else "none"
    axes.plot([ends[0], ends[2]], [row, row], color=colour, linewidth=2)
    axes.plot(ends[1], row, "D", color=colour, markersize=6, markerfacecolor=face, mew=1.4)
