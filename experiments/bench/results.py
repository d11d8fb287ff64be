"""Results of a bench as a file, with the machine and the versions, and beside an older one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ...sim.errors import ConfigError
from ...sim.fields import is_number
from ...sim.json_file import read_json
from ...sim.plain_values import is_mapping
from ..store.atomic import write_text
from ..store.manifest import machine, numeric_versions

NUMBERS = "numbers"


def write_results(path: Path, numbers: Mapping[str, float], quick: bool) -> None:
    """Write the numbers of a bench, and what they are of, to `path`."""
    results = {
        NUMBERS: dict(numbers),
        "quick": quick,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "versions": numeric_versions(),
    }
    write_text(path, json.dumps(results, indent=2) + "\n")


def read_results(path: Path) -> dict[str, float]:
    """Return the numbers of an older bench.

    Raises:
        ConfigError: no such file, or none that a bench wrote.
    """
    try:
        found: Any = read_json(path)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: no results of a bench: {error}") from None
    numbers = found.get(NUMBERS) if is_mapping(found) else None
    if not is_mapping(numbers) or not all(map(is_number, numbers.values())):
        raise ConfigError(f"{path}: no results of a bench: '{NUMBERS}' has no numbers by name")
    return {str(name): float(value) for name, value in numbers.items()}
