"""The layout of the checkout: five parts, small files, one idea each."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

LONGEST_FILE = 400  # lines
VAGUE_NAMES = re.compile(r"(^|_)(utils?|helpers?|managers?|misc)(_|$)")


def test_the_five_parts_and_no_package_at_the_root(root: Path):
    for part in ("sim", "models", "envs", "experiments"):
        assert (root / part / "__init__.py").is_file()
    assert (root / "tests").is_dir()
    assert not list(root.glob("*.py"))


def test_files_are_short(all_sources):
    long = {
        str(source.path): lines
        for source in all_sources
        if (lines := source.text.count("\n")) > LONGEST_FILE
    }
    assert long == {}


def test_files_are_named_after_their_idea(all_sources):
    wrong = [
        str(source.path)
        for source in all_sources
        if any(VAGUE_NAMES.search(part) for part in source.path.with_suffix("").parts)
    ]
    assert wrong == []


def test_every_package_file_says_what_it_is(sources):
    assert [str(s.path) for s in sources if not s.text.lstrip().startswith(('"""', 'r"""'))] == []


def test_every_package_is_listed_in_pyproject(sources, root: Path):
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    assert set(project["tool"]["setuptools"]["packages"]) == {s.package for s in sources}
