"""`import retrowalk`: quick, typed, loads nothing heavy, and every name it promises is there."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

import retrowalk as rw

HEAVY = ("mujoco", "numpy", "pandas", "pydantic", "scipy", "xarray")
TRIES = 12


def _python(code: str, folder: Path | None = None) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_import_takes_less_than_a_tenth_of_a_second():
    code = (
        "import time; start = time.perf_counter(); import retrowalk; "
        "print(time.perf_counter() - start)"
    )
    # a busy machine only makes it slower, so one quick import shows that it is quick
    assert any(float(_python(code)) < 0.1 for _ in range(TRIES))


def test_import_loads_nothing_heavy():
    code = f"import sys, retrowalk; dir(retrowalk); print([n for n in {HEAVY} if n in sys.modules])"
    assert _python(code) == "[]"


@pytest.mark.parametrize("name", sorted(rw.__all__))
def test_every_name_is_there(name: str):
    assert getattr(rw, name) is getattr(rw, name)
    assert name in dir(rw)


def test_other_names_are_refused():
    with pytest.raises(AttributeError, match="no attribute 'walk'"):
        _ = rw.walk  # type: ignore[attr-defined]


def test_type_checkers_see_the_names_that_are_imported():
    """What stands under TYPE_CHECKING is what `__getattr__` imports, from the same places."""
    source = (resources.files("retrowalk") / "__init__.py").read_text("utf-8")
    seen = {
        alias.asname or alias.name: (node.module.removeprefix("retrowalk."), alias.name)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module and "retrowalk." in node.module
        for alias in node.names
    }
    assert seen == rw._PLACES
    assert set(rw.__all__) == {*seen, "__version__"}


def test_the_package_says_that_it_is_typed():
    assert (resources.files("retrowalk") / "py.typed").is_file()


def test_parts_are_reached_below_it():
    for part in ("sim", "models", "envs", "experiments"):
        assert importlib.import_module(f"retrowalk.{part}").__doc__


def test_workers_do_not_run_the_script_again(tmp_path: Path):
    """A script without `if __name__ == "__main__":` runs a study in worker processes, once."""
    (tmp_path / "script.py").write_text(
        "import retrowalk as rw\n"
        "config = {'name': 'a', 'technique': {'speed_m_per_s': 0.6}, 'trials': 2, 'duration_s': 1,"
        " 'factors': {'surface': ['flat', 'grass']}, 'keep_recordings': 0}\n"
        "run = rw.Study(config).run('run', threads=2)\n"
        "print('ran', len(run.trials))\n"
    )
    command = [sys.executable, "script.py"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["ran", "4"]
