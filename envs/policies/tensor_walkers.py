"""Observations and actions of walkers on a device: a `PolicyInterface` for tensors.

The terms of the observation are the same functions as on the host; what they read here are tensors
in the memory of MuJoCo Warp.
"""

from __future__ import annotations

from typing import Any, cast

from ..gaits.tensor_gait import TensorGait
from ..gaits.tensor_state import TensorState, with_tensors
from .policy_interface import LARGEST, PolicyInterface
from .sliding import Sliding, places
from .steered_walkers import SMOOTHING
from .tensor_actions import tensor_actions


class TensorSliding(Sliding):
    """`Sliding` for tensors."""

    def __init__(self, sliding: Sliding, state: TensorState) -> None:
        vars(self).update(with_tensors(sliding, state))
        self._before = places(state)

    def begin(self, state: Any, mask: Any) -> None:
        """Restart for walkers where `mask` (n,) from the present place of their feet."""
        now: Any = places(state)
        self._before = now.where(mask[:, None, None, None], self._before)
        velocity: Any = self.velocity
        lately: Any = self.lately
        self.velocity = velocity.masked_fill(mask[:, None, None], 0.0)
        self.lately = lately.masked_fill(mask, 0.0)


class TensorWalkers(PolicyInterface):
    """n walkers that a policy steers, as tensors on a device.

    Attributes as of `PolicyInterface`; numbers of walkers are float64 where they add up over an
    episode (times, speeds), else float32.

    Args:
        walk: the same walkers on the host, of which nothing is changed. state: of the walkers.
    """

    gait: Any
    actions: Any

    def __init__(self, walk: PolicyInterface, state: TensorState) -> None:
        import torch

        vars(self).update(with_tensors(walk, state))
        self.sim, self.state = cast(Any, state), cast(Any, state)
        self.gait = TensorGait(walk.gait, state)
        self.actions = tensor_actions(walk, self.gait, state)
        self.rows: Any = torch.arange(self.n, device=state.device)
        self._column: Any = self.rows[:, None]
        self.mean_speed: Any = self.gait.commanded.clone()
        slides = walk.sliding
        self.sliding: Any = None if slides is None else TensorSliding(slides, state)
        self._tables: Any = [state.tensor(table) for table in self._tables]
        self._alone = []
        self.now = self.frame()
        widths = [len(term.columns) for term in walk.terms.values()]
        self._seen: Any = torch.zeros((self.n, sum(widths)), device=state.device)
        writes = [term.write for term in walk.terms.values()]
        self._parts = list(zip(writes, self._seen.split(widths, 1), strict=True))

    def pick(self, values: Any, chosen: Any) -> Any:
        """Values (n, k, ...) in columns `chosen` (n, k) of each walker's row."""
        return values[self._column, chosen]

    def observe(self) -> Any:
        """Observation, (n, columns of all `terms`) float32, in memory of its own."""
        self.now = self.frame()
        for write, block in self._parts:
            write(self, block)
        return self._seen.nan_to_num(0.0).clamp(-LARGEST, LARGEST)

    def begin_walking(self, mask: Any, commanded: Any, slope: Any) -> None:
        """Begin with walkers where `mask`, whose state has just been written.

        `commanded` (n,) [m/s] is the speed at the ramp's end, `slope` (n,) that of the ground.
        """
        self.gait.begin(mask, commanded, slope)
        self.actions.begin(mask)
        actions: tuple[Any, ...] = (self.action, self.action_before, self.acting)
        for values in actions:
            values.masked_fill_(mask[:, None], 0.0)
        self.mean_speed = self.gait.asked.where(mask, self.mean_speed)
        if self.sliding is not None:
            self.sliding.begin(self.state, mask)

    def act(self, action: Any) -> None:
        """Take the action of the coming policy step, (n, size), clipped to -1 to 1."""
        self.action_before, self.action = self.action, action.clamp(-1.0, 1.0)
        self._acted_before = self.acting
        self.acting = self.acting + SMOOTHING * (self.action - self.acting)
