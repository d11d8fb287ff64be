"""Captions on the frames of a film: trial, time, distance, events, colour legend."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..drawing.colours import ACTIVATION_TOP, activation_colours
from .stage_marks import Marks

if TYPE_CHECKING:
    from PIL import ImageFont
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

_INK, _SOFT, _FALL = (28, 35, 41), (85, 96, 106), (180, 40, 20)


def caption(image: np.ndarray, title: str, marks: Marks, sample: int, scale: float) -> np.ndarray:
    """Return the image (high, wide, 3) with title, time, distance and margins written on it."""
    from PIL import Image, ImageDraw

    picture = Image.fromarray(image)
    pen = ImageDraw.Draw(picture)
    left, top = 14 * scale, 10 * scale
    pen.text((left, top), title, fill=_INK, font=font(19 * scale, bold=True))
    told, fell = status(marks, sample)
    place = (left, top + 26 * scale)
    pen.text(place, told, fill=_FALL if fell else _SOFT, font=font(15 * scale, bold=fell))
    words = " · ".join(hazard["words"] for hazard, _ in marks.happening(sample))
    if words:
        place = (left, top + 48 * scale)
        pen.text(place, words, fill=(170, 20, 120), font=font(16 * scale, bold=True))
    return np.asarray(picture)


def legend(image: np.ndarray, scale: float) -> np.ndarray:
    """Return the image with the scale of muscle activation in its lower left corner."""
    from PIL import Image, ImageDraw

    picture = Image.fromarray(image)
    pen = ImageDraw.Draw(picture)
    size = font(13 * scale)
    x, y, wide, high = 14 * scale, picture.height - 26 * scale, 120 * scale, 10 * scale
    pen.text((x, y - 18 * scale), "muscle activation", fill=_SOFT, font=size)
    _ramp(pen, x, y, wide, high)
    top = f"{100 * ACTIVATION_TOP:.0f} % and more"
    pen.text((x + wide + 6 * scale, y - 4 * scale), top, fill=_SOFT, font=size)
    return np.asarray(picture)


def status(marks: Marks, sample: int) -> tuple[str, bool]:
    """Return what the line below the title says of a sample, and whether the walker has fallen."""
    recording = marks.recording
    clock = float(recording["time"].values[sample])
    fell = float(recording["time_to_fall_s"]) if "time_to_fall_s" in recording else np.nan
    if np.isfinite(fell) and clock >= fell:
        return f"fell at {fell:.1f} s", True
    gone = float(marks.path[sample, 0] - marks.path[0, 0])
    if "belt_travel_m" in recording:
        belt = np.nan_to_num(recording["belt_travel_m"].values[[0, sample]])
        gone -= float(belt[1] - belt[0])
    words = f"{clock:.1f} s · {gone * float(recording['travel_sign']):.1f} m"
    margins = marks.margins(sample)
    if margins is not None:
        words += f" · margin {_cm(margins[0])} cm along, {_cm(margins[1])} cm sideways"
    return words, False


def _cm(metres: float) -> str:
    return f"{100 * metres:.0f}".replace("-0", "0").replace("-", "−")


def _ramp(pen: ImageDraw, x: float, y: float, wide: float, high: float) -> None:
    colours = activation_colours()
    step = wide / len(colours)
    for k, colour in enumerate(colours):
        pen.rectangle((x + k * step, y, x + (k + 1) * step, y + high), fill=colour)


@lru_cache(maxsize=16)
def font(size: float, bold: bool = False) -> FreeTypeFont | ImageFont.ImageFont:
    """Return the sans-serif font that Matplotlib brings, of a height in pixels."""
    import matplotlib
    from PIL import ImageFont

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name), size)
