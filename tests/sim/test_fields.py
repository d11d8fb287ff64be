"""A field is declared once: what may be said of it is checked, listed and told from there."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Annotated

import numpy as np
import pytest
from hypothesis import given, strategies as st

from retrowalk.envs.task.random_pushes import Pushes
from retrowalk.envs.task.randomisation import Randomisation
from retrowalk.envs.task.task import Task
from retrowalk.envs.task.technique import Technique
from retrowalk.models.walker import Walker
from retrowalk.sim.errors import ConfigError
from retrowalk.sim.fields import Choice, Name, Pair, Range, check, declared, meanings, ranges
from retrowalk.sim.ground.surface import Surface
from retrowalk.sim.hazards.presets import PRESETS
from retrowalk.sim.treadmill.treadmill import Treadmill
from retrowalk.sim.treadmill.workout import WorkoutPoint

DECLARING = [
    *(Technique, Walker, Surface, Treadmill, WorkoutPoint, Pushes, Randomisation, Task),
    *dict.fromkeys(type(hazard) for hazard in PRESETS.values()),
]


@dataclass(frozen=True)
class Broom:
    """A thing with a field of each sort."""

    length_m: Annotated[float, Range(0.5, 2.0, above=True, note="shorter is a brush")] = 1.0
    """From end to end."""
    weight_kg: Annotated[float | None, Range(0.1, 5.0)] = None
    hair: Annotated[str, Choice(("horse", "coconut"))] = "horse"
    grip_m: Annotated[tuple[float, float], Pair(0.0, 2.0)] = (0.2, 0.4)
    """Where hands
    hold it."""
    owner: Annotated[str, Name()] = "nobody"
    flies: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        check(self, "broom.")


@given(st.floats())
def test_a_number_is_kept_or_refused(length):
    if 0.5 < length <= 2.0:
        assert Broom(length_m=length).length_m == length
    else:
        with pytest.raises(ConfigError, match=r"broom\.length_m must be") as caught:
            Broom(length_m=length)
        assert str(length) in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("length_m", True, r"from 0\.5 to 2, is True \(shorter is a brush\)"),
        ("length_m", 0.5, r"above 0\.5, is 0\.5"),
        ("length_m", None, "is None"),
        ("length_m", np.array([1.0, 1.0]), r"is \[1\.0, 1\.0\]"),
        ("weight_kg", math.nan, "is nan"),
        ("hair", "hors", "unknown hair 'hors'; did you mean 'horse'"),
        ("hair", ["horse"], "unknown hair"),
        ("grip_m", (0.4, 0.2), r"a least and a most from 0 to 2, is \(0\.4, 0\.2\)"),
        ("grip_m", (0.1, 0.2, 0.3), "a least and a most"),
        ("grip_m", "ab", "a least and a most"),
        ("owner", " ", "must be a name"),
        ("flies", 1, "true or false"),
    ],
)
def test_what_a_field_may_not_be_is_refused_by_name(name, value, said):
    with pytest.raises(ConfigError, match=rf"broom\.{name}.*{said}"):
        Broom(**{name: value})


def test_numpys_numbers_are_numbers():
    broom = Broom(
        length_m=np.float32(0.7),  # type: ignore[arg-type]
        weight_kg=np.array(2),  # type: ignore[arg-type]
        grip_m=np.array([0.1, 0.3]),  # type: ignore[arg-type]
        flies=np.bool_(True),  # type: ignore[arg-type]
    )
    assert broom == Broom(0.7, 2, grip_m=(0.1, 0.3), flies=True)
    assert type(broom.length_m) is float
    assert Broom(grip_m=0.3).grip_m == (0.3, 0.3)  # type: ignore[arg-type]


def test_declarations_can_be_read():
    assert ranges(Broom) == {"length_m": (0.5, 2.0), "weight_kg": (0.1, 5.0)}
    assert "note" not in declared(Broom)
    assert declared(Broom)["weight_kg"].optional
    assert meanings(Broom) == {"length_m": "From end to end.", "grip_m": "Where hands hold it."}


@pytest.mark.parametrize("thing", DECLARING)
def test_every_field_says_what_it_means(thing):
    told = meanings(thing)
    silent = {field.name for field in fields(thing)} - set(told) - {"name"}
    assert silent == set()
    assert all(text[-1] in ".]`" for text in told.values())
