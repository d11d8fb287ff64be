"""Evidence rules: when a comparison of walks is no evidence about people.

A walk is undisturbed until the first hazard comes: a push, slip, trip, jerk of the belt, missed
step or lapse of attention. A fall after it is an outcome. A fall before it, or without a hazard, is
the gait's: where more than half of the valid walks of a cell fall so, the gait fails there. The
ground is no disturbance, bars and ice on it included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ...envs.policies.domain import Outside
from ...models.senses import Senses
from ...sim.errors import ConfigError
from ...sim.ground.presets import PRESETS
from ...sim.measures import COLUMNS
from ..rollout.gaits import source_of
from ..statistics.paired import FEWEST
from ..study.columns import OUTCOME_COLUMNS
from ..study.controller_factor import CONTROLLER, TRAINING
from ..study.fields import ContrastConfig
from ..study.pace import ASKED, PreferredSpeed, sweep_of
from ..study.plan import Cell, Plan
from . import refusals
from .refusals import Refusal

_STEP = (
    *("step_length_m", "stride_length_m", "cadence_steps_per_min", "step_time_s", "stride_time_s"),
)
_ASKED = {
    "speed_m_per_s": ("speed_m_per_s",),
    "step_length_m": _STEP,
    "cadence_steps_per_min": _STEP,
    "step_width_m": ("step_width_m",),
    "trunk_lean_rad": ("trunk_lean_rad",),
    "foot_contact": ("toe_first_fraction", "heel_first_fraction"),
}
"""Measures that a field of the technique sets, where it is given."""


@dataclass(frozen=True)
class Standing:
    """Evidence status of the walks of a cell.

    Attributes:
        name: of the cell, in words. valid: walks that count. falls: of them, by whatever.
        undisturbed: falls before any hazard came, or without one.
        outside: in what the cell lies outside of what its gait was made for.
        commanded: by measure, what sets it. noise_free: no noise of senses or muscles.
        speed: the preferred speed that it walks at, None at one that was asked for.
    """

    name: str
    valid: int
    falls: int
    undisturbed: int
    outside: tuple[Outside, ...] = ()
    commanded: Mapping[str, str] = field(default_factory=dict[str, str])
    noise_free: bool = False
    speed: PreferredSpeed | None = None

    @property
    def fails(self) -> bool:
        """Whether the gait fails: more than half of the walks fall undisturbed."""
        return 2 * self.undisturbed > self.valid

    @property
    def mostly_falls(self) -> bool:
        """Whether more than half of the walks fall, for any reason."""
        return 2 * self.falls > self.valid

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Reasons why the cell is no evidence about people for any measure."""
        found: list[Refusal] = []
        if self.fails:
            found.append(refusals.gait_fails([self.told(undisturbed=True)]))
        if self.outside:
            found.append(refusals.outside(self.outside))
        return tuple(found)

    def told(self, *, undisturbed: bool) -> str:
        """Say how many of the walks fell."""
        falls = self.undisturbed if undisturbed else self.falls
        return refusals.fall_words(self.name, falls, self.valid, undisturbed)


def standings(trials: pd.DataFrame, plan: Plan) -> dict[int, Standing]:
    """Return the standing of every cell of a run, by its index."""
    rows = {cell.index: trials[trials["cell"] == cell.index] for cell in plan.cells}
    return {cell.index: standing(cell, rows[cell.index], plan) for cell in plan.cells}


def standing(cell: Cell, rows: pd.DataFrame, plan: Plan) -> Standing:
    """Return the standing of a cell with these rows of trials.parquet."""
    valid = np.asarray(rows["valid"], dtype=bool)
    fell = valid & np.asarray(rows["fell"], dtype=bool)
    return Standing(
        name=refusals.cell_words(dict(cell.levels)),
        valid=int(np.count_nonzero(valid)),
        falls=int(np.count_nonzero(fell)),
        undisturbed=int(np.count_nonzero(fell & ~_met_before_falling(cell, rows))),
        outside=outside(cell),
        commanded=commanded(cell),
        noise_free=noise_free(cell),
        speed=_preferred(cell, plan),
    )


def _preferred(cell: Cell, plan: Plan) -> PreferredSpeed | None:
    pace = str(dict(cell.levels).get("pace", plan.config.pace))
    if pace == ASKED or not plan.speeds:
        return None
    return sweep_of(plan.speeds, pace, {**dict(cell.levels), "direction": cell.direction})


