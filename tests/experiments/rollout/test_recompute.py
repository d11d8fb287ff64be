"""Headline numbers from a recording by the NumPy code of docs/use/recompute.md alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrowalk.experiments.rollout.trials import rollout_cell
from retrowalk.experiments.study.experiment import ExperimentConfig
from retrowalk.experiments.study.plan import make_plan
from retrowalk.sim.measures import measure

PAGE = Path(__file__).parents[3] / "docs" / "use" / "recompute.md"
NAMES = (
    "speed_m_per_s",
    "stride_time_s",
    "activation_hamstrings",
    "mos_ap_ankle_m",
    "vertical_grf_peak_raw_bw",
)
RECORDING = "runs/quick-start/recordings/direction-backward_trial-000000.nc"


def test_the_code_of_the_page_gives_the_measures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """A walk that is long enough for steady strides takes some seconds."""
    code = PAGE.read_text("utf-8").split("```python\n")[1].split("```")[0]
    lines = [line for line in code.splitlines() if line and "import" not in line]
    assert len(lines) <= 20
    assert "retrowalk" not in code.replace(RECORDING, "")
    config = {"name": "a", "technique": {"speed_m_per_s": 0.8}, "duration_s": 13.0, "trials": 1}
    plan = make_plan(ExperimentConfig.model_validate(config | {"seed": 1}))
    recording = rollout_cell(plan.cells[0], plan.trials(plan.cells[0]), 1)
    file = tmp_path / RECORDING
    file.parent.mkdir(parents=True)
    recording.to_netcdf(file, engine="h5netcdf")
    monkeypatch.chdir(tmp_path)
    exec(compile(code, str(PAGE), "exec"), {})
    found = dict(zip(NAMES, map(float, capsys.readouterr().out.split()), strict=True))
    trial = measure(recording)[0].iloc[0]
    assert trial["stride_count"] > 8
    for name, value in found.items():
        expected = float(trial[name])
        tolerance = 2e-3 if name == "mos_ap_ankle_m" else 0.01 * abs(expected)
        assert value == pytest.approx(expected, abs=tolerance, rel=0), name
