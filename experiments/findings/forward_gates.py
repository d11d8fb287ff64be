"""Is a forward walk a person's? Gates around what laboratories measure in people.

What is known of people, and how near a walk must come, is in `forward_people.yaml`. Only forward
walking may be held to it: walking backwards is predicted, never fitted to people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import yaml

from ...sim.data_files import beside
from ...sim.errors import ConfigError
from ...sim.ground.softness import GRAVITY
from ..store.run import Run
from .recorded_walk import RecordedWalk, recorded_walk

FILENAME = "forward_people.yaml"
ON_TIME = 1.3
"""A muscle is on time if its activation in people's windows is this many times what an even spread
over the stride would put there."""
LEG_M = 0.86
"""Of the body, hip to ankle, in Hof's scaling."""
STEP_OF_SPEED = 1.1
"""Natural step length over leg length, over the square root of the scaled speed."""


@dataclass(frozen=True)
class Gate:
    """One gate and what a walk has there.

    Attributes:
        low, high: bounds, both included. unit: of value and bounds, empty for a plain number.
        source: of what is known of people. value: None where the walk has none; why: the reason.
    """

    name: str
    value: float | None
    low: float
    high: float
    unit: str
    source: str
    why: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the value is within the bounds; None without one."""
        return None if self.value is None else self.low <= self.value <= self.high


@lru_cache(maxsize=1)
def people() -> dict[str, Any]:
    """Return what is known of people: `sources`, `curves`, `muscles_on`, `gates`."""
    text = beside(__name__, FILENAME).read_text(encoding="utf-8")
    return yaml.safe_load(text)


def forward_gates(walks: list[RecordedWalk]) -> list[Gate]:
    """Return the gates of the mean of some walks."""
    values, lacking = _values(walks), "the recordings lack what it needs"
    return [
        Gate(
            name,
            float(value) if np.isfinite(value := values.get(name, np.nan)) else None,
            float(gate["low"]),
            float(gate["high"]),
            gate.get("unit", ""),
            people()["sources"][gate["source"]],
            "" if np.isfinite(values.get(name, np.nan)) else lacking,
        )
        for name, gate in people()["gates"].items()
    ]


def gates_of(run: Run) -> dict[str, tuple[float, list[Gate]]]:
    """Return mean speed and gates of each forward cell of a run, by the cell's name.

    Raises:
        ConfigError: no forward cell has a recording with enough steady strides.
    """
    found: dict[str, tuple[float, list[Gate]]] = {}
    for cell in run.plan.cells:
        if cell.direction != "forward":
            continue
        trials = [int(n) for n in run.rows(cell)["trial"] if int(n) in run.recordings]
        walks = [one for n in trials if (one := recorded_walk(run.recording(n))) is not None]
        if walks:
            speed = float(np.mean([one.speed_m_per_s for one in walks]))
            found[cell.name] = speed, forward_gates(walks)
    if not found:
        raise ConfigError(
            f"{run.path}: no forward walk with steady strides was recorded (walks backward are "
            "held to nothing; keep_recordings: 1 or more)"
        )
    return found


def _values(walks: list[RecordedWalk]) -> dict[str, float]:
    """Return the value at each gate that the walks have one for."""
    stance = float(np.mean([one.stance for one in walks]))
    speed = float(np.mean([one.speed_m_per_s for one in walks]))
    values = {name: float(mean) for name, mean in _means([one.numbers for one in walks]).items()}
    values["cadence over Hof's"] = values.pop("cadence") / natural_cadence(speed)
    curves = _means([one.curves for one in walks])
    for name, known in people()["curves"].items():
        if name in curves:
            error, r = _likeness(curves[name], known, stance)
            values |= {f"{name} error": error, f"{name} r": r}
    activation = _means([one.activation for one in walks])
    windows = people()["muscles_on"]["windows"]
    if activation:
        on = (_timing(activation[name], windows[name]) for name in windows if name in activation)
        values["muscles on time, of 8"] = float(sum(share > ON_TIME for share in on))
    return values


def natural_cadence(speed_m_per_s: float) -> float:
    """Return the cadence of people of the body's leg length at a speed [steps/min]."""
    scaled = np.sqrt(speed_m_per_s / np.sqrt(GRAVITY * LEG_M))
    return float(60.0 * speed_m_per_s / (STEP_OF_SPEED * scaled * LEG_M))


def _means(of: Sequence[Mapping[str, Any]]) -> dict[str, np.ndarray]:
    """Return the mean over walks of what each names."""
    return {name: np.mean([one[name] for one in of], axis=0) for name in of[0]}


def _likeness(curve: np.ndarray, known: Mapping[str, Any], stance: float) -> tuple[float, float]:
    """Return error about the mean and correlation over the stride.

    People's stride is stretched so that its foot off meets the walk's.
    """
    phase = np.linspace(0.0, 1.0, len(curve))
    theirs = np.interp(phase, [0.0, stance, 1.0], [0.0, known["foot_off"] / 100.0, 1.0])
    values = np.asarray(known["values"], float)
    wanted = np.interp(theirs, np.linspace(0.0, 1.0, len(values)), values)
    r = np.corrcoef(curve, wanted)[0, 1] if np.ptp(curve) > 0.0 else np.nan
    return float(np.std(curve - wanted)), float(r)


def _timing(curve: np.ndarray, windows: list[list[float]]) -> float:
    """Return the share of a muscle's activity in people's windows over that of an even spread."""
    percent = np.linspace(0.0, 100.0, len(curve))
    inside = np.any([(low <= percent) & (percent <= high) for low, high in windows], axis=0)
    return float(curve[inside].sum() / curve.sum() / inside.mean())


def shown(gate: Gate) -> Iterator[str]:
    """Yield a gate's row of a table: name, value, bounds, whether it holds."""
    value = "–" if gate.value is None else f"{gate.value:.2f}"
    yield from (gate.name, value, f"{gate.low:g} to {gate.high:g} {gate.unit}".strip())
    yield gate.why if gate.holds is None else "yes" if gate.holds else "no"
