"""The config of a training run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from ...envs.task.task import Task
from ...models.yaml_source import KeyPath, YamlSource, read_yaml
from ...sim.data_files import beside
from ...sim.errors import ConfigError
from ...sim.physics.backends import BACKENDS
from ..study.experiment import NAME_PATTERN
from ..study.fields import Strict
from ..study.load import override, refused
from .evaluation import EvaluationSettings
from .logs import LogName


class PpoSettings(Strict):
    """Proximal policy optimisation, as stable-baselines3 names it."""

    n_steps: int = Field(32, ge=1)
    batch_size: int = Field(2048, ge=2)
    n_epochs: int = Field(5, ge=1)
    gamma: float = Field(0.98, gt=0, lt=1)
    gae_lambda: float = Field(0.95, ge=0, le=1)
    clip_range: float = Field(0.2, gt=0)
    ent_coef: float = 0.0
    target_kl: float | None = 0.03
    learning_rate: float = Field(3e-4, gt=0)
    log_std_init: float = -1.5


class SacSettings(Strict):
    """Soft actor-critic, as stable-baselines3 names it."""

    buffer_size: int = Field(300_000, ge=1)
    batch_size: int = Field(512, ge=2)
    gamma: float = Field(0.98, gt=0, lt=1)
    tau: float = Field(0.005, gt=0, le=1)
    train_freq: int = Field(1, ge=1)
    gradient_steps: int = Field(8, ge=1)
    learning_starts: int = Field(5000, ge=0)
    learning_rate: float = Field(3e-4, gt=0)


class CurriculumStage(Strict):
    """What changes in the task from a number of steps on."""

    from_steps: int = Field(ge=0)
    task: dict[str, Any]


class TrainingFile(Strict):
    """The fields of a training config's file."""

    name: str = Field(pattern=NAME_PATTERN)
    algorithm: str = Field("ppo", pattern="^(ppo|sac)$")
    seed: int = Field(1, ge=0, lt=2**32)
    walkers: int = Field(256, ge=1)
    backend: str = Field("mujoco", pattern=f"^({'|'.join(BACKENDS)})$")
    device: str = Field("cpu", pattern=r"^(cpu|cuda(:\d+)?)$")
    steps: int = Field(gt=0)
    segment_steps: int = Field(163_840, gt=0)
    start_from: str | None = None
    evaluation: EvaluationSettings | None = None
    logs: list[LogName] = Field(default_factory=lambda: ["tensorboard"])
    task: dict[str, Any] = Field(default_factory=dict)
    stages: list[CurriculumStage] = Field(default_factory=list[CurriculumStage])
    network: list[Annotated[int, Field(ge=1)]] = Field(default_factory=lambda: [256, 128])
    ppo: PpoSettings = PpoSettings()  # pyright: ignore[reportCallIssue]
    sac: SacSettings = SacSettings()  # pyright: ignore[reportCallIssue]


@dataclass(frozen=True)
class TrainingConfig:
    """A checked config.

    Attributes:
        file: its fields. base: the task at the start. source: where it was read.
    """

    file: TrainingFile
    base: Task
    source: str = field(default="", compare=False)

    @property
    def seed(self) -> int:
        """Of all chance in the run."""
        return self.file.seed

    @property
    def walkers(self) -> int:
        """Simulations stepped together."""
        return self.file.walkers

    @property
    def physics(self) -> dict[str, str]:
        """What steps the simulations, as an environment takes it: `backend` and `device`."""
        backend = self.file.backend
        return {"backend": backend, "device": self.file.device if backend == "warp" else "cpu"}

    @property
    def steps(self) -> int:
        """Policy steps of all walkers together."""
        return self.file.steps

    @property
    def segment_steps(self) -> int:
        """Policy steps between checkpoints."""
        return self.file.segment_steps

    def task_at(self, steps: int) -> Task:
        """Return the task from `steps` on: the base with all stages' changes so far."""
        task = self.base
        for stage in sorted(self.file.stages, key=lambda one: one.from_steps):
            if stage.from_steps <= steps:
                task = task.with_fields(**stage.task)
        return task


def load_training_config(name: str, overrides: Iterable[str] = ()) -> TrainingConfig:
    """Read a training config from its path, or a shipped one by its name.

    Args:
        overrides: `KEY=VALUE`, dots between keys.

    Raises:
        ConfigError: naming the file and what is wrong.
    """
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or path.exists():
        source: Any = path
    else:
        folder = beside(__name__, "configs")
        source = folder / f"{name}.yaml"
        if not source.is_file():
            known = sorted(f.name.removesuffix(".yaml") for f in folder.iterdir())
            raise ConfigError(f"no training config '{name}'; there are {', '.join(known)}")
    read = read_yaml(Path(str(source)))
    return check_training_config(read.data, read.name, read, override(read, overrides))


def check_training_config(
    data: Any,
    source: str,
    read: YamlSource | None = None,
    given: dict[KeyPath, str] | None = None,
) -> TrainingConfig:
    """Return the config of parsed `data`.

    Args:
        read: tells the lines that it stands on. given: where a key path was given, if not there.

    Raises:
        ConfigError: naming `source`, the key, its value and what is allowed.
    """
    try:
        fields = TrainingFile.model_validate(data)
    except ValidationError as error:
        raise refused(error, read or YamlSource(source, data, {}), given) from None
    try:
        config = TrainingConfig(fields, Task().with_fields(**fields.task), source)
        for stage in fields.stages:
            config.task_at(stage.from_steps)
    except (ConfigError, ValueError, TypeError, AttributeError, LookupError) as error:
        raise ConfigError(f"{source}: task: {error}") from None
    return config
