"""One or two trials as a page that opens from disk: no server, no network.

page = replay_page([Shown(run, chosen, recording, again), ...])
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import mujoco
import numpy as np
import xarray as xr

from ...models.body import build_body
from ..drawing.bodies import groups_of
from ..drawing.scene_parts import Figure, Track
from ..study.labels import label
from .player import Replay, assemble
from .recorded_run import Chosen, RecordedRun
from .scene import figure, track

AFTER_FALL_S = 1.0
"""How long a trial is shown after a fall: the recording ends there."""

_FACTS = (
    "speed_m_per_s",
    "step_length_m",
    "step_width_m",
    "cadence_steps_per_min",
    "mos_ap_m",
    "mos_ml_m",
    "activation_posterior_chain",
    "activation_anterior_chain",
)


@dataclass(frozen=True)
class Shown:
    """One trial to show: its run, what it is, its recording, if it was walked again for this."""

    run: RecordedRun
    chosen: Chosen
    recording: xr.Dataset
    again: bool = False

    @property
    def model(self) -> mujoco.MjModel:
        """The body without any ground."""
        cell = self.chosen.cell
        return build_body(cell.body, cell.walker).spec().compile()


def replay_page(shown: Sequence[Shown], start_s: float = 0.0, length_s: float | None = None) -> str:
    """Return the page of one trial, or of two side by side on one clock."""
    from jinja2 import Environment, PackageLoader

    environment = Environment(
        loader=PackageLoader(__name__.rpartition(".")[0]),
        autoescape=lambda name: name is not None and name.endswith((".html", ".html.j2")),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    runs = list(dict.fromkeys(str(one.run.folder.path) for one in shown))
    page = environment.get_template("replay_page.html.j2")
    return page.render(
        title=" beside ".join(titles(shown)),
        runs=runs,
        question=shown[0].run.plan.config.question or "",
        replay=scene_of(shown, start_s, length_s),
        trials=[_told(one) for one in shown],
        facts=_facts(shown),
    )


def titles(shown: Sequence[Shown]) -> list[str]:
    """Return the trials' titles, with their runs' names where these differ."""
    names = {one.run.plan.config.name for one in shown}
    if len(names) < 2:
        return [one.chosen.title for one in shown]
    return [f"{one.run.plan.config.name}: {one.chosen.title}" for one in shown]


def scene_of(shown: Sequence[Shown], start_s: float, length_s: float | None) -> Replay:
    """Return the scene of the trials; those of one walker share a figure."""
    figures: list[Figure] = []
    walkers: list[Any] = []
    tracks: list[Track] = []
    for one in shown:
        cell, model = one.chosen.cell, one.model
        if (cell.body, cell.walker) not in walkers:
            walkers.append((cell.body, cell.walker))
            rows = build_body(cell.body, cell.walker).muscles
            figures.append(figure(model, groups_of(one.recording), cell.walker, rows))
        until = end_of(one.recording) - start_s
        seconds = until if length_s is None else min(length_s, until)
        drawn = track(one.recording, model, start_s, max(seconds, 0.1))
        drawn["figure"] = walkers.index((cell.body, cell.walker))
        tracks.append(drawn)
    return assemble(figures, tracks, titles(shown))


def end_of(recording: xr.Dataset) -> float:
    """Return when there is nothing more to see [s]."""
    last = float(recording["time"].values[-1])
    fell = float(recording["time_to_fall_s"]) if "time_to_fall_s" in recording else np.nan
    return min(fell + AFTER_FALL_S, last) if np.isfinite(fell) else last


def _told(one: Shown) -> dict[str, str | int | bool]:
    """Return what the page says of a trial."""
    cell = one.chosen.cell
    return {
        "title": one.chosen.title,
        "outcome": one.chosen.outcome,
        "walker": cell.walker.name,
        "surface": cell.surface,
        "policy": cell.policy,
        "seed": one.chosen.spec.seed,
        "again": one.again,
    }


def _facts(shown: Sequence[Shown]) -> list[tuple[str, list[str]]]:
    """Return the trials' main measures: name, then each trial's number with its unit."""
    rows: list[tuple[str, list[str]]] = []
    for name in _FACTS:
        values = [one.chosen.row.get(name) for one in shown]
        numbers = [value for value in values if isinstance(value, float) and np.isfinite(value)]
        if not numbers:
            continue
        text = label(name)
        known = [isinstance(value, float) and bool(np.isfinite(value)) for value in values]
        cells = [text.quantity(v) if ok else "–" for v, ok in zip(values, known, strict=True)]
        rows.append((text.text, cells))
    return rows
