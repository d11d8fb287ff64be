"""Measures: pure functions of a recording."""

from .catalogue import COLUMNS, MEASURES, find_measure, measures_markdown
from .definition import Measure
from .measure import measure
from .muscle_table import muscle_loads
from .time_reversal import time_reversal
from .waveforms import waveforms

__all__ = [
    "COLUMNS",
    "MEASURES",
    "Measure",
    "find_measure",
    "measure",
    "measures_markdown",
    "muscle_loads",
    "time_reversal",
    "waveforms",
]
