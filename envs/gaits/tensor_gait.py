"""The scripted gait's step clock, plan and upper body for tensors on a device.

What `ScriptedGait` does for whoever drives the legs (`follow`, `pass_time`, `plan`), by masks in
place of indices, so that every call does the same work whatever the walkers do and the host need
not know. Times, biases and slopes are in float64, as on the host: a clock that is compared with a
planned time must not drift. Tests hold both alike.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from .foot_placement import StepPlan, on_belt, plan_step
from .geometry import unstack
from .parameters import NAMES
from .scripted_gait import MAX_BIAS, SPEED_GAIN, ScriptedGait
from .speed_ramp import RAMP_AFTER_S, RAMP_M_PER_S2
from .stance_state import LEAST_RUN, SLOPE_GAIN, STEEPEST, has_landed
from .tensor_state import TensorState, with_tensors


class TensorRoles:
    """Roles of the legs of n walkers; attributes as of `StanceState`, tensors (n,)."""

    def __init__(self, state: TensorState) -> None:
        import torch

        n, at = state.n, state.device
        self.stance = torch.zeros(n, dtype=torch.long, device=at)
        self.time_in_step = torch.zeros(n, dtype=torch.float64, device=at)
        self.slope = torch.zeros(n, dtype=torch.float64, device=at)
        self.lifted = torch.zeros(n, dtype=torch.bool, device=at)
        self._footing = torch.full((n, 2, 2), torch.nan, device=at)
        self._rows = torch.arange(n, device=at)

    def begin(self, mask: Any, slope: Any) -> None:
        """Put walkers where `mask` in mid step on their left foot, on ground of `slope` (n,)."""
        self.stance.masked_fill_(mask, 0)
        self.time_in_step.masked_fill_(mask, 0.0)
        self.lifted &= ~mask
        self.slope = slope.where(mask, self.slope)
        self._footing.masked_fill_(mask[:, None, None], np.nan)

    def change(self, mask: Any) -> None:
        """Begin the next step of walkers where `mask`."""
        self.stance = (1 - self.stance).where(mask, self.stance)
        self.time_in_step.masked_fill_(mask, 0.0)
        self.lifted &= ~mask

    def leave_ground(self, p: dict[str, Any], lowest: Any) -> None:
        """Lift swing feet whose double support is over; feel the slope from the feet that stay.

        `lowest` (n, 2) is x and z [m] of the lowest point of the foot that stands.
        """
        leaving = ~self.lifted & (self.time_in_step >= p["double_support"])
        rows, foot = self._rows, self.stance
        before = self._footing[rows, foot]
        self._footing[rows, foot] = lowest.where(leaving[:, None], before)
        run, rise = (self._footing[rows, foot] - self._footing[rows, 1 - foot]).unbind(1)
        usable = leaving & (run.abs() > LEAST_RUN)  # False for NaN too
        felt = (rise / run.where(usable, run.new_ones(()))).where(usable, self.slope)
        new = (self.slope + SLOPE_GAIN * (felt - self.slope)).clamp(-STEEPEST, STEEPEST)
        self.slope = new.where(leaving, self.slope)
        self.lifted |= leaving


class TensorGait:
    """Step clock, plan and upper body of n walkers.

    Args:
        gait: the scripted gait of the same walkers, of which nothing is changed. It plans by its
            table alone: no technique asks beyond it, and nobody looks round.
        state: of the walkers.

    Attributes:
        sign, body, control_period_s: of the gait. roles, time: as of the gait.
        commanded: (n,) [m/s] speed at the ramp's end. parameters: by name, (n,).
    """

    def __init__(self, gait: ScriptedGait, state: TensorState) -> None:
        import torch

        self._state, self.sign, self.body = state, gait.sign, gait.body
        self._rows = torch.arange(state.n, device=state.device)
        self.control_period_s = gait.control_period_s
        self.roles, self._upper = TensorRoles(state), copy.copy(gait.upper)
        vars(self._upper).update(with_tensors(gait.upper, state))
        table, at = gait.table, state.device
        self._speeds = torch.tensor(table.speeds, device=at)
        self._span = torch.tensor(np.append(np.diff(table.speeds), 1.0), device=at)
        self._values = torch.tensor(np.moveaxis(table.values, -1, 0).copy(), device=at)
        self._slowest, self._fastest = float(table.speeds[0]), float(table.speeds[-1])
        self.commanded = torch.zeros(state.n, dtype=torch.float64, device=at)
        self.time, self._bias, self._step_start = (self.commanded.clone() for _ in range(3))
        self._belt = state.ground is not None and state.ground.belt is not None
        self.parameters: dict[str, Any] = self._at(self.asked)

    @property
    def asked(self) -> Any:
        """Speed that is asked for at this moment of the starting ramp [m/s], (n,)."""
        ramp = (self.time - RAMP_AFTER_S).clamp(min=0.0)
        asked = (self._slowest + RAMP_M_PER_S2 * ramp).minimum(self.commanded)
        if not self._belt:
            return asked
        belt: Any = -self.sign * self._state.ground_velocity
        return asked.where(belt == 0.0, belt.clamp(self._slowest, self._fastest).to(asked.dtype))

    def _at(self, speed: Any) -> dict[str, Any]:
        """Parameters (n,) at `speed` (n,) [m/s], as `GaitTable.at` has them."""
        import torch

        last = len(self._speeds) - 1
        low = (torch.searchsorted(self._speeds, speed.contiguous()) - 1).clamp(0, max(last - 1, 0))
        high = (low + 1).clamp(max=last)
        share = ((speed - self._speeds[low]) / self._span[low]).clamp(0.0, 1.0)
        rows = self._values[:, low] * (1.0 - share) + self._values[:, high] * share
        return dict(zip(NAMES, rows.unbind(0), strict=True))

    def begin(self, mask: Any, commanded: Any, slope: Any) -> None:
        """Begin with walkers where `mask`, whose state has just been written, at `commanded`."""
        self.commanded = commanded.where(mask, self.commanded)
        for kept in (self.time, self._bias):
            kept.masked_fill_(mask, 0.0)
        fresh = self._at(self.asked)
        self.parameters = {k: v.where(mask, self.parameters[k]) for k, v in fresh.items()}
        self.roles.begin(mask, slope)
        self._step_start = self._way.where(mask, self._step_start)

    @property
    def _way(self) -> Any:
        """Place of the centre of mass along x on the ground, (n,) [m]."""
        state = self._state
        way: Any = state.com[:, 0] - state.ground_travel
        return way.to(self.time.dtype)

    def follow(self, state: TensorState) -> None:
        """Update stance and swing leg from the contacts; move arms and head."""
        self.parameters = self._at(self.asked)
        self._change_legs(state)
        points: Any = state.points[self._rows, self.roles.stance]
        lowest = points[self._rows, points[:, :, 2].argmin(1)]
        lowest[:, 0] -= state.ground_travel
        self.roles.leave_ground(self.parameters, lowest[:, ::2])
        applied: Any = state.applied
        applied[:, self._upper.dofs] = self._upper.torque(state, None)

    def _change_legs(self, state: TensorState) -> None:
        """Change roles where the swing foot is loaded, and correct the plan by the step's error."""
        roles = self.roles
        load = state.vertical_load[self._rows, 1 - roles.stance]
        landed = has_landed(self.parameters, roles.time_in_step, load)
        way = self._way
        speed = self.sign * (way - self._step_start) / roles.time_in_step
        bias = self._bias + SPEED_GAIN * (self.asked - speed)
        self._bias = bias.clamp(-MAX_BIAS, MAX_BIAS).where(landed, self._bias)
        self._step_start = way.where(landed, self._step_start)
        roles.change(landed)

    def pass_time(self) -> None:
        """Go on by one control period."""
        self.time += self.control_period_s
        self.roles.time_in_step += self.control_period_s

    def plan(self, state: TensorState, asked: Any, ankle: Any) -> StepPlan:
        """Plan of the step in progress; arguments as of `ScriptedGait.plan`."""
        p, roles = self.parameters, self.roles
        speed = self.sign * (asked + p["plan_speed_offset"] + self._bias)
        com, velocity, at = unstack(state.com), unstack(state.com_velocity), unstack(ankle)
        if self._belt:
            belt: tuple[Any, Any] = (state.ground_velocity, state.ground_travel)
            speed, com, velocity, at = on_belt(speed, com, velocity, at, *belt)
        side, drift = 2.0 * roles.stance - 1.0, state.root_position[:, 1]
        return plan_step(p, speed, com, velocity, at, side, roles.time_in_step, drift)
