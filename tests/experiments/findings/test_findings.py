"""The comparison with findings in people: every verdict, from runs of which the truth is known."""

from __future__ import annotations

import functools
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import known_gait
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from known_gait import CANNOT_TELL, DISAGREES, FORWARD, PITCH_RAD, Truth
from resealed import resealed

from retrowalk.experiments.findings import page as findings
from retrowalk.experiments.findings.reversal import reversal_table
from retrowalk.experiments.findings.rows import ROWS
from retrowalk.experiments.findings.run import OVERGROUND_RATIO, FindingsRun
from retrowalk.experiments.findings.solved_speeds import solved_speed_ratio
from retrowalk.experiments.findings.verdict import ExpectedRange, FindingPart, together
from retrowalk.experiments.statistics.paired import Interval
from retrowalk.experiments.study.load import load_config
from retrowalk.sim.errors import ConfigError
from retrowalk.sim.measures.cycle.time_reversal import (
    correlation,
    reversed_in_time,
)

REACHED = (
    *("stride-ratio", "cadence-change", "contact-order", "thigh-reversal", "ankle-exception"),
    *("rom-ratio", "power-polarity", "power-size", "ankle-absorbs", "emg-overall"),
    *("erector-spinae", "double-support", "step-width", "vertical-grf"),
)
RECORDED = {
    *("contact-order", "thigh-reversal", "ankle-exception", "power-polarity", "power-size"),
    *("ankle-absorbs", "vertical-grf"),
}


@pytest.fixture(scope="module")
def agreeing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return known_gait.make_run(tmp_path_factory.mktemp("findings") / "agreeing")


@pytest.fixture(scope="module")
def disagreeing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return known_gait.make_run(
        tmp_path_factory.mktemp("findings") / "disagreeing", DISAGREES, keep_recordings=2
    )


@pytest.fixture
def spoilt(agreeing: Path, tmp_path: Path) -> Path:
    """A copy of the agreeing run, to take pieces from."""
    return Path(shutil.copytree(agreeing, tmp_path / "spoilt"))


@functools.cache
def table(folder: Path) -> pd.DataFrame:
    """Return the table by finding, read once a folder."""
    return findings.findings_table(folder).set_index("id")


def verdicts(folder: Path) -> dict[str, str]:
    return {str(finding): str(one) for finding, one in table(folder)["verdict"].items()}


def value(folder: Path, finding: str, name: str = "", setting: str = "0.8 m/s") -> dict:
    found = table(folder).loc[[finding], "values"].iloc[0]
    return next(v for v in found if (v["name"], v["setting"]) == (name, setting))


def test_every_finding_has_a_row_in_order(agreeing: Path):
    found = findings.findings_table(agreeing)
    people = findings.human_findings()
    pd.testing.assert_frame_equal(found[list(people.columns)], people)
    assert set(people["id"]) == set(ROWS)


def test_a_model_like_people_agrees(agreeing: Path):
    found = verdicts(agreeing)
    assert {finding: found[finding] for finding in REACHED} == dict.fromkeys(REACHED, "agrees")
    others = {v for finding, v in found.items() if finding not in (*REACHED, "speed-ratio")}
    assert others == {"not reached yet"}


def test_a_model_unlike_people_disagrees_and_says_by_how_much(disagreeing: Path):
    found = table(disagreeing)
    assert found.loc[list(REACHED), "verdict"].to_dict() == dict.fromkeys(REACHED, "disagrees")
    ratio = value(disagreeing, "stride-ratio", setting="0.8 m/s backward, 1 forward")["estimate"]
    reason = str(found.loc["stride-ratio", "reason"])
    assert f"{ratio:.3f} [" in reason
    assert f"{ratio - 1:.3f} above the limit 1.000" in reason


def test_a_model_that_varies_too_much_cannot_tell(tmp_path: Path):
    found = table(known_gait.make_run(tmp_path / "run", CANNOT_TELL, keep_recordings=0))
    for finding in ("stride-ratio", "emg-overall", "erector-spinae", "step-width"):
        assert found.loc[finding, "verdict"] == "cannot tell"
        assert "holds the limit 1.000" in str(found.loc[finding, "reason"])


