"""Learn a network that adds to the reference gait's torques, so that it stays up.

All walkers walk on while single ones fall or come to the end of their episode and begin anew, half
of them from states in the middle of steady walking. The reward is that of the search of gains,
less the size of what is added; a fall costs. What is kept now and then is enough to go on from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from itertools import cycle, islice
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, model_validator

from ...envs.gaits.body_units import BodyUnits
from ...envs.gaits.reference_cycle import cycle_table
from ...envs.gaits.reference_gains import Gains
from ...envs.gaits.reference_gait import ReferenceGait
from ...envs.gaits.residual_files import shipped_networks
from ...envs.gaits.residual_network import (
    ACTIONS,
    HELD,
    ResidualNetwork,
    ResidualSenses,
    network_bytes,
    read_network,
)
from ...envs.policies.reference_source import BODY
from ...envs.scene import Course, build_scene, reach_m
from ...envs.task.termination import has_fallen
from ...models.body import build_body
from ...models.catalogue import YOUNG
from ...sim.errors import ConfigError, RetrowalkError, unknown_name
from ...sim.extras import needs_extra
from ...sim.plain_values import is_mapping
from ..runner.interruption import raise_if_interrupted
from ..store.atomic import write_bytes
from ..store.lock import held_file
from ..study.experiment import NAME_PATTERN
from ..study.fields import Strict, WalkerFields, refusal
from ..study.load import load_tool_config
from ..study.surface import SurfaceFields
from .gain_search import gains_beside
from .residual_learner import LEAST_SPREAD, ResidualLearner
from .start_bank import StartBank
from .walk_score import Prices, WalkScore

SAVED_EVERY = 10  # updates
WORTH = 0.05  # of the score's second in the reward
ASIDE, ASIDE_ON_BELT = 0.5, 0.08  # m from the way's middle at a start
BIASES = (-0.25, 0.15)  # m/s of the planned speed then
FALL, ADDED = 2.0, 1e-3  # taken off for a fall, and for each step's sum of squared actions
TOLD = 4  # fields of a surface or a person, in progress
LEVEL = "flat"  # the surface of those that learn at a speed alone
LEAST_REWARD = -0.5  # else the blows of a few falls would outweigh all that is learned from


Speed = Annotated[float, Field(gt=0.0, le=2.0)]


class ResidualConfig(Strict):
    """One search of a residual network.

    Attributes:
        speeds_m_per_s: that are learned at on level ground.
        surfaces: that are learned on too, presets or fields as in an experiment, each at one of
            the speeds in turn. The walkers are shared out evenly among speeds and surfaces.
        people: presets of walkers, or fields as in an experiment; the groups of walkers are one of
            them each, in turn, who sense and move with the noise that is theirs.
        fresh_ground_every: updates after which all ground is laid anew, each surface walked at the
            next speed, and each group the next of the people.
        start: a network to begin with, one that ships by name or a file; empty: from nothing added.
        value_first: updates in which only the value is learned, after a `start`: files of networks
            hold no value, and a policy that follows a value not yet learned loses what it could.
        gains: a file of gains beside the config. updates: of `segment` policy steps of each walker.
        segment: the longer, the fewer and surer the updates.
        farthest_kl: how far an update may take the policy.
        spread: standard deviation of actions while learning, at first and at most.
        push_m_per_s: standard deviation of changes of velocity, every 1.5 to 3.5 s.
    """

    name: str = Field(pattern=NAME_PATTERN)
    gait: Literal["reference-residual"]
    direction: Literal["backward", "forward"]
    speeds_m_per_s: list[Speed] = Field(min_length=1, max_length=20)
    surfaces: list[SurfaceFields] = Field(default_factory=list[SurfaceFields], max_length=20)
    people: list[WalkerFields] = Field(
        default_factory=lambda: [WalkerFields()], min_length=1, max_length=20
    )
    fresh_ground_every: int = Field(50, ge=1)
    start: str = ""
    value_first: int = Field(20, ge=0)
    gains: str
    walkers: int = Field(64, ge=4, le=1000)
    episode_s: float = Field(25.0, gt=1.0, le=120.0)
    staying: float = Field(1.0, ge=0.0)
    following: float = Field(0.6, ge=0.0)
    speed: float = Field(0.4, ge=0.0)
    moments: float = Field(0.0, ge=0.0)
    late: float = Field(1.0, ge=0.0)
    timing: float = Field(0.0, ge=0.0)
    width: float = Field(0.0, ge=0.0)
    effort: float = Field(8.0, ge=0.0)
    cost: float = Field(0.0, ge=0.0)
    peak: float = Field(2.0, ge=0.0)
    torque_rate: float = Field(0.0, ge=0.0)
    push_m_per_s: float = Field(0.0, ge=0.0, le=1.0)
    segment: int = Field(32, ge=1, le=4096)
    farthest_kl: float = Field(0.03, gt=0.0, le=1.0)
    spread: float = Field(0.2, ge=LEAST_SPREAD, le=0.5)
    learning_rate: float = Field(4e-4, gt=0.0, le=0.1)
    updates: int = Field(500, ge=1, le=1_000_000)
    seed: int = Field(1, ge=1, lt=2**32)

    @model_validator(mode="after")
    def _none_empty(self) -> ResidualConfig:
        if self.walkers < self.groups:
            raise refusal(
                f"must be at least {self.groups}, one for each speed and surface", ("walkers",)
            )
        return self

    @property
    def groups(self) -> int:
        """How many groups of walkers there are."""
        return len(self.speeds_m_per_s) + len(self.surfaces)

    @property
    def varies(self) -> bool:
        """Whether grounds or people differ, and so change as learning goes on."""
        return bool(self.surfaces) or len(self.people) > 1

    def walks(self, updates: int) -> list[tuple[float, SurfaceFields, WalkerFields]]:
        """Speed [m/s], surface and person of each group of walkers after so many updates."""
        speeds, laid = self.speeds_m_per_s, updates // self.fresh_ground_every
        level = [(speed, SurfaceFields()) for speed in speeds]
        in_turn = islice(cycle(speeds), laid % len(speeds), None)
        walked = [*level, *zip(in_turn, self.surfaces, strict=False)]
        people = islice(cycle(self.people), laid % len(self.people), None)
        return [(*one, person) for one, person in zip(walked, people, strict=False)]

    @property
    def prices(self) -> Prices:
        """Of the score."""
        return Prices(
            **{
                price.name: getattr(self, price.name)
                for price in fields(Prices)
                if price.name in type(self).model_fields
            },
            near_rad=0.12,
            roll_rad=0.15,
        )


def learn_residual(
    config_path: Path,
    out: Path | None = None,
    overrides: list[str] | None = None,
    resume: bool = False,
    report: Callable[[int, int, list[tuple[str, float]]], None] | None = None,
) -> Path:
    """Learn a network and write it to `out` (default `runs/<name>.npz`) now and then.

    `report` takes updates done, policy steps, and for each group of walkers its name and the time
    between falls [s] since the last report, infinite without any.

    Raises:
        ConfigError: a bad config, or `out` belongs to another search.
        RetrowalkError: the extra `rl` is not installed.
    """
    config = load_tool_config(ResidualConfig, config_path, overrides or [])
    out = out or Path("runs") / f"{config.name}.npz"
    with held_file(out):
        return _learn(config, config_path.parent, out, resume, report)


def _learn(
    config: ResidualConfig,
    base: Path,
    out: Path,
    resume: bool,
    report: Callable[[int, int, list[tuple[str, float]]], None] | None,
) -> Path:
    gains, kept = gains_beside(base, "gains", config.gains), out.with_suffix(".pt")
    try:
        learner = ResidualLearner(
            config.seed, config.learning_rate, config.spread, config.farthest_kl
        )
    except ImportError as error:
        raise RetrowalkError(needs_extra("learning a network", "rl", error)) from error
    if kept.exists() and not resume:
        raise ConfigError(f"{kept} exists: give --resume to go on, or another --out")
    if config.start and not kept.exists():
        learner.begin_with(_start(config.start))
    before: dict[str, Any] = learner.restore(kept) if kept.exists() else {"updates": 0}
    mine = {**config.model_dump(exclude={"updates"}), "gains": gains}
    was = {**_defaults(), **before.get("config", mine)}
    if changed := [name for name, now in mine.items() if was.get(name) != now]:
        raise ConfigError(
            f"{kept}: belongs to a search with other {', '.join(changed)}; put that back, or give "
            "another --out"
        )
    done = int(before["updates"] or 0)
    if done:  # a kill may have come between checkpoint and network
        write_bytes(out, network_bytes(learner.network()))
    walks = _begun(config, gains, done)
    for update in range(done + 1, config.updates + 1):
        if config.varies and update > done + 1 and not (update - 1) % config.fresh_ground_every:
            walks = _begun(config, gains, update - 1)
        told = [walk.segment(learner) for walk in walks]
        joined = {name: np.concatenate([one[name] for one in told], 1) for name in told[0]}
        learner.learn(joined, policy=not config.start or update > config.value_first)
        raise_if_interrupted()
        if update % SAVED_EVERY and update < config.updates:
            continue
        learner.save(kept, updates=update, config=mine)
        write_bytes(out, network_bytes(learner.network()))
        if report is not None:
            report(update, learner.steps, [(walk.name, walk.between_falls_s()) for walk in walks])
    return out


def _defaults() -> dict[str, Any]:
    """Return what a search had where its checkpoint is older than a field."""
    left_out = {name for name, one in ResidualConfig.model_fields.items() if one.is_required()}
    needed = {"name": "a", "gait": "reference-residual", "direction": "backward", "gains": ""}
    config = ResidualConfig.model_validate(needed | {"speeds_m_per_s": [1.0]})
    return config.model_dump(exclude=left_out)


def _start(name: str) -> ResidualNetwork:
    if Path(name).is_file():
        return read_network(Path(name))
    found = {one.name: one for one in shipped_networks()}
    if name not in found:
        raise unknown_name("network", name, found)
    return found[name].network


def ground_name(surface: SurfaceFields) -> str:
    """Return a surface as progress tells it: its preset, or what is changed on a floor."""
    return _told(surface, LEVEL)


def _told(asked: SurfaceFields | WalkerFields, plain: str) -> str:
    preset = [] if asked.preset == plain else [str(asked.preset)]
    changed = [f"{name} {value}" for name, value in asked.changes.items() if not is_mapping(value)]
    more = [f"{len(asked.changes) - TOLD} more"] if len(asked.changes) > TOLD else []
    return ", ".join(preset + changed[:TOLD] + more) or plain


def _begun(config: ResidualConfig, gains: dict[str, float], updates: int) -> list[_Walk]:
    return [_Walk(config, gains, updates, place) for place in range(config.groups)]


class _Walk:
    """Walkers of one speed and surface that walk on from segment to segment."""

    def __init__(
        self, config: ResidualConfig, gains: dict[str, float], updates: int, place: int
    ) -> None:
        n = config.walkers // config.groups
        speed, surface, person = config.walks(updates)[place]
        walker = person.build()
        body, units = build_body(BODY, walker), BodyUnits.of(walker)
        rng = self._rng = np.random.default_rng([config.seed, updates, place])
        self._config, followed = config, cycle_table(config.direction).cycle_at(speed / units.speed)
        sign = 1.0 if config.direction == "forward" else -1.0
        course = Course(surface.build(), sign, reach_m(speed, config.episode_s))
        grounds = [np.random.default_rng(rng.integers(1 << 60)) for _ in range(n)]
        scene = self._scene = build_scene(body, course, grounds, belt_speeds=(speed, speed))
        sim = self._sim = scene.sim
        self._gait = ReferenceGait(sim, body, followed, Gains.same(n, gains))
        scene.add_senses(walker, self._gait.control_period_s)
        self._score = WalkScore(sim, self._gait, config.prices)
        self._bank = StartBank(self._gait, self._rng)
        self._lasted, self._pushed = np.zeros((2, n))
        ground = ground_name(surface)
        self.name = f"{speed:g} m/s" + (f" on {ground}" if ground != LEVEL else "")
        self.name += f" as {_told(person, YOUNG)}" if len(config.people) > 1 else ""
        self._walked_s, self._falls = 0.0, 0
        self._begin(np.arange(n))
        self._state = scene.sense()

    def _begin(self, ids: np.ndarray) -> None:
        some = self._rng.random(len(ids)) < 0.5
        for group, states in ((ids[some], self._bank.draw(int(some.sum()))), (ids[~some], None)):
            rngs = [np.random.default_rng(self._rng.integers(1 << 60)) for _ in group]
            self._gait.reset(group, rngs, states=states if len(group) else None)
        gait, sim = self._gait, self._sim  # what builds up over a minute, at once
        gait.bias[ids] = self._rng.uniform(*BIASES, len(ids))
        aside = ASIDE if sim.ground is None or sim.ground.belt is None else ASIDE_ON_BELT
        sim.root_pose.move(sim.qpos, aside * self._rng.standard_normal(len(ids)), 1, ids)
        sim.forward(np.asarray(ids, np.int32))
        self._score.reset(ids)
        self._lasted[ids] = 0.0
        self._pushed[ids] = self._rng.uniform(1.5, 3.5, len(ids))
        for noisy in (self._scene.senses, self._scene.motor_noise):
            seeds = self._rng.integers(1 << 60, size=len(ids)) if noisy.live else np.zeros(len(ids))
            noisy.reset(ids, [np.random.default_rng(int(seed)) for seed in seeds])

    def segment(self, learner: ResidualLearner) -> dict[str, np.ndarray]:
        """Walk for `segment` policy steps and return what `learner.learn` wants."""
        n, sim, gait, steps = self._sim.n, self._sim, self._gait, self._config.segment
        shapes = {"seen": ResidualSenses.size, "action": ACTIONS}
        told = {name: np.zeros((steps, n, size), np.float32) for name, size in shapes.items()}
        told |= {name: np.zeros((steps, n), np.float32) for name in ("likely", "reward", "after")}
        told["over"] = np.zeros((steps, n), bool)
        told["value"] = np.zeros((steps + 1, n), np.float32)
        for t in range(steps):
            x = learner.scaled(gait.seen(self._state), learn=True)
            action, told["likely"][t], told["value"][t] = learner.act(x)
            told["seen"][t], told["action"][t] = x, action
            gait.residual[:] = np.clip(action, -1.0, 1.0)
            before, fallen = self._score.total.copy(), np.zeros(n, bool)
            for period in range(HELD):
                state = self._scene.sense() if period else self._state
                self._scene.excite(gait.excite(state))
                sim.step(round(gait.control_period_s / sim.time_step))
                self._lasted += gait.control_period_s
                self._score.note()
                fallen |= has_fallen(sim) | ~sim.valid
                self._bank.note(np.where(fallen, 0.0, self._lasted))
            self._push()
            gained = (self._score.total - before) / (HELD * gait.control_period_s)
            told["reward"][t] = WORTH * gained - ADDED * np.square(gait.residual).sum(1)
            np.maximum(told["reward"][t], LEAST_REWARD, out=told["reward"][t])
            told["reward"][t] -= FALL * fallen
            self._falls += int(fallen.sum())
            over = fallen | (self._lasted >= self._config.episode_s)
            told["over"][t] = over
            if over.any():
                worth = learner.worth(learner.scaled(gait.seen(sim)))
                told["after"][t] = np.where(over & ~fallen, worth, 0.0)
                self._begin(np.flatnonzero(over))
            self._state = self._scene.sense()
        told["value"][steps] = learner.worth(learner.scaled(gait.seen(self._state)))
        self._walked_s += n * steps * HELD * gait.control_period_s
        return told

    def between_falls_s(self) -> float:
        """Time walked over falls [s] since this was last asked; infinite without any."""
        walked, falls = self._walked_s, self._falls
        self._walked_s, self._falls = 0.0, 0
        return walked / falls if falls else np.inf

    def _push(self) -> None:
        size = self._config.push_m_per_s
        ids = np.flatnonzero(self._lasted > self._pushed) if size else np.empty(0, int)
        if ids.size:
            by = np.zeros((self._sim.n, 3))
            by[ids, :2] = size * self._rng.standard_normal((len(ids), 2))
            self._sim.root_pose.push(self._sim.qvel, by)
            self._pushed[ids] += self._rng.uniform(1.5, 3.5, len(ids))