def _met_before_falling(cell: Cell, rows: pd.DataFrame) -> np.ndarray:
    """Return which walks met their first hazard before they fell, (n,)."""
    if not cell.hazards:
        return np.zeros(len(rows), bool)
    if "hazard_onset_s" not in rows:
        return np.ones(len(rows), bool)  # nobody knows when: no fall is called undisturbed
    onset = pd.to_numeric(rows["hazard_onset_s"]).to_numpy(dtype=float, na_value=np.nan)
    fall = pd.to_numeric(rows["time_to_fall_s"]).to_numpy(dtype=float, na_value=np.nan)
    return onset <= fall  # NaN, a hazard that never came, is not


def outside(cell: Cell) -> tuple[Outside, ...]:
    """Return the ways in which a cell lies outside its gait's domain."""
    try:
        domains = source_of(cell).made_for(cell.technique.speed_m_per_s)
    except ConfigError:
        return ()  # a gait that is not here any more tells nothing
    ground = PRESETS[cell.surface].surface if cell.ground is None else cell.ground
    points = cell.treadmill.workout.points if ground.belt else ()
    slopes = [point.slope for point in points]
    found = (domain.outside(cell.body, cell.walker, ground, slopes) for domain in domains)
    return tuple(dict.fromkeys(one for some in found for one in some))


def commanded(cell: Cell) -> dict[str, str]:
    """Return, by measure, what in the cell's config or gait prescribes its value."""
    found = dict.fromkeys(source_of(cell).set_points, "the gait's own parameters")
    for name, measures in _ASKED.items():
        if getattr(cell.technique, name) is not None:
            found |= dict.fromkeys(measures, f"technique.{name}")
    return found


def noise_free(cell: Cell) -> bool:
    """Return whether the walker senses all as it is and at once, and its muscles obey exactly."""
    attention = np.array([cell.walker.attention])
    sensed = Senses([cell.walker]).excess(attention).disturbed.any()
    return not sensed and not cell.walker.motor_noise


def of_run(known: Sequence[Standing], cohort: bool = False) -> tuple[Refusal, ...]:
    """Return the cells of a run that are no evidence: where gaits fail or leave their domain.

    Args:
        cohort: whether many people walk, of whom not each is told.
    """
    found: list[Refusal] = []
    if failing := [one.told(undisturbed=True) for one in known if one.fails]:
        found.append(refusals.gait_fails(failing))
    if cohort and any(one.outside for one in known):
        return (*found, refusals.people_outside())
    beyond: dict[tuple[Outside, ...], list[str]] = {}
    for one in known:
        if one.outside:
            beyond.setdefault(one.outside, []).append(one.name)
    for things, names in beyond.items():
        found.append(refusals.outside(things, names if len(names) < len(known) else ()))
    return tuple(found)


def withheld(
    contrast: ContrastConfig, groups: Sequence[Sequence[Standing]], pooled: bool, pairs: int
) -> tuple[tuple[Refusal, ...], tuple[Refusal, ...]]:
    """Return why a contrast is withheld, and the caveats of one that is not.

    Falls of different gaits beside each other tell of the gaits, so there a gait that fails, or
    walks what it was not made for, is no reason to withhold the answer: it is said beside it.

    Args:
        groups: standings of the cells of each side. pairs: that the answer rests on.
    """
    sides = list({id(one): one for group in groups for one in group}.values())
    outcome = contrast.measure in OUTCOME_COLUMNS
    of_gaits = contrast.factor in ("policy", CONTROLLER, TRAINING)
    no_answer: list[Refusal] = []
    remarks: list[Refusal] = []
    about_people = remarks if of_gaits and outcome else no_answer
    if failing := [one.told(undisturbed=True) for one in sides if one.fails]:
        refuse = refusals.pooled_over_falls if pooled else refusals.gait_fails
        about_people.append(refuse(failing))
    if beyond := tuple(dict.fromkeys(thing for one in sides for thing in one.outside)):
        (remarks if of_gaits else no_answer).append(refusals.outside(beyond))
    ends = [
        refusals.speed_words(one.speed) for one in sides if one.speed and not one.speed.enclosed
    ]
    if ends:
        no_answer.append(refusals.not_enclosed(list(dict.fromkeys(ends))))
    if by := [one.commanded[name] for one in sides if (name := contrast.measure) in one.commanded]:
        no_answer.append(refusals.commanded(contrast.measure, " and ".join(dict.fromkeys(by))))
    measure = COLUMNS.get(contrast.measure)
    if measure is not None and measure.variability and any(one.noise_free for one in sides):
        no_answer.append(refusals.noise_free(contrast.measure))
    falling = [one for one in sides if one.mostly_falls and not one.fails]
    if falling and not outcome:
        told = [one.told(undisturbed=False) for one in falling]
        no_answer.append((refusals.pooled_over_falls if pooled else refusals.most_fall)(told))
    if pairs < FEWEST:
        no_answer.append(refusals.too_few_pairs(pairs))
    return tuple(no_answer), tuple(remarks)
