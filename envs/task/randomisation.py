"""Domain randomisation: walkers that differ while a gait is learned.

Each simulation draws its own body, ground and senses once, when it is made; a training segment
makes all anew. The gait and its policy know nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Annotated

import numpy as np

from ...models.walker import Walker
from ...sim.fields import Pair, check
from ...sim.physics.simulation import Simulation


@dataclass(frozen=True)
class Randomisation:
    """Ranges from which each simulation draws uniformly.

    Raises:
        ConfigError: a field that is not what it may be.
    """

    mass: Annotated[tuple[float, float], Pair(0.5, 2.0)] = (1.0, 1.0)
    """Factor on mass and inertia of every segment."""
    strength: Annotated[tuple[float, float], Pair(0.3, 3.0)] = (1.0, 1.0)
    """Factor on the muscles' maximum forces, or the motors' torques."""
    friction: Annotated[tuple[float, float], Pair(0.1, 3.0)] = (1.0, 1.0)
    """Factor on the friction under the feet."""
    noise: Annotated[tuple[float, float], Pair(0.0, 5.0)] = (1.0, 1.0)
    """Factor on the walker's sensory noise; below 1 it has no effect on a focused young adult,
    whose own is the least."""
    delay_s: Annotated[tuple[float, float], Pair(0.0, 0.1)] = (0.0, 0.0)
    """On top of the walker's [s]."""

    def __post_init__(self) -> None:
        check(self, "randomise.")

    def apply(
        self,
        sim: Simulation,
        walkers: Sequence[Walker],
        generators: Sequence[np.random.Generator],
    ) -> list[Walker]:
        """Draw each simulation's properties; return the senses of each walker."""
        chance = np.array([rng.random(len(fields(self))) for rng in generators])
        drawn = {
            field.name: low + (high - low) * chance[:, i]
            for i, field in enumerate(fields(self))
            for low, high in [getattr(self, field.name)]
        }
        model = sim.model
        if self.mass != (1.0, 1.0):
            own = np.flatnonzero(model.body_mass)
            factor = drawn["mass"][:, None]
            sim.fields.set("body_mass", None, factor * model.body_mass[own], own)
            sim.fields.set("body_inertia", None, factor[..., None] * model.body_inertia[own], own)
        if self.strength != (1.0, 1.0):
            for name in ("actuator_gainprm", "actuator_biasprm"):
                parameters = np.repeat(getattr(model, name)[None], sim.n, 0)
                parameters[:, sim.actuators.muscles, _FORCE] *= drawn["strength"][:, None]
                parameters[:, sim.actuators.motors, 0] *= drawn["strength"][:, None]
                sim.fields.set(name, None, parameters)
        if self.friction != (1.0, 1.0):
            sim.effects.append(_Friction(drawn["friction"]))
        return [
            replace(
                walker,
                sensory_noise=walker.sensory_noise * noise,
                extra_delay_s=walker.extra_delay_s + delay,
            )
            for walker, noise, delay in zip(walkers, drawn["noise"], drawn["delay_s"], strict=True)
        ]


_FORCE = 2  # place of the peak force in the parameters of MuJoCo's muscles


class _Friction:
    """An effect: the ground is more or less slippery in each simulation."""

    def __init__(self, factor: np.ndarray) -> None:
        self._factor = factor

    def reset(self, sim: Simulation, ids: np.ndarray) -> None:
        """Scale friction, which has just been put back to 1."""
        sim.foot_friction_scale[ids] *= self._factor[ids, None, None]

    def act(self, sim: Simulation, duration_s: float) -> None:
        """Nothing more."""
