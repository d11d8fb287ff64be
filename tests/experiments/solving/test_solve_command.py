"""`retrowalk solve`: what it refuses, in one line; what it keeps, and goes on with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("casadi", reason="needs the extra `solve`")

from retrowalk.envs.gaits.reference_cycle import read_cycle
from retrowalk.experiments.solving import solve as solving
from retrowalk.experiments.solving.solve_config import find_solve_config, load_solve_config
from retrowalk.experiments.solving.stages import Solver
from retrowalk.experiments.solving.starts import perturbed
from retrowalk.experiments.solving.state_file import State, read_state, write_state
from retrowalk.experiments.solving.transcription import Solved
from retrowalk.experiments.store.lock import held

CONFIGS = Path(solving.__file__).parent / "configs"
CONFIG = """
name: small
direction: forward
speeds_m_per_s: [1.2, 1.1]
starts:
  - {kind: solved, of: forward-1.2}
  - {kind: solved, of: forward-1.2, seed: 1, noise: 0.01}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


@pytest.fixture
def solved(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Replace IPOPT: every chain answers with its start. Returns the objectives given out."""
    given: list[float] = []

    def run(self: Solver, start, chain, report=None) -> Solved:
        given.append(1.0 - 0.1 * len(given))
        answer = Solved(start, "Solve_Succeeded", 1, given[-1], {"metabolic": 0.1}, 0.0)
        if report is not None:
            report(chain[-1], answer)
        return answer

    monkeypatch.setattr(Solver, "run", run)
    return given


@pytest.mark.parametrize("name", sorted(p.stem for p in CONFIGS.glob("*.yaml")))
def test_shipped_configs_are_read(name: str):
    config = load_solve_config(find_solve_config(Path(name)), [])
    assert name.startswith(config.direction)
    assert config.objective == {}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ("direction=sideways", "direction"),
        ("speeds_m_per_s=[9]", "speeds_m_per_s"),
        ("starts=[{kind: solved}]", "starts.0"),
        ("walker=nobody", "nobody"),
        ("body=human-torque", "lacks by these names: iliopsoas"),
    ],
)
def test_what_cannot_be_is_one_line_and_code_2(command_line, config: Path, change: str, word: str):
    code, _, error = command_line("solve", str(config), "--set", change)
    assert code == 2
    assert word in error
    assert "Traceback" not in error


def test_an_unknown_config_names_those_that_ship(command_line):
    code, _, error = command_line("solve", "forwards")
    assert code == 2
    assert "did you mean 'forward'?" in error


def test_a_run_is_kept_and_goes_on(command_line, config: Path, tmp_path: Path, solved: list[float]):
    out = tmp_path / "out"
    code, printed, _ = command_line("solve", str(config), "--out", str(out))
    assert code == 0
    assert printed.strip() == str(out / "cycles")
    assert len(solved) == 4
    (out / "states" / "start1-1.10.npz").unlink()
    code, _, error = command_line("solve", str(config), "--out", str(out))
    assert (code, "--resume" in error) == (2, True)
    code, _, _ = command_line("solve", str(config), "--out", str(out), "--resume")
    assert code == 0
    assert len(solved) == 5  # the missing one alone
    code, _, error = command_line(
        "solve", str(config), "--out", str(out), "--resume", "--set", "iterations=7"
    )
    assert (code, "another" in error) == (2, True)


def test_a_damaged_state_is_told_and_solved_again(
    command_line, config: Path, tmp_path: Path, solved: list[float]
):
    out = tmp_path / "out"
    command = ("solve", str(config), "--out", str(out), "--resume")
    assert command_line(*command)[0] == 0
    whole, rng = (out / "states" / "start0-1.20.npz"), np.random.default_rng(0)
    content = bytearray(whole.read_bytes())
    content[rng.integers(len(content) // 4, len(content) // 2)] ^= 4
    whole.write_bytes(content)
    code, _, error = command_line(*command)
    assert code == 0
    assert "start0-1.20.npz" in error
    assert "solved again" in error
    assert len(solved) == 5
    with held(out):
        code, _, error = command_line(*command)
    assert (code, "another process" in error) == (2, True)


def test_the_lowest_objective_becomes_the_cycle(
    command_line, config: Path, tmp_path: Path, solved: list[float]
):
    out = tmp_path / "out"
    command_line("solve", str(config), "--out", str(out))
    cycle = read_cycle(out / "cycles" / "cycle-forward-1.2.npz")
    assert cycle.provenance["objective"] == pytest.approx(min(solved[0], solved[2]))
    assert cycle.provenance["start"]["number"] == 1
    assert set(cycle.provenance["versions"]) >= {"casadi", "mujoco", "retrowalk"}
    lines = (out / "solves.csv").read_text("utf-8").splitlines()
    assert len(lines) == 5


def a_half_stride_of_fewer(state: State) -> State:
    """Return a state whose walker lacks a muscle."""
    known = state.solved.trajectory
    values = known.values | {"a": known.values["a"][1:]}
    return replace(state, solved=replace(state.solved, trajectory=replace(known, values=values)))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "neither a file nor one that ships (forward-1.2)"),
        ("text", "damaged, or no solved half stride"),
        ("arrays", "damaged, or no solved half stride"),
        ("another body", "is no half stride of this config's body"),
    ],
)
def test_a_foreign_start_is_told_before_anything_is_written(
    command_line, config: Path, tmp_path: Path, content: str | None, said: str
):
    start, out = tmp_path / "start.npz", tmp_path / "out"
    if content == "text":
        start.write_text("q,qd", encoding="utf-8")
    elif content == "arrays":
        np.savez(start, q=np.zeros((11, 3)))
    elif content:
        shipped = read_state(CONFIGS / "starts" / "forward-1.2.npz")
        write_state(start, a_half_stride_of_fewer(shipped))
    starts = f"starts=[{{kind: solved, of: {start}}}]"
    code, _, error = command_line("solve", str(config), "--set", starts, "--out", str(out))
    assert code == 2
    assert said in error.replace("\n", " ")
    assert not out.exists()


def test_a_folder_of_something_else_is_left_alone(command_line, config: Path, tmp_path: Path):
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    code, _, error = command_line("solve", str(config), "--out", str(tmp_path))
    assert (code, "holds no solving of retrowalk" in error) == (2, True)


def test_noise_of_a_start_comes_from_its_seed_alone():
    state = read_state(CONFIGS / "starts" / "forward-1.2.npz")
    first, again, other = (
        perturbed(state.solved.trajectory, np.random.default_rng(seed), 0.05).values["a"]
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-3


def test_an_interrupted_run_says_how_to_go_on(
    command_line, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def run(self: Solver, start, chain, report=None) -> Solved:
        raise KeyboardInterrupt

    monkeypatch.setattr(Solver, "run", run)
    code, _, error = command_line("solve", str(config), "--out", str(tmp_path / "out"))
    assert code == 130
    assert "--resume" in error
