"""Functions that workers of the pool's tests call: processes import them by this module's name."""

from __future__ import annotations

import os
import time
from pathlib import Path

from retrowalk.sim.errors import ConfigError


def divide(number: int, by: int) -> tuple[float, int]:
    return number / by, os.getpid()


def refuse(text: str) -> None:
    raise ConfigError(text)


def end_by(number: int) -> None:
    os.kill(os.getpid(), number)
    time.sleep(30)


def tell(path: Path, then: int) -> None:
    path.write_text(str(os.getpid()))
    os.kill(os.getpid(), then)
    time.sleep(60)
