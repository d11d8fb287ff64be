"""Conversion of trusted stable-baselines3 models that a config names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...envs.policies.policy_file import PICKLED_ENDING
from ..study.experiment import ExperimentConfig
from ..study.policy_names import TRUSTED


def policies_of(config: ExperimentConfig) -> tuple[str, ...]:
    """Return the policies that the config's cells walk with."""
    return tuple(map(str, config.factors.get("policy", (config.policy,))))


def with_converted(
    config: ExperimentConfig, tell: Callable[[str], None] = lambda text: None
) -> ExperimentConfig:
    """Return the config with every trusted .zip replaced by the .onnx that it was converted to.

    Reading them runs their code: the config must have been read with `trust`.

    Args:
        tell: called with what was converted to what.

    Raises:
        ConfigError: a file that is no such model, or does not fit.
    """
    models = [policy for policy in policies_of(config) if policy.endswith(PICKLED_ENDING)]
    if not models:
        return config
    from .sb3_model import convert

    directions = config.factors.get("direction", (config.direction,))
    made: dict[Any, str] = {}
    for model in models:
        target = convert(Path(model), str(directions[0]), config.walker.build(), config.body)
        made[model] = str(target)
        tell(f"{model} was converted to {target}, which can be used without --trust")
    data = config.resolved()
    data["policy"] = made.get(data["policy"], data["policy"])
    if "policy" in data["factors"]:
        data["factors"]["policy"] = [made.get(one, one) for one in data["factors"]["policy"]]
    for name, policies in data.get("groups", {}).items():
        data["groups"][name] = [made.get(one, one) for one in policies]
    for contrast in data["contrasts"]:
        for key in ("between", "across"):
            levels: dict[str, Any] = contrast.get(key) or {}
            if "policy" in levels:
                levels["policy"] = [made.get(one, one) for one in levels["policy"]]
    return ExperimentConfig.model_validate(data, context=TRUSTED)
