"""Make the stand-ins for simulation and report importable, in worker processes too."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from small_config import CONFIG  # noqa: E402


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    """A valid config: 4 cells of 7 trials."""
    path = tmp_path / "small.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return path
