"""What tests of studies share: a small config, a made-up run and its report."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_config import CONFIG
from synthetic_run import make_run


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    """A valid config: 4 cells of 7 trials."""
    path = tmp_path / "small.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of two cells with every piece; do not change it, copy it."""
    return make_run(tmp_path_factory.mktemp("report") / "run")


@pytest.fixture(scope="session")
def report(run_folder: Path) -> Path:
    """The report of that run."""
    from retrowalk.experiments.report.page import write_report

    return write_report(run_folder)
