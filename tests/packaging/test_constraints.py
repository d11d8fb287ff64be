"""The tested versions: constraints.txt names them all, and they are the ones installed here."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path


def _pins(root: Path) -> dict[str, str]:
    lines = (root / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {_normalised(name): version for name, version in pins}


def _normalised(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match, requirement
    return re.sub(r"[-_.]+", "-", match.group()).lower()


def test_every_requirement_is_pinned(root: Path):
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    required = {_normalised(line) for lines in (project["dependencies"], *extras) for line in lines}
    assert required <= _pins(root).keys()


def test_hand_made_pins(root: Path):
    pins = _pins(root)
    assert pins["mujoco"] == "3.17.0"
    assert pins["torch"] == "2.13.0"


def test_installed_versions_are_the_pinned_ones(root: Path):
    installed = {_normalised(d.metadata["Name"]): d.version for d in metadata.distributions()}
    pins = _pins(root)
    wrong = {n: v for n, v in installed.items() if n in pins and v.split("+")[0] != pins[n]}
    assert wrong == {}


def test_installed_requirements_are_all_pinned(root: Path):
    """What the base and development installs pulled in, followed from retrowalk, is pinned too."""
    pins = _pins(root)
    seen: set[str] = set()
    todo = ["retrowalk"]
    while todo:
        name = todo.pop()
        try:
            requirements = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # for another system or Python version
        seen.add(name)
        for line in requirements:
            wanted = "extra ==" not in line or (name == "retrowalk" and "dev" in line)
            if wanted and _normalised(line) not in {*seen, *todo}:
                todo.append(_normalised(line))
    assert seen - {"retrowalk"} <= pins.keys()
