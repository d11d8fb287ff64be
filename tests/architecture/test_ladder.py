"""The ladder of packages in pyproject.toml: each knows only what stands before it."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

NAMED = re.compile(r"\bretrowalk((?:\.[a-z_]\w*)+)")


@pytest.fixture(scope="module")
def ladder(root: Path) -> dict[str, int]:
    """The place of each package, lowest first."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    return {name: place for place, name in enumerate(project["tool"]["retrowalk"]["ladder"])}


def _rung(target: str, ladder: dict[str, int]) -> str | None:
    """Return the lowest folder or module on the ladder that holds the dotted name `target`."""
    parts = target.removeprefix("retrowalk.").split(".")
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((name for name in names if name in ladder), None)


def _module(source) -> str:
    return f"retrowalk.{source.folder}.{source.path.stem}".removesuffix(".__init__")


def _strings(source) -> Iterator[tuple[str, int]]:
    """Yield what the file's strings, docstrings among them, name of the package."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for match in NAMED.finditer(node.value):
                yield match.group(1).removeprefix("."), node.lineno


def test_every_package_stands_on_the_ladder(sources, ladder, root: Path):
    packages = {source.folder for source in sources}
    assert packages <= set(ladder)
    gone = [name for name in ladder if not _exists(root, name)]
    assert gone == []


def _exists(root: Path, name: str) -> bool:
    path = root.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def test_no_import_goes_up_the_ladder(sources, ladder):
    wrong = []
    for source in sources:
        here = _rung(_module(source), ladder)
        for item in source.imports():
            there = _rung(item.target, ladder) if item.target.startswith("retrowalk.") else None
            if here and there and ladder[there] > ladder[here]:
                wrong.append(f"{source.path}:{item.line}: {here} imports {item.target} from above")
    assert wrong == []


def test_files_form_no_circle(sources):
    """Imports inside functions and for types alone count too."""
    files = {_module(source): source for source in sources}
    known = {
        name: {
            next((target for target in (item.target, above) if target in files), name)
            for item in source.imports()
            for above in [item.target.rpartition(".")[0]]
        }
        - {name}
        for name, source in files.items()
    }
    TopologicalSorter(known).prepare()


def test_no_string_names_a_package_above(sources, ladder):
    wrong = []
    for source in sources:
        here = _rung(_module(source), ladder)
        for name, line in _strings(source):
            there = _rung(name, ladder)
            if here and there and ladder[there] > ladder[here]:
                wrong.append(f"{source.path}:{line}: {here} names {name} above it")
    assert wrong == []


def test_strings_name_modules_that_there_are(sources, root: Path):
    wrong = [
        f"{source.path}:{line}: there is no retrowalk.{name}"
        for source in sources
        for name, line in _strings(source)
        if not (_exists(root, name) or _exists(root, name.rpartition(".")[0]))
    ]
    assert wrong == []
