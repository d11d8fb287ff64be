"""Every piece of state is reset, or does not matter: what an episode left is spoiled, then reset.

Found by looking at all arrays that anything of a batch of walkers holds: a new piece of state is
tested by being there.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from asking_tasks import TASKS

from retrowalk.envs.gaits.gait_files import gait_table
from retrowalk.envs.gym.batch_task import BatchTask
from retrowalk.envs.gym.reward_terms import earned_rows
from retrowalk.envs.policies.actions import KINDS
from retrowalk.envs.task.task import Task

WALKERS = 11  # as many as nothing else in the model has
SPOILED = 4
NOT_OF_AN_EPISODE = {
    r"rows|_rows|_column|_sides": "which rows there are",
    r"_senses\..*|scene\.attention|_attention|_threshold": "of the walker who senses",
    r"largest|impulse_n_s": "how hard to push, set by whoever makes the walk",
    r"share|start|_factor|_usual|_share": "of the simulation's own ground and body",
    r"_arm|_wanted": "zeros where nothing is ever written",
    r".*\.expanded\[.*\]|_live|.*_own\[.*\]": "fields of the model; effects write what they need",
}
_SKIPPED = re.compile("|".join(f"(?:.*\\.(?:{pattern}))" for pattern in NOT_OF_AN_EPISODE))


def arrays_of(thing: Any, path: str, seen: dict[int, Any], found: dict[str, np.ndarray]) -> None:
    """Gather all arrays with a row or a column for each walker, by where they are held."""
    if id(thing) in seen:
        return
    seen[id(thing)] = thing
    if isinstance(thing, np.ndarray):
        if WALKERS in thing.shape[:2] and thing.flags.writeable and thing.dtype.kind in "fib":
            found[path] = thing
        return
    if isinstance(thing, dict):
        parts = [(f"{path}[{key}]", value) for key, value in thing.items()]
    elif isinstance(thing, list | tuple):
        parts = [(f"{path}[{i}]", value) for i, value in enumerate(thing)]
    elif type(thing).__module__.startswith("retrowalk") and hasattr(thing, "__dict__"):
        parts = [(f"{path}.{name}", value) for name, value in vars(thing).items()]
    else:
        return
    for where, value in parts:
        arrays_of(value, where, seen, found)


def spoil(array: np.ndarray) -> None:
    """Put nonsense where the walker `SPOILED` has its values."""
    row = array[SPOILED : SPOILED + 1] if len(array) == WALKERS else array[:, SPOILED : SPOILED + 1]
    if array.dtype.kind == "f":
        row[...] = np.nan
    elif array.dtype.kind == "b":
        row[...] = ~row
    else:
        row[...] = 1 - row if array.max() <= 1 else row + 1


def walk_again(task: Task, spoiling: bool) -> tuple[list[np.ndarray], int]:
    """Walk, begin one walker anew, and walk on; return what was seen, and how much was spoiled."""
    seeds = list(range(WALKERS))
    walk = BatchTask(task, task.surfaces[0], gait_table(task.direction, task.walker.name), seeds)
    rng = np.random.default_rng(0)
    walk.reset(np.arange(WALKERS))
    for _ in range(6):
        walk.step(rng.uniform(-1, 1, walk.action.shape))
    found: dict[str, np.ndarray] = {}
    arrays_of(walk, "walk", {}, found)
    spoiled = [array for path, array in found.items() if not _SKIPPED.fullmatch(path)]
    if spoiling:
        for array in spoiled:
            spoil(array)
    walk.reset(np.array([SPOILED]))
    seen = [walk.observe()]
    for _ in range(4):
        walk.step(rng.uniform(-1, 1, walk.action.shape))
        seen += [walk.observe(), walk.sim.qpos.copy(), *earned_rows(walk).values()]
    return [array[SPOILED] for array in seen], len(spoiled)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("mode", KINDS)
@pytest.mark.parametrize("name", [name for name in TASKS if not name.startswith("retrowalk/")])
def test_what_an_episode_left_does_not_matter(name: str, mode: str):
    task = Task().with_fields(**TASKS[name] | {"action_mode": mode})
    kept, spoiled = walk_again(task, False), walk_again(task, True)
    assert spoiled[1] > 80
    for ours, theirs in zip(kept[0], spoiled[0], strict=True):
        np.testing.assert_array_equal(ours, theirs)
