"""Residual networks that ship: weights and a card each in `networks/`, by policy and direction."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from ...models.catalogue import YOUNG
from ...sim.data_files import beside
from ...sim.errors import ConfigError
from .gait_files import tuned_folder
from .reference_files import read_gains
from .residual_network import ResidualNetwork, read_network

FOLDER, PEOPLE = "networks", "people.yaml"
STAY_UP = 0.9  # share of walkers that stay up where a start counts as one that can be asked for


@dataclass(frozen=True)
class ShippedNetwork:
    """One network and its card.

    Attributes:
        name: of its files. weights: its file.
        card: policy, direction, speeds, surfaces (unless a level floor alone), people (unless the
            young adult alone; a list, or its name in `PEOPLE`), the policy whose network it began
            from, gains, objective's hash, whether it corrects speed, steps that may be asked for
            as shares of the cycle's, their widths, how it was found, how it walks, and how from
            standing.
    """

    name: str
    weights: Traversable
    card: dict[str, Any]

    @property
    def speeds_m_per_s(self) -> list[float]:
        """Speeds that it was learned at."""
        return [float(speed) for speed in self.card["speeds_m_per_s"]]

    @property
    def carries_m_per_s(self) -> tuple[float, float]:
        """Slowest and fastest speed at which walkers were measured to stay up."""
        low, high = self.card["carries_m_per_s"]
        return float(low), float(high)

    @property
    def surfaces(self) -> list[str | dict[str, Any]]:
        """Ground that it was learned on: names, or fields of a surface."""
        return list(self.card.get("surfaces", ("flat",)))

    @property
    def people(self) -> list[str | dict[str, Any]]:
        """Walkers that it was learned with: presets, or fields that change one."""
        told = self.card.get("people", [YOUNG])
        return list(learned_people()[told] if isinstance(told, str) else told)

    @property
    def corrects_speed(self) -> bool:
        """Whether it is told a speed that past strides' errors correct, else what is asked."""
        return bool(self.card.get("corrects_speed", False))

    @property
    def step_shares(self) -> tuple[float, float] | None:
        """Shortest and longest steps that may be asked for, over the cycle's; None: none may."""
        return self._range("step_shares")

    @property
    def widths_m(self) -> tuple[float, float] | None:
        """Narrowest and widest steps that may be asked for; None: no width may."""
        return self._range("widths_m")

    def _range(self, key: str) -> tuple[float, float] | None:
        found = self.card.get(key)
        return None if found is None else (float(found[0]), float(found[1]))

    @property
    def starts_at_m_per_s(self) -> list[float]:
        """Speeds at which walkers were measured to stay up with it from quiet standing."""
        told = self.card.get("from_standing", ())
        return [one["speed_m_per_s"] for one in told if one["up"] >= STAY_UP * one["of"]]

    @cached_property
    def gains(self) -> dict[str, float]:
        """Gains that it was learned on."""
        return read_gains(tuned_folder() / str(self.card["gains"]))["gains"]

    @cached_property
    def network(self) -> ResidualNetwork:
        """Its weights."""
        return read_network(self.weights)


@cache
def learned_people() -> dict[str, list[str | dict[str, Any]]]:
    """Return the walkers that networks learned with, under the names that cards tell."""
    return yaml.safe_load(beside(__name__, PEOPLE).read_text("utf-8"))


@cache
def shipped_networks() -> tuple[ShippedNetwork, ...]:
    """Return all networks, by the names of their files."""
    folder = beside(__name__, FOLDER)
    names = sorted(
        file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml")
    )
    return tuple(
        ShippedNetwork(
            name,
            folder / f"{name}.npz",
            yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8")),
        )
        for name in names
    )


def networks(policy: str, direction: str) -> list[ShippedNetwork]:
    """Return the networks of a policy in a direction, by the speeds that they were learned at.

    Raises:
        ConfigError: there is none.
    """
    of = [one for one in shipped_networks() if one.card["policy"] == policy]
    found = [one for one in of if one.card["direction"] == direction]
    if not found:
        raise ConfigError(f"policy '{policy}': no network is shipped for direction '{direction}'")
    return sorted(found, key=lambda one: one.speeds_m_per_s)
