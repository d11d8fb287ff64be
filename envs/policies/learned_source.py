"""Gait source of learned policies: shipped by name, or a file."""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...sim.errors import ConfigError
from ..task.technique import Technique
from .policy_file import (
    LEARNED_ENDINGS,
    PICKLED_ENDING,
    LearnedPolicy,
    read_policy,
    shipped_policies,
)
from .source import GaitSource

if TYPE_CHECKING:
    from ...models.body import Body
    from ...sim.physics.simulation import Simulation
    from ..gaits.protocol import Gait
    from .domain import Domain


class LearnedSource(GaitSource):
    """A policy that was learned for one body, direction and range of speeds."""

    kind = "learned"
    pattern = r"\.(onnx|json|zip)$"
    libraries = ("onnxruntime",)

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Names of the policies that ship."""
        return tuple(shipped_policies())

    @classmethod
    def accepts(cls, policy: str) -> bool:
        """Whether `policy` is a policy that ships or is written as a file of one."""
        return policy.endswith((*LEARNED_ENDINGS, PICKLED_ENDING)) or policy in cls.names()

    @classmethod
    def distrust(cls, policy: str) -> str | None:
        """A model of stable-baselines3 is pickled, and so may hold any code."""
        if not policy.endswith(PICKLED_ENDING):
            return None
        return (
            f"'{policy}' is a model of stable-baselines3: it is pickled, and reading it runs "
            "whatever code is in it; add --trust if you know who made it (`retrowalk train` "
            "writes .onnx files, which run none)"
        )

    @cached_property
    def learned(self) -> LearnedPolicy:
        """The policy as read from its files.

        Raises:
            ConfigError: the files are missing, or hold no learned policy.
        """
        path = shipped_policies().get(self.policy, Path(self.policy))
        stamp = path.stat().st_mtime_ns if path.exists() else 0
        return _read(path, stamp)

    @property
    def only_direction(self) -> str:
        """The direction that was learned."""
        return self.learned.contract.direction

    @property
    def home_body(self) -> str:
        """The body that was trained."""
        return self.learned.contract.body

    @property
    def begun_from(self) -> str | None:
        """The gait that its training began from, if it did."""
        return self._training.get("start_from")

    @property
    def _training(self) -> dict[str, Any]:
        return self.learned.contract.training.get("config") or {}

    @property
    def digest(self) -> str:
        """sha256 of the contract and the network."""
        return self.learned.digest

    @property
    def speed_range(self) -> tuple[float, float]:
        """Slowest and fastest speed that was learned [m/s]."""
        return self.learned.contract.speed_m_per_s

    @property
    def cards(self) -> dict[str, dict[str, Any]]:
        """The seed of its training too."""
        seed = self._training.get("seed")
        return {name: card | {"seed": seed} for name, card in super().cards.items()}

    def made_for(self, speed_m_per_s: float) -> tuple[Domain, ...]:
        """Return what was trained with, here and in the gait that the training began from."""
        from .domain import domain_of_training, joined

        contract = self.learned.contract
        found: list[Domain] = []
        for _ in range(_MOST_STEPS):
            config: dict[str, Any] = contract.training.get("config") or {}
            domain = domain_of_training(config, contract.body)
            if domain is None:
                break
            found.append(domain)
            before = shipped_policies().get(str(config.get("start_from")))
            if before is None:
                break
            contract = read_policy(before).contract
        return (joined(found),) if found else ()

    def start_speed(self, commanded: float) -> float:
        """The slowest speed of the scripted gait that was learned on, at most `commanded` [m/s]."""
        return min(float(self.learned.table.speeds[0]), commanded)

    def check(self, technique: Technique) -> None:
        """Refuse another body, direction or speed than those that were learned."""
        from ...models.body import build_body
        from .learned_gait import check_policy

        check_policy(self.learned, build_body(self.body, self.walker), technique.speed_m_per_s)
        if self.only_direction != self.direction:
            raise ConfigError(
                f"policy '{self.policy}': learned to walk {self.only_direction}, "
                f"not {self.direction}"
            )

    def make(self, sim: Simulation, body: Body, technique: Technique) -> Gait:
        """Return the learned gait."""
        from .learned_gait import LearnedGait

        return LearnedGait(sim, body, self.walker, self.learned, technique)


_MOST_STEPS = 8  # of trainings that began from each other


@lru_cache(maxsize=8)
def _read(path: Path, stamp: int) -> LearnedPolicy:
    return read_policy(path)
