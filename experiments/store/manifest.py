"""The manifest of a run: where its numbers come from."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from ...sim.errors import ConfigError
from ...sim.measures.base.definition import DEFINITIONS
from ..rollout.engine import Engine
from ..study.plan import Plan
from .machine import available_cores

_LIBRARIES = ("retrowalk", "mujoco", "numpy", "scipy", "xarray", "pandas")
_MUST_AGREE = ("config_digest", "digests", "numeric_versions")
MEASURES = "measures"
"""Name of the edition of the measures' definitions among the versions."""
_NUMERIC = ("retrowalk", "mujoco", "numpy", "scipy")


def new_manifest(plan: Plan, engine: Engine) -> dict[str, Any]:
    """Return what is known before anything runs."""
    versions = {"python": platform.python_version(), **{n: _version(n) for n in _LIBRARIES}}
    versions[MEASURES] = DEFINITIONS
    return {
        "name": plan.config.name,
        "status": "running",
        "config_digest": plan.config.digest(),
        "digests": _digests(plan, engine),
        "seed": plan.config.seed,
        "trial_seeds": list(plan.seeds),
        "cells": [
            {"index": cell.index, "name": cell.name, "levels": dict(cell.levels)}
            for cell in plan.cells
        ],
        "versions": versions,
        "numeric_versions": numeric_versions(),
        "git_commit": git_commit(),
        "machine": machine(),
        "sessions": [],
        "wall_time_s": 0.0,
    }


def numeric_versions() -> dict[str, str | None]:
    """Return the versions of what numbers come from: libraries, the measures' definitions."""
    return {**{name: _version(name) for name in _NUMERIC}, MEASURES: DEFINITIONS}


def session(command: Sequence[str], threads: int, batch: int, started: str) -> dict[str, Any]:
    """Return the entry of one call that worked on a run; the runner adds what it took."""
    return {"command": list(command), "started": started, "threads": threads, "batch": batch}


def check_same_run(old: dict[str, Any], new: dict[str, Any], folder: Path) -> None:
    """Refuse to go on with a run whose numbers would come from something else."""
    for key in _MUST_AGREE:
        if old.get(key) == new[key]:
            continue
        if key == "config_digest":
            raise ConfigError(
                f"{folder}: holds another run (the config differs from its config.yaml); "
                "choose another folder with --out"
            )
        changed = difference(old.get(key), new[key])
        raise ConfigError(
            f"{folder}: its trials were made with something else ({changed}), so new ones cannot "
            "join them; choose another folder with --out"
        )


def read_manifest(path: Path) -> dict[str, Any]:
    """Read a manifest, refusing a damaged one."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: cannot be read as a manifest: {error}") from None
    if not isinstance(content, dict):
        raise ConfigError(f"{path}: cannot be read as a manifest: it holds no mapping")
    return content


def git_commit() -> str | None:
    """Return the commit of the checkout that the code runs from, marked if changed, or None."""
    folder = Path(__file__).resolve().parent
    git = ["git", "-C", str(folder)]
    try:
        tracked = subprocess.run(
            [*git, "ls-files", "--error-unmatch", Path(__file__).name],
            capture_output=True,
            timeout=10,
        )
        if tracked.returncode:
            return None  # installed inside some other project's checkout
        commit = subprocess.run(
            [*git, "rev-parse", "HEAD"], capture_output=True, text=True, timeout=10, check=True
        ).stdout.strip()
        changed = subprocess.run(
            [*git, "status", "--porcelain", "--untracked-files=no"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None
    return f"{commit} (changed)" if changed else commit


def machine() -> dict[str, Any]:
    """Return what of the machine bears on speed."""
    return {
        "platform": platform.platform(),
        "processor": _processor(),
        "cores": available_cores(),
        "byte_order": sys.byteorder,
    }


def _digests(plan: Plan, engine: Engine) -> dict[str, str]:
    found: dict[str, str] = {}
    for cell in plan.cells:
        found |= engine.digests(cell)
    return dict(sorted(found.items()))


def _version(library: str) -> str | None:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def difference(old: Any, new: dict[str, Any]) -> str:
    """Return in words what of `old` is another in `new`; empty if nothing."""
    if not isinstance(old, dict):
        return "unknown versions"
    keys = [key for key in sorted({*old, *new}) if old.get(key) != new.get(key)]
    return ", ".join(f"{key}: {_brief(old.get(key))}, now {_brief(new.get(key))}" for key in keys)


def _brief(value: Any) -> str:
    return str(value)[:12]
