"""The experiment behind a comparison of policies: policy x surface (x hazard), paired by seed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ...envs.policies.learned_source import LearnedSource
from ...envs.policies.policy_file import LEARNED_ENDINGS, PICKLED_ENDING
from ...envs.policies.source import gait_source, kind_of
from ...models.walker import Walker
from ...models.yaml_source import YamlSource
from ...sim.errors import ConfigError, unknown_name
from ..learning.trusted_policies import policies_of, with_converted
from ..rollout.gaits import source_of
from ..study import catalogue
from ..study.experiment import ExperimentConfig
from ..study.hazards import FACTOR as HAZARD, NONE
from ..study.load import overridden
from ..study.plan import make_plan
from ..study.policy_names import short_names

SOURCE = "retrowalk compare"
USUAL_SPEED = 0.8  # m/s, of the shipped experiments
CONTRASTS = {
    "fell": "difference",
    "cost_of_transport_j_per_kg_m": "ratio",
    "activation_mean": "ratio",
    "mos_ml_m": "difference",
}
"""What the other policies are compared in with the first, and how."""


@dataclass(frozen=True)
class ComparisonRequest:
    """What a comparison was asked for.

    Attributes:
        policies: as a config names them. surfaces, hazards: presets' names; `none` for no hazard.
        direction: None for that of the learned policies, else backward.
        speed_m_per_s: None for what is nearest to 0.8 among the speeds that all policies are for.
        overrides: `KEY=VALUE`, as for any config. trust: whether a .zip may be unpickled.
        groups: policies that are one entry, by its name.
    """

    policies: tuple[str, ...]
    surfaces: tuple[str, ...]
    hazards: tuple[str, ...] = ()
    walker: str = "young-adult"
    direction: str | None = None
    speed_m_per_s: float | None = None
    trials: int = 32
    duration_s: float = 20.0
    seed: int = 1
    overrides: tuple[str, ...] = ()
    trust: bool = False
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


def sorted_out(
    words: Iterable[str], surfaces: Iterable[str], hazards: Iterable[str]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return policies, surfaces and hazards from a command line's arguments and options.

    Options may list names with commas; names of surfaces and hazards that stand among the
    arguments (`--on flat grass`) belong to the options that come before them.
    """
    policies: list[str] = []
    grounds, mishaps = _split(surfaces), _split(hazards)
    for word in words:
        if word in catalogue.surfaces():
            grounds.append(word)
        elif mishaps and (word == NONE or word in catalogue.hazards()):
            mishaps.append(word)
        else:
            policies.append(word)
    return tuple(policies), tuple(grounds), tuple(mishaps)


def grouped(words: Iterable[str]) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """Return the policies of a command line, and those of each `NAME=POLICY,POLICY,...`.

    Raises:
        ConfigError: a group that is named twice, or has no policy.
    """
    policies: list[str] = []
    groups: dict[str, tuple[str, ...]] = {}
    for word in words:
        name, equals, members = word.partition("=")
        if not equals:
            policies.append(word)
            continue
        own = tuple(_split([members]))
        if not name or not own or name in groups:
            raise ConfigError(f"{word}: a group must be NAME=POLICY,POLICY with a name of its own")
        groups[name] = own
        policies += own
    return tuple(policies), groups


def compare_config(
    asked: ComparisonRequest, tell: Callable[[str], None] = lambda text: None
) -> ExperimentConfig:
    """Return the experiment that answers the comparison.

    A `module:Class` is run without further ado, as its name was given on the command line; a .zip
    only where `trust` says so.

    Raises:
        ConfigError: naming what is wrong, or cannot be compared.
    """
    _check_names(asked)
    asked = replace(asked, direction=asked.direction or _direction(asked.policies))
    config = _config(asked, USUAL_SPEED)
    if len(policies_of(config)) < 2:
        raise ConfigError("--set leaves fewer than two policies to compare")
    for policy in policies_of(config):
        if policy.endswith(PICKLED_ENDING) and not asked.trust:
            raise ConfigError(LearnedSource.distrust(policy))
    config = with_converted(config, tell)
    if asked.speed_m_per_s is not None or any(_sets_technique(one) for one in asked.overrides):
        return config
    speed = _common_speed(config)
    if speed == USUAL_SPEED:
        return config
    tell(f"speed: {speed:g} m/s, the nearest to {USUAL_SPEED:g} that all these policies are for")
    named = tuple(str(level) for level in config.factors["policy"])
    return _config(replace(asked, policies=named), speed)


