"""`preferred_speed.json`: the speeds that a run's sweeps found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..statistics.paired import LEVEL, Interval
from ..study.pace import PreferredSpeed
from .atomic import write_json


def write_preferred_speeds(path: Path, speeds: Sequence[PreferredSpeed]) -> None:
    """Write what the sweeps found."""
    found = [{**asdict(speed), "levels": dict(speed.levels)} for speed in speeds]
    write_json(path, {"level": LEVEL, "speeds": found})


def preferred_speeds_of(content: Mapping[str, Any]) -> tuple[PreferredSpeed, ...]:
    """Return the speeds that the file's content holds."""
    return tuple(
        PreferredSpeed(
            levels=tuple(entry["levels"].items()),
            speed=Interval(**entry["speed"]),
            at_end=entry["at_end"],
            speeds=tuple(entry["speeds"]),
            costs=tuple(entry["costs"]),
            walked=tuple(entry["walked"]),
            coefficients=entry["coefficients"] and tuple(entry["coefficients"]),
        )
        for entry in content["speeds"]
    )
