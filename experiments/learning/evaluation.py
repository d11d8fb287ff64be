"""Evaluation of a gait during training, by the project's own measures.

The gait walks as `retrowalk run` lets it walk, from its file, on grounds and seeds that are the
same at every evaluation and none of training's. Each evaluation is a row of `evaluation.csv` for
each surface, and goes to TensorBoard too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field, field_validator

from ...envs.task.task import Task
from ...sim.errors import ConfigError
from ...sim.ground.surface import Surface
from ...sim.measures import measure
from ...sim.random_streams import named_sequence
from ..rollout.trials import rollout_cell
from ..statistics.paired import proportion_interval
from ..study.fields import Strict, refusal
from ..study.plan import Cell, TrialSpec
from .learning_curve import read_rows, write_rows

FILE = "evaluation.csv"
MEASURES = {
    "cost_of_transport_j_per_kg_m": "cost_of_transport_j_per_kg_m",
    "activation": "activation_mean",
    "squared_activation": "activation_squared_mean",
    "step_length_asymmetry": "step_length_asymmetry",
    "step_time_asymmetry": "step_time_asymmetry",
}
"""Columns of an evaluation by the measure that they are the mean of, over trials without a fall."""


class EvaluationSettings(Strict):
    """When and on what a gait is evaluated during training."""

    every_segments: int = Field(4, ge=1)
    trials: int = Field(16, ge=1, le=1024)
    duration_s: float = Field(12.0, ge=0.5, le=600.0)
    surfaces: list[str | dict[str, Any]] = Field(default_factory=lambda: ["flat"], min_length=1)
    hazards: list[str | dict[str, Any]] = Field(default_factory=list[str | dict[str, Any]])
    speed_m_per_s: float | None = Field(None, gt=0)
    patience: int | None = Field(None, ge=1)

    @field_validator("surfaces", "hazards")
    @classmethod
    def _known(cls, values: list[Any], info: Any) -> list[Any]:
        try:
            Task().with_fields(**{info.field_name: values})
        except (ConfigError, ValueError, TypeError, AttributeError, LookupError) as error:
            raise refusal(str(error)) from None
        return values


def evaluate(
    settings: EvaluationSettings, task: Task, gait: Path, seed: int, threads: int = 1
) -> list[dict[str, Any]]:
    """Walk the learned gait in `gait` (.onnx); return a row for each surface.

    Args:
        settings: on what. task: the task that it learns at the start. seed: of the training run.
    """
    asked = settings.speed_m_per_s or float(np.mean(task.speed_m_per_s))
    tried = task.with_fields(surfaces=settings.surfaces, hazards=settings.hazards)
    rows: list[dict[str, Any]] = []
    for ground in tried.surfaces:
        cell = _cell(settings, tried, ground, gait, asked)
        seeds = [
            int(named_sequence(seed, "evaluation", i).generate_state(1)[0])
            for i in range(settings.trials)
        ]
        specs = [TrialSpec(i, i, one) for i, one in enumerate(seeds)]
        trials, _ = measure(rollout_cell(cell, specs, threads))
        rows.append(
            {"surface": cell.surface, "commanded_speed_m_per_s": asked, **summary(trials, asked)}
        )
    return rows


def summary(trials: pd.DataFrame, commanded_m_per_s: float) -> dict[str, float]:
    """Falls with Wilson's 95 % interval, and means over the valid trials that did not fall."""
    valid = trials[trials["valid"].astype(bool)]
    fell = valid["fell"].astype(bool)
    count, falls = len(valid), int(fell.sum())
    interval = astuple(proportion_interval(falls, count))
    share, low, high = (np.nan if end is None else end for end in interval)
    walked = valid[~fell]
    error = walked["speed_m_per_s"].astype(float) / commanded_m_per_s - 1.0
    means = {
        name: float(pd.to_numeric(walked[column]).mean()) if len(walked) else np.nan
        for name, column in MEASURES.items()
    }
    return {
        "trials": float(count),
        "falls": float(falls),
        "fall_share": share,
        "fall_share_low": low,
        "fall_share_high": high,
        "speed_m_per_s": float(walked["speed_m_per_s"].astype(float).mean()),
        "speed_error": float(error.abs().mean()),
        **means,
    }


def score(rows: Sequence[Mapping[str, Any]]) -> float:
    """Score for early stopping: mean of the share without a fall less the relative speed error.

    Where all fell the speed's error counts as 1.
    """
    errors = [1.0 if np.isnan(float(r["speed_error"])) else float(r["speed_error"]) for r in rows]
    kept = [1.0 - float(row["fall_share"]) for row in rows]
    return float(np.mean(kept) - np.mean(errors))


class Evaluations:
    """The evaluations of a run so far, in its folder.

    Args:
        steps: that the run has done; what was tried after them is forgotten.
    """

    def __init__(self, folder: Path, steps: float = np.inf) -> None:
        self._path = folder / FILE
        self.rows = [row for row in read_rows(self._path) if float(row["steps"]) <= steps]

    def has(self, steps: int) -> bool:
        """Whether there is one after so many steps."""
        return any(float(row["steps"]) == steps for row in self.rows)

    def add(self, steps: int, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep the rows of one evaluation."""
        told = [
            {"steps": str(steps)}
            | {k: v if isinstance(v, str) else f"{v:.6g}" for k, v in r.items()}
            for r in rows
        ]
        self.rows += told
        write_rows(self._path, self.rows)

    def scores(self) -> list[float]:
        """Score of each evaluation, in order."""
        steps = dict.fromkeys(row["steps"] for row in self.rows)
        return [score([row for row in self.rows if row["steps"] == one]) for one in steps]

    def is_best(self) -> bool:
        """Whether the last is the best so far."""
        scores = self.scores()
        return bool(scores) and int(np.argmax(scores)) == len(scores) - 1

    def worn_out(self, patience: int | None) -> bool:
        """Whether none of the last `patience` evaluations improved on an earlier one."""
        scores = self.scores()
        return (
            patience is not None and len(scores) - 1 - int(np.argmax(scores or [0.0])) >= patience
        )


def _cell(
    settings: EvaluationSettings,
    task: Task,
    ground: str | Surface,
    gait: Path,
    speed: float,
) -> Cell:
    number = task.surfaces.index(ground)
    return Cell(
        index=0,
        name="evaluation",
        levels=(),
        direction=task.direction,
        body=task.body,
        walker=task.walker,
        surface=ground if isinstance(ground, str) else f"surface {number} (changed)",
        policy=str(gait.resolve()),
        technique=task.technique.with_fields(speed_m_per_s=speed),
        technique_name="custom",
        duration_s=settings.duration_s,
        ground=None if isinstance(ground, str) else ground,
        hazards=task.hazards,
    )
