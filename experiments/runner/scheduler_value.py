"""The value of `--scheduler`: an address, a scheduler's file, local workers or Slurm."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ...sim.errors import ConfigError, unknown_name
from ..store.machine import available_cores

ALLOWED = (
    "an address (tcp://HOST:PORT, tls://HOST:PORT or HOST:PORT), a scheduler's file (NAME.json), "
    "local or local:N, slurm or slurm:KEY=VALUE,..."
)
SLURM_OPTIONS: dict[str, str] = {
    "jobs": r"[1-9]\d{0,4}",
    "cores": r"[1-9]\d{0,3}",
    "memory": r"\d+(\.\d+)?\s?[kKMGT]i?B",
    "walltime": r"(\d+-)?\d{1,2}(:\d{2}){1,2}",
    "queue": r"\S+",
    "account": r"\S+",
    "interface": r"\S+",
}
"""What may follow `slurm:`, and what its value must look like."""

_ADDRESS = re.compile(r"((tcp|tls|ws|wss|ucx)://)?(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}")


@dataclass(frozen=True)
class Place:
    """What `--scheduler` names.

    Attributes:
        kind: `address`, `file`, `local` or `slurm`.
        text: as the user wrote it. options: of slurm. workers: of `local:N`.
    """

    kind: str
    text: str
    workers: int = 1
    options: Mapping[str, str] = field(default_factory=dict[str, str])


def read_place(text: str) -> Place:
    """Return what the value of `--scheduler` names.

    Raises:
        ConfigError: it is none of what is allowed.
    """
    kind, colon, rest = text.partition(":")
    if kind == "local":
        if colon and not (rest.isdecimal() and 1 <= int(rest) <= 1024):
            raise ConfigError(f"--scheduler {text}: N of local:N must be a number from 1 to 1024")
        return Place("local", text, int(rest) if colon else available_cores())
    if kind == "slurm":
        return Place("slurm", text, options=_slurm_options(rest, text) if colon else {})
    if text.endswith(".json"):
        return Place("file", text)
    if _ADDRESS.fullmatch(text) and int(text.rpartition(":")[2]) <= 65535:
        return Place("address", text)
    raise ConfigError(f"--scheduler {text}: must be {ALLOWED}")


def _slurm_options(rest: str, text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in rest.split(","):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if key not in SLURM_OPTIONS:
            raise ConfigError(f"--scheduler {text}: {unknown_name('option', key, SLURM_OPTIONS)}")
        if not equals or not re.fullmatch(SLURM_OPTIONS[key], value):
            shape = {"memory": "such as 16GB", "walltime": "such as 04:00:00"}
            say = shape.get(key, "a whole number from 1" if key in ("jobs", "cores") else "a name")
            raise ConfigError(f"--scheduler {text}: {key} must be {say}, is '{value}'")
        if key in found:
            raise ConfigError(f"--scheduler {text}: {key} is repeated")
        found[key] = value
    return found
