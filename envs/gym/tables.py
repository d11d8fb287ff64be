"""Documentation tables of observations, actions and rewards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ...models.body import build_body
from ...sim.fields import meanings
from ..gaits.gait_files import gait_table
from ..gaits.residual import RANGES
from ..task.task import ACTION_MODES, REWARDS, Task
from .batch_task import BatchTask
from .registration import ENVIRONMENTS
from .reward_terms import TERMS

_SHOWN = 20  # columns of a term that are listed in full


def environment_tables() -> str:
    """Return the tables of environments, task fields, observation, actions and rewards."""
    walks = {mode: _walk(mode) for mode in ACTION_MODES}
    parts = [
        "# What a policy observes, does and earns",
        "All in the frame of stance and swing leg: *ahead* is the way the walker faces, "
        "*swingward* towards the swing leg. The order is that of the vectors.",
        "## Environments",
        _table(("environment", "fields of its task"), map(_environment, ENVIRONMENTS.items())),
        "## Fields of a task",
        "Each is a keyword argument of an environment and a key of `task:` in a training config.",
        _table(
            ("field", "default", "what"),
            ((f"`{name}`", _default(name), told) for name, told in meanings(Task).items()),
        ),
        "## Observation",
        _table(("term", "columns", "unit", "what"), _observation(walks["residual"])),
        "Values are float32, held within ±100; what is not a number is 0. `activation` is there "
        "with `muscles=True`, `slip` with `slip=True`, `ground_ahead` with `eyes=True`. "
        "`last_action` has the columns of the action: here those of `residual`.",
        "## Actions",
        "Each from -1 to 1, low-passed (half of the newest each 20 ms), brought in over four "
        "control periods of 5 ms.",
    ]
    for mode, walk in walks.items():
        parts += [f"### {mode} ({len(walk.actions.names)})", _actions(mode, walk)]
    parts += [
        "## Reward",
        "The sum of these terms times their weights (`rewards` of the task; those not named there "
        "count nothing):",
        _table(
            ("term", "default weight", "what"),
            ((f"`{name}`", f"{REWARDS[name]:g}", _told(term)) for name, term in TERMS.items()),
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _walk(mode: str) -> BatchTask:
    task = Task(action_mode=mode, eyes=True, muscles=True, slip=True)
    return BatchTask(task, "flat", gait_table(task.direction), [0])


def _environment(item: tuple[str, dict[str, Any]]) -> tuple[str, str]:
    name, asked = item
    return f"`{name}`", ", ".join(f"`{key}={value!r}`" for key, value in asked.items())


def _default(name: str) -> str:
    value = getattr(Task(), name)
    if name == "walker":
        return "`young-adult`"
    if name == "technique":
        return "`preferred`"
    if name == "rewards":
        return "below"
    return f"`{value!r}`"


def _observation(walk: BatchTask) -> Iterable[tuple[str, str, str, str]]:
    at = 0
    for name, term in walk.terms.items():
        end = at + len(term.columns)
        place = f"`{name}` ({at})" if end == at + 1 else f"`{name}` ({at}-{end - 1})"
        yield place, _listed(term.columns), term.unit, _told(term.write)
        at = end


def _actions(mode: str, walk: BatchTask) -> str:
    names, units = walk.actions.names, walk.actions.units
    if mode == "residual":
        rows = [
            (f"`{name}`", unit, RANGES[name][2]) for name, unit in zip(names, units, strict=True)
        ]
        return _table(("action", "at 1", "what it changes"), rows)
    if mode == "joint":
        rows = [(f"`{name}`", f"{unit}") for name, unit in zip(names, units, strict=True)]
        return _table(("target angle of", "from rest, at 1"), rows)
    count = len(build_body().muscles)
    listed = ", ".join(f"`{name}`" for name in names)
    return f"One for each of the {count} muscles, -1 none, 1 all: {listed}."


def _listed(columns: Sequence[str]) -> str:
    shown = [f"`{name}`" for name in columns[:_SHOWN]]
    left = len(columns) - len(shown)
    return ", ".join(shown) + (f" and {left} more, as in the actions `excitation`" if left else "")


def _told(function: Callable[..., Any]) -> str:
    return " ".join((function.__doc__ or "").replace("*", r"\*").split())


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    escaped = ([cell.replace("|", "\\|") for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in escaped)
