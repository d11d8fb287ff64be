"""The notebooks run from top to bottom in an empty folder, in the order of their index."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "notebooks"
ORDER = ("first-study", "read-a-run", "own-motion-data", "own-gait", "train-and-compare")


def cells(name: str, kind: str) -> list[str]:
    content = json.loads((FOLDER / f"{name}.ipynb").read_text("utf-8"))
    assert content["nbformat"] == 4
    return ["".join(one["source"]) for one in content["cells"] if one["cell_type"] == kind]


def run(name: str) -> None:
    """Run the code cells as a kernel does: the last expression of a cell is shown."""
    here: dict[str, object] = {"__name__": "__main__"}
    for number, source in enumerate(cells(name, "code")):
        tree = ast.parse(source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        place = f"{name}[{number}]"
        exec(compile(tree, place, "exec"), here)
        if isinstance(last, ast.Expr):
            shown = eval(compile(ast.Expression(last.value), place, "eval"), here)
            html = getattr(shown, "_repr_html_", None)
            assert html() if html else repr(shown)


def test_all_are_run_and_listed():
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == set(ORDER)
    index = (FOLDER / "index.md").read_text("utf-8")
    assert all(f"({name}.ipynb)" in index for name in ORDER)


def test_none_keeps_outputs():
    for name in ORDER:
        content = json.loads((FOLDER / f"{name}.ipynb").read_text("utf-8"))
        assert not any(one.get("outputs") for one in content["cells"])


def test_they_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """All in one folder, where the first one's run is kept for the others: it is walked once."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.syspath_prepend(str(tmp_path))
    pytest.importorskip("stable_baselines3")
    for name in ORDER:
        run(name)
    assert (tmp_path / "runs" / "quick" / "quick.onnx").is_file()
