"""What is in the wheel: all of the package with its data, and nothing else."""

from __future__ import annotations

import os
import tarfile
import zipfile
from importlib import metadata, resources
from pathlib import Path

import pytest

PARTS = ("sim", "models", "envs", "experiments")
FACE = "experiments/api/"  # mapped as the package retrowalk itself


def _names(wheel: Path) -> set[str]:
    """Return the files of a wheel outside its metadata."""
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_wheel_holds_every_file_of_the_four_parts_and_nothing_else(built, root: Path):
    files = (path for part in PARTS for path in (root / part).rglob("*") if path.is_file())
    expected = {
        f"retrowalk/{path.relative_to(root).as_posix()}".replace(FACE, "")
        for path in files
        if "__pycache__" not in path.parts
    }
    assert _names(built.wheel) == expected


def test_wheel_holds_data_of_each_kind(built):
    kinds = {(Path(name).parent.as_posix(), Path(name).suffix) for name in _names(built.wheel)}
    assert kinds >= {
        ("retrowalk/models/human", ".xml"),
        ("retrowalk/models/human", ".csv"),
        ("retrowalk/models/human", ".md"),
        ("retrowalk/experiments/study/configs", ".yaml"),
        ("retrowalk/envs/gaits/tuned", ".yaml"),
    }
    for package in ("replay", "report"):
        assert ("retrowalk/experiments/" + package + "/templates", ".j2") in kinds
    assert ("retrowalk", ".py") in kinds
    assert "retrowalk/py.typed" in _names(built.wheel)


def test_wheel_from_the_source_archive_equals_the_one_from_the_checkout(built):
    assert _names(built.wheel) == _names(built.direct_wheel)
    with zipfile.ZipFile(built.wheel) as one, zipfile.ZipFile(built.direct_wheel) as other:
        assert [name for name in _names(built.wheel) if one.read(name) != other.read(name)] == []


def test_source_archive_is_enough_to_develop_from(built, root: Path):
    with tarfile.open(built.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    tests = {path.relative_to(root).as_posix() for path in (root / "tests").rglob("*.py")}
    assert names >= tests | {
        "Makefile",
        "constraints.txt",
        "LICENSE",
        "docs/develop/conventions.md",
    }


def test_data_is_reached_through_importlib_resources():
    configs = resources.files("retrowalk.experiments.study") / "configs"
    assert (configs / "quick-start.yaml").is_file()
    assert (resources.files("retrowalk.models") / "human" / "human.xml").is_file()


@pytest.mark.skipif(
    not os.environ.get("RETROWALK_TEST_WHEEL"), reason="`make test` tests the wheel"
)
def test_retrowalk_under_test_is_the_wheel(built):
    distribution = metadata.distribution("retrowalk")
    installed = {str(path) for path in distribution.files or ()}
    assert _names(built.wheel) <= installed
    assert str(resources.files("retrowalk.sim")).startswith(str(distribution.locate_file("")))


def test_base_requirements_hold_no_torch():
    requirements = metadata.requires("retrowalk") or []
    base = [line for line in requirements if "extra ==" not in line]
    assert base
    assert [line for line in base if "torch" in line or "stable-baselines" in line] == []
