"""A learning environment on a web page: `Watched(gymnasium.make("retrowalk/Backward-v0"))`.

Environments know nothing of pages (imports go one way), so the page is a wrapper around them.
"""

from __future__ import annotations

import time
from typing import Any

import gymnasium as gym
import numpy as np

from ...envs.gym.single import WalkEnv
from ...sim.errors import ConfigError
from ...sim.physics.simulation import Simulation
from ..viewer.cameras import first_view
from ..viewer.moment import pose_of
from ..viewer.server import quiet, start, whole_moment
from ..viewer.stage import GroundStage
from ..viewer.walker_look import WalkerLook

_ROOT = "/world"  # node of the scene that all hangs on


class Watched(gym.Wrapper[np.ndarray, np.ndarray, np.ndarray, np.ndarray]):
    """A single environment whose walker is drawn at every `reset` and `step`.

    Args:
        env: one of retrowalk's. host, port: of the page; the next free port if that is taken.
        real_time: whether `step` waits until the time that was walked has passed.

    Raises:
        ConfigError: another environment.
    """

    def __init__(
        self,
        env: gym.Env[np.ndarray, np.ndarray],
        host: str = "127.0.0.1",
        port: int = 8080,
        real_time: bool = True,
    ) -> None:
        super().__init__(env)
        if not isinstance(env.unwrapped, WalkEnv):
            raise ConfigError(f"only environments of retrowalk can be watched, not {env}")
        self._inner = env.unwrapped
        self._real_time = real_time
        self._server = start(host, port, "retrowalk")
        first_view(self._server)
        self._sim: Simulation | None = None
        self._stage: GroundStage | None = None
        self._look: WalkerLook | None = None
        self._drawn_s = time.perf_counter()

    @property
    def url(self) -> str:
        """Where the page is."""
        return self._server.url

    def reset(self, **kwargs: Any) -> tuple[np.ndarray, dict[str, Any]]:
        """Begin an episode and show it; after a seed the ground is another."""
        told = self.env.reset(**kwargs)
        self._draw()
        return told

    def step(self, action: np.ndarray) -> tuple[np.ndarray, Any, bool, bool, dict[str, Any]]:
        """Walk for 20 ms and show it."""
        told = self.env.step(action)
        if self._real_time:
            left = self._inner.walk.period_s - (time.perf_counter() - self._drawn_s)
            time.sleep(max(0.0, left))
        self._draw()
        return told

    def close(self) -> None:
        """Take the page down and close the environment."""
        with quiet():
            self._server.stop()
        super().close()

    def _draw(self) -> None:
        walk = self._inner.walk
        if walk.sim is not self._sim or self._stage is None or self._look is None:
            if self._stage is not None:
                self._stage.remove()
            self._sim = walk.sim
            self._stage = GroundStage(self._server, walk.sim, walk.task.sign, _ROOT, 0.0)
            self._look = WalkerLook(self._server, _ROOT, walk.sim, walk.gait.body, walk.task.walker)
        now = time.perf_counter()
        with whole_moment(self._server):
            pose = pose_of(walk.sim)
            self._stage.update(pose, now - self._drawn_s)
            self._look.update(pose)
        self._server.flush()
        self._drawn_s = now
