r"""Print the tables of docs/world/measures.md that tell how much a choice in the measures matters.

retrowalk run quick-start --set policy=scripted --set body=human --set keep_recordings=6 \
    --out runs/kept
python -P docs/make/measure_choices.py thresholds runs/kept
retrowalk run docs/make/before-a-fall.yaml --out runs/before-a-fall
python -P docs/make/measure_choices.py before-a-fall runs/before-a-fall
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from retrowalk.sim.measures import measure
from retrowalk.sim.measures.base import strides as strides_module, trial as trial_module
from retrowalk.sim.measures.base.events import contacts_of, vertical_force
from retrowalk.sim.measures.base.filters import low_pass
from retrowalk.sim.measures.base.per_stride import stride_max
from retrowalk.sim.measures.base.strides import Strides, strides_of
from retrowalk.sim.measures.base.trial import Trial, trials_of
from retrowalk.sim.measures.loads.ground_reaction import LOADING_SHARE, mean_rise

THRESHOLDS_N = (5.0, 10.0, 20.0, 30.0, 40.0, 50.0)
CUT_OFFS_HZ = (15.0, 20.0, 30.0, 50.0, 1000.0)
EDGES_S = (0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 30)
OUTSIDE = 6.0
"""Strides that end longer before a fall [s] are what the others are held against."""
SHOWN = {
    "stride_time_s": "stride time",
    "step_length_m": "length",
    "step_width_m": "width",
    "activation_posterior_chain": "chain",
    "trunk_tilt_max_rad": "tilt",
    "mos_ap_m": "margin",
    "vertical_grf_peak_bw": "force",
}


def recordings(run: Path) -> Iterator[xr.Dataset]:
    """Yield the recordings that a run kept."""
    for path in sorted((run / "recordings").glob("*.nc")):
        yield xr.load_dataset(path, engine="h5netcdf")


def thresholds(run: Path) -> None:
    """Print what the contact's threshold and the filter's cut-off do."""
    trials: dict[str, list[Trial]] = {}
    for recording in recordings(run):
        trials.setdefault(str(recording.attrs["direction"]), []).extend(trials_of(recording))
    _row("threshold [N]", *(f"double support {way} [%]" for way in trials))
    _row("---", *("---" for _ in trials))
    for level in THRESHOLDS_N:
        strides_module.contacts_of = _contacts(level)
        shares = [
            np.concatenate([s.double_support_s / s.time_s for s in map(strides_of, own)]).mean()
            for own in trials.values()
        ]
        _row(f"{level:g}", *(f"{100 * share:.1f}" for share in shares))
    strides_module.contacts_of = contacts_of
    print()
    _row("cut-off [Hz]", *(f"{kind} {way}" for kind in ("steepest", "mean") for way in trials))
    _row("---", *("---" for _ in range(2 * len(trials))))
    for cut_off in CUT_OFFS_HZ:
        rates = [_loading(own, cut_off) for own in trials.values()]
        name = "none" if cut_off == CUT_OFFS_HZ[-1] else f"{cut_off:g}"
        _row(name, *(f"{rate[kind]:.1f}" for kind in (0, 1) for rate in rates))


def _contacts(level: float) -> Callable:
    return lambda force, time: contacts_of(force, time, on_n=level, off_n=level)


def _loading(trials: list[Trial], cut_off: float) -> tuple[float, float]:
    """Return the steepest and the mean rise [body weights/s] of all strides."""
    steepest, mean = [], []
    for trial in trials:
        strides = strides_of(trial)
        if not len(strides):
            continue
        force = vertical_force(trial) / trial.layout.body_weight_n
        smooth = low_pass(force, trial.period_s, cut_off)
        rise = np.gradient(smooth, trial.period_s, axis=0)
        early, middle = _until(strides, LOADING_SHARE), _until(strides, 0.5)
        for foot in (0, 1):
            own = strides.foot == foot
            steepest.append(stride_max(rise[:, foot], strides.start[own], early[own]))
        mean.append(mean_rise(smooth, strides.foot, strides.start, middle, trial.period_s))
    return float(np.concatenate(steepest).mean()), float(np.nanmean(np.concatenate(mean)))


def _until(strides: Strides, share: float) -> np.ndarray:
    length = np.rint(share * (strides.off - strides.start)).astype(int)
    return strides.start + np.maximum(length, 1)


def before_a_fall(run: Path) -> None:
    """Print how far strides before a fall lie from others of their cell, in their SDs."""
    trial_module.BEFORE_FALL_S = 0.0
    cells: dict[tuple[str, str], list[pd.DataFrame]] = {}
    falls = 0
    for recording in recordings(run):
        trials, strides = measure(recording)
        ends = dict(zip(trials["trial"], trials["time_to_fall_s"], strict=True))
        falls += int(trials["fell"].sum())
        strides["before"] = strides["trial"].map(ends) - strides["end_s"]
        key = (str(recording.attrs["direction"]), str(recording.attrs["surface"]))
        cells.setdefault(key, []).append(strides[[*SHOWN, "before"]])
    parts = []
    for tables in cells.values():
        table = pd.concat(tables)
        others = table[~(table["before"] < OUTSIDE)]
        away = (table[[*SHOWN]] - others[[*SHOWN]].mean()) / others[[*SHOWN]].std()
        parts.append(away.clip(-10, 10).assign(before=table["before"]))
    away = pd.concat(parts).dropna(subset=["before"])
    print(f"{falls} falls\n")
    _row("before the fall [s]", "strides", *SHOWN.values())
    _row(*("---" for _ in range(2 + len(SHOWN))))
    for low, high in pairwise(EDGES_S):
        own = away[(away["before"] > low) & (away["before"] <= high)]
        spread = np.sqrt(np.square(own[[*SHOWN]]).mean())
        _row(f"{low} to {high}", str(len(own)), *(f"{spread[name]:.1f}" for name in SHOWN))


def _row(*cells: str) -> None:
    print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    {"thresholds": thresholds, "before-a-fall": before_a_fall}[sys.argv[1]](Path(sys.argv[2]))
