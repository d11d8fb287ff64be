"""Gait initiation and termination: the first step, the distance walked, the stop.

Only trials that begin or end in standing have these (`start` and `stop` in a config); the recording
tells the phases. The time of a walk runs from the word to go, as with a stopwatch.
"""

from __future__ import annotations

import numpy as np

from ...physics.contact import STANDS_N
from ..base.definition import read_measures
from ..base.events import contacts_of, vertical_force
from ..base.strides import Strides
from ..base.trial import STANDING, Trial

MEASURES = read_measures(__name__, STANDS_N=STANDS_N)


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
