"""Plans: full factorial, paired seeds, chunks that cover what is left."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from retrowalk.experiments.study.load import load_config
from retrowalk.experiments.study.plan import chunks_of, make_plan, trial_seeds
from retrowalk.sim.errors import ConfigError
from retrowalk.sim.random_streams import named_generator, named_sequence


def test_cells_are_the_full_factorial_in_order(config_file: Path):
    plan = make_plan(load_config(config_file))
    assert [(cell.direction, cell.technique.speed_m_per_s) for cell in plan.cells] == [
        ("backward", 0.6),
        ("backward", 0.8),
        ("forward", 0.6),
        ("forward", 0.8),
    ]
    assert [cell.index for cell in plan.cells] == [0, 1, 2, 3]
    assert len({cell.name for cell in plan.cells}) == 4


def test_no_factors_make_one_cell(config_file: Path):
    overrides = ["factors={}", "contrasts=[]", "technique=brisk"]
    (cell,) = make_plan(load_config(config_file, overrides)).cells
    assert cell.name == "all"
    assert cell.technique_name == "brisk"
    assert cell.technique.speed_m_per_s == 1.0


def test_factors_set_fields_of_walker_and_technique(config_file: Path):
    overrides = ["factors={strength: [0.5], technique: [slow]}", "contrasts=[]"]
    overrides += ["walker={height_m: 1.6}", "technique.step_width_m=0.2"]
    (cell,) = make_plan(load_config(config_file, overrides)).cells
    assert (cell.walker.strength, cell.walker.height_m) == (0.5, 1.6)
    assert (cell.technique.speed_m_per_s, cell.technique.step_width_m) == (0.6, 0.2)
    assert cell.walker.name == "young-adult (changed)"
    assert cell.technique_name == "slow (changed)"


def test_levels_that_do_not_go_together_name_the_cell(config_file: Path):
    overrides = ["factors.step_length_m=[0.5]", "factors.cadence_steps_per_min=[90]"]
    with pytest.raises(ConfigError, match="cadence_steps_per_min-90"):
        make_plan(load_config(config_file, overrides))


def test_trials_of_equal_index_have_equal_seeds(config_file: Path):
    plan = make_plan(load_config(config_file))
    seeds = [[spec.seed for spec in plan.trials(cell)] for cell in plan.cells]
    assert all(own == seeds[0] for own in seeds)
    numbers = [spec.trial for cell in plan.cells for spec in plan.trials(cell)]
    assert numbers == list(range(28))


PLAN = make_plan(load_config("quick-start", ["trials=14"]))


@given(size=st.integers(1, 40), done=st.sets(st.integers(0, 27)))
def test_chunks_cover_what_is_left_once(size: int, done: set[int]):
    chunks = [
        chunk
        for cell in PLAN.cells
        for chunk in chunks_of(cell, [s for s in PLAN.trials(cell) if s.trial not in done], size)
    ]
    left = [spec.trial for chunk in chunks for spec in chunk.trials]
    assert sorted(left) == sorted(set(range(28)) - done)
    assert all(1 <= len(chunk.trials) <= size for chunk in chunks)


@given(seed=st.integers(0, 2**63 - 1), count=st.integers(1, 50))
def test_seeds_are_distinct_and_do_not_depend_on_their_number(seed: int, count: int):
    seeds = trial_seeds(seed, count)
    assert len(set(seeds)) == count
    assert seeds[: count // 2] == trial_seeds(seed, count // 2)
    assert all(0 <= one < 2**53 for one in seeds)


@given(seed=st.integers(0, 2**53), other=st.integers(0, 2**53))
def test_named_streams_differ_by_seed_and_name(seed: int, other: int):
    first = named_generator(seed, "push").random(4)
    assert (named_generator(seed, "push").random(4) == first).all()
    assert not (named_generator(seed, "slip").random(4) == first).any()
    if other != seed:
        assert not (named_generator(other, "push").random(4) == first).any()


def test_a_name_and_its_parts_are_different_streams():
    keys = {
        named_sequence(1, *names).spawn_key for names in (("a", "b"), ("ab",), ("a", 1), ("a", "1"))
    }
    assert len(keys) == 4


def test_seeds_stay_as_they_were_published():
    assert trial_seeds(7, 2) == (5797538767878618, 6079102354783808)


def test_long_names_of_cells_stay_short_enough_for_files_and_apart(config_file: Path):
    folder = "/" + "/".join(["a" * 60] * 4)
    policies = ", ".join(f"{folder}/{name}.onnx" for name in ("one", "two"))
    cells = make_plan(load_config(config_file, [f"factors.policy=[{policies}]"])).cells
    assert len({cell.name for cell in cells}) == len(cells) == 8
    assert max(len(cell.name) for cell in cells) < 200
