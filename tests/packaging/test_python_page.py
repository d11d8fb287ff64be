"""The code of docs/use/python.md runs as it stands there, in order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "use" / "python.md"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_code_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Walks ten short trials, so it takes longer than others."""
    monkeypatch.chdir(tmp_path)
    text = PAGE.read_text("utf-8")
    here: dict[str, object] = {}
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start(1))
        exec(compile("\n" * line + block[1], str(PAGE), "exec"), here)
    written = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert written == {"both.html", "walk.mot", "activations.sto", "forces.csv"}
    assert (tmp_path / "runs" / "a" / "report.html").is_file()
