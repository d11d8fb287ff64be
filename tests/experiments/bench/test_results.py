"""Results of a bench: told as they come, kept with the machine, beside an older one."""

from __future__ import annotations

import json

import pytest

from retrowalk.experiments.bench import physics

MEASURED = {"raw_steps_per_s": 40000.0, "scripted_over_raw": 0.6}


@pytest.fixture
def measured(monkeypatch):
    """A bench that takes no time."""

    def bench(quick, told):
        for name, value in MEASURED.items():
            told(name, value)
        return MEASURED

    monkeypatch.setattr(physics, "bench", bench)


@pytest.mark.parametrize(
    "text",
    ["[]", '{"numbers": {"a": "x"}}', '{"numbers": [1]}', "[" * 100_000, "1" * 5_000, "\xff"],
)
def test_what_no_bench_wrote_is_refused_before_it_measures(text, tmp_path, command_line):
    (tmp_path / "old.json").write_text(text, "latin-1")
    code, out, error = command_line("bench", "--compare", str(tmp_path / "old.json"))
    assert (code, out) == (2, "")
    assert "no results of a bench" in error


def test_results_are_kept_with_the_machine_and_compared(measured, tmp_path, command_line):
    old = tmp_path / "old.json"
    code, out, _ = command_line("bench", "--quick", "--out", str(old))
    assert code == 0
    kept = json.loads(old.read_text("utf-8"))
    assert kept["numbers"] == MEASURED
    assert {"platform", "processor", "cores", "byte_order"} == kept["machine"].keys()
    assert {"mujoco", "numpy", "retrowalk"} <= kept["versions"].keys()
    assert " x" not in out
    kept["numbers"] = {"scripted_over_raw": 0.5}
    old.write_text(json.dumps(kept), "utf-8")
    code, out, _ = command_line("bench", "--compare", str(old))
    assert code == 0
    raw, scripted = out.splitlines()
    assert raw.endswith("40,000")
    assert scripted.endswith("1.20 x")


@pytest.mark.parametrize("text", ["nothing", "{}", "[1]"])
def test_what_is_no_result_is_refused(text, tmp_path, command_line):
    (tmp_path / "old.json").write_text(text)
    code, _, error = command_line("bench", "--compare", str(tmp_path / "old.json"))
    assert code == 2
    assert "no results of a bench" in error


def test_each_number_is_told_when_it_is_known():
    told: list[tuple[str, float]] = []
    results = physics._Results(lambda name, value: told.append((name, value)))
    results["one"] = 1.0
    assert told == [("one", 1.0)]
    results["two"] = 2.0
    assert told == list(results.items())
