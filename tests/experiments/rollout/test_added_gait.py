"""A new kind of gait is one class: added in a temporary folder, it is named, checked and walked."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from retrowalk.envs import policies
from retrowalk.envs.policies.source import gait_source, kind_of, kinds
from retrowalk.experiments.rollout.gaits import source_of
from retrowalk.experiments.rollout.trials import check_cell, digests, rollout_cell
from retrowalk.experiments.study import catalogue
from retrowalk.experiments.study.experiment import ExperimentConfig
from retrowalk.experiments.study.plan import make_plan
from retrowalk.models.walker import Walker
from retrowalk.sim.errors import ConfigError

MODULE = '''
"""Walkers whose muscles are all held at one excitation."""

import numpy as np

from retrowalk.envs.policies.source import GaitSource
from retrowalk.sim.errors import ConfigError


class Tense:
    control_period_s, ramp_time_s, sign = 0.01, 0.0, 1.0

    def __init__(self, sim, body):
        self.sim, self.body = sim, body

    def reset(self, ids, rngs):
        self.sim.qpos[ids, 2] = self.body.standing_height_m
        self.sim.forward()

    def excite(self, state):
        return np.full((state.n, len(self.body.muscles)), 0.3)


class TenseSource(GaitSource):
    digest = "0" * 64
    speed_range = (0.2, 0.9)

    @classmethod
    def names(cls):
        return ("tense",)

    def start_speed(self, commanded):
        return 0.0

    def check(self, technique):
        if technique.speed_m_per_s > 0.9:
            raise ConfigError("technique.speed_m_per_s: too fast for the gait 'tense'")

    def make(self, sim, body, technique):
        return Tense(sim, body)
'''


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The kind of gait `tense`, in a folder that is added to the package."""
    (tmp_path / "tense_source.py").write_text(MODULE, "utf-8")
    monkeypatch.setattr(policies, "__path__", [*policies.__path__, str(tmp_path)])
    kinds.cache_clear()
    yield
    kinds.cache_clear()
    sys.modules.pop("retrowalk.envs.policies.tense_source", None)


def _cell(speed: float):
    config = {"name": "added", "policy": "tense", "technique": {"speed_m_per_s": speed}}
    plan = make_plan(ExperimentConfig.model_validate({**config, "trials": 2, "duration_s": 1.0}))
    return plan.cells[0], plan.trials(plan.cells[0])


@pytest.mark.usefixtures("added")
def test_an_added_kind_of_gait_is_listed_checked_and_walked():
    assert catalogue.policies()[0] == "scripted"
    assert "tense" in catalogue.policies()
    cell, trials = _cell(0.8)
    check_cell(cell)
    recording = rollout_cell(cell, trials, 1)
    assert recording.attrs["policy"] == "tense"
    np.testing.assert_allclose(recording["excitation"], 0.3, rtol=1e-6)
    assert digests(cell)["policy tense backward"] == "0" * 64
    assert source_of(cell).only_direction is None
    with pytest.raises(ConfigError, match="too fast for the gait 'tense'"):
        check_cell(_cell(1.0)[0])


def test_without_its_folder_the_name_is_unknown():
    assert kind_of("tense") is None
    with pytest.raises(ConfigError, match="unknown policy 'tense'"):
        gait_source("tense", "backward", "human", Walker())


def test_every_name_belongs_to_one_kind():
    names = [*catalogue.policies(), "runs/a/gait.onnx", "gait.json", "model.zip", "module:Class"]
    for name in names:
        assert len([kind for kind in kinds() if kind.accepts(name)]) == 1, name
