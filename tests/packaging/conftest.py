"""The built wheel and source archive, made at most once a session."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

NOT_COPIED = (".venv*", ".git", "build", "dist", "*.egg-info", "runs", "__pycache__", ".*_cache")


@dataclass(frozen=True)
class Built:
    """The source archive, the wheel made from it and the wheel made from the checkout."""

    sdist: Path
    wheel: Path
    direct_wheel: Path


@pytest.fixture(scope="session")
def built(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build from a copy of the checkout, so that it stays as it is and old builds do not leak in.

    Where `make test` has built the wheel that is under test, that one is taken.
    """
    folder = tmp_path_factory.mktemp("build")
    copy = folder / "checkout"
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns(*NOT_COPIED))
    direct = folder / "direct"
    _build(copy, direct, "--wheel")
    given = os.environ.get("RETROWALK_TEST_WHEEL")
    dist = Path(given).parent if given else folder / "dist"
    if not given:
        _build(copy, dist)
    return Built(_only(dist, "*.tar.gz"), _only(dist, "*.whl"), _only(direct, "*.whl"))


@pytest.fixture(scope="session")
def retrowalk_command() -> str:
    """Path of the installed `retrowalk` command."""
    return str(Path(sys.executable).with_name("retrowalk"))


def _build(checkout: Path, out: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), *arguments]
    subprocess.run([*command, str(checkout)], check=True, capture_output=True, text=True)


def _only(folder: Path, pattern: str) -> Path:
    (path,) = folder.glob(pattern)
    return path