def _config(asked: ComparisonRequest, usual_speed: float) -> ExperimentConfig:
    first, *others = asked.policies
    factors: dict[str, Any] = {"surface": list(asked.surfaces)}
    if asked.hazards:
        factors[HAZARD] = list(asked.hazards)
    data = {
        "name": _name(asked.policies),
        "question": _question(asked),
        "walker": asked.walker,
        "direction": asked.direction,
        "technique": {"speed_m_per_s": asked.speed_m_per_s or usual_speed},
        "factors": {**factors, "policy": list(asked.policies)},
        "groups": {name: list(policies) for name, policies in asked.groups.items()},
        "trials": asked.trials,
        "duration_s": asked.duration_s,
        "seed": asked.seed,
        "keep_recordings": 1,
        "contrasts": [
            {"measure": measure, "between": {"policy": [other, first]}, "as": kind}
            for other in others
            for measure, kind in CONTRASTS.items()
        ],
    }
    return overridden(YamlSource(SOURCE, data, {}), asked.overrides, trust=True)


def _check_names(asked: ComparisonRequest) -> None:
    for policy in asked.policies:
        if policy.endswith((*LEARNED_ENDINGS, PICKLED_ENDING)):
            if not Path(policy).is_file():
                raise ConfigError(f"{policy}: no such file")
        elif kind_of(policy) is None:
            problem = unknown_name("policy", policy, catalogue.policies())
            raise ConfigError(f"{problem}; an .onnx file or a class (module:Class) works too")
    if len(asked.policies) < 2:
        raise ConfigError("a comparison needs at least two policies")
    if repeated := [one for one in asked.policies if asked.policies.count(one) > 1]:
        raise ConfigError(f"the policy '{repeated[0]}' is named twice")
    if not asked.surfaces:
        raise ConfigError("--on: name at least one surface")
    for kind, names, allowed in (
        ("surface", asked.surfaces, catalogue.surfaces()),
        ("hazard", asked.hazards, (NONE, *catalogue.hazards())),
        ("walker", (asked.walker,), catalogue.walkers()),
    ):
        for name in names:
            if name not in allowed:
                raise unknown_name(kind, name, allowed)


def _direction(policies: Iterable[str]) -> str:
    """Return the direction of those among the policies that walk in one only."""
    directions: dict[str, str] = {}
    for policy in policies:
        if policy.endswith(PICKLED_ENDING):
            continue  # its direction is asked for: reading it before it is trusted runs its code
        direction = gait_source(policy, "backward", "human", Walker()).only_direction
        if direction is not None:
            directions[policy] = direction
    if len(set(directions.values())) > 1:
        listed = ", ".join(f"{name} {direction}" for name, direction in directions.items())
        raise ConfigError(f"these policies do not walk in one direction: {listed}")
    return next(iter(directions.values()), "backward")


def _common_speed(config: ExperimentConfig) -> float:
    """Return the speed nearest to the usual one that all policies are for [m/s]."""
    ranges = {cell.policy: source_of(cell).speed_range for cell in make_plan(config).cells}
    low, high = max(one[0] for one in ranges.values()), min(one[1] for one in ranges.values())
    if low > high:
        names = short_names(ranges)
        listed = ", ".join(f"{names[name]} {a:g} to {b:g} m/s" for name, (a, b) in ranges.items())
        raise ConfigError(f"there is no speed that all these policies are for: {listed}")
    return min(max(USUAL_SPEED, low), high)


def _sets_technique(override: str) -> bool:
    return override.partition("=")[0].split(".")[0].strip() == "technique"


def _question(asked: ComparisonRequest) -> str:
    names = list(short_names(asked.policies).values())
    where = ", ".join(asked.surfaces)
    return f"Which walks best on {where}: {', '.join(names[:-1])} or {names[-1]}?"


def _name(policies: Iterable[str]) -> str:
    text = "-".join(("compare", *short_names(policies).values())).lower()
    return re.sub(r"[^a-z0-9._-]+", "-", text)[:64]


def _split(texts: Iterable[str]) -> list[str]:
    return [name.strip() for text in texts for name in text.split(",") if name.strip()]
