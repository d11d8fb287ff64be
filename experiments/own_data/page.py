"""The page that sets the model beside a person: tables and curves laid over each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..report.style import DIRECTION_COLOURS, SOFT, WIDTH_IN, Picture, canvas, picture
from ..store.run import Run
from ..study.labels import words
from .beside import QUANTITIES, Beside
from .fields import OwnData

WORDS = (
    "Mean curves over the gait cycle, from a foot's contact to its next, both legs together. "
    "RMSE: root mean square of the difference. r: correlation of the two mean curves. z: root mean "
    "square of the difference in standard deviations between the person's strides, which are "
    "shaded. Muscle activity is compared in shape: each curve is divided by its mean."
)


class _Section(NamedTuple):
    heading: str
    unit: str
    rows: list[tuple[str, ...]]
    picture: Picture


def page_of(found: Sequence[Beside], data: OwnData, run: Run) -> str:
    """Return the page as HTML."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader

    from .. import replay

    here = __name__.rpartition(".")[0]
    loaders = [PackageLoader(here), PackageLoader(replay.__name__)]  # the second has the style
    environment = Environment(
        loader=ChoiceLoader(loaders), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.get_template("own_data.html.j2")
    walked = f"{data.direction} at {data.speed_m_per_s:g} m/s"
    told = f" The person walked {walked}; the model: {run.name}, {run.settings['policy']}."
    sections = [
        _section(quantity, own)
        for quantity in QUANTITIES
        if (own := [one for one in found if one.quantity == quantity])
    ]
    return template.render(
        title=f"Walking {walked}: the model beside a person",
        source=data.source.rstrip("."),
        words=WORDS + told,
        sections=sections,
    )


def rows(found: Sequence[Beside]) -> list[tuple[str, ...]]:
    """Return one row a curve: name, RMSE, r, z, strides of person and model."""
    return [
        (
            words(one.name),
            f"{one.rmse:.3g}",
            _number(one.r, 2),
            _number(one.z, 1),
            *map(str, one.strides),
        )
        for one in found
    ]


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}".replace("-", "\N{MINUS SIGN}")


def _section(quantity: str, found: Sequence[Beside]) -> _Section:
    heading, unit, _ = QUANTITIES[quantity]
    return _Section(heading, unit, rows(found), _overlay(quantity, found))


def _overlay(quantity: str, found: Sequence[Beside]) -> Picture:
    heading, unit, _ = QUANTITIES[quantity]
    down = math.ceil(len(found) / 2)
    cycle = np.linspace(0.0, 100.0, len(found[0].person))
    with canvas(WIDTH_IN, 0.4 + 1.5 * down, down, 2) as (figure, grid):
        for axes, one in zip(grid.flat, found, strict=False):
            axes.fill_between(
                cycle, one.person - one.sd, one.person + one.sd, color=SOFT, alpha=0.3
            )
            axes.plot(cycle, one.person, color=SOFT, label="person")
            axes.plot(cycle, one.model, color=DIRECTION_COLOURS["backward"], label="model")
            axes.set_title(words(one.name))
            axes.set_ylabel(unit)
        for axes in list(grid.flat)[len(found) :]:
            axes.set_visible(False)
        grid.flat[0].legend()
        for axes in grid[-1]:
            axes.set_xlabel("% of the gait cycle")
        told = "; ".join(f"{words(one.name)}: RMSE {one.rmse:.3g} {unit}" for one in found)
        return picture(figure, f"own-{quantity}", f"{heading}: person and model", told)
