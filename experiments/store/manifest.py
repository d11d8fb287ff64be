"""The manifest of a run: where its numbers come from."""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NotRequired, TypedDict, cast

from ...envs.policies.source import kind_of
from ...sim.errors import ConfigError
from ...sim.measures.base.definition import DEFINITIONS
from ...sim.plain_values import is_dict
from ..rollout.engine import Engine
from ..study.controller_factor import CONTROLLER
from ..study.fields import Scalar
from ..study.left_out import LeftOutEntry
from ..study.plan import Plan
from .machine import available_cores
from .sealed import read_sealed, write_sealed

_LIBRARIES = (
    *("retrowalk", "mujoco", "numpy", "scipy", "xarray", "pandas"),
    *("onnxruntime", "pyarrow", "h5netcdf"),
)
_MUST_AGREE = ("config_digest", "digests", "numeric_versions")
MEASURES: Final = "measures"
"""Name of the edition of the measures' definitions among the versions."""
_NUMERIC = ("retrowalk", "mujoco", "numpy", "scipy")
FURTHER = ("onnxruntime",)
"""Numeric versions of runs whose gaits need them; older manifests lack them."""
PARTS = (
    *("sim", "models", "envs"),
    *(f"experiments.{name}" for name in ("statistics", "study", "rollout", "analysis")),
)
"""Packages with all below them. What only writes, shows or carries out a run is not among them."""
_KINDS = (".py", ".csv", ".toml", ".xml", ".yaml")


class PlannedCell(TypedDict):
    """A cell of the plan."""

    index: int
    name: str
    levels: dict[str, Scalar]


class Machine(TypedDict):
    """The machine's properties that affect speed."""

    platform: str
    processor: str
    cores: int
    byte_order: str


class Session(TypedDict):
    """One call that worked on a run; what its scheduler tells of workers stands beside."""

    command: list[str]
    started: str
    threads: int
    batch: int
    git_commit: str | None
    trials: int
    wall_time_s: float


class Manifest(TypedDict):
    """The content of `manifest.json`; what older versions did not write is got with a default.

    `run` is the digest of all that must agree, `code` that of the code that trials come from,
    `left_out` what the run's controllers cannot walk, `files` the checksums of what it wrote.
    """

    name: str
    status: str
    config_digest: str
    digests: dict[str, str]
    seed: int
    trial_seeds: list[int]
    cells: list[PlannedCell]
    versions: dict[str, str | None]
    numeric_versions: dict[str, str | None]
    git_commit: str | None
    code: str
    machine: Machine
    sessions: list[Session]
    wall_time_s: float
    left_out: NotRequired[list[LeftOutEntry]]
    files: NotRequired[dict[str, str]]
    run: str


def new_manifest(plan: Plan, engine: Engine) -> Manifest:
    """Return what is known before anything runs."""
    versions = {"python": platform.python_version(), **{n: _version(n) for n in _LIBRARIES}}
    versions[MEASURES] = DEFINITIONS
    found: Manifest = {
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
        "numeric_versions": numeric_versions(_libraries(plan)),
        "git_commit": git_commit(),
        "code": code_digest(),
        "machine": machine(),
        "sessions": [],
        "wall_time_s": 0.0,
        "run": "",
    }
    if CONTROLLER in plan.config.factors:
        found["left_out"] = [one.told for one in plan.left_out]
    found["run"] = run_digest(found)
    return found


def run_digest(manifest: Mapping[str, Any]) -> str:
    """Return the sha256 of what a run's numbers come from; its pieces and recordings carry it."""
    text = json.dumps([manifest[key] for key in (*_MUST_AGREE, "trial_seeds")], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def numeric_versions(further: Iterable[str] = ()) -> dict[str, str | None]:
    """Return the versions of what numbers come from: libraries, the measures' definitions."""
    return {**{name: _version(name) for name in (*_NUMERIC, *further)}, MEASURES: DEFINITIONS}


def check_same_run(old: Manifest, new: Manifest, folder: Path) -> None:
    """Refuse to go on with a run whose numbers would come from something else."""
    for key in _MUST_AGREE:
        if _agree(old.get(key), new[key]):
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


def check_same_code(old: Manifest, new: Manifest, folder: Path) -> None:
    """Refuse to add trials to those that other code made: they may differ.

    Raises:
        ConfigError: naming the commits.
    """
    if old.get("code") != new["code"]:
        commits = f"commit {_brief(old.get('git_commit'))}, now {_brief(new['git_commit'])}"
        raise ConfigError(
            f"{folder}: its trials were made by other code ({commits}), so new ones cannot join "
            "them; go on with that code, or choose another folder with --out"
        )


def changed_beside(old: Manifest, new: Manifest) -> str:
    """Return in words which changes do not affect numbers: the commit, table libraries."""
    then, now = ({**one.get("versions", {}), "commit": one.get("git_commit")} for one in (old, new))
    known = {name: value for name, value in then.items() if name in now}
    return difference(known, {name: value for name, value in now.items() if name in known})


def read_manifest(path: Path) -> Manifest:
    """Read a manifest, refusing a damaged one."""
    remedy = "run the experiment into another folder with --out"
    return cast(Manifest, read_sealed(path, "a manifest", remedy, since="run"))


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write a manifest with its checksum."""
    write_sealed(path, manifest)


@cache
def code_digest() -> str:
    """Return the sha256 of the source of `PARTS`, whatever commit it is of."""
    root, found = __name__.partition(".")[0], hashlib.sha256()
    for part in PARTS:
        spec = find_spec(f"{root}.{part}")
        for folder in map(Path, (spec and spec.submodule_search_locations) or ()):
            for path in sorted(folder.rglob("*")):
                if path.suffix in _KINDS and path.is_file():
                    found.update(f"{part} {path.relative_to(folder).as_posix()}\n".encode())
                    found.update(path.read_bytes())
    return found.hexdigest()


@cache
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


def machine() -> Machine:
    """Return the machine's properties that affect speed."""
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


def _libraries(plan: Plan) -> tuple[str, ...]:
    """Return the libraries that compute what this plan's gaits do, besides the usual."""
    kinds = [kind_of(policy) for policy in dict.fromkeys(cell.policy for cell in plan.cells)]
    return tuple(dict.fromkeys(name for kind in kinds if kind for name in kind.libraries))


def _agree(old: Any, new: Any) -> bool:
    """Whether two values are the same; what an older version did not tell is not compared."""
    if is_dict(old) and is_dict(new):
        return old == {name: one for name, one in new.items() if name in old or name not in FURTHER}
    return old == new


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
    """Return in words what differs between `old` and `new`; empty if nothing."""
    if not is_dict(old):
        return "unknown versions"
    keys = [key for key in sorted({*old, *new}) if old.get(key) != new.get(key)]
    return ", ".join(f"{key}: {_brief(old.get(key))}, now {_brief(new.get(key))}" for key in keys)


def _brief(value: Any) -> str:
    return str(value)[:12]
