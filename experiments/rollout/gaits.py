"""The gait that a cell's `policy` names."""

from __future__ import annotations

from ...envs.policies.source import GaitSource, gait_source
from ..study.plan import Cell


def source_of(cell: Cell) -> GaitSource:
    """Return where the gait of `cell` comes from.

    Raises:
        ConfigError: no kind of gait is named so, or it does not stand.
    """
    return gait_source(cell.policy, cell.direction, cell.body, cell.walker, cell.sharing, cell.ends)
