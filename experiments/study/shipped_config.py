"""Finds a tool's config: a file, or a shipped one by name."""

from __future__ import annotations

from pathlib import Path

from ...sim.errors import ConfigError, unknown_name


def find_config(name: Path, folder: Path, kind: str) -> Path:
    """Return the config file `name`: a path, or the name of one in `folder`.

    Args:
        folder: of the configs that ship. kind: of config, for messages (`tuning`, `solving`).

    Raises:
        ConfigError: neither.
    """
    if name.is_file():
        return name
    shipped = {path.stem: path for path in folder.glob("*.yaml")}
    if str(name) in shipped:
        return shipped[str(name)]
    if name.suffix or name.exists():
        raise ConfigError(f"{name}: no such {kind} config file")
    raise unknown_name(f"{kind} config", str(name), shipped)
