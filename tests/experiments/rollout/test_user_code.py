"""Policies that run code: own classes and models of stable-baselines3, only where trusted."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from retrowalk.envs.policies.user_code import user_class, user_class_digest
from retrowalk.envs.policies.user_source import UserSource
from retrowalk.experiments.rollout.trials import check_cell, digests, rollout_cell
from retrowalk.experiments.study.load import load_config
from retrowalk.experiments.study.plan import make_plan
from retrowalk.experiments.study.policy_names import short_names
from retrowalk.sim.errors import ConfigError

MODULE = '''
from pathlib import Path

import numpy as np

from retrowalk.envs.gaits.gait_files import gait_table
from retrowalk.envs.gaits.scripted_gait import ScriptedGait

Path("trace").touch()


class Soft:
    """The scripted gait, its muscles never slack."""

    least = 0.0

    def __init__(self, asked):
        table = gait_table(asked.direction, asked.walker.name)
        self.gait = ScriptedGait(asked.sim, asked.body, table, asked.technique)

    def reset(self, ids, rngs):
        self.gait.reset(ids, rngs)

    def excite(self, state):
        return np.maximum(self.gait.excite(state), self.least)


class Stiff(Soft):
    least = 0.05


class Flat(Soft):
    def excite(self, state):
        return np.zeros(50)


number = 3
'''
CONFIG = """\
name: mine
technique: {speed_m_per_s: 0.6}
factors: {policy: [scripted, "my_gaits:Soft", "my_gaits:Stiff"]}
trials: 2
duration_s: 2
keep_recordings: 0
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A current folder with a module of gaits and a config that names them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "my_gaits.py").write_text(MODULE, "utf-8")
    (tmp_path / "mine.yaml").write_text(CONFIG, "utf-8")
    yield tmp_path
    for name in ("my_gaits", "broken"):
        sys.modules.pop(name, None)


def test_a_config_alone_runs_no_code_of_a_policy(folder: Path):
    with pytest.raises(ConfigError, match=r"my_gaits:Soft' is code of its own; add --trust"):
        load_config("mine.yaml")
    with pytest.raises(ConfigError, match="--trust"):
        load_config("quick-start", ["policy=my_gaits:Soft"])
    assert not (folder / "trace").exists()


def test_reading_a_trusted_config_runs_no_code_either(folder: Path):
    make_plan(load_config("mine.yaml", trust=True))
    assert not (folder / "trace").exists()


def test_own_classes_walk_in_an_experiment(folder: Path):
    scripted, soft, stiff = make_plan(load_config("mine.yaml", trust=True)).cells
    check_cell(soft)
    trials = make_plan(load_config("mine.yaml", trust=True)).trials(scripted)
    first, second, third = (rollout_cell(cell, trials, 1) for cell in (scripted, soft, stiff))
    np.testing.assert_array_equal(first["qpos"], second["qpos"])
    assert (third["excitation"].min() >= np.float32(0.05)).all()
    assert second.attrs["policy"] == "my_gaits:Soft"


def test_the_digest_follows_the_source(folder: Path):
    before = user_class_digest("my_gaits:Soft")
    assert before != user_class_digest("my_gaits:Stiff")
    (cell,) = [c for c in make_plan(load_config("mine.yaml", trust=True)).cells if c.index == 1]
    assert digests(cell)["policy my_gaits:Soft backward"] == before
    (folder / "my_gaits.py").write_text(MODULE + "\n# other\n", "utf-8")
    assert user_class_digest("my_gaits:Soft") != before


BAD = {
    "absent:Gait": "there is no module 'absent'; it must be installed, or stand in the current",
    "my_gaits.sub:Gait": "importing my_gaits.sub raised|there is no module 'my_gaits.sub'",
    "my_gaits:Sofd": "unknown class 'Sofd'; did you mean 'Soft'",
    "my_gaits:number": "number is no class, but int",
    "broken:Gait": r"importing broken raised ZeroDivisionError: .*broken\.py, line 1",
    "lacking:Gait": "importing lacking raised ModuleNotFoundError: No module named 'nothing_such'",
    "leaving:Gait": "importing leaving raised SystemExit",
}


@pytest.mark.parametrize("policy", BAD)
def test_what_cannot_be_imported_is_told(folder: Path, policy: str):
    (folder / "broken.py").write_text("1 / 0\n", "utf-8")
    (folder / "lacking.py").write_text("import nothing_such\n", "utf-8")
    (folder / "leaving.py").write_text("raise SystemExit(3)\n", "utf-8")
    with pytest.raises(ConfigError, match=BAD[policy]):
        user_class(policy)


def test_a_class_that_gives_another_shape_is_refused_before_a_run(folder: Path):
    text = CONFIG.replace("my_gaits:Stiff", "my_gaits:Flat")
    (folder / "mine.yaml").write_text(text, "utf-8")
    cell = make_plan(load_config("mine.yaml", trust=True)).cells[2]
    with pytest.raises(ConfigError, match=r"my_gaits:Flat: excite gave an array of shape \(50,\)"):
        check_cell(cell)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("my_gaits:Soft", True),
        ("a.b.c:D", True),
        ("C:/gaits/mine.onnx", False),
        ("scripted", False),
        ("a:b:c", False),
        ("1a:B", False),
        ("os.system('x'):B", False),
    ],
)
def test_what_is_written_as_a_class(text: str, own: bool):
    assert UserSource.accepts(text) is own


def test_short_names_tell_files_apart():
    given = ["scripted", "runs/a/gait.onnx", "runs/b/gait.onnx", "x/best.json", "m:C"]
    assert list(short_names(given).values()) == ["scripted", "a/gait", "b/gait", "best", "m:C"]
    assert short_names(["ppo", "runs/ppo.onnx"]) == {"ppo": "ppo", "runs/ppo.onnx": "runs/ppo"}


def test_the_class_that_the_page_shows_walks(folder: Path):
    """docs/use/compare.md: the example is copied from the page, and does not fall."""
    page = (Path(__file__).parents[3] / "docs" / "use" / "compare.md").read_text("utf-8")
    (folder / "page_gaits.py").write_text(page.split("```python\n")[1].split("```")[0], "utf-8")
    text = CONFIG.replace("my_gaits:Stiff", "page_gaits:Sparing").replace("0.6}", "0.8}")
    text = text.replace("duration_s: ", "duration_s: 10  # was ")
    (folder / "mine.yaml").write_text(text, "utf-8")
    plan = make_plan(load_config("mine.yaml", trust=True))
    cell = plan.cells[2]
    assert not rollout_cell(cell, plan.trials(cell), 1)["fell"].any()
