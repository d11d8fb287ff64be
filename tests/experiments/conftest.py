"""Make the stand-ins for simulation and report importable, in worker processes too."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

CONFIG = """\
name: small
question: Does it differ?
factors:
  direction: [backward, forward]
  speed_m_per_s: [0.6, 0.8]
trials: 7
duration_s: 10
seed: 7
keep_recordings: 2
contrasts:
  - {measure: stride_length_m, between: {direction: [backward, forward]}, as: ratio}
  - {measure: step_width_m, between: {speed_m_per_s: [0.8, 0.6]}}
"""


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    """A valid config: 4 cells of 7 trials."""
    path = tmp_path / "small.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return path
