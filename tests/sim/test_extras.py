"""Extras: what they need is read from the package; the sentence names what is missing."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from retrowalk.sim import extras

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


@pytest.mark.skipif(not PROJECT.exists(), reason="needs the source tree")
def test_extras_are_those_of_the_project():
    declared = tomllib.loads(PROJECT.read_text("utf-8"))["project"]["optional-dependencies"]
    assert set(extras.extras()) == set(declared)
    for name, lines in declared.items():
        assert sorted(map(parts, extras.extras()[name])) == sorted(map(parts, lines))


def parts(requirement: str) -> list[str]:
    """Name and bounds of a requirement, whatever their order."""
    return sorted(re.split(r",|(?=[<>=!])(?<![<>=!])", requirement))


def test_the_sentence_names_the_packages_that_are_missing(monkeypatch: pytest.MonkeyPatch):
    wanted = {"video": ("here>=1", "absent[part]>=2,<3")}
    monkeypatch.setattr(extras, "extras", lambda: wanted)
    monkeypatch.setattr(
        extras, "installed_version", lambda line: "1.0" if line.startswith("here") else None
    )
    error = ImportError("no", name="absent")
    said = extras.needs_extra("a video", "video", error)
    assert said == (
        "a video needs the extra `video` (absent is not installed): "
        "pip install 'absent[part]>=2,<3'"
    )


def test_a_requirement_is_looked_up_by_its_distribution():
    assert extras.installed_version("numpy>=2.0.2") is not None
    assert extras.installed_version("no-such-distribution>=1") is None


def test_no_hint_asks_an_index_for_retrowalk(root: Path):
    """It is on none: what is missing is installed by its own name."""
    named = re.compile(r"pip install [^\n]*retrowalk\[")
    told = [
        path
        for part in ("sim", "models", "envs", "experiments", "docs")
        for path in (root / part).rglob("*")
        if path.suffix in (".py", ".md", ".ipynb", ".yaml")
        and named.search(path.read_text("utf-8"))
    ]
    assert told == []
