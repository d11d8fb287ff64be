"""The code of docs/use/python.md, and after it of data.md, runs as it stands there, in order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from retrowalk.experiments.commands.export import ExportRequest, export_command

PAGES = [
    Path(__file__).resolve().parents[2] / "docs" / "use" / name for name in ("python.md", "data.md")
]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_code_of_the_pages_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Walks ten short trials, so it takes longer than others."""
    monkeypatch.chdir(tmp_path)
    here: dict[str, object] = {}
    for page in PAGES:
        text = page.read_text("utf-8")
        for block in BLOCK.finditer(text):
            line = text.count("\n", 0, block.start(1))
            exec(compile("\n" * line + block[1], str(page), "exec"), here)
    asked = ExportRequest(Path("runs/a"), "csv", (), (), None)
    export_command(
        asked, as_json=True
    )  # what `retrowalk export` does, of recordings that were kept
    kept = {path.name for path in Path("runs/a/export").iterdir()}
    assert {"trial-0_joint-angles.csv", "trial-0_markers.csv"} <= kept
    written = {path.name for path in tmp_path.iterdir() if path.is_file()}
    exported = {"walk.mot", "activations.sto", "forces.csv", "forces.mat", "walk.trc"}
    assert written == {"both.html", *exported}
    assert (tmp_path / "runs" / "a" / "report.html").is_file()
