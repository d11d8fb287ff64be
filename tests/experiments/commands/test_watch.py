"""An environment on a web page."""

from __future__ import annotations

import urllib.request

import gymnasium as gym
import numpy as np
import pytest

from retrowalk.experiments.commands.watch import Watched
from retrowalk.sim.errors import ConfigError


@pytest.mark.parametrize("name", ["Backward", "BackwardRough", "BackwardTreadmill"])
def test_the_page_shows_the_walker_of_the_environment(name: str):
    alone = gym.make(f"retrowalk/{name}-v0")
    watched = Watched(gym.make(f"retrowalk/{name}-v0"), port=18090, real_time=False)
    try:
        for seed in (1, 2):  # another ground
            first, _ = watched.reset(seed=seed)
            np.testing.assert_array_equal(first, alone.reset(seed=seed)[0])
        for _ in range(2):
            seen, truth = (env.step(np.zeros(15, np.float32))[0] for env in (watched, alone))
            np.testing.assert_array_equal(seen, truth)
        assert watched._look is not None
        sim = watched._inner.walk.sim
        for number, frame in watched._look._frames.items():
            np.testing.assert_allclose(frame.position, sim.body_position[0, number], atol=1e-6)
        with urllib.request.urlopen(watched.url, timeout=10) as page:
            assert page.status == 200
    finally:
        watched.close()


def test_other_environments_are_refused():
    with pytest.raises(ConfigError, match="only environments of retrowalk"):
        Watched(gym.make("CartPole-v1"))
