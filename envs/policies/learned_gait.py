"""Learned gait: a network that observes and acts every 20 ms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...models.body import Body
from ...models.walker import Walker
from ...sim.errors import ConfigError, SimulationError
from ...sim.physics.body_state import BodyState
from ...sim.physics.simulation import Simulation
from ..gaits.scripted_gait import ScriptedGait
from ..task.task import Task
from ..task.technique import Technique
from .policy_file import Contract, LearnedPolicy
from .policy_interface import PolicyInterface
from .steered_walkers import POLICY_S, SMOOTHING

_CALLS = round(POLICY_S / ScriptedGait.control_period_s)  # of `excite` in a policy step


class LearnedGait:
    """A learned policy as a gait; what the network reads is what the walker senses.

    Args:
        sim: the simulation. body: its body. walker: whose body it is. policy: what was learned.
        technique: what is asked; the commanded speed must be within the policy's.

    Attributes:
        control_period_s: time between two calls of `excite`. sign: +1 if it walks to +x, else -1.
        interface: what the policy observes and how it acts.

    Raises:
        ConfigError: body, layout or speed are not the policy's.
    """

    def __init__(
        self,
        sim: Simulation,
        body: Body,
        walker: Walker,
        policy: LearnedPolicy,
        technique: Technique,
    ) -> None:
        contract, speed = policy.contract, technique.speed_m_per_s
        check_policy(policy, body, speed)
        table = policy.table
        task = Task(
            direction=contract.direction,
            speed_m_per_s=contract.speed_m_per_s,
            action_mode=contract.action.mode,
            eyes=contract.eyes,
            muscles=contract.muscles,
            slip=contract.slip,
            body=contract.body,
            walker=walker,
        )
        known = float(np.clip(speed, table.speeds[0], table.speeds[-1]))
        within = technique.with_fields(speed_m_per_s=known)
        self.body, self._policy = body, policy
        self.interface = PolicyInterface(sim, body, table, task, within)
        self.interface.gait.command(np.arange(sim.n), np.full(sim.n, speed))
        _check_layout(contract, self.interface)
        self.control_period_s = ScriptedGait.control_period_s
        self._held = np.empty_like(sim.ctrl)
        self.sign = self.interface.gait.sign
        self._part = 0
        self._begun = False

    @property
    def ramp_time_s(self) -> float:
        """Time from the start until all that is asked for is asked in full."""
        return self.interface.gait.ramp_time_s

    def reset(self, ids: np.ndarray, rngs: Sequence[np.random.Generator]) -> None:
        """Start simulations `ids` in mid step; the policy acts anew from the next `excite` on.

        Raises:
            SimulationError: some of its walkers while the others walk: it acts for all at once.
        """
        if self._begun and len(np.unique(ids)) < len(self._held):
            raise SimulationError("a learned gait's walkers begin anew together, not one by one")
        self.interface.state = self.interface.sim.state
        self.interface.gait.reset(ids, rngs)
        self.interface.rest(ids)
        self._part, self._begun = 0, False

    def command(self, ids: np.ndarray, speed: np.ndarray) -> None:
        """Command walkers `ids` to walk at `speed` (k,) [m/s]."""
        self.interface.gait.command(ids, speed)

    def excite(self, state: BodyState) -> np.ndarray:
        """Return excitations (n, muscles); call once each `control_period_s`."""
        interface = self.interface
        interface.state = state
        if self._part == 0:
            if self._begun:
                interface.note_speed()
            interface.act(self._policy(interface.observe()))
            self._begun = True
        part, later = divmod(self._part * interface.control_steps, _CALLS)
        if not later:
            self._held = interface.excite(part)
        self._part = (self._part + 1) % _CALLS
        return self._held


def check_policy(policy: LearnedPolicy, body: Body, speed: float) -> None:
    """Refuse a policy that is not for this body and speed.

    Raises:
        ConfigError: telling what it is for.
    """
    contract = policy.contract
    if body.digest != contract.body_digest:
        raise ConfigError(
            f"policy '{contract.name}': learned for the body '{contract.body}' of the walker "
            f"'{contract.walker}' (digest {contract.body_digest[:12]}), not for this one "
            f"('{body.name}', digest {body.digest[:12]})"
        )
    low, high = contract.speed_m_per_s
    if not low - 1e-9 <= speed <= high + 1e-9:
        raise ConfigError(
            f"technique.speed_m_per_s: {speed} is outside what the policy '{contract.name}' "
            f"learned, {low} to {high} m/s"
        )


def _check_layout(contract: Contract, interface: PolicyInterface) -> None:
    mine = tuple((name, term.columns) for name, term in interface.terms.items())
    asked = tuple((one.term, one.columns) for one in contract.observation)
    action = contract.action
    if mine != asked or action.names != interface.actions.names:
        differing = sorted({name for name, _ in mine} ^ {name for name, _ in asked})
        raise ConfigError(
            f"policy '{contract.name}': observes or does other things than this version offers "
            f"(differing terms: {differing or 'columns within a term'}); train it again"
        )
    if (action.period_s, action.smoothing) != (interface.period_s, SMOOTHING):
        raise ConfigError(
            f"policy '{contract.name}': acts every {action.period_s} s smoothed by "
            f"{action.smoothing}, this version every {interface.period_s} s by {SMOOTHING}"
        )
