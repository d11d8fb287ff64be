"""JSON files with their own checksum."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...sim.errors import ConfigError
from ...sim.json_file import read_json
from ...sim.plain_values import is_dict
from ...sim.shortage import raise_shortage
from .atomic import write_json

SEAL = "checksum"


def write_sealed(path: Path, content: Mapping[str, Any]) -> None:
    """Write a mapping and its checksum, whole or not at all."""
    write_json(path, {**content, SEAL: _checksum(content)})


def read_sealed(path: Path, kind: str, remedy: str, *, since: str | None = None) -> dict[str, Any]:
    """Read what `write_sealed` wrote.

    Args:
        kind: what the file is, and remedy: what to do about damage, for the message.
        since: a key that came with the checksum: files of older versions have neither, and are
            taken as they are. None: there are no older ones.

    Raises:
        ConfigError: the file is missing, damaged or changed.
    """
    try:
        content: Any = read_json(path)
    except (OSError, ValueError) as error:
        raise_shortage(error)
        raise ConfigError(f"{path}: cannot be read as {kind} ({error}); {remedy}") from None
    if not is_dict(content):
        raise ConfigError(f"{path}: cannot be read as {kind} (it holds no mapping); {remedy}")
    seal = content.pop(SEAL, None)
    older = seal is None and since is not None and since not in content
    if not older and seal != _checksum(content):
        raise ConfigError(f"{path}: was damaged or changed (its checksum does not fit); {remedy}")
    return content


def _checksum(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
