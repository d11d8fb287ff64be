"""Any value of any field of a task is taken or refused by its name; numpy's values are values."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from retrowalk.envs.gym.vector import WalkVectorEnv
from retrowalk.envs.task.random_pushes import Pushes
from retrowalk.envs.task.randomisation import Randomisation
from retrowalk.envs.task.task import Task
from retrowalk.envs.task.technique import Technique
from retrowalk.models.walker import Walker
from retrowalk.sim.errors import ConfigError
from retrowalk.sim.fields import declared
from retrowalk.sim.ground.surface import Surface
from retrowalk.sim.hazards.hazard import kinds
from retrowalk.sim.plain_values import plain
from retrowalk.sim.treadmill.treadmill import Treadmill
from retrowalk.sim.treadmill.workout import WorkoutPoint

DESCRIPTIONS: tuple[Any, ...] = (
    *(Task, Technique, Pushes, Randomisation, Walker, Surface, Treadmill, WorkoutPoint),
    *kinds().values(),
)
FIELDS = [(kind, field.name) for kind in DESCRIPTIONS for field in fields(kind)]
NUMPY: dict[str, Callable[[Any], Any]] = {
    "float32": np.float32,
    "float64": np.float64,
    "array of one": np.array,
}
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.binary(max_size=3)
    | st.sampled_from([object(), Task, b"", np.float32("nan"), np.array([]), np.zeros((2, 2))])
    | st.sampled_from(["flat", "glances", "slip", "older-adult", "speed"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=2)
        | st.dictionaries(st.sampled_from(["preset", "speed", "mass", "kind"]), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(st.sampled_from(FIELDS), ANYTHING)
def test_a_value_is_taken_or_refused_in_a_sentence(field: tuple[Any, str], value: Any):
    kind, name = field
    with contextlib.suppress(ConfigError):
        kind(**{name: value})


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_none_is_refused_by_name_where_it_is_no_default(kind: Any, name: str):
    default = getattr(kind(), name)
    if default is None or (name in declared(kind) and declared(kind)[name].optional):
        assert getattr(kind(**{name: None}), name) is None
        return
    with pytest.raises(ConfigError, match=name.replace("_", "[_ ]").rstrip("s")) as caught:
        kind(**{name: None})
    assert "None" in str(caught.value)


@pytest.mark.parametrize("made_of", NUMPY)
@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_numbers_of_numpy_are_numbers(kind: Any, name: str, made_of: str):
    """The description that they make is the one of Python's own numbers."""
    default = getattr(kind(), name)
    if isinstance(default, bool):
        assert kind(**{name: np.bool_(default)}) == kind(**{name: default})
    elif isinstance(default, float | int):
        assert kind(**{name: NUMPY[made_of](default)}) == kind(**{name: default})
        if default == int(default):
            assert kind(**{name: np.int64(default)}) == kind(**{name: default})
    elif isinstance(default, tuple) and default and isinstance(default[0], float):
        assert kind(**{name: np.array(default)}) == kind(**{name: default})
        given = tuple(np.float32(one) for one in default)
        assert kind(**{name: given}) == kind(**{name: default})


def test_numpy_inside_of_what_a_task_holds():
    ours = Task().with_fields(
        speed_m_per_s=np.linspace(0.6, 0.8, 2),
        walker={"mass_kg": np.float32(70.1), "group_strength": {"soleus": np.float32(0.7)}},
        technique={"step_width_m": np.float64(0.12)},
        hazards=np.array(["slip"]),
        surfaces=({"friction": np.float32(0.3)}, np.str_("grass")),
        rewards={np.str_("speed"): np.int64(1)},
        pushes={"every_s": np.array([2, 4])},
        randomise={"mass": np.array([0.9, 1.1], np.float32)},
    )
    theirs = Task().with_fields(
        speed_m_per_s=(0.6, 0.8),
        walker={"mass_kg": 70.1, "group_strength": {"soleus": 0.7}},
        technique={"step_width_m": 0.12},
        hazards="slip",
        surfaces=({"friction": 0.3}, "grass"),
        rewards={"speed": 1.0},
        pushes={"every_s": (2.0, 4.0)},
        randomise={"mass": (0.9, 1.1)},
    )
    assert ours == theirs


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_float32_is_the_decimal_that_it_stands_for(value: float):
    brief = plain(np.float32(value))
    assert type(brief) is float
    assert np.float32(brief) == np.float32(value)
    assert len(repr(brief)) <= len(repr(float(np.float32(value))))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"num_envs": None}, "num_envs: None is not a whole number of at least 1"),
        ({"num_envs": 1.5}, "num_envs: 1.5"),
        ({"num_envs": 0}, "num_envs: 0"),
        ({"num_envs": True}, "num_envs: True"),
        ({"threads": None}, "threads: None"),
        ({"task": "walk"}, "task: 'walk' is no Task"),
        ({"table": 3}, "table: 3 is no GaitTable"),
        ({"autoreset_mode": "sometimes"}, "autoreset mode|autoreset_mode 'sometimes'"),
        ({"autoreset_mode": None}, "autoreset_mode 'None'"),
        ({"render_mode": "human"}, "render_mode: 'human'"),
        ({"max_episode_steps": 0}, "max_episode_steps: 0"),
        ({"walker": None}, "walker: None is neither a Walker nor its name"),
        ({"hazards": 3}, "hazards: 3 is not a list"),
        ({"hazards": [None]}, "hazards: None"),
        ({"technique": Walker()}, "technique: Walker.* is neither a Technique"),
    ],
)
def test_arguments_are_refused_by_name(arguments: dict[str, Any], said: str):
    given: dict[str, Any] = {"num_envs": 1} | arguments
    with pytest.raises(ConfigError, match=said):
        WalkVectorEnv(**given)
