"""The fall-risk battery of a config: which challenges every condition meets, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, field_validator, model_validator

from ...sim.hazards.hazard import Hazard
from ...sim.hazards.presets import PRESETS, build_hazard
from ...sim.hazards.push import Push
from ...sim.plain_values import is_mapping
from .fields import Strict, Within, as_tuple, refusal
from .hazards import check_hazards

FACTOR = "challenge"
"""The factor whose levels are challenges; every condition meets all that its ground can have."""

UNDISTURBED = "undisturbed"
_TIMING = ("at_s", "after_s", "window_s")

PushTowards = Literal["along-travel", "against-travel", "left", "right"]


class BatteryFields(Strict):
    """Settings of the battery; the config's `trials` and `duration_s` are those without hazards."""

    pushes: Annotated[tuple[PushTowards, ...], BeforeValidator(as_tuple)] = (
        "along-travel",
        "against-travel",
        "left",
        "right",
    )
    """Directions of pushes, each with a dose-response."""
    hazards: Annotated[tuple[Any, ...], BeforeValidator(as_tuple)] = (
        "slip",
        "trip",
        "belt-jerk-faster",
        "belt-jerk-slower",
        "attention-lapse",
    )
    """Hazards as in `hazards` of a config; those that a ground cannot have are left out there."""
    lowest_impulse_n_s: Annotated[float, Within(0.1, 300.0)] = 4.0
    """Smallest impulse tried."""
    highest_impulse_n_s: Annotated[float, Within(0.1, 300.0)] = 64.0
    """Largest impulse tried."""
    batch: Annotated[int, Within(1, 1000)] = 4
    """Pushes whose impulses are chosen together, from what those before them showed."""
    push_lasts_s: Annotated[float, Within(0.005, 60.0)] = 0.1
    """How long a push lasts."""
    pushed_body: str = "pelvis"
    """A body of the model."""
    after_s: Annotated[float, Within(0.0, 3600.0)] = 0.5
    """Earliest time of a hazard after steady walking began."""
    window_s: Annotated[float, Within(0.0, 600.0)] = 2.0
    """How much later it may come, by chance."""
    watch_s: Annotated[float, Within(0.5, 600.0)] = 5.0
    """A fall within this time after the hazard counts as its fall."""
    hazard_trial_s: Annotated[float, Within(2.0, 3600.0)] = 16.0
    """Duration of a trial with a hazard."""

    @field_validator("hazards")
    @classmethod
    def _valid_hazards(cls, hazards: tuple[Any, ...]) -> tuple[Any, ...]:
        checked = check_hazards(hazards)
        seen: list[Hazard] = []
        for index, entry in enumerate(checked):
            timed = [key for key in _TIMING if is_mapping(entry) and key in entry]
            if timed:
                raise refusal("the battery sets when hazards come; leave it out", (index, timed[0]))
            hazard = build_hazard(entry)
            if hazard in seen:
                raise refusal("this hazard is repeated", (index,))
            seen.append(hazard)
        return checked

    @model_validator(mode="after")
    def _consistent(self) -> BatteryFields:
        for index, towards in enumerate(self.pushes):
            if towards in self.pushes[:index]:
                raise refusal("this direction is repeated", ("pushes", index))
        if self.lowest_impulse_n_s >= self.highest_impulse_n_s:
            raise refusal(
                f"must be below highest_impulse_n_s ({self.highest_impulse_n_s:g})",
                ("lowest_impulse_n_s",),
            )
        least = self.after_s + self.window_s + self.watch_s
        if self.hazard_trial_s < least:
            raise refusal(
                f"must be at least after_s + window_s + watch_s ({least:g}), and the time before "
                "steady walking",
                ("hazard_trial_s",),
            )
        return self


@dataclass(frozen=True)
class Challenge:
    """A challenge that all trials of a condition meet.

    Attributes:
        name: level of the factor `challenge`.
        hazards: none or one. adaptive: whether each trial has an impulse of its own, chosen from
            what the trials before it showed.
    """

    name: str
    hazards: tuple[Hazard, ...] = ()
    adaptive: bool = False


def challenges(battery: BatteryFields) -> tuple[Challenge, ...]:
    """Return all challenges in order: undisturbed, pushes, hazards."""
    timing: dict[str, Any] = {"after_s": battery.after_s, "window_s": battery.window_s}
    found = [Challenge(UNDISTURBED)]
    for towards in battery.pushes:
        push = Push(
            impulse_n_s=battery.highest_impulse_n_s,
            lasts_s=battery.push_lasts_s,
            push_towards=towards,
            pushed_body=battery.pushed_body,
            **timing,
        )
        found.append(Challenge(f"push-{towards}", (push,), adaptive=True))
    names = {preset: name for name, preset in PRESETS.items()}
    for entry in battery.hazards:
        plain = build_hazard(entry)
        name = _unused(names.get(plain, plain.kind), [one.name for one in found])
        fields: dict[str, Any] = dict(entry) if is_mapping(entry) else {"preset": entry}
        found.append(Challenge(name, (build_hazard({**fields, **timing}),)))
    return tuple(found)


def is_possible(challenge: Challenge, belt: bool) -> bool:
    """Return whether ground with or without a treadmill's belt can have the challenge."""
    return all(hazard.suits(belt) for hazard in challenge.hazards)


def _unused(name: str, taken: list[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free
