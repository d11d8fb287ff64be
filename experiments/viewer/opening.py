"""Target of `retrowalk view`: a run's folder, a learned policy's file, a config, or nothing."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from ...envs.policies.policy_file import LEARNED_ENDINGS
from ...envs.task.technique import PRESETS
from ...sim.errors import ConfigError
from ..rollout.gaits import source_of
from ..store.run import Run
from ..study.catalogue import SCRIPTED, policies, shipped_configs
from ..study.experiment import ExperimentConfig
from ..study.load import load_config
from ..study.plan import Cell, make_plan

_DURATION_S = 60.0  # of ground ahead, where no config says
_SEED, _SPEED = 7, 0.8
_YAML = (".yaml", ".yml")


@dataclass(frozen=True)
class Opened:
    """What the page shows at first.

    Attributes:
        title: in words. cells: to choose from, at least one. seed: from which trials have theirs.
    """

    title: str
    cells: tuple[Cell, ...]
    seed: int


def open_target(target: str | None, seed: int | None = None, *, trust: bool = False) -> Opened:
    """Return what `target` stands for.

    Args:
        target: a run's folder, a policy's file or name, a config's path or name; None: the
            scripted gait of a young adult, backward on a level floor.
        seed: in place of the config's. trust: see `load_config`.

    Raises:
        ConfigError: it is none of these, or cannot be read.
    """
    if target is None:
        return _of_config("retrowalk", _config(SCRIPTED, "backward", _SPEED), seed)
    path = Path(target)
    if path.is_dir():
        run = Run(path, trust=trust)
        if not run.folder.config.exists():
            raise ConfigError(f"{target}: holds no run of retrowalk (config.yaml is not in it)")
        return _of_config(path.resolve().name, run.config, seed)
    if target.endswith(LEARNED_ENDINGS) or target in policies():
        return _of_policy(target, seed)
    if not path.exists() and not target.endswith(_YAML) and len(path.parts) == 1:
        _check_name(target)
    config = load_config(target, trust=trust)
    return _of_config(config.name, config, seed)


def _check_name(name: str) -> None:
    names = (*shipped_configs(), *policies())
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        raise ConfigError(
            f"no run, policy or config '{name}'{hint} (`retrowalk list experiments` and "
            "`retrowalk list policies` name those that ship; a path to one works too)"
        )


def _of_policy(policy: str, seed: int | None) -> Opened:
    backward = make_plan(_config(policy, "backward", _SPEED)).cells[0]
    source = source_of(backward)
    direction = source.only_direction or "backward"
    low, high = source.speed_range
    config = _config(policy, direction, min(max(_SPEED, low), high))
    return _of_config(Path(policy).stem, config, seed)


def _config(policy: str, direction: str, speed: float) -> ExperimentConfig:
    usual = PRESETS["preferred"].speed_m_per_s
    return ExperimentConfig.model_validate(
        {
            "name": "view",
            "direction": direction,
            "policy": policy,
            "technique": "preferred" if speed == usual else {"speed_m_per_s": speed},
            "trials": 1,
            "duration_s": _DURATION_S,
            "seed": _SEED,
        }
    )


def _of_config(title: str, config: ExperimentConfig, seed: int | None) -> Opened:
    cells = make_plan(config).cells
    return Opened(title, cells, config.seed if seed is None else seed)