def test_values_are_the_known_ones(agreeing: Path):
    assert value(agreeing, "emg-overall")["estimate"] == pytest.approx(1.4, rel=0.01)
    assert value(agreeing, "thigh-reversal")["estimate"] == pytest.approx(0.97, abs=0.02)
    hip = 0.97 / np.sqrt(1 + PITCH_RAD**2)  # the pelvis's pitch is in the hip alone
    for joint, known in {"hip": hip, "knee": 0.8, "ankle": 0.3}.items():
        found = value(agreeing, "ankle-exception", joint)
        assert found["estimate"] == pytest.approx(known, abs=0.06)  # stance is a sample off
        assert found["verdict"] is None
        assert value(agreeing, "power-polarity", joint)["estimate"] == pytest.approx(-1, abs=0.01)
        assert value(agreeing, "power-size", joint)["estimate"] == pytest.approx(0.5, abs=0.01)
    assert value(agreeing, "vertical-grf")["estimate"] == pytest.approx(1.2, abs=0.06)
    assert value(agreeing, "contact-order", "heel last")["estimate"] == 1.0
    early = np.linspace(0, 0.1, 11)
    power = 50 * np.sin(2 * np.pi * (known_gait.STANCE - early)).mean()
    assert value(agreeing, "ankle-absorbs")["estimate"] == pytest.approx(power, rel=0.2)


def test_intervals_are_those_of_the_runs_contrasts(tmp_path: Path):
    contrast = {"measure": "step_width_m", "between": {"direction": ["backward", "forward"]}}
    run = known_gait.make_run(
        tmp_path / "run", contrasts=[{**contrast, "as": "ratio"}], keep_recordings=0
    )
    answers = json.loads((run / "contrasts.json").read_text("utf-8"))["contrasts"]
    own = next(one for one in answers if one["where"] == {"speed_m_per_s": 0.8})
    found = value(run, "step-width")
    assert {key: found[key] for key in ("estimate", "low", "high")} == {
        key: own[key] for key in ("estimate", "low", "high")
    }


def test_speeds_as_people_choose_them_decide_where_people_chose(agreeing: Path):
    slow = value(agreeing, "cadence-change", setting="0.8 m/s backward, 1 forward")
    assert slow["verdict"] == "agrees"
    assert value(agreeing, "cadence-change")["verdict"] is None
    assert "preferred" in str(table(agreeing).loc["cadence-change", "caveat"])


def test_equal_speeds_decide_where_there_are_no_others(tmp_path: Path):
    factors = {"direction": ["backward", "forward"], "speed_m_per_s": [0.8]}
    run = known_gait.make_run(tmp_path / "run", factors=factors, keep_recordings=0)
    assert value(run, "stride-ratio")["verdict"] == "agrees"
    assert "equal speeds" in str(table(run).loc["stride-ratio", "caveat"])


def test_many_recordings_give_curves_an_interval(tmp_path: Path):
    factors = {"direction": ["backward", "forward"], "speed_m_per_s": [0.8]}
    run = known_gait.make_run(tmp_path / "run", factors=factors, trials=6, keep_recordings=6)
    found = value(run, "power-size", "knee")
    assert found["n"] == 6
    assert found["low"] <= found["estimate"] <= found["high"]
    assert "keep_recordings" not in str(table(run).loc["power-size", "caveat"])


@pytest.mark.parametrize("count", [1, 2])
def test_few_recordings_give_a_verdict_without_interval(spoilt: Path, count: int):
    for path in (spoilt / "recordings").glob("*.nc"):
        if int(path.stem[-6:]) % 8 >= count:
            path.unlink()
    found, row = value(spoilt, "thigh-reversal"), table(spoilt).loc["thigh-reversal"]
    assert (found["n"], found["low"]) == (count, None)
    assert f"no interval, n = {count}" in row["model_value"]
    assert "keep_recordings" in row["caveat"]
    unknown = {finding for finding in REACHED if verdicts(spoilt)[finding] == "cannot tell"}
    assert unknown == (RECORDED if count == 1 else set())


def test_without_recordings_only_what_needs_them_cannot_tell(spoilt: Path):
    shutil.rmtree(spoilt / "recordings")
    found = table(spoilt)
    unknown = {finding for finding in REACHED if found.loc[finding, "verdict"] == "cannot tell"}
    assert unknown == RECORDED
    assert "recording" in str(found.loc["power-size", "reason"])


