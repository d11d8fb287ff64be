"""Labels: how a column of numbers is displayed: words, unit, scale and digits.

Inside, everything is SI and radians; a `Label` says how a number looks on a screen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

DEGREES = 180.0 / math.pi

_UNIT_SUFFIXES = (  # longest first: suffix of a column -> (unit, scale, digits)
    ("_n_m_s_per_kg", "N·m·s/kg", 1.0, 3),
    ("_n_m_per_kg", "N·m/kg", 1.0, 2),
    ("_kg_m2_per_s", "kg·m²/s", 1.0, 1),
    ("_bw_per_s", "body weights/s", 1.0, 1),
    ("_bw_s", "body weights·s", 1.0, 2),
    ("_j_per_kg_m", "J/kg/m", 1.0, 2),
    ("_w_per_kg", "W/kg", 1.0, 2),
    ("_steps_per_min", "steps/min", 1.0, 0),
    ("_rad_per_s", "°/s", DEGREES, 1),
    ("_m_per_s", "m/s", 1.0, 2),
    ("_n_m", "N·m", 1.0, 0),
    ("_n_s", "N·s", 1.0, 0),
    ("_fraction", "%", 100.0, 1),
    ("_share", "%", 100.0, 1),
    ("_pct", "%", 1.0, 1),
    ("_rad", "°", DEGREES, 1),
    ("_bw", "body weights", 1.0, 2),
    ("_m", "cm", 100.0, 1),
    ("_s", "s", 1.0, 2),
    ("_n", "N", 1.0, 0),
    ("_j", "J", 1.0, 1),
    ("_kg", "kg", 1.0, 1),
)


@dataclass(frozen=True)
class Label:
    """How one column is shown: `value * scale`, with `digits` decimals, followed by `unit`."""

    text: str
    unit: str = ""
    scale: float = 1.0
    digits: int = 2

    @property
    def with_unit(self) -> str:
        """The label followed by its unit in brackets."""
        return f"{self.text} ({self.unit})" if self.unit else self.text

    def number(self, value: float | None) -> str:
        """Return `value` (SI) as shown, without the unit; a dash where there is none."""
        if value is None or not math.isfinite(value):
            return "–"
        text = f"{value * self.scale:.{self.digits}f}"
        return text.replace("-", "\N{MINUS SIGN}") if float(text) else text.lstrip("-")

    def quantity(self, value: float | None) -> str:
        """Return `value` (SI) as shown, with its unit."""
        text = self.number(value)
        if not self.unit or text == "–":
            return text
        return f"{text}{'' if self.unit == '°' else ' '}{self.unit}"

    def interval(self, low: float | None, high: float | None) -> str:
        """Return `low to high` as shown, without the unit."""
        if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
            return "no interval"
        return f"{self.number(low)} to {self.number(high)}"


def words(name: str) -> str:
    """Return a column, level or group name as words: `gluteus_maximus` -> `gluteus maximus`."""
    return name.replace("_", " ").strip()


def label_of_name(column: str, text: str = "") -> Label:
    """Return the `Label` of `column` as its suffix has it, with `text` instead of its words."""
    for suffix, unit, scale, digits in _UNIT_SUFFIXES:
        if column.endswith(suffix):
            return Label(text or words(column.removesuffix(suffix)), unit, scale, digits)
    return Label(text or words(column))
