"""Matplotlib figures as small inline SVG that follows the page: light or dark, named, searchable.

A figure is drawn with stand-in colours (`INK`, `GRID`, ...) that become CSS variables, so one
picture suits both colour schemes and, with the fallbacks, also a paper.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure

INK, SOFT, GRID, PAPER = "#010203", "#040506", "#070809", "#161718"
_BACKWARD, _FORWARD, _THIRD, _FOURTH = "#0a0b0c", "#0d0e0f", "#101112", "#131415"
_VARIABLES = {
    INK: "var(--ink, #1c2329)",
    SOFT: "var(--soft, #56616b)",
    GRID: "var(--rule, #c9d0d6)",
    PAPER: "var(--page, #ffffff)",
    _BACKWARD: "var(--backward, #b34a00)",
    _FORWARD: "var(--forward, #0868a8)",
    _THIRD: "var(--third, #007a5e)",
    _FOURTH: "var(--fourth, #8d4a86)",
}
DIRECTION_COLOURS = {"backward": _BACKWARD, "forward": _FORWARD}
LEFT_COLOUR, RIGHT_COLOUR = _THIRD, _FOURTH

_RC: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "retrowalk",
    "font.family": "sans-serif",
    "font.size": 9.0,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.linewidth": 0.8,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "text.color": INK,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "lines.linewidth": 1.6,
    "legend.frameon": False,
    "path.simplify": True,
}


WIDTH_IN = 5.0
"""Width of a figure [inch] that can be read on a desk, on paper and on a telephone."""


@dataclass(frozen=True)
class Picture:
    """A finished figure: `svg` for the page, `name` for links, `title` and `text` for everyone.

    `fits`: whether it can be read at the width of a telephone.
    """

    name: str
    title: str
    text: str
    svg: str
    fits: bool = True


@contextmanager
def canvas(
    width: float,
    height: float,
    rows: int = 1,
    columns: int = 1,
    heights: Sequence[float] | None = None,
    margins: dict[str, float] | None = None,
) -> Generator[tuple[Figure, np.ndarray]]:
    """Yield a `Figure` of inches `width` x `height` and its array of axes, in the page's style.

    `margins` (as for `Figure.subplots_adjust`) are much faster than a layout that is searched for.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with mpl.rc_context(_RC):
        figure = Figure(figsize=(width, height), dpi=72, layout=None if margins else "constrained")
        FigureCanvasSVG(figure)
        if margins:
            figure.subplots_adjust(**margins)
        yield figure, figure.subplots(rows, columns, squeeze=False, height_ratios=heights)


@contextmanager
def panels(
    count: int, across: int, high: float, more: float = 0.0
) -> Generator[tuple[Figure, np.ndarray]]:
    """Yield a `canvas` of `count` panels, `high` inches each and `more` in all, `across` a row."""
    columns = min(across, count)
    rows = math.ceil(count / columns)
    with canvas(WIDTH_IN, rows * high + more, rows, columns) as (figure, grid):
        for axes in grid.flat[count:]:
            axes.set_axis_off()
        yield figure, grid


def picture(figure: Figure, name: str, title: str, text: str) -> Picture:
    """Return the figure as a `Picture`; call it inside `canvas`."""
    if (layout := figure.get_layout_engine()) is not None:
        layout.execute(figure)  # here, as `savefig` would draw everything to have it laid out
        figure.set_layout_engine(None)
    target = io.StringIO()
    figure.savefig(target, format="svg", transparent=True, metadata=dict.fromkeys(_METADATA))
    svg = _inline(target.getvalue(), name, title, text)
    return Picture(name, title, text, svg, fits=figure.get_figwidth() <= WIDTH_IN)


_METADATA = ("Creator", "Date", "Format", "Type")


_LONG_NUMBER = re.compile(r"-?\d+\.\d{2,}")


def _short(number: re.Match[str]) -> str:
    value = float(number[0])
    digits = 2 if abs(value) < 1 else 1  # opacities need two
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if float(text) else "0"


def _inline(svg: str, name: str, title: str, text: str) -> str:
    """Turn a whole SVG file into an element whose ids, fonts and colours suit any page."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'href="#', f'href="#{name}-', svg).replace("xlink:href", "href")
    svg = re.sub(r"url\(#", f"url(#{name}-", svg)
    svg = re.sub(r"(font: [^;\"]*?px) [^;\"]*", r"\1 sans-serif", svg)
    for stand_in, variable in _VARIABLES.items():
        svg = svg.replace(stand_in, variable)
    svg = re.sub(r"<[^>]+>", lambda tag: _LONG_NUMBER.sub(_short, tag[0]), svg)
    svg = re.sub(r"\s*\n\s*", " ", svg).replace("> <", "><")
    opening, rest = svg.split(">", 1)
    opening = re.sub(r' (width|height|version|xmlns:xlink)="[^"]*"', "", opening)
    words = (
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-text">{escape(text)}</desc>'
    )
    return f'{opening} role="img" aria-labelledby="{name}-title {name}-text">{words}{rest}'.strip()
