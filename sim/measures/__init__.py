"""Measures: pure functions of a recording."""

from .base.definition import Measure
from .catalogue import COLUMNS, MEASURES, find_measure, measures_markdown
from .cycle.time_reversal import time_reversal
from .cycle.waveforms import waveforms
from .measure import measure
from .muscles.muscle_loads_table import muscle_loads

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
