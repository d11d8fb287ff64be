"""The bench of the environments: raw physics does the very same walk."""

from __future__ import annotations

import numpy as np
import pytest

from retrowalk.envs.gym.vector import WalkVectorEnv
from retrowalk.envs.policies.actions import KINDS
from retrowalk.experiments.bench import environments as bench_environments


@pytest.mark.parametrize("mode", KINDS)
def test_raw_walks_what_the_environment_walked(mode: str, monkeypatch):
    seen: list[WalkVectorEnv] = []

    class Seen(WalkVectorEnv):
        def __init__(self, *args, **fields):
            super().__init__(*args, episode_s=0.2, **fields)
            seen.append(self)

    monkeypatch.setattr(bench_environments, "WalkVectorEnv", Seen)
    _, raw = bench_environments.walking(mode, 3, 2, 9)
    raw.walk()
    assert [walk.n for walk in seen[0].walks] == [3]
    assert sum(step[3].size > 0 for step in raw.steps) == 1  # all anew at the start; ends at 10
    for name, live in zip(("qpos", "qvel", "act"), raw._state, strict=True):
        theirs = np.concatenate([getattr(walk.sim, name) for walk in seen[0].walks])
        np.testing.assert_array_equal(live, theirs)


def test_raw_begins_anew_where_the_environment_did():
    _, raw = bench_environments.walking("excitation", 2, 1, 100)
    assert sum(step[3].size > 0 for step in raw.steps) > 1


def test_gymnasiums_humanoid_is_measured():
    assert bench_environments._humanoid(5) > 0.0
