"""Learn to walk: `retrowalk train` from a config to checkpoints and a learning curve.

Training goes in segments. Each starts fresh episodes on fresh ground, and seeds every generator,
from the config's seed and the segment's number alone; what a segment needs from before is in the
checkpoint. So a run that is resumed gives the same numbers as one that was not interrupted.
"""

from __future__ import annotations

import csv
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...envs.gaits.gait_files import gait_table
from ...envs.gaits.parameters import NAMES, GaitTable
from ...envs.gym.vector import WalkVectorEnv
from ...sim.errors import ConfigError, RetrowalkError
from ...sim.extras import needs_extra
from ...sim.random_streams import named_sequence
from .config import TrainingConfig
from .evaluation import Evaluations, evaluate

if TYPE_CHECKING:
    from .learner import Learner
    from .warm_start import WarmStart

CURVE = "learning_curve.csv"


def train(
    config: TrainingConfig,
    folder: Path,
    resume: bool = False,
    threads: int = 1,
    report: Callable[[dict[str, float]], None] = lambda row: None,
) -> Path:
    """Train a policy; return the path of the ONNX file, written anew with every checkpoint.

    Args:
        config: what to train. folder: of the run, made here. resume: go on in it.
        threads: of torch and of the walkers' surfaces. report: told each row of the curve.

    Raises:
        ConfigError: the folder holds a run already, or none to go on with.
        RetrowalkError: the extra `rl` is not installed.
    """
    try:
        import torch
        from stable_baselines3.common.utils import set_random_seed
    except ImportError as error:
        raise RetrowalkError(needs_extra("training", "rl", error)) from error
    from .checkpoint import latest, load_checkpoint, save_checkpoint
    from .export import export_policy
    from .learner import make_learner
    from .warm_start import find_warm_start

    torch.set_num_threads(threads)
    folder.mkdir(parents=True, exist_ok=True)
    last = latest(folder)
    exported = folder / f"{config.file.name}.onnx"
    if last is None and resume:
        raise ConfigError(f"{folder}: holds no checkpoint to go on with")
    if last is not None and not resume:
        raise ConfigError(f"{folder}: holds a run already; go on with --resume, or choose another")
    begin = config.file.start_from
    warm = find_warm_start(begin) if begin is not None and last is None else None
    table = _table(config, folder, resume, warm)
    env = WalkVectorEnv(
        config.walkers, config.task_at(0), table, autoreset_mode="SameStep", threads=threads
    )
    learner = make_learner(config, env, folder)
    segment = 0 if last is None else load_checkpoint(learner, last)
    if warm is not None:
        warm.apply(learner)
    first_s = time.monotonic() - _minutes_before(folder) * 60.0
    trying = Evaluations(folder)
    if segment:  # it may have been cut short before it was tried
        export_policy(learner, gait_as_data(table), read_curve(folder), exported)
        _try(config, learner, exported, segment, trying, threads)
    while segment * config.segment_steps < config.steps:
        done = segment * config.segment_steps
        if trying.worn_out(config.file.evaluation and config.file.evaluation.patience):
            break
        seed = int(named_sequence(config.seed, "segment", segment).generate_state(1)[0])
        set_random_seed(seed)
        env.change_task(config.task_at(done), seed)
        value_only = segment == 0 and warm is not None and not warm.value_known
        row = learner.learn(config.segment_steps, value_only)
        segment += 1
        save_checkpoint(learner, folder, segment)
        row = {"minutes": (time.monotonic() - first_s) / 60.0, **row}
        _append(folder / CURVE, row)
        export_policy(learner, gait_as_data(table), read_curve(folder), exported)
        report(row)
        _try(config, learner, exported, segment, trying, threads)
    return exported


def _try(
    config: TrainingConfig,
    learner: Learner,
    gait: Path,
    segment: int,
    trying: Evaluations,
    threads: int,
) -> None:
    """Evaluate the gait where it is time to; keep a copy of the best in `best/`.

    It takes nothing from the generators that training goes on with: each segment seeds them.
    """
    settings = config.file.evaluation
    if settings is None or segment % settings.every_segments:
        return
    steps = segment * config.segment_steps
    if not trying.has(steps):
        rows = evaluate(settings, config.base, gait, config.seed, threads)
        trying.add(steps, rows)
        learner.log({f"{row['surface']}/{k}": v for row in rows for k, v in row.items()})
    if trying.is_best():
        (gait.parent / "best").mkdir(exist_ok=True)
        for file in (gait, gait.with_suffix(".json")):
            shutil.copy2(file, gait.parent / "best" / file.name)


def _table(config: TrainingConfig, folder: Path, resume: bool, warm: WarmStart | None) -> GaitTable:
    """The scripted gait that is learned on: as it was when the run began.

    Who starts from what the same walker learned before goes on with the gait that was learned on.
    """
    path = folder / "gait.json"
    if resume:
        kept = json.loads(path.read_text("utf-8"))
        return GaitTable(
            kept["direction"], np.array(kept["speeds_m_per_s"]), np.array(kept["values"])
        )
    table = gait_table(config.base.direction, config.base.walker.name)
    if warm is not None and warm.contract.walker == config.base.walker.name:
        table = warm.table
    path.write_text(json.dumps(gait_as_data(table)), "utf-8")
    return table


def gait_as_data(table: GaitTable) -> dict[str, Any]:
    """A table as JSON holds it: `direction`, `speeds_m_per_s`, `names`, `values`."""
    return {
        "direction": table.direction,
        "speeds_m_per_s": table.speeds.tolist(),
        "names": list(NAMES),
        "values": table.values.tolist(),
    }


def read_curve(folder: Path) -> list[dict[str, str]]:
    """Return the rows of a run's learning curve so far."""
    path = folder / CURVE
    if not path.exists():
        return []
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def _minutes_before(folder: Path) -> float:
    """Minutes that earlier parts of the run took."""
    rows = read_curve(folder)
    return float(rows[-1]["minutes"]) if rows else 0.0


def _append(path: Path, row: dict[str, float]) -> None:
    new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        if new:
            writer.writeheader()
        writer.writerow({key: f"{value:.6g}" for key, value in row.items()})
