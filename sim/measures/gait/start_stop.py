"""Gait initiation and termination: the first step, the distance walked, the stop.

Only trials that begin or end in standing have these (`start` and `stop` in a config); the recording
tells the phases. The time of a walk runs from the word to go, as with a stopwatch.
"""

from __future__ import annotations

import numpy as np

from ...physics.contact import STANDS_N
from ..base.definition import Measure
from ..base.events import contacts_of, vertical_force
from ..base.label import Label
from ..base.strides import Strides
from ..base.trial import STANDING, Trial

_NO_START = "null without a start from standing"
_NO_STOP = "null if it was never told to stop"
_NO_STAND = f"{_NO_STOP}, or does not stand in the end"
_NO_WALK = "null without a start from standing, or if it was never told to stop"

MEASURES = (
    Measure(
        "walk_time_s",
        "from the word to go to the word to stop, which comes when the asked way is walked",
        "s",
        limits=_NO_WALK,
        level="trial",
        label=Label("time of the walk", "s", digits=2),
        topic="Gait",
        place=20,
    ),
    Measure(
        "walk_mean_speed_m_per_s",
        "displacement of the centre of mass over the ground along the commanded direction in the "
        "time of the walk, divided by that time",
        "m/s",
        "positive in the commanded direction",
        limits=_NO_WALK,
        level="trial",
        label=Label("mean speed of the walk", "m/s", digits=2),
        topic="Gait",
        place=21,
    ),
    Measure(
        "weight_shift_s",
        f"from the word to go until a foot bears less than {STANDS_N:g} N",
        "s",
        limits=_NO_START,
        level="trial",
        label=Label("time to the first foot off", "s", digits=2),
    ),
    Measure(
        "first_cop_to_swing_m",
        "farthest that the centre of pressure of both feet goes towards the foot that is lifted "
        "first, from where it was at the word to go, until that foot is off",
        "m",
        "positive: towards the swing foot, as people do",
        source="Brenière and Do 1986, J Biomech 19:1035",
        limits=_NO_START,
        level="trial",
        label=Label("pressure towards the swing foot", "cm", 100.0, 1),
    ),
    Measure(
        "first_cop_back_m",
        "farthest that the centre of pressure of both feet goes against travel, from where it was "
        "at the word to go, until the first foot is off",
        "m",
        "positive: against travel, as people do",
        source="Brenière and Do 1986, J Biomech 19:1035",
        limits=_NO_START,
        level="trial",
        label=Label("pressure against travel", "cm", 100.0, 1),
    ),
    Measure(
        "stop_time_s",
        "from the word to stop until the walker stands to the end of the trial",
        "s",
        limits=_NO_STAND,
        level="trial",
        label=Label("time to stop", "s", digits=2),
        topic="Gait",
        place=22,
    ),
    Measure(
        "stop_way_m",
        "displacement of the centre of mass along the commanded direction in that time",
        "m",
        "positive in the commanded direction",
        limits=_NO_STAND,
        level="trial",
        label=Label("way to stop", "m", digits=2),
    ),
    Measure(
        "stop_steps_count",
        "contacts of either foot in that time",
        "1",
        limits=_NO_STAND,
        level="trial",
        label=Label("steps to stop", "steps", digits=1),
        topic="Gait",
        place=23,
    ),
    Measure(
        "stands_at_end",
        "1 if the walker, told to stop, has not fallen and stands at the end of the trial, else 0",
        "1",
        "1: stands",
        limits=_NO_STOP,
        level="trial",
        label=Label("stands in the end", "%", 100.0, 0),
    ),
)


def trial_columns(
    trial: Trial, strides: Strides, columns: dict[str, np.ndarray]
) -> dict[str, float]:
    """Return the trial measures of this module."""
    phase = trial.get("walking_phase")
    if phase is None or not trial.valid or not trial.samples:
        return {}
    way = trial.com_on_ground_m[:, 0] * trial.travel_sign
    moving = np.flatnonzero(phase != STANDING)
    values = _start(trial, int(moving[0])) if phase[0] == STANDING and len(moving) else {}
    told = int(np.searchsorted(trial.time_s, trial.told_to_stop_s - 1e-9))
    if told >= trial.samples:
        return values
    if phase[0] == STANDING:
        values["walk_time_s"] = time = trial.time_s[told] - trial.time_s[moving[0]]
        values["walk_mean_speed_m_per_s"] = (way[told] - way[moving[0]]) / time
    stands = not trial.fell and phase[-1] == STANDING
    values["stands_at_end"] = float(stands)
    if stands:
        end = int(moving[-1])
        values["stop_time_s"] = trial.time_s[end] - trial.time_s[told]
        values["stop_way_m"] = float(way[end] - way[told])
        values["stop_steps_count"] = float(_contacts(trial, told, end))
    return values


def _start(trial: Trial, go: int) -> dict[str, float]:
    """Return the measures of gait initiation, with the signal to start at sample `go`."""
    force = vertical_force(trial)
    off = np.flatnonzero(force[go:].min(axis=1) < STANDS_N)
    centre = trial.get("centre_of_pressure_m")
    if not len(off) or centre is None:
        return {}
    end = go + int(off[0])
    foot = int(force[end].argmin())
    load = np.maximum(force[go : end + 1], 0.0)[:, :, None]
    under = np.nan_to_num(centre[go : end + 1, :, :2].astype(float))
    place = (under * load).sum(axis=1) / np.maximum(load.sum(axis=1), STANDS_N)
    moved = (place - place[0])[: max(end - go, 1)]
    side = 1.0 if foot == 0 else -1.0
    return {
        "weight_shift_s": trial.time_s[end] - trial.time_s[go],
        "first_cop_to_swing_m": float((side * moved[:, 1]).max()),
        "first_cop_back_m": float((-trial.travel_sign * moved[:, 0]).max()),
    }


def _contacts(trial: Trial, first: int, last: int) -> int:
    """Return how many times a foot lands from sample `first` to `last`."""
    force, begin, end = vertical_force(trial), trial.time_s[first], trial.time_s[last]
    landed = [contacts_of(force[:, foot], trial.time_s).touch_s for foot in (0, 1)]
    return sum(int(((one > begin) & (one <= end + 1e-9)).sum()) for one in landed)
