"""Learn to walk: `retrowalk train` from a config to checkpoints and a learning curve.

Training goes in segments. Each starts fresh episodes on fresh ground, and seeds every generator,
from the config's seed and the segment's number alone; what a segment needs from before is in the
checkpoint. So a run that is resumed gives the same numbers as one that was not interrupted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ...envs.gaits.gait_files import gait_table
from ...envs.gaits.parameters import GaitTable
from ...envs.gym.vector import WalkVectorEnv
from ...envs.policies.policy_file import GaitRows
from ...sim.errors import ConfigError, RetrowalkError
from ...sim.extras import needs_extra
from ...sim.physics.backends import find_backend
from ...sim.random_streams import named_sequence
from ..runner.interruption import raise_if_interrupted
from ..store.atomic import make_folder, remove_temporaries, write_bytes
from ..store.foreign import refuse_foreign
from ..store.lock import held
from ..store.sealed import read_sealed, write_sealed
from .card import write_card
from .config import TrainingConfig
from .evaluation import Evaluations, evaluate
from .learning_curve import CURVE, curve_row, write_rows
from .logs import check_logs
from .training_record import (
    RECORD,
    TrainingRecord,
    begun_with,
    changed_versions,
    check_same_training,
    write_record,
)

if TYPE_CHECKING:
    from .learner import Learner
    from .warm_start import WarmStart


LEARNED_ON = "gait.json"
_KIND = "kind"  # what the file says of itself


def train(
    config: TrainingConfig,
    folder: Path,
    resume: bool = False,
    threads: int = 1,
    report: Callable[[dict[str, float]], None] = lambda row: None,
    note: Callable[[str], None] = lambda text: None,
) -> Path:
    """Train a policy; return the path of the ONNX file, written anew with every checkpoint.

    Args:
        config: what to train. folder: of the run, made here. resume: go on in it.
        threads: of torch and of the walkers' surfaces. report: told each row of the curve.
        note: told a line that the user should know.

    Raises:
        ConfigError: the folder holds a run already, none to go on with, or one of other settings.
        RetrowalkError: the extra `rl`, the backend's, or what `logs` asks for is not installed.
    """
    try:
        import torch
    except ImportError as error:
        raise RetrowalkError(needs_extra("training", "rl", error)) from error
    check_logs(config.file.logs)
    find_backend(**config.physics)
    if config.file.device != "cpu" and not torch.cuda.is_available():
        raise ConfigError(
            f"{config.source}: device = '{config.file.device}': torch finds no GPU here; "
            "take 'cpu', or install torch with CUDA"
        )
    torch.set_num_threads(threads)
    make_folder(folder)
    with held(folder):
        remove_temporaries(folder)
        return _train(config, folder, resume, threads, report, note)


def _train(
    config: TrainingConfig,
    folder: Path,
    resume: bool,
    threads: int,
    report: Callable[[dict[str, float]], None],
    note: Callable[[str], None],
) -> Path:
    from stable_baselines3.common.utils import set_random_seed

    from .checkpoint import go_back, latest, save_checkpoint
    from .export import export_policy
    from .learner import make_learner, why_on_host
    from .warm_start import find_warm_start

    begun = latest(folder) is not None
    before = _before(config, folder, begun, resume, note)
    exported = folder / f"{config.file.name}.onnx"
    begin = config.file.start_from
    warm = find_warm_start(begin) if begin is not None and not begun else None
    table = _table(config, folder, begun, warm)
    env = WalkVectorEnv(
        config.walkers,
        config.task_at(0),
        table,
        autoreset_mode="SameStep",
        threads=threads,
        backend=config.file.backend,
        device=config.physics["device"],
    )
    if config.file.backend == "warp" and (told := why_on_host(config, table)) is not None:
        note(f"{config.source}: {told} is computed on the processor, and so are rewards: slower")
    learner = make_learner(config, env, folder)
    segment, curve = go_back(learner, folder, note) if begun else (0, [])
    sessions = write_record(folder, config, before, segment * config.segment_steps)
    if warm is not None:
        warm.apply(learner)
    minutes_before = float(curve[-1]["minutes"]) if curve else 0.0
    first_s = time.monotonic() - minutes_before * 60.0
    trying = Evaluations(folder, segment * config.segment_steps)

    def publish() -> None:
        write_rows(folder / CURVE, curve)
        export_policy(learner, GaitRows.of(table), curve, sessions, exported)
        write_card(exported)

    if segment:  # it may have been cut short before it was shown and tried
        publish()
        _try(config, learner, exported, segment, trying, threads)
    while segment * config.segment_steps < config.steps:
        raise_if_interrupted()
        done = segment * config.segment_steps
        if trying.worn_out(config.file.evaluation and config.file.evaluation.patience):
            break
        seed = int(named_sequence(config.seed, "segment", segment).generate_state(1)[0])
        set_random_seed(seed)
        env.change_task(config.task_at(done), seed)
        value_only = segment == 0 and warm is not None and not warm.value_known
        row = learner.learn(config.segment_steps, value_only)
        segment += 1
        row = {"minutes": (time.monotonic() - first_s) / 60.0, **row}
        curve.append(curve_row(row))
        save_checkpoint(learner, folder, segment, curve)
        publish()
        report(row)
        _try(config, learner, exported, segment, trying, threads)
    return exported


def _before(
    config: TrainingConfig, folder: Path, begun: bool, resume: bool, note: Callable[[str], None]
) -> TrainingRecord | None:
    """Return the record of the training in `folder`, None if there is none to go on with.

    Raises:
        ConfigError: it may not be gone on with.
    """
    if not resume:
        if begun:
            raise ConfigError(
                f"{folder}: holds a run already; go on with --resume, or choose another"
            )
        refuse_foreign(folder, (RECORD, LEARNED_ON), "training")
        return None
    before = begun_with(folder)
    if before is None and not begun:
        raise ConfigError(f"{folder}: holds no checkpoint to go on with")
    if before is not None:
        check_same_training(before, config, folder)
        if changed := changed_versions(before):
            note(f"{folder}: goes on with other versions than before ({changed})")
    return before


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
        make_folder(gait.parent / "best")
        for file in (gait, gait.with_suffix(".json")):
            write_bytes(gait.parent / "best" / file.name, file.read_bytes())


def _table(config: TrainingConfig, folder: Path, begun: bool, warm: WarmStart | None) -> GaitTable:
    """The scripted gait that is learned on: as it was when the run began.

    Who starts from what the same walker learned before goes on with the gait that was learned on.
    """
    path = folder / LEARNED_ON
    if begun:
        remedy = "choose another folder with --out"
        kept = read_sealed(path, "the gait learned on", remedy, since=_KIND)
        kept.pop(_KIND, None)
        return GaitRows(**kept).table
    task = config.base
    table = gait_table(task.direction, task.walker.name, task.body)
    if warm is not None and warm.contract.walker == task.walker.name:
        table = warm.table
    write_sealed(path, {_KIND: "gait learned on", **GaitRows.of(table).model_dump()})
    return table
