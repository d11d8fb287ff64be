"""The config of `retrowalk solve`: which speeds, from which starts, for whom."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from ...sim.errors import ConfigError
from ..study.experiment import NAME_PATTERN
from ..study.fields import BodyName, Strict, WalkerName
from ..study.load import find_config, load_tool_config

Speed = Annotated[float, Field(ge=0.3, le=2.0)]


class StartConfig(Strict):
    """Where one chain of solves starts.

    Attributes:
        kind: `published` is people's forward angles (backward: run in reverse); `solved` is a
            solved gait of the same direction; `reversed` is one of the other, run in reverse.
        seed: of the noise; noise_rad: its standard deviation, a constant a joint.
        noise: of `solved` and `reversed`: smooth noise on everything, in typical sizes.
        duration_s: of the published start's half stride.
        of: for `solved` and `reversed`, a state file, or the name of one that ships.
    """

    kind: Literal["published", "solved", "reversed"] = "published"
    seed: int = Field(0, ge=0)
    noise_rad: float = Field(0.0, ge=0.0, le=0.3)
    noise: float = Field(0.0, ge=0.0, le=0.3)
    duration_s: float = Field(0.55, gt=0.2, lt=1.2)
    of: str = ""


class SolveConfig(Strict):
    """One run: every start is followed over all speeds, each from its solved neighbour.

    Attributes:
        body, walker: whose planar walker it is.
        speeds_m_per_s: the first is solved in all stages, the others by continuation, in order.
        objective: changes to the shipped objective, for studies of its weights; else empty.
        iterations, stage_seconds: limits of a stage.
    """

    name: str = Field(pattern=NAME_PATTERN)
    direction: str = Field(pattern="^(backward|forward)$")
    speeds_m_per_s: list[Speed] = Field(min_length=1, max_length=30)
    starts: list[StartConfig] = Field(min_length=1, max_length=50)
    body: BodyName = "human-2026b"
    walker: WalkerName = "young-adult"
    objective: dict[str, float] = Field(default_factory=dict)
    iterations: int = Field(200, ge=1, le=10_000)
    stage_seconds: float = Field(300.0, gt=0.0)

    def velocity(self, speed_m_per_s: float) -> float:
        """Return the velocity along x of a speed [m/s]: backward is negative."""
        return speed_m_per_s if self.direction == "forward" else -speed_m_per_s

    @property
    def digest(self) -> str:
        """sha256 of everything that determines a solve."""
        text = json.dumps(self.model_dump(exclude={"name"}), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def load_solve_config(path: Path, overrides: list[str]) -> SolveConfig:
    """Read and check a solving config, with `KEY=VALUE` overrides.

    Raises:
        ConfigError: unreadable, unknown or wrong fields.
    """
    config = load_tool_config(SolveConfig, path, overrides)
    for k, start in enumerate(config.starts):
        if (start.kind != "published") != bool(start.of):
            raise ConfigError(
                f"{path}: starts.{k}: `of` is a state file for kind `solved` or `reversed`, "
                f"is {start.of!r} for kind `{start.kind}`"
            )
    return config


def find_solve_config(name: Path) -> Path:
    """Return the config file `name`, a path or the name of one that ships.

    Raises:
        ConfigError: neither.
    """
    return find_config(name, Path(__file__).parent / "configs", "solving")
