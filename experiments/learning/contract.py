"""The contract of a learned gait: what its network observes and does, and for whom."""

from __future__ import annotations

import hashlib
from typing import Any

from ...envs.policies.policy_file import FORMAT, GaitRows
from ...envs.policies.policy_interface import PolicyInterface
from ...envs.policies.steered_walkers import SMOOTHING
from ...envs.task.task import Task
from ...models.body import build_body


def new_contract(
    task: Task,
    walk: PolicyInterface,
    table: GaitRows,
    name: str,
    network: bytes,
    training: dict[str, Any],
) -> dict[str, Any]:
    """Return the content of the JSON file beside a network.

    Args:
        task: what was learned. walk: walkers of it. table: the scripted gait learned on.
        network: the ONNX. training: where it comes from.
    """
    return {
        "format": FORMAT,
        "name": name,
        "direction": task.direction,
        "body": task.body,
        "walker": task.walker.name,
        "body_digest": build_body(task.body, task.walker).digest,
        "speed_m_per_s": list(task.speed_m_per_s),
        "action": {
            "mode": task.action_mode,
            "names": list(walk.actions.names),
            "units": list(walk.actions.units),
            "period_s": walk.period_s,
            "smoothing": SMOOTHING,
        },
        "observation": [
            {"term": term, "columns": list(one.columns), "unit": one.unit}
            for term, one in walk.terms.items()
        ],
        "eyes": task.eyes,
        "muscles": task.muscles,
        "slip": task.slip,
        "gait": table.model_dump(),
        "onnx_sha256": hashlib.sha256(network).hexdigest(),
        "training": training,
    }
