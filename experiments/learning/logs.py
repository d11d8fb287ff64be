"""Where a training's numbers go: TensorBoard, Weights & Biases, a table, the terminal (`logs:`)."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ...sim.errors import RetrowalkError

if TYPE_CHECKING:
    from stable_baselines3.common.logger import Logger

LogName = Literal["tensorboard", "wandb", "csv", "stdout"]


def check_logs(names: Sequence[LogName]) -> None:
    """Refuse logs whose library is not installed.

    Raises:
        RetrowalkError: wandb is asked for and not installed.
    """
    if "wandb" in names and find_spec("wandb") is None:
        raise RetrowalkError(
            "logs: wandb is asked for, and wandb is not installed: pip install wandb"
        )


def make_logger(names: Sequence[LogName], folder: Path, settings: dict[str, Any]) -> Logger:
    """Return the logger of stable-baselines3 that writes to all of `names`, below `folder`.

    `settings` are those of the training; wandb keeps them with the run. It sends only where its own
    settings (`WANDB_MODE`) let it.
    """
    from stable_baselines3.common.logger import KVWriter, Logger, make_output_format

    place = folder / "tensorboard"
    threading.excepthook = _tell_once
    formats: list[KVWriter] = [
        make_output_format(name, str(place)) for name in names if name != "wandb"
    ]
    if "wandb" in names:
        formats.append(_wandb_writer(folder, settings))
    return Logger(str(place), formats)


_tell = threading.excepthook


def _tell_once(failed: threading.ExceptHookArgs) -> None:
    """Leave out what a thread of TensorBoard could not write: it raises that where we write too."""
    of_tensorboard = type(failed.thread).__module__.startswith("tensorboard")
    if not (of_tensorboard and isinstance(failed.exc_value, OSError)):
        _tell(failed)


def _wandb_writer(folder: Path, settings: dict[str, Any]) -> Any:
    wandb: Any = import_module("wandb")
    from stable_baselines3.common.logger import KVWriter

    run = wandb.init(
        project="retrowalk",
        name=settings["name"],
        dir=str(folder),
        config=settings,
        resume="allow",
        id=f"{settings['name']}-{settings['seed']}-{folder.name}",
    )

    class Writer(KVWriter):
        """Numbers of one dump as one row of the run."""

        def write(
            self, key_values: dict[str, Any], key_excluded: dict[str, Any], step: int = 0
        ) -> None:
            """Send what is a number."""
            del key_excluded
            numbers = {k: v for k, v in key_values.items() if not isinstance(v, str)}
            run.log(numbers, step=step)

        def close(self) -> None:
            """End the run."""
            run.finish()

    return Writer()
