"""Scenes: walkers on their ground, as trials, environments and tuning simulate them.

In order: `build_scene` lays the ground, compiles the model and starts a belt; a gait or a policy is
made for `Scene.sim`; then hazards and senses are added, which need to know when it walks steadily
and how often it acts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ..models.body import Body
from ..models.walker import Walker
from ..sim.ground.ground import Ground, lay_ground
from ..sim.ground.presets import surface_of
from ..sim.ground.surface import Surface
from ..sim.hazards.hazard import Hazard
from ..sim.hazards.hazard_effect import HazardEffect, prepare, refuse_impossible
from ..sim.physics.backend import CpuBatch, MakeBackend
from ..sim.physics.body_state import BodyState
from ..sim.physics.simulation import Simulation
from ..sim.physics.spec_parts import body_names
from ..sim.treadmill.belt_drive import start_treadmill
from ..sim.treadmill.treadmill import Treadmill
from .senses.motor_noise import MotorNoise
from .senses.perception import Perception

_FASTER, _MARGIN_M = 1.5, 3.0  # ground for those who walk faster than commanded, and beyond


def reach_m(speed_m_per_s: float, duration_s: float) -> float:
    """Length of ground [m] that walkers commanded to `speed_m_per_s` may need."""
    return _FASTER * duration_s * speed_m_per_s + _MARGIN_M


@dataclass(frozen=True)
class Course:
    """The ground ahead of walkers.

    Attributes:
        surface: a preset's name, or a description.
        sign: +1 where they go to world +x, -1 to -x. reach_m: length of ground in that direction.
        treadmill: of a surface with a belt.
    """

    surface: str | Surface = "flat"
    sign: float = 1.0
    reach_m: float = 30.0
    treadmill: Treadmill = field(default_factory=Treadmill)

    def lay(self, generators: Sequence[np.random.Generator]) -> Ground:
        """Return the ground of one trial a generator.

        Raises:
            ConfigError: no such surface, or too much of it.
        """
        described = surface_of(self.surface)
        size = self.treadmill.belt_length_m, self.treadmill.belt_width_m
        bar_x = self.treadmill.bar_x(self.sign)
        return lay_ground(described, self.sign, self.reach_m, generators, size, bar_x)


class Scene:
    """Walkers of one body on a course; see `build_scene`.

    Attributes:
        body: of all walkers. course: what they walk on. ground: as laid. sim: their simulation.
        hazards: what happens to them, None before `add_hazards` or where nothing does.
        senses: what they know of themselves, after `add_senses`.
        motor_noise: of their muscles, after `add_senses` too.
        attention: (n,) 1 on walking to 0 elsewhere, apart from lapses; may be written where they
            are `distractible`.
    """

    senses: Perception
    motor_noise: MotorNoise
    attention: np.ndarray

    def __init__(
        self, body: Body, course: Course, sim: Simulation, hazards: Sequence[Hazard]
    ) -> None:
        assert sim.ground is not None
        self.body, self.course, self.sim, self.ground = body, course, sim, sim.ground
        self.hazards: HazardEffect | None = None
        self._asked = tuple(hazards)
        self._changing = False

    def add_hazards(
        self, steady_from_s: float, generators: Sequence[np.random.Generator]
    ) -> HazardEffect | None:
        """Let the scene's hazards happen, each trial's by its own generator.

        Args:
            steady_from_s: when steady walking begins.
        """
        if self._asked:
            sign = self.course.sign
            self.hazards = HazardEffect(self.sim, self._asked, sign, steady_from_s, generators)
            self.sim.effects.append(self.hazards)
        return self.hazards

    def add_senses(
        self,
        walkers: Walker | Sequence[Walker],
        period_s: float,
        *,
        distractible: bool = False,
    ) -> Perception:
        """Give the walkers senses, asked every `period_s`, and the noise of their muscles.

        Reset both before the first `sense` and `excite`.

        Args:
            walkers: one for all, or one for each simulation.
            distractible: whether `attention` may be written at any time.
        """
        lapses = any(hazard.takes_attention for hazard in self._asked)
        self._changing = distractible or lapses
        people = [walkers] * self.sim.n if isinstance(walkers, Walker) else walkers
        self.senses = Perception(self.sim, people, period_s, self._changing)
        self.motor_noise = MotorNoise(self.sim, people, period_s)
        self.attention = self.senses.attention.copy()
        return self.senses

    def lay_anew(self, ids: np.ndarray, generators: Sequence[np.random.Generator]) -> None:
        """Lay the ground of simulations `ids` anew, where each has its own."""
        if self.ground.own_model is not None:
            self.ground.lay_anew(self.course.lay(generators), ids)
            self.sim.fields.renew(self.ground.own_model, ids)

    def sense(self) -> BodyState:
        """Return what the walkers know of their bodies now; call it once each `period_s`."""
        if self._changing:
            lapsed = 1.0 if self.hazards is None else self.hazards.attention
            np.minimum(self.attention, lapsed, out=self.senses.attention)
        return self.senses.sense()

    def excite(self, command: np.ndarray) -> None:
        """Excite the muscles as commanded, (n, actuators), with noise; once each `period_s`."""
        self.sim.ctrl[:] = self.motor_noise.added(command)


def build_scene(
    body: Body,
    course: Course,
    generators: Sequence[np.random.Generator],
    *,
    hazards: Sequence[Hazard] = (),
    belt_speeds: tuple[float, float] = (0.0, 0.0),
    threads: int = 1,
    backend: MakeBackend = CpuBatch,
) -> Scene:
    """Return simulations of `body`, each on its own ground.

    Args:
        course: what they walk on. generators: one a simulation; its ground follows from it.
        hazards: what will happen to them; the model gets the bars and floors that these need.
        belt_speeds: commanded and starting speed of a belt [m/s]. threads: of the physics.
        backend: makes what steps them.

    Raises:
        ConfigError: ground that cannot be laid, or a hazard that body or ground cannot have.
    """
    spec, anatomy = body.spec(), body.anatomy
    ground = course.lay(generators)
    bodies = anatomy.bodies(body_names(spec))
    refuse_impossible(hazards, bodies, ground.belt is not None, body.planar)
    ground.add_to(spec)
    prepare(spec, anatomy, hazards)
    shoes = body.walker.shoe_friction
    sim = Simulation(spec, anatomy, len(generators), threads, ground, backend, shoes)
    if ground.belt is not None:
        start_treadmill(sim, course.treadmill, course.sign, *belt_speeds)
    return Scene(body, course, sim, hazards)
