"""Walk one condition and return the recording of all its trials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

import xarray as xr
from threadpoolctl import threadpool_limits

from ...models.yaml_source import YamlSource
from ...sim.errors import ConfigError
from ...sim.plain_values import is_mapping
from ..rollout.trials import check_cell, rollout_cell
from ..store.machine import available_cores
from ..study.load import check_config
from ..study.plan import make_plan
from .plain_arguments import plain, whole_number

Fields = str | Mapping[str, Any]
"""A name, or fields as a config has them, `preset` among them."""
_CALL = "simulate()"


def simulate(
    *,
    direction: str = "backward",
    surface: Fields = "flat",
    speed_m_per_s: float | None = None,
    trials: int = 1,
    seed: int = 0,
    duration_s: float = 20.0,
    policy: str | PathLike[str] = "scripted",
    walker: Fields = "young-adult",
    technique: Fields | None = None,
    hazards: Fields | Sequence[Fields] = (),
    treadmill: Mapping[str, Any] | None = None,
    body: str = "human",
    threads: int | None = None,
    trust: bool = False,
) -> xr.Dataset:
    """Walk one condition and return the recording (docs/develop/contracts.md says what is in it).

    Same arguments and versions give the same numbers, whatever the number of threads. A trial of
    20 s takes about 9 MB of memory.

    Args:
        direction: `backward` or `forward`.
        surface: a name (`rw.list("surfaces")`) or fields: `{"roughness_m": 0.02, "slope": 0.05}`.
        speed_m_per_s: commanded [m/s], positive along travel; by default the technique's, and
            0.8 without one.
        trials: how many walks; trial i starts alike whatever else is asked.
        seed: from which all randomness comes.
        duration_s: of each trial [s], unless it falls.
        policy: a name (`rw.list("policies")`) or the .onnx file of a learned gait; with `trust`
            `module:Class`.
        walker: a name (`rw.list("walkers")`) or fields: `{"age_years": 70}`.
        technique: a name (`rw.list("techniques")`) or fields: `{"step_width_m": 0.16}`.
        hazards: what happens to each walk, once: names (`rw.list("hazards")`) or fields.
        treadmill: belt, bar, rails and workout of the surface `treadmill`.
        body: a name (`rw.list("bodies")`).
        threads: that walk trials side by side; None for all cores.
        trust: allow a policy that runs code of its own.

    Raises:
        ConfigError: an argument is none that can be walked.
    """
    asked = {
        "name": "simulate",
        "direction": direction,
        "surface": surface,
        "technique": _style(plain(technique), speed_m_per_s),
        "trials": trials,
        "seed": seed,
        "duration_s": duration_s,
        "policy": policy,
        "walker": walker,
        "hazards": [hazards] if isinstance(hazards, str | Mapping) else hazards,
        "body": body,
        "keep_recordings": 0,
        **({} if treadmill is None else {"treadmill": treadmill}),
    }
    config = check_config(YamlSource(_CALL, plain(asked), {}), trust=trust)
    plan = make_plan(config)
    (cell,) = plan.cells
    try:
        check_cell(cell)
    except ConfigError as error:
        raise ConfigError(f"{_CALL}: {error}") from None
    cores = available_cores() if threads is None else whole_number(_CALL, "threads", threads, 1)
    with threadpool_limits(1):
        return rollout_cell(cell, plan.trials(cell), cores)


def _style(technique: Any, speed_m_per_s: float | None) -> Any:
    """Return a config's `technique`, whatever it may be, with the speed."""
    if isinstance(technique, str):
        technique = {"preset": technique}
    elif technique is None:
        technique = {}
    if not is_mapping(technique):
        return technique  # refused with the config
    speed = {} if speed_m_per_s is None else {"speed_m_per_s": speed_m_per_s}
    return {**technique, **speed} or {"speed_m_per_s": 0.8}
