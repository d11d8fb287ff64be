"""Figures that a config asks of its report, besides those that every report has."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from ...sim.fields import is_number
from .columns import GROUP_QUANTITIES
from .fields import MeasureName, Scalar, Strict, refusal

_ALLOWED = {
    "heat-map": ("load", "measure", "rows", "columns", "relative_to"),
    "curve": ("measure", "over", "by"),
    "survival": (),
}


class FigureConfig(Strict):
    """A figure over the conditions of an experiment."""

    kind: Literal["heat-map", "curve", "survival"]
    """Numbers in a grid; a measure over a numeric factor; share still walking over distance."""
    load: Literal[GROUP_QUANTITIES] | None = None  # pyright: ignore[reportInvalidTypeForm]
    """Heat map: this quantity of every muscle group, by condition."""
    measure: MeasureName | None = None
    """Heat map or curve: a column of trials.parquet."""
    rows: str | None = None
    """Heat map of a measure: the factor whose levels are its rows."""
    columns: str | None = None
    """Heat map of a measure: the factor whose levels are its columns."""
    over: str | None = None
    """Curve: the numeric factor along the axis."""
    by: str | None = None
    """Curve: the factor whose levels are lines of one panel; without it all others."""
    relative_to: dict[str, Scalar] = Field(default_factory=dict)
    """Heat map: show each condition relative to the one with this level, else alike."""
    where: dict[str, Scalar] = Field(default_factory=dict)
    """Only conditions with these levels."""
    title: str = Field(default="", max_length=200)

    @model_validator(mode="after")
    def _goes_together(self) -> FigureConfig:
        given = {
            name
            for name in ("load", "measure", "rows", "columns", "over", "by", "relative_to")
            if getattr(self, name)
        }
        for name in sorted(given - set(_ALLOWED[self.kind])):
            raise refusal(f"has no meaning for a {self.kind}", (name,))
        if self.kind == "curve":
            for name in ("measure", "over"):
                if name not in given:
                    raise refusal("is required for a curve", (name,))
        if self.kind == "heat-map":
            self._check_heat_map(given)
        return self

    def _check_heat_map(self, given: set[str]) -> None:
        if ("load" in given) == ("measure" in given):
            raise refusal("a heat map needs `load` or `measure`, and not both", ("load",))
        for name in ("rows", "columns"):
            if "measure" in given and name not in given:
                raise refusal("is required for a heat map of a measure", (name,))
            if "load" in given and name in given:
                raise refusal("is for heat maps of a measure; muscle groups are the rows", (name,))
        if "measure" in given and self.rows == self.columns:
            raise refusal("must not be the factor of the rows", ("columns",))
        if len(self.relative_to) > 1:
            raise refusal("must name one factor and its level", ("relative_to",))


def check_figures(figures: tuple[FigureConfig, ...], factors: dict[str, tuple[Any, ...]]) -> None:
    """Refuse a figure that names what is no factor, no level, or no number."""
    for index, figure in enumerate(figures):
        path = ("figures", index)
        named = [(name, getattr(figure, name)) for name in ("rows", "columns", "over", "by")]
        for name, factor in named:
            if factor is not None and factor not in factors:
                raise refusal(_no_factor(factor, factors), (*path, name))
        for name in ("relative_to", "where"):
            for factor, level in getattr(figure, name).items():
                if factor not in factors:
                    raise refusal(_no_factor(factor, factors), (*path, name, factor))
                if level not in factors[factor]:
                    levels = ", ".join(map(str, factors[factor]))
                    raise refusal(
                        f"'{level}' is not a level of {factor} (levels: {levels})",
                        (*path, name, factor),
                    )
        if figure.over is not None and not is_numeric(factors[figure.over]):
            raise refusal(f"the levels of {figure.over} are not numbers", (*path, "over"))
        if figure.by is not None and figure.by == figure.over:
            raise refusal("must not be the factor along the axis", (*path, "by"))


def is_numeric(levels: tuple[Any, ...] | list[Any]) -> bool:
    """Return whether all levels are numbers (a yes or no is none)."""
    return all(map(is_number, levels))


def _no_factor(name: str, factors: dict[str, Any]) -> str:
    return f"'{name}' is not a factor of this experiment (factors: {', '.join(factors) or 'none'})"