def test_damaged_recordings_and_missing_variables_cannot_tell(spoilt: Path):
    for path in (spoilt / "recordings").glob("*.nc"):
        if int(path.stem[-6:]) % 8 == 2:
            path.write_bytes(b"damaged")
            continue
        with xr.open_dataset(path) as stored:
            kept = stored.load().drop_vars(["joint_moment_n_m", "pelvis_quaternion"])
        path.unlink()
        kept.to_netcdf(path, engine="h5netcdf")
    found = verdicts(spoilt)
    unknown = {finding for finding in REACHED if found[finding] == "cannot tell"}
    assert unknown == {"thigh-reversal", "power-polarity", "power-size", "ankle-absorbs"}


def test_measures_that_no_trial_has_cannot_tell(spoilt: Path):
    rows = pd.read_parquet(spoilt / "trials.parquet")
    rows["step_width_m"] = np.nan
    rows.drop(columns="activation_mean").to_parquet(spoilt / "trials.parquet")
    found = table(resealed(spoilt))
    for finding in ("step-width", "emg-overall"):
        assert found.loc[finding, "verdict"] == "cannot tell"
        assert "no trial has it" in str(found.loc[finding, "reason"])
        assert found.loc[finding, "model_value"] == ""


def test_trials_that_are_not_valid_do_not_count(spoilt: Path):
    rows = pd.read_parquet(spoilt / "trials.parquet")
    rows.loc[rows["trial"] % 8 == 0, "valid"] = False
    rows.loc[rows["trial"] % 8 == 1, "fell"] = True
    rows.to_parquet(spoilt / "trials.parquet")
    resealed(spoilt)
    assert value(spoilt, "step-width")["n"] == 7
    assert value(spoilt, "thigh-reversal")["n"] == 1  # of 3 recordings


def test_a_run_of_one_direction_cannot_tell(tmp_path: Path):
    factors = {"direction": ["backward"], "speed_m_per_s": [0.8]}
    run = known_gait.make_run(tmp_path / "run", factors=factors, keep_recordings=2)
    found = table(run)
    assert found.loc["contact-order", "verdict"] == "agrees"
    assert found.loc["stride-ratio", "verdict"] == "cannot tell"
    assert "nothing to compare" in str(found.loc["stride-ratio", "reason"])
    assert "not enclose" in str(found.loc["speed-ratio", "caveat"])


@pytest.mark.parametrize(
    ("least", "verdict"),
    [
        ({"backward": 0.8, "forward": 1.0}, "agrees"),
        ({"backward": 1.0, "forward": 0.8}, "disagrees"),
    ],
)
def test_speed_of_least_cost_stands_for_the_preferred_one(tmp_path: Path, least: dict, verdict):
    truth = replace(Truth(), least_cost=least, noise=1e-5)
    factors = {"direction": ["backward", "forward"], "speed_m_per_s": [0.6, 0.8, 1.0, 1.2]}
    run = known_gait.make_run(tmp_path / "run", truth, factors=factors, keep_recordings=0)
    assert verdicts(run)["speed-ratio"] == verdict


@pytest.mark.parametrize(
    ("backward", "forward", "verdict"),
    [
        ([5.0, 4.0, 4.5, 5.0], [5.0, 4.5, 4.0, 4.1], "cannot tell"),  # 0.6 / 0.8, 0.4 to 0.8 / 0.6
        ([5.0, 4.0, 4.5, 5.0, 6.0], [5.0, 4.5, 4.3, 4.2, 4.0, 4.1], "agrees"),
        ([5.0, 4.5, 4.2, 4.0], [5.0, 4.5, 4.0, 4.1], None),  # the fastest costs least
    ],
)
def test_solved_gaits_tell_where_walks_do_not_enclose_the_least_cost(
    backward: list[float], forward: list[float], verdict: str | None
):
    table = pd.DataFrame(
        [
            (direction, 0.4 + 0.2 * place, cost)
            for direction, costs in (("backward", backward), ("forward", forward))
            for place, cost in enumerate(costs)
        ],
        columns=["direction", "speed_m_per_s", "cost_of_transport_j_per_kg_m"],
    )
    answer = solved_speed_ratio("The run cannot", table)
    assert bool(answer.unreached) == (verdict is None)
    assert [part.verdict for part in answer.parts] == ([] if verdict is None else [verdict])


