"""The gait that a cell's `policy` names: scripted, learned, or a class of the user's own."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from ...envs.gaits.gait_files import gait_table
from ...envs.gaits.scripted_gait import ScriptedGait
from ...envs.gaits.technique_limits import check_askable
from ...envs.policies.learned_gait import LearnedGait, check_policy
from ...envs.policies.policy_file import LearnedPolicy, read_policy, shipped_policies
from ...envs.policies.user_gait import OwnGait
from ...models.body import Body, build_body
from ...sim.errors import ConfigError, unknown_name
from ...sim.physics.simulation import Simulation
from ..study.catalogue import SCRIPTED, policies
from ..study.plan import Cell
from ..study.policy_names import LEARNED, PICKLED, is_own
from .user_code import own_class, own_digest

Gait = ScriptedGait | LearnedGait | OwnGait


def check_gait(cell: Cell) -> None:
    """Refuse a policy that is not there, or not for the cell's walker, direction and speed.

    Raises:
        ConfigError: telling which and why.
    """
    speed = cell.technique.speed_m_per_s
    if cell.policy == SCRIPTED:
        gait_table(cell.direction, cell.walker.name).check(speed)
        check_askable(cell.direction, cell.technique)
        return
    if is_own(cell.policy):
        own_class(cell.policy)
        return
    policy = _learned(cell)
    check_policy(policy, build_body(cell.body, cell.walker), speed)
    if policy.contract.direction != cell.direction:
        raise ConfigError(
            f"policy '{cell.policy}': learned to walk {policy.contract.direction}, "
            f"not {cell.direction}"
        )


def gait_digest(cell: Cell) -> str:
    """sha256 of all that the cell's gait is made from."""
    if is_own(cell.policy):
        return own_digest(cell.policy)
    if cell.policy != SCRIPTED:
        return _learned(cell).digest
    table = gait_table(cell.direction, cell.walker.name)
    return hashlib.sha256(table.speeds.tobytes() + table.values.tobytes()).hexdigest()


def start_speed(cell: Cell) -> float:
    """Speed at which the cell's trials start [m/s]."""
    scripted = cell.policy == SCRIPTED
    own = scripted or is_own(cell.policy)
    table = gait_table(cell.direction, cell.walker.name) if own else _learned(cell).table
    slowest = float(table.speeds[0])
    return slowest if scripted else min(slowest, cell.technique.speed_m_per_s)


def speed_range(cell: Cell) -> tuple[float, float]:
    """Slowest and fastest speed that the cell's gait is for [m/s]."""
    if cell.policy == SCRIPTED or is_own(cell.policy):
        speeds = gait_table(cell.direction, cell.walker.name).speeds
        return float(speeds[0]), float(speeds[-1])
    return _learned(cell).contract.speed_m_per_s


def direction_of(cell: Cell) -> str | None:
    """Direction that the cell's learned policy walks; None where its policy walks either."""
    if cell.policy == SCRIPTED or is_own(cell.policy):
        return None
    return _learned(cell).contract.direction


def make_gait(cell: Cell, sim: Simulation, body: Body) -> Gait:
    """Return the cell's gait for `sim`.

    Raises:
        ConfigError: as for `check_gait`.
    """
    own = is_own(cell.policy)
    if cell.policy != SCRIPTED and not own:
        return LearnedGait(sim, body, cell.walker, _learned(cell), cell.technique)
    table = gait_table(cell.direction, cell.walker.name)
    if own:
        made = own_class(cell.policy)
        return OwnGait(cell.policy, made, sim, body, cell.walker, table, cell.technique)
    return ScriptedGait(sim, body, table, cell.technique)


def _learned(cell: Cell) -> LearnedPolicy:
    return learned_policy(cell.policy)


def learned_policy(policy: str) -> LearnedPolicy:
    """Return the learned gait of a name that ships or of a file's path.

    Raises:
        ConfigError: no such name, or a file that is none.
    """
    path = Path(policy)
    if not policy.endswith((*LEARNED, PICKLED)):
        if policy not in policies():
            raise unknown_name("policy", policy, policies())
        path = shipped_policies()[policy]
    stamp = path.stat().st_mtime_ns if path.exists() else 0
    return _read(path, stamp)


@lru_cache(maxsize=8)
def _read(path: Path, stamp: int) -> LearnedPolicy:
    return read_policy(path)
