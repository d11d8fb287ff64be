"""Search of the reference gait's gains; a walker that falls gets the next candidate.

A cross-entropy method (Rubinstein and Kroese 2004) without generations: all walkers walk on while
single ones fall or come to the end of their episode and start anew with a candidate drawn from the
present distribution. After every `BETWEEN` episodes the distribution moves half-way to that of the
best sixth of the last `KEPT`. What is kept after each update is enough to go on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import numpy as np
from pydantic import Field

from ...envs.gaits.reference_cycle import cycle_table
from ...envs.gaits.reference_files import gains_text, read_gains
from ...envs.gaits.reference_gains import NAMES, Gains, spans
from ...envs.gaits.reference_gait import ReferenceGait
from ...envs.policies.reference_source import BODY
from ...envs.scene import Course, build_scene
from ...envs.task.termination import has_fallen
from ...models.body import build_body
from ...sim.errors import ConfigError
from ..runner.interruption import raise_if_interrupted
from ..store.atomic import write_text
from ..store.lock import held_file
from ..store.sealed import read_sealed, write_sealed
from ..study.experiment import NAME_PATTERN
from ..study.fields import Strict
from ..study.load import load_tool_config
from .walk_score import Prices, WalkScore

BETWEEN, KEPT, LEAST_KEPT = 60, 400, 120  # episodes
Kept = TypeVar("Kept")
BEST_SHARE, LEAST_BEST = 6, 20  # of those kept
LEAST_SPREAD = 0.012  # of a gain's range
_KIND = "kind"  # what the state says of itself


class GainConfig(Strict):
    """One search of gains.

    Attributes:
        start: a file of gains, or `guess`. spread: of the first candidates, of each gain's range.
        effort: price of the mean squared activation in the score.
        muscles: whether muscles give the torques; without them a search goes twice as fast.
    """

    name: str = Field(pattern=NAME_PATTERN)
    gait: Literal["reference"]
    direction: Literal["backward", "forward"]
    speed_m_per_s: Annotated[float, Field(gt=0.0, le=2.0)]
    start: str = "guess"
    spread: float = Field(0.1, gt=0.0, le=0.5)
    walkers: int = Field(64, ge=4, le=1000)
    episode_s: float = Field(10.0, gt=1.0, le=120.0)
    effort: float = Field(10.0, ge=0.0)
    muscles: bool = True
    updates: int = Field(40, ge=1, le=10_000)
    seed: int = Field(1, ge=1, lt=2**32)


@dataclass
class Distribution:
    """State of the search: mean and deviation of candidates, and the last episodes.

    Attributes:
        mean, deviation: (gains,). scores: (k,). candidates: (k, gains). walked_s: (k,).
        episodes, updates: done so far.
    """

    mean: np.ndarray
    deviation: np.ndarray
    scores: list[float]
    candidates: list[list[float]]
    walked_s: list[float]
    episodes: int = 0
    updates: int = 0

    def draw(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """Draw candidates, (count, gains)."""
        _, low, high = spans()
        drawn = self.mean + self.deviation * rng.standard_normal((count, len(NAMES)))
        return np.clip(drawn, low, high)

    def add(self, score: float, candidate: np.ndarray, walked_s: float) -> None:
        """Take note of an episode."""
        self.scores = _with_newest(self.scores, score)
        self.candidates = _with_newest(self.candidates, candidate.tolist())
        self.walked_s = _with_newest(self.walked_s, walked_s)
        self.episodes += 1

    def update(self) -> None:
        """Move half-way to the best of the episodes that are kept."""
        _, low, high = spans()
        best = np.argsort(self.scores)[::-1][: max(LEAST_BEST, len(self.scores) // BEST_SHARE)]
        chosen = np.array(self.candidates)[best]
        self.mean = 0.5 * (self.mean + chosen.mean(0))
        spread = 0.5 * (self.deviation + chosen.std(0))
        self.deviation = np.maximum(spread, LEAST_SPREAD * (high - low))
        self.updates += 1


def _with_newest(kept: list[Kept], new: Kept) -> list[Kept]:
    return [*kept[-KEPT + 1 :], new]


def search_gains(
    config_path: Path,
    out: Path | None = None,
    overrides: list[str] | None = None,
    resume: bool = False,
    report: Callable[[Distribution, GainConfig], None] | None = None,
) -> Path:
    """Search gains and write their mean to `out` (default `runs/<name>.yaml`) after each update.

    Raises:
        ConfigError: a bad config, or `out` belongs to another search.
    """
    config = load_gain_config(config_path, overrides or [])
    out = out or Path("runs") / f"{config.name}.yaml"
    with held_file(out):
        return _search(config, config_path.parent, out, resume, report)


def _search(
    config: GainConfig,
    base: Path,
    out: Path,
    resume: bool,
    report: Callable[[Distribution, GainConfig], None] | None,
) -> Path:
    state = out.with_suffix(".state.json")
    if state.exists() and not resume:
        raise ConfigError(f"{state} exists: give --resume to go on, or another --out")
    found = _read_state(state, config) if state.exists() else _begin(config, base)
    if found.updates:  # a kill may have come between state and gains
        _write_gains(out, config, found)
    for done in _walk(config, found):
        arrays = {"mean": done.mean.tolist(), "deviation": done.deviation.tolist()}
        content = {"config": config.model_dump(), "distribution": vars(done) | arrays}
        write_sealed(state, {_KIND: "search of gains", **content})
        _write_gains(out, config, done)
        if report is not None:
            report(done, config)
        raise_if_interrupted()
    return out


def _write_gains(out: Path, config: GainConfig, found: Distribution) -> None:
    how = {
        "direction": config.direction,
        "speed_m_per_s": config.speed_m_per_s,
        "body": BODY,
        "config": config.model_dump(),
        "episodes": found.episodes,
        "mean_time_walked_s": round(float(np.mean(found.walked_s)), 2),
    }
    write_text(out, gains_text(dict(zip(NAMES, found.mean, strict=True)), how))


def load_gain_config(path: Path, overrides: list[str]) -> GainConfig:
    """Read and check a config.

    Raises:
        ConfigError: unreadable, unknown or wrong fields.
    """
    return load_tool_config(GainConfig, path, overrides)


def _begin(config: GainConfig, base: Path) -> Distribution:
    start, low, high = spans()
    if config.start != "guess":
        start = np.array([*gains_beside(base, "start", config.start).values()])
    return Distribution(start, config.spread * (high - low), [], [], [])


def gains_beside(base: Path, key: str, name: str) -> dict[str, float]:
    """Return the gains of the file `name`, beside the config (in `base`) or from here, in order.

    Raises:
        ConfigError: there is none; `key` is the config's field.
    """
    paths = [path for path in (base / name, Path(name)) if path.is_file()]
    if not paths:
        raise ConfigError(f"{key}: no file '{name}'")
    read = read_gains(paths[0])["gains"]
    return {gain: float(read[gain]) for gain in NAMES}


def _walk(config: GainConfig, found: Distribution) -> Iterator[Distribution]:
    """Let walkers walk on, and yield the distribution after each update."""
    n, rng = config.walkers, np.random.default_rng([config.seed, found.updates])
    body = build_body(BODY)
    sim = build_scene(body, Course(), [np.random.default_rng(0)] * n).sim
    cycle = cycle_table(config.direction).cycle_at(config.speed_m_per_s)
    gains = Gains.same(n)
    gait = ReferenceGait(sim, body, cycle, gains)
    score = WalkScore(sim, gait, Prices(effort=config.effort))
    rows, own, walked = np.arange(n), found.draw(rng, n), np.zeros(n)

    def begin(ids: np.ndarray) -> None:
        gains.put(ids, own[ids])
        gait.reset(ids, [np.random.default_rng(rng.integers(1 << 60)) for _ in ids])
        score.reset(ids)
        walked[ids] = 0.0

    begin(rows)
    while found.updates < config.updates:
        if config.muscles:
            sim.ctrl[:] = gait.excite(sim)
        else:
            gait.drive(sim)
        sim.step(round(gait.control_period_s / sim.time_step))
        walked += gait.control_period_s
        score.note()
        over = np.flatnonzero(has_fallen(sim) | ~sim.valid | (walked >= config.episode_s))
        if not over.size:
            continue
        for i in over:
            found.add(float(score.total[i]), own[i], float(walked[i]))
        own[over] = found.draw(rng, len(over))
        begin(over)
        if found.episodes >= max(BETWEEN * (found.updates + 1), LEAST_KEPT):
            found.update()
            yield found


def _read_state(path: Path, config: GainConfig) -> Distribution:
    remedy = "remove it to search from the start, or give another --out"
    read = read_sealed(path, "a search of gains", remedy, since=_KIND)
    before = GainConfig.model_validate(read["config"])
    if before.model_copy(update={"updates": config.updates}) != config:
        raise ConfigError(f"{path}: belongs to another search; give another --out")
    arrays = {name: np.array(read["distribution"][name]) for name in ("mean", "deviation")}
    return Distribution(**(read["distribution"] | arrays))
