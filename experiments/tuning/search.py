"""Tune the scripted gait by CMA-ES: config in, a gait file out.

Every generation walks all candidates with the same trial seeds. The history of costs is kept, so
that `resume` asks the seeded optimiser for the same candidates again and goes on exactly where it
stopped; nothing is unpickled.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal

import cma
import numpy as np
from pydantic import Field

from ...envs.gaits.gait_files import HUMAN, ScriptedGaitFile, parameter_row, read_gait, tuned_folder
from ...envs.gaits.parameters import NAMES, guess, search_range
from ...models.body import build_body
from ...models.yaml_source import read_yaml, yaml_text
from ...sim.errors import ConfigError, unknown_name
from ...sim.shortage import raise_shortage
from ..runner.interruption import raise_if_interrupted
from ..store.atomic import write_atomic, write_text
from ..store.lock import held_file
from ..store.machine import available_cores
from ..study import catalogue
from ..study.experiment import NAME_PATTERN
from ..study.fields import BodyName, Known, Strict, WalkerName
from ..study.load import find_config, load_tool_config
from .evaluator import Evaluator, RolloutSpec

_MAY_CHANGE = ("generations", "ship")
"""Fields that a search may go on with otherwise."""

REFERENCE = ("reference", "reference-residual")
"""Gaits with a search of their own, which a config names as its `gait`."""

SurfacePreset = Annotated[str, Known("surface", catalogue.surfaces)]


class TuneConfig(Strict):
    """One tuning run.

    Attributes:
        start: gait file to start from, or `guess`.
        slower: gait files of lower speeds, through which the start of a trial ramps.
        body, walker: who walks. surfaces: presets that every candidate walks on.
        trials: walks per candidate and surface.
        ship: the mean of the search, or its best sample so far.
    """

    name: str = Field(pattern=NAME_PATTERN)
    direction: str = Field(pattern="^(backward|forward)$")
    speed_m_per_s: float = Field(gt=0.0, le=2.0)
    start: str = "guess"
    slower: list[str] = Field(default_factory=list)
    body: BodyName = "human"
    walker: WalkerName = "young-adult"
    surfaces: list[SurfacePreset] = Field(["flat"], min_length=1)
    trials: int = Field(3, ge=1, le=64)
    duration_s: float = Field(12.0, gt=4.0, le=120.0)
    generations: int = Field(20, ge=1, le=1000)
    population: int = Field(20, ge=4, le=200)
    sigma: float = Field(0.7, gt=0.0, le=3.0)
    seed: int = Field(1, ge=1, lt=2**32)
    ship: Literal["mean", "best"] = "mean"


@dataclass(frozen=True)
class Generation:
    """One generation of a tuning run, for a progress line."""

    number: int
    of: int
    best: float
    median: float
    tallies: dict[str, float]


def load_tune_config(path: Path, overrides: list[str]) -> TuneConfig:
    """Read and check a tuning config, with `KEY=VALUE` overrides.

    Raises:
        ConfigError: unreadable, unknown or wrong fields.
    """
    return load_tool_config(TuneConfig, path, overrides)


def _gait(name: str, base: Path) -> ScriptedGaitFile:
    """Find a gait file by path (from the config's folder or here) or by shipped name."""
    shipped = Path(str(tuned_folder())) / f"{name}.yaml"
    for path in (base / name, Path(name), shipped):
        if path.is_file():
            return read_gait(path)
    raise ConfigError(f"gait '{name}': neither a file nor a shipped gait")


def _leg_length_m(body: str) -> float:
    return build_body(body).standing_height_m


def tune(
    config_path: Path,
    out: Path | None = None,
    overrides: list[str] | None = None,
    threads: int | None = None,
    resume: bool = False,
    report: Callable[[Generation], None] | None = None,
) -> Path:
    """Tune a gait and write it to `out` (default `runs/<name>.yaml`), after every generation.

    Args:
        report: called with a `Generation` after each generation.

    Returns:
        The gait file.

    Raises:
        ConfigError: bad config, or `out` belongs to another run.
    """
    config = load_tune_config(config_path, overrides or [])
    out = out or Path("runs") / f"{config.name}.yaml"
    with held_file(out):
        return _tune(config, config_path.parent, out, threads, resume, report)


def _tune(
    config: TuneConfig,
    base: Path,
    out: Path,
    threads: int | None,
    resume: bool,
    report: Callable[[Generation], None] | None,
) -> Path:
    history_path = out.with_suffix(".history.npz")
    if history_path.exists() and not resume:
        raise ConfigError(f"{history_path} exists: give --resume to go on, or another --out")
    legs = _leg_length_m(config.body)
    if config.start == "guess":
        start, before = guess(config.direction), HUMAN
    else:
        gait = _gait(config.start, base)
        start, before = dict(gait["parameters"]), gait.get("body", HUMAN)
    start["hip_height"] *= legs / _leg_length_m(before)
    slower = sorted((_gait(n, base) for n in config.slower), key=lambda g: g["speed_m_per_s"])
    spec = RolloutSpec(
        direction=config.direction,
        speed_m_per_s=config.speed_m_per_s,
        slower_speeds=tuple(float(g["speed_m_per_s"]) for g in slower),
        slower_rows=tuple(tuple(parameter_row(g)) for g in slower),
        candidates=config.population,
        trials=config.trials,
        duration_s=config.duration_s,
        seed=config.seed,
        surfaces=tuple(config.surfaces),
        walker=config.walker,
        body=config.body,
    )
    relative = legs / _leg_length_m(HUMAN)
    low, high, scale = np.array([search_range(n, config.direction, relative) for n in NAMES]).T
    centre = np.clip([start[n] for n in NAMES], low, high)

    rng = np.random.default_rng(config.seed)

    def drawn(*shape: int) -> np.ndarray:
        return rng.standard_normal(shape)

    options: dict[str, Any] = {
        "popsize": config.population,
        "verbose": -9,
        "seed": np.nan,
        "randn": drawn,
    }
    search = cma.CMAEvolutionStrategy(np.zeros(len(NAMES)), config.sigma, options)
    past = _read_history(history_path, config) if resume else []
    best: tuple[float, np.ndarray] = (np.inf, centre)
    with Evaluator(spec, threads or 1) as evaluate:
        for generation in range(config.generations):
            raise_if_interrupted()
            raw = centre + np.array(search.ask()) * scale
            candidates = np.clip(raw, low, high)
            outside = 0.05 * (((raw - candidates) / scale) ** 2).sum(1)
            known, tallies = generation < len(past), {}
            if known:
                costs = past[generation]
            else:
                costs, tallies = evaluate(candidates, generation)
                past.append(costs)
            search.tell([(row - centre) / scale for row in raw], list(costs + outside))
            if costs.min() < best[0]:
                best = (float(costs.min()), candidates[int(costs.argmin())])
            mean = np.clip(centre + search.mean * scale, low, high)
            if not known:
                _write_history(history_path, past, config)
            if generation + 1 >= len(past):  # the last known one too: a kill comes between files
                row = best[1] if config.ship == "best" else mean
                _write_gait(out, config, row, float(np.median(costs)), generation + 1)
            if not known and report is not None:
                lowest = int(costs.argmin())
                shown = {k: float(v[lowest]) for k, v in tallies.items()}
                median = float(np.median(costs))
                done = (generation + 1, config.generations)
                report(Generation(*done, float(costs.min()), median, shown))
    return out


def tune_command(
    config: Path,
    out: Path | None,
    overrides: list[str],
    threads: int | None,
    resume: bool,
) -> None:
    """Run `retrowalk tune`: a progress bar on a terminal, a line a generation in a pipe."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    source = find_tune_config(config)
    kind = read_yaml(source).data.get("gait")
    if kind is not None:
        if kind not in REFERENCE:
            raise ConfigError(f"{source}: {unknown_name('gait', str(kind), REFERENCE)}")

        def tell(line: str) -> None:
            console.print(line, highlight=False, soft_wrap=True)

        print(_search_reference(str(kind), source, out, overrides, resume, tell))
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("starting", total=None)

        def show(done: Generation) -> None:
            line = (
                f"generation {done.number} of {done.of}: cost {done.best:.2f} (median "
                f"{done.median:.2f}), survived {done.tallies['survived']:.2f}, "
                f"{done.tallies['speed']:.2f} m/s, activation {done.tallies['mean_activation']:.3f}"
            )
            bar.update(task, description=line, completed=done.number, total=done.of)
            if not console.is_terminal:
                console.print(line, highlight=False, soft_wrap=True)

        cores = threads or available_cores()
        path = tune(source, out, overrides, cores, resume, show)
    print(path)


def _search_reference(
    kind: str,
    config: Path,
    out: Path | None,
    overrides: list[str],
    resume: bool,
    tell: Callable[[str], None],
) -> Path:
    """Search gains or a network of the reference gait; `tell` gets a line after each update."""
    if kind == "reference-residual":
        from .residual_learning import learn_residual

        def learned(update: int, steps: int, between: list[tuple[str, float]]) -> None:
            falls = (
                f"{t:.1f} s at {name}" if t < np.inf else f"none at {name}" for name, t in between
            )
            tell(f"update {update}: {steps} steps; time between falls " + ", ".join(falls))

        return learn_residual(config, out, overrides, resume, learned)
    from .gain_search import Distribution, GainConfig, search_gains

    def found(now: Distribution, of: GainConfig) -> None:
        tell(
            f"update {now.updates} of {of.updates}: {now.episodes} episodes, the last "
            f"{len(now.walked_s)} walked {np.mean(now.walked_s):.2f} s"
        )

    return search_gains(config, out, overrides, resume, found)


def find_tune_config(name: Path) -> Path:
    """Return the config file `name`, a path or the name of one that ships.

    Raises:
        ConfigError: neither.
    """
    return find_config(name, Path(__file__).parent / "configs", "tuning")


def _write_gait(out: Path, config: TuneConfig, row: np.ndarray, cost: float, done: int) -> None:
    gait = {
        "direction": config.direction,
        "speed_m_per_s": config.speed_m_per_s,
        "body": config.body,
        "walker": config.walker,
        "parameters": {n: float(f"{v:.6g}") for n, v in zip(NAMES, row, strict=True)},
        "made_by": {
            "command": " ".join(["retrowalk", *sys.argv[1:]]),
            "config": config.model_dump(),
            "generations_done": done,
            "median_cost_of_last_generation": round(cost, 4),
            "versions": {name: version(name) for name in ("retrowalk", "mujoco", "numpy", "cma")},
        },
    }
    write_text(out, yaml_text(gait))


def _write_history(path: Path, costs: list[np.ndarray], config: TuneConfig) -> None:
    content = {"costs": np.array(costs), "config": np.array(config.model_dump_json())}
    write_atomic(path, lambda file: np.savez(file, allow_pickle=False, **content))


def _read_history(path: Path, config: TuneConfig) -> list[np.ndarray]:
    if not path.exists():
        return []
    try:
        with np.load(path, allow_pickle=False) as stored:
            before = TuneConfig.model_validate_json(str(stored["config"]))
            costs = list(stored["costs"])
    except Exception as error:  # damage shows as any error of what reads it
        raise_shortage(error)
        raise ConfigError(
            f"{path}: was damaged ({error}); remove it to search from the start, or give another "
            "--out"
        ) from None
    for name, was in before.model_dump().items():
        now = getattr(config, name)
        if now != was and name not in _MAY_CHANGE:
            raise ConfigError(
                f"{path}: belongs to another tuning config ({name} = {was!r}, now {now!r}); put "
                "that back, or give another --out"
            )
    return costs
