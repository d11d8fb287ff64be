"""Tuned gaits on disk: one YAML file a direction and speed, shipped in `tuned/`."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Required, TypedDict

import numpy as np

from ...models.catalogue import YOUNG
from ...models.yaml_source import read_yaml
from ...sim.data_files import beside
from ...sim.errors import ConfigError
from ...sim.fields import is_number
from ...sim.plain_values import is_dict
from .parameters import NAMES, GaitTable

HUMAN = "human"  # the body that they were tuned on where it names none


def tuned_folder() -> Traversable:
    """Return the folder of the tuned gaits that ship."""
    return beside(__name__, "tuned")


class GaitFile(TypedDict, total=False):
    """What every gait file holds: whose gait it is, at which speed, how it was made and walks."""

    direction: Required[str]
    speed_m_per_s: Required[float]
    walker: str
    body: str
    made_by: dict[str, Any]
    walked: dict[str, Any]


class ScriptedGaitFile(GaitFile):
    """A tuned scripted gait."""

    parameters: dict[str, float]


def read_gait(path: Path | Traversable) -> ScriptedGaitFile:
    """Read a tuned scripted gait; errors as of `read_gait_file`."""
    return read_gait_file(path, "parameters", NAMES)


def read_gait_file(path: Path | Traversable, numbers: str, names: Collection[str]) -> Any:
    """Return what a gait file holds; its mapping `numbers` has exactly these `names`.

    Raises:
        ConfigError: the file cannot be read, lacks or has unknown numbers, or what is none.
    """
    gait = read_yaml(path).data
    given = gait.get(numbers)
    if not is_dict(given):
        raise ConfigError(f"{path}: a gait file has direction, speed_m_per_s and {numbers}")
    missing, unknown = set(names) - set(given), set(given) - set(names)
    if missing or unknown:
        raise ConfigError(
            f"{path}: {numbers} do not fit this version "
            f"(missing {sorted(missing)}, unknown {sorted(map(str, unknown))})"
        )
    for name, value in given.items():
        if not is_number(value) or not np.isfinite(value):
            raise ConfigError(f"{path}: {name} = {value!r}: a finite number is allowed")
    return gait


def parameter_row(gait: ScriptedGaitFile) -> np.ndarray:
    """Parameters of a gait in the order of `NAMES`, (len(NAMES),)."""
    return np.array([float(gait["parameters"][name]) for name in NAMES])


def shipped_gaits(direction: str, walker: str = YOUNG, body: str = HUMAN) -> list[ScriptedGaitFile]:
    """Return the tuned gaits that ship for `direction`, `walker` and `body`, slowest first.

    A body that has none of its own in this direction walks with those of `human`, a walker with
    the young adult's.
    """
    found = _of_body(direction, body.partition("@")[0]) or _of_body(direction, HUMAN)
    of = {gait.get("walker", YOUNG) for gait in found}
    chosen = [g for g in found if g.get("walker", YOUNG) == (walker if walker in of else YOUNG)]
    return sorted(chosen, key=lambda gait: gait["speed_m_per_s"])


def gaits_of_other_bodies(direction: str) -> list[ScriptedGaitFile]:
    """Return the tuned gaits that ship for `direction` and bodies other than `human`, by body."""
    found = [gait for gait in _shipped(direction) if gait.get("body", HUMAN) != HUMAN]
    return sorted(found, key=lambda gait: (gait.get("body", HUMAN), gait["speed_m_per_s"]))


def _of_body(direction: str, body: str) -> list[ScriptedGaitFile]:
    return [gait for gait in _shipped(direction) if gait.get("body", HUMAN) == body]


@cache
def _shipped(direction: str) -> tuple[ScriptedGaitFile, ...]:
    """Read the gaits of all walkers, which do not change while a program runs, once."""
    return tuple(
        read_gait(f)
        for f in tuned_folder().iterdir()
        if f.name.startswith(f"scripted-{direction}-") and f.name.endswith(".yaml")
    )


def gait_table(direction: str, walker: str = YOUNG, body: str = HUMAN) -> GaitTable:
    """Return the shipped gaits of `direction`, `walker` and `body` as one table over speed.

    Raises:
        ConfigError: none is shipped for this direction.
    """
    gaits = shipped_gaits(direction, walker, body)
    if not gaits:
        raise ConfigError(f"no tuned gait is shipped for direction '{direction}'")
    speeds = np.array([gait["speed_m_per_s"] for gait in gaits])
    return GaitTable(direction, speeds, np.stack([parameter_row(gait) for gait in gaits]))