def test_speeds_that_contradict_each_other_cannot_tell():
    expected = ExpectedRange("below 1", high=1.0)
    ratios = {"0.8 m/s": 0.9, "1 m/s": 1.1}
    parts = [FindingPart("", s, Interval(r, r, r), np.ones(8), expected) for s, r in ratios.items()]
    assert [part.verdict for part in parts] == ["agrees", "disagrees"]
    assert together(parts) == "cannot tell"
    assert together([replace(parts[1], name="hip"), replace(parts[0], name="knee")]) == "disagrees"


def test_a_bound_itself_is_no_agreement_unless_it_is_included():
    assert ExpectedRange("below 1", high=1.0).verdict(1.0, 1.0) == "disagrees"
    assert ExpectedRange("0.9 to 1", 0.9, 1.0, closed=True).verdict(1.0, 1.0) == "agrees"
    assert ExpectedRange("0.9 to 1", 0.9, 1.0, closed=True).verdict(0.99, 1.01) == "cannot tell"


def test_time_reversal_puts_foot_off_at_contact():
    phase = np.linspace(0, 1, 101)
    pulse = np.exp(-(((phase - 0.5) / 0.05) ** 2))  # 0.1 before foot off
    turned = reversed_in_time(pulse, 0.6)
    assert phase[turned.argmax()] == pytest.approx(0.1)
    assert correlation(reversed_in_time(turned, 0.6), pulse) == pytest.approx(1.0)
    assert np.isnan(correlation(np.ones(5), np.arange(5.0)))


def test_time_reversal_of_each_joint(agreeing: Path):
    """Angles as made; powers reversed, moments of unit speed as powers: both -1."""
    found = reversal_table(FindingsRun(agreeing)).set_index(["setting", "joint", "quantity"])
    for joint, known in {"knee": 0.8, "ankle": 0.3}.items():
        angle = found.loc[("0.8 m/s", joint, "angle"), "correlation"]
        assert angle == pytest.approx(known, abs=0.06)
        for quantity in ("moment", "power"):
            value_ = found.loc[("0.8 m/s", joint, quantity), "correlation"]
            assert value_ == pytest.approx(-1.0, abs=0.01)
    assert "| 0.8 m/s | knee | 0." in findings.findings_markdown(agreeing)


def test_no_recordings_no_time_reversal(spoilt: Path):
    shutil.rmtree(spoilt / "recordings")
    assert (reversal_table(FindingsRun(spoilt))["n"] == 0).all()
    assert "run backwards in time (" not in findings.findings_markdown(spoilt)


def test_page_says_commands_and_numbers(disagreeing: Path):
    page = findings.findings_markdown(disagreeing)
    head = page.partition("\n| finding")[0]
    assert "retrowalk run known.yaml\n" in head
    assert f"retrowalk validate --of {disagreeing} --page docs/results/validation.md" in head
    assert "backward 0.8 m/s (0.77 walked), 1 m/s (0.77 walked)" in head
    compared = page.partition("## Where")[0]
    rows = [line for line in compared.splitlines() if line.startswith("| ")]
    assert len(rows) == 1 + len(findings.human_findings())
    assert "## Where the model disagrees" in page
    assert "**step-width**" in page
    assert re.search(r"\bnan\b", page) is None
    assert "None" not in page


def test_unfinished_and_damaged_runs_are_refused(spoilt: Path):
    resealed(spoilt, status="running")
    with pytest.raises(ConfigError, match="not finished"):
        findings.findings_table(spoilt)
    resealed(spoilt, status="complete")
    (spoilt / "trials.parquet").write_bytes(b"damaged")
    with pytest.raises(ConfigError, match=r"trials\.parquet"):
        findings.findings_table(spoilt)


def test_the_shipped_config_asks_what_the_findings_need():
    config = load_config("findings")
    assert config.factors == {"direction": ("backward", "forward"), "speed_m_per_s": (0.8, 1.0)}
    compared = {contrast.measure for contrast in config.contrasts}
    used = set(FORWARD) - {"cost_of_transport_j_per_kg_m", "speed_m_per_s"}
    assert used <= compared


def test_limits_are_those_of_the_published_findings():
    people = findings.human_findings().set_index("id")["human_value"]
    numbers = {f: set(re.findall(r"\d+\.?\d*", str(text))) for f, text in people.items()}
    assert {f"{limit:.2f}" for limit in OVERGROUND_RATIO} <= numbers["speed-ratio"]
    assert "0.9" in numbers["thigh-reversal"]
    assert "10" in numbers["cadence-change"]
