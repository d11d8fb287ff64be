"""Spoilt configs end in a plan or in one message that names the file: never in a traceback."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import config_mutations
import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from retrowalk.experiments.learning.config import load_training_config
from retrowalk.experiments.rollout.engine import simulation_engine
from retrowalk.experiments.rollout.trials import check_cell
from retrowalk.experiments.runner.run import checked_plan
from retrowalk.experiments.study.load import load_config, load_tool_config
from retrowalk.experiments.study.plan import Cell
from retrowalk.experiments.tuning.gain_search import load_gain_config
from retrowalk.experiments.tuning.residual_learning import ResidualConfig
from retrowalk.experiments.tuning.search import load_tune_config
from retrowalk.sim.errors import ConfigError

EXAMPLES = int(os.environ.get("RETROWALK_FUZZ_EXAMPLES", "150"))
"""Of each kind of config. By hand, thousands: `RETROWALK_FUZZ_EXAMPLES=5000 pytest ...`."""
LONGEST = 20_000  # characters of a message
CELLS_CHECKED = 2

EXPERIMENTS = [*config_mutations.EXPERIMENTS, *config_mutations.shipped("study")]
SHIPPED_TUNINGS = config_mutations.shipped("tuning")
GAIN_SEARCHES = [text for text in SHIPPED_TUNINGS if "\ngait: reference\n" in text]
NETWORKS = [text for text in SHIPPED_TUNINGS if "\ngait: reference-residual\n" in text]
TUNINGS = [text for text in SHIPPED_TUNINGS if text not in GAIN_SEARCHES + NETWORKS]
TRAININGS = config_mutations.shipped("learning")


def accepted(read: Callable[[Path], object], path: Path, content: bytes) -> bool:
    """Read the config; a refusal must name the file and be short enough to read."""
    path.write_bytes(content)
    try:
        read(path)
    except ConfigError as error:
        message = str(error)
        assert str(path) in message, message
        assert 0 < len(message) < LONGEST
        assert "Traceback" not in message
        return False
    return True


def check(cell: Cell) -> None:
    if cell.index < CELLS_CHECKED:
        check_cell(cell)


def read_experiment(path: Path) -> None:
    engine = replace(simulation_engine(), check=check)
    assert checked_plan(load_config(path), engine, str(path)).cells


def read_tuning(path: Path) -> None:
    load_tune_config(path, [])


def read_gain_search(path: Path) -> None:
    load_gain_config(path, [])


def read_network_search(path: Path) -> None:
    load_tool_config(ResidualConfig, path)


def read_training(path: Path) -> None:
    load_training_config(str(path))


KINDS = {
    "experiment": (EXPERIMENTS, read_experiment),
    "tuning": (TUNINGS, read_tuning),
    "gain search": (GAIN_SEARCHES, read_gain_search),
    "network search": (NETWORKS, read_network_search),
    "training": (TRAININGS, read_training),
}


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
@example(seed=3409)  # scales an integer of hundreds of digits
def test_a_spoilt_config_gives_a_plan_or_one_message(tmp_path: Path, kind: str, seed: int):
    texts, read = KINDS[kind]
    accepted(read, tmp_path / "spoilt.yaml", config_mutations.mutated(texts, seed))


@pytest.mark.parametrize("kind", KINDS)
def test_the_unspoilt_ones_are_accepted(tmp_path: Path, kind: str):
    texts, read = KINDS[kind]
    for text in texts:
        assert accepted(read, tmp_path / "whole.yaml", text.encode())


BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 60))
SPOILT = {
    "nothing": b"",
    "only a comment": b"# later\n",
    "only a mark": b"\xef\xbb\xbf",
    "zeros": bytes(1000),
    "an image": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "16-bit text": "name: a".encode("utf-16"),
    "latin text": "name: Gr\u00f6\u00dfe".encode("latin-1"),
    "anchors of anchors": BOMB.encode(),
    "an anchor that holds itself": b"name: &a [*a]\n",
    "deep lists": b"name: " + b"[" * 5000 + b"]" * 5000,
    "deep mappings": b"".join(b" " * i + b"a:\n" for i in range(3000)),
    "twice the same key": b"name: a\nname: b\n",
    "twice the same key below": b"technique: {speed_m_per_s: 1, speed_m_per_s: 2}\n",
    "half a character": b'name: "a\\ud800"\n',
    "a number of many digits": b"trials: " + b"9" * 5000,
    "a large number": b"name: a\ntechnique: brisk\nseed: " + b"9" * 400,
    "a hazard's large number": b"hazards: [{kind: push, impulse_n_s: 1" + b"0" * 400 + b"}]",
    "not a number": b"name: a\ntechnique: {speed_m_per_s: .nan}\n",
    "a date": b"name: 2020-99-99\n",
    "code": b"name: !!python/object/apply:os.system [true]\n",
    "too large": b"# " + b"x" * (1 << 20),
    "many levels": b"factors: {slope: [" + b",".join(b"0.%d" % i for i in range(9000)) + b"]}",
}  # fmt: skip


@pytest.mark.parametrize("spoilt", SPOILT)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_config_is_refused_at_once(tmp_path: Path, kind: str, spoilt: str):
    begun = time.process_time()
    assert not accepted(KINDS[kind][1], tmp_path / "spoilt.yaml", SPOILT[spoilt])
    assert time.process_time() - begun < 20


def test_an_endless_file_is_refused():
    with pytest.raises(ConfigError, match=r"/dev/zero: is too large"):
        load_config("/dev/zero")


OVERRIDES = st.tuples(
    st.lists(
        st.sampled_from([*config_mutations.KEYS, "0", "1", "5", "9" * 30]), min_size=1, max_size=4
    ).map(".".join),
    st.sampled_from(["=", "", " = ", "=="]),
    st.one_of(
        st.sampled_from([repr(value) for value in config_mutations.VALUES]),
        st.sampled_from(config_mutations.SNIPPETS),
        st.text(max_size=20),
    ),
).map("".join)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(overrides=st.lists(OVERRIDES, min_size=1, max_size=3), which=st.integers(0, 2))
def test_any_override_gives_a_config_or_one_message(
    tmp_path: Path, overrides: list[str], which: int
):
    path = tmp_path / "whole.yaml"
    path.write_text(config_mutations.EXPERIMENTS[which], encoding="utf-8")
    for read in (load_config, load_tune_config):
        with contextlib.suppress(ConfigError):
            read(path, overrides)
