"""Walkers of one task on one surface whose every step runs on a device: `BatchTask` for tensors.

Between the action and what follows from it nothing goes to the host and nothing comes from it:
physics, step clock, observation, reward, falls and the starts of new episodes are kernels on the
device, the same whatever the walkers do.
"""

from __future__ import annotations

from typing import Any, cast

from ...sim.physics.warp_backend import WarpBatch
from ..gaits.geometry import mean_square
from ..gaits.technique_tracking import asks_beyond
from ..gaits.tensor_state import TensorState
from ..policies.tensor_actions import MODES
from ..policies.tensor_walkers import TensorWalkers
from ..task.task import Task
from ..task.termination import FALL_HEIGHT, LOAD
from .batch_task import BatchTask
from .reward_terms import TERMS
from .starts import Starts, make_starts
from .tensor_effects import tensor_effects


def keeps_on_host(walk: BatchTask) -> str | None:
    """Return what of a task is computed on the host alone, None where nothing is."""
    task = walk.task
    reasons = (
        (task.action_mode not in MODES, f"action_mode: {task.action_mode}"),
        (task.action_mode == "joint" and len(walk.sim.coupled) > 0, "joint on joints that follow"),
        (task.eyes, "eyes"),
        (bool(task.hazards), "hazards"),
        (asks_beyond(task.technique) or walk.gait.gaze.ever, "technique"),
        (walk.scene.senses.live, "the walker's senses"),
        (walk.scene.motor_noise.live, "the walker's motor noise"),
        (walk.sim.root_pose.planar, "a body in the plane"),
        (not _is_flat(walk), "ground that is not level"),
    )
    return next((told for found, told in reasons if found), None)


def _is_flat(walk: BatchTask) -> bool:
    ground = walk.scene.ground
    return ground.is_level or (ground.belt is not None and not ground.belt.slope.any())


class TensorTask(TensorWalkers):
    """Walkers, their ground, and what acts on them, as tensors on a device.

    Attributes as of `BatchTask`.

    Args:
        walk: the same walkers on the host. Its batch hands over to its device, and the walkers on
            the host are not to be stepped any more.
    """

    def __init__(self, walk: BatchTask) -> None:
        import torch

        batch = walk.sim.batch
        assert isinstance(batch, WarpBatch)
        walk.sim.reset()
        for effect in walk.sim.effects:  # so that the model has the friction of each walker
            effect.act(walk.sim, walk.sim.time_step)
        walk.sim.external_force.fill(0.0)
        batch.hand_over()
        state = TensorState(walk.sim, batch)
        super().__init__(walk, state)
        self._live: Any = state
        self.task: Task = walk.task
        self._pieces, self._substeps = walk.pieces, walk.substeps
        self.generator = torch.Generator(device=state.device)
        self.generator.manual_seed(walk.seeds[0])
        self._effects = tensor_effects(walk, state, self.generator)
        self._starts: Starts = make_starts(walk, state)
        self._arrays = {name: batch.tensor(name) for name in self._starts.arrays}
        self.squared_exertion: Any = self.mean_speed.float()
        valid: Any = state.valid
        self.time = self.gait.time.clone()
        self.fallen: Any = ~valid
        ground = walk.scene.ground
        self._belt = None if ground.belt is None else (ground.belt.length, ground.belt.width)
        self._lowest = FALL_HEIGHT * state.anatomy.standing_height_m

    def begin_all(self) -> None:
        """Begin the first episodes: walker i with start i, over and over."""
        every = self.rows >= 0
        self._begin(every, self.rows % self._starts.count)

    def begin(self, mask: Any) -> None:
        """Begin new episodes of walkers where `mask` (n,), with starts that are drawn."""
        import torch

        size = (self.n,)
        chosen = torch.randint(
            self._starts.count, size, generator=self.generator, device=self.rows.device
        )
        self._begin(mask, chosen)

    def _begin(self, mask: Any, chosen: Any) -> None:
        """Write starts `chosen` (n,) of the bank where `mask`; the others are left alone."""
        starts, state = self._starts, self._live
        for name, live in self._arrays.items():
            rows = mask.view(-1, *(1,) * (live.dim() - 1))
            live.copy_(starts.arrays[name][chosen].where(rows, live))
        state.ground_travel.masked_fill_(mask, 0.0)
        state.ground_velocity.copy_(starts.belt[chosen].where(mask, state.ground_velocity))
        state.valid |= mask
        self.time.masked_fill_(mask, 0.0)
        for effect in self._effects:
            effect.begin(mask)
        self.begin_walking(mask, starts.commanded[chosen], starts.slope[chosen])
        exertion: Any = mean_square(state.exertion)
        self.squared_exertion = exertion.where(mask, self.squared_exertion)
        self.fallen = self.fallen & ~mask

    def step(self, action: Any) -> None:
        """Let all walkers act for one policy step; `action` is (n, size), clipped to -1 to 1.

        Who is given what is no number counts as blown up.
        """
        state = self._live
        self.act(action)
        squared = 0.0
        duration = self._substeps * state.time_step
        for part in range(self.control_steps):
            state.ctrl.copy_(self.excite(part))
            for piece in range(self._pieces):
                time = self.time + (part * self._pieces + piece) * duration
                for effect in self._effects:
                    effect.act(time, duration)
                state.step(self._substeps)
            squared = squared + mean_square(state.exertion)
        self.squared_exertion = squared / self.control_steps
        self.note_speed()
        self.time = self.time + self.period_s
        state.valid &= ~action.isnan().any(1)
        self.fallen = self._has_fallen() | ~state.valid

    def _has_fallen(self) -> Any:
        """True where a walker is down or off the belt, (n,), as `termination` has it."""
        state = self._live
        down = (state.root_position[:, 2] < self._lowest) | state.fall_contact
        if self._belt is None:
            return down
        ankles = state.body_position[:, state.feet, :2]
        off = ~self._on_belt(ankles) & (state.vertical_load > LOAD)
        return down | off.any(1) | ~self._on_belt(state.root_position)

    def _on_belt(self, place: Any) -> Any:
        length, width = cast(tuple[float, float], self._belt)
        return (place[..., 0].abs() <= 0.5 * length) & (place[..., 1].abs() <= 0.5 * width)

    def earned(self) -> dict[str, Any]:
        """Weighted terms of the last policy step's reward, (n,) float32; their sum is the reward.

        What has blown up may be no number: it earns what is left.
        """
        weights = {name: weight for name, weight in self.task.rewards.items() if weight}
        terms = {name: weight * TERMS[name](cast(Any, self)) for name, weight in weights.items()}
        return {name: term.float().nan_to_num() for name, term in terms.items()}
