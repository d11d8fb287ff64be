"""Imports point one way: experiments -> envs -> models -> sim -> numerical libraries."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

# Each part, with the parts of the package that it may import.
MAY_IMPORT = {
    "sim": {"sim"},
    "models": {"models", "sim"},
    "envs": {"envs", "models", "sim"},
    "experiments": {"experiments", "envs", "models", "sim"},
}
SIM_LIBRARIES = {"mujoco", "mujoco_warp", "numpy", "pandas", "scipy", "warp", "xarray"}
TASK_WORDS = {
    *("technique", "policy", "reward", "observation", "termination"),
    *("walker", "environment", "experiment", "config", "report"),
}
PART_OF = {
    "pydantic_core": "pydantic",  # installed with, and versioned by, a declared library
    "warp": "warp-lang",  # which need not be installed
}


def _third_party(target: str) -> str | None:
    """Return the top-level module of an absolute import from outside Python and retrowalk."""
    top = target.split(".")[0]
    return None if top in sys.stdlib_module_names or top == "retrowalk" else top


def test_parts_import_only_parts_below_them(sources):
    wrong = [
        f"{source.path}:{item.line} imports {item.target}"
        for source in sources
        for item in source.imports()
        if item.target.startswith("retrowalk")
        and item.target.split(".")[1] not in MAY_IMPORT[source.part]
    ]
    assert wrong == []


def test_package_imports_itself_relatively(sources):
    wrong = [
        f"{source.path}:{item.line} imports {item.target}; write a relative import"
        for source in sources
        for item in source.imports()
        if not item.relative
        and item.target.split(".")[0] in {"retrowalk", *MAY_IMPORT}
        and source.package != "retrowalk"  # the face lies elsewhere than its package
    ]
    assert wrong == []


def test_nothing_imports_a_part_by_its_folder_name(all_sources):
    wrong = [
        f"{source.path}:{item.line} imports {item.target}; write retrowalk.{item.target}"
        for source in all_sources
        for item in source.imports()
        if not item.relative and item.target.split(".")[0] in MAY_IMPORT
    ]
    assert wrong == []


def test_only_mujoco_batch_steps_physics(all_sources):
    wrong = [
        f"{source.path}:{item.line}"
        for source in all_sources
        for item in source.imports()
        if item.target.startswith("gymnasium.envs.mujoco")
    ]
    assert wrong == []


def test_sim_knows_physics_only(sources):
    wrong = []
    for source in sources:
        if source.part != "sim":
            continue
        for item in source.imports():
            library = _third_party(item.target)
            words = set(re.split(r"[._]", item.target.lower()))
            if words & TASK_WORDS or (library and library not in SIM_LIBRARIES):
                wrong.append(f"{source.path}:{item.line} imports {item.target}")
    assert wrong == []


def test_third_party_imports_are_declared(sources, root: Path):
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    requirements = [*project["dependencies"]]
    requirements += [line for name, lines in extras.items() if name != "dev" for line in lines]
    declared = {_normalised(line) for line in requirements}
    distributions = metadata.packages_distributions()
    wrong = []
    for source in sources:
        for item in source.imports():
            top = _third_party(item.target)
            if top is None:
                continue
            names = {_normalised(name) for name in distributions.get(top, [top])}
            names.add(PART_OF.get(top, top))
            if not names & declared:
                wrong.append(f"{source.path}:{item.line} imports {top}")
    assert wrong == []


def _normalised(requirement: str) -> str:
    """Return the distribution's name in a requirement, as PyPI compares names."""
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match, requirement
    return re.sub(r"[-_.]+", "-", match.group()).lower()
