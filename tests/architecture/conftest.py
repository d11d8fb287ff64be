"""The project's Python files, parsed once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pytest

PARTS = ("sim", "models", "envs", "experiments")
FACE = "experiments/api"
"""The folder that pyproject.toml maps as the package `retrowalk` itself."""


@dataclass(frozen=True)
class Import:
    """One imported module: `target` is absolute, as in `retrowalk.sim.errors` or `numpy.random`."""

    target: str
    relative: bool
    line: int


@dataclass(frozen=True)
class Source:
    """A Python file, `path` relative to the checkout."""

    path: Path
    text: str = field(repr=False)

    @property
    def part(self) -> str:
        """The top-level folder."""
        return self.path.parts[0]

    @property
    def folder(self) -> str:
        """The folder with dots: `experiments.study`."""
        return ".".join(self.path.parent.parts)

    @property
    def package(self) -> str:
        """Import name of the package the file is in."""
        if self.path.parent.as_posix() == FACE:
            return "retrowalk"
        return ".".join(("retrowalk", *self.path.parent.parts))

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return ast.parse(self.text)

    def imports(self) -> Iterator[Import]:
        """Yield every import, also those inside functions; `from x import y` gives `x.y`."""
        return iter(self._imports)

    @cached_property
    def _imports(self) -> tuple[Import, ...]:
        found = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [Import(alias.name, False, node.lineno) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if node.level:
                    above = self.package.split(".")
                    above = above[: len(above) - node.level + 1]
                    base = ".".join((*above, base) if base else above)
                found += [
                    Import(f"{base}.{alias.name}", bool(node.level), node.lineno)
                    for alias in node.names
                ]
        return tuple(found)


def _read(root: Path, folders: tuple[str, ...]) -> list[Source]:
    files = [path for folder in folders for path in sorted((root / folder).rglob("*.py"))]
    return [Source(path.relative_to(root), path.read_text("utf-8")) for path in files]


@pytest.fixture(scope="session")
def sources(root: Path) -> list[Source]:
    """The files of the four parts of the package."""
    return _read(root, PARTS)


@pytest.fixture(scope="session")
def all_sources(root: Path) -> list[Source]:
    """The files of the package, its tests and its documentation."""
    return _read(root, (*PARTS, "tests", "docs"))
