"""What tests of studies share: a small config."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_config import CONFIG


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    """A valid config: 4 cells of 7 trials."""
    path = tmp_path / "small.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return path
