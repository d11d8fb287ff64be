"""One made-up run and its report for all tests here."""

from __future__ import annotations

from pathlib import Path

import pytest
from synthetic_run import make_run

from retrowalk.experiments.report.page import write_report


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of two cells with every piece; do not change it, copy it."""
    return make_run(tmp_path_factory.mktemp("report") / "run")


@pytest.fixture(scope="session")
def report(run_folder: Path) -> Path:
    """The report of that run."""
    return write_report(run_folder)
