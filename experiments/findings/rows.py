"""The model's values and expected ranges for each row of `human_findings.csv`.

An expectation repeats the row's `human_value`; no value of the model stands here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from ...sim.measures.cycle.time_reversal import correlation, reversed_in_time as reverse
from ..study.labels import Label
from .answer import Answer
from .beside import ABOVE_1, HUMAN_RANGES
from .curves import JOINTS, GaitCurves, after_contact, peak_ratio
from .run import FindingsRun, Pair
from .solved_speeds import solved_speed_ratio
from .verdict import BELOW_1, PERCENT, WATT, ExpectedRange, FindingPart

MOST = ExpectedRange("in more than half of the steps", low=0.5)
POINTS = Label("", "points", 100.0, 1)
MATCHED = "The run compares equal speeds; people may have walked backward more slowly"
ALIGNED = (
    "The forward curve is run backwards in time and shifted so that its foot off, which is the "
    "contact of the reversed gait, meets the contact of the backward gait"
)
RUN_AS_PREFERRED = (
    "People walked at their preferred speeds; the verdict is from the conditions whose speeds are "
    "in the ratio of those (0.70 to 0.85), equal speeds are shown beside"
)


def stride_ratio(run: FindingsRun) -> Answer:
    """Stride length, backward / forward."""
    return _at_preferred(run, "stride_length_m")


def cadence_change(run: FindingsRun) -> Answer:
    """Cadence, backward / forward: a change of 0 to -10 % is a ratio of 0.9 to 1."""
    answer = _at_preferred(run, "cadence_steps_per_min")
    forced = "where the speeds walked are equal, this ratio is one over that of stride lengths"
    return Answer(answer.parts, f"{answer.caveat}; {forced}")


def contact_order(run: FindingsRun) -> Answer:
    """Toes first at the backward contact, heel last at its end."""
    parts: list[FindingPart] = []
    for one in run.of("backward"):
        first = run.values(one, "toe_first_fraction")
        last = {seed: curves.heel_last for seed, curves in run.curves[one.index].items()}
        note = "no trial has steady steps"
        parts.append(run.averaged(one.setting, first, MOST, "toes first", PERCENT, note))
        note = "no kept recording shows it"
        parts.append(run.averaged(one.setting, last, MOST, "heel last", PERCENT, note))
    return Answer(parts, run.lack_of_pairs)


def thigh_reversal(run: FindingsRun) -> Answer:
    """Angle of the thigh to the vertical against the reversed forward one."""
    expected = ExpectedRange("at least 0.9", low=0.9, closed=True)

    def value(backward: GaitCurves, forward: GaitCurves) -> float:
        if backward.thigh_rad is None or forward.thigh_rad is None:
            return float("nan")
        return correlation(backward.thigh_rad, reverse(forward.thigh_rad, forward.stance))

    parts = [run.from_curves(pair, value, expected) for pair in run.matched]
    angle = "The thigh's angle to the vertical is hip flexion minus the pelvis's pitch"
    return Answer(parts, _sentences(angle, ALIGNED, run.lack_of_pairs))


def ankle_exception(run: FindingsRun) -> Answer:
    """Joint angles against the reversed forward ones: which joint is reversed best."""
    positive = ExpectedRange("above 0", low=0.0)

    def of(joint: str) -> Callable[[GaitCurves, GaitCurves], float]:
        return lambda b, f: _reversal(b.angle_rad, f.angle_rad, joint, f.stance)

    def between(one: str, other: str) -> Callable[[GaitCurves, GaitCurves], float]:
        return lambda b, f: of(one)(b, f) - of(other)(b, f)

    parts: list[FindingPart] = []
    for pair in run.matched:
        parts += [run.from_curves(pair, of(joint), None, joint) for joint in JOINTS]
        for one, other in (("hip", "knee"), ("knee", "ankle")):
            value = between(one, other)
            parts.append(run.from_curves(pair, value, positive, f"{one} minus {other}"))
    return Answer(parts, _sentences(ALIGNED, run.lack_of_pairs))


def rom_ratio(run: FindingsRun) -> Answer:
    """Ranges of the leg's joints, backward / forward."""
    parts: list[FindingPart] = []
    for pair in run.matched:
        for joint in JOINTS:
            column = f"{joint}_rom_rad"
            parts.append(run.compared(pair, column, "ratio", _range(column), joint))
    return Answer(parts, MATCHED)


def power_polarity(run: FindingsRun) -> Answer:
    """Joint power against the reversed forward one."""
    negative = ExpectedRange("negative", high=0.0)

    def of(joint: str) -> Callable[[GaitCurves, GaitCurves], float]:
        return lambda b, f: _reversal(b.power_w, f.power_w, joint, f.stance)

    parts = [
        run.from_curves(p, of(joint), negative, joint) for p in run.matched for joint in JOINTS
    ]
    return Answer(parts, _sentences(ALIGNED, run.lack_of_pairs))


def power_size(run: FindingsRun) -> Answer:
    """Largest magnitude of each joint's power, backward / forward."""
    expected = ExpectedRange("below 1; how far is 'well' is not said", high=1.0)

    def of(joint: str) -> Callable[[GaitCurves, GaitCurves], float]:
        def value(backward: GaitCurves, forward: GaitCurves) -> float:
            if joint not in backward.power_w or joint not in forward.power_w:
                return float("nan")
            top = np.abs(forward.power_w[joint]).max()
            return float(np.abs(backward.power_w[joint]).max() / top) if top > 0 else float("nan")

        return value

    parts = [
        run.from_curves(p, of(joint), expected, joint) for p in run.matched for joint in JOINTS
    ]
    peak = "A peak is the largest magnitude of a joint's mean power curve"
    return Answer(parts, _sentences(MATCHED, peak, run.lack_of_pairs))


def ankle_absorbs(run: FindingsRun) -> Answer:
    """Mean backward ankle power in the first tenth of the gait cycle."""
    negative = ExpectedRange("negative", high=0.0)
    parts: list[FindingPart] = []
    for one in run.of("backward"):
        values = {
            seed: after_contact(curves.power_w["ankle"])
            for seed, curves in run.curves[one.index].items()
            if "ankle" in curves.power_w
        }
        note = "no kept recording gives ankle power"
        parts.append(run.averaged(one.setting, values, negative, label=WATT, note=note))
    first = "Mean over the first tenth of the gait cycle after contact"
    return Answer(parts, _sentences(first, run.lack_of_pairs))


def emg_overall(run: FindingsRun) -> Answer:
    """Mean activation of all muscles, backward / forward."""
    mean = "Activation stands for the electromyogram; the mean is over all muscles of the model"
    return Answer(_ratios(run, "activation_mean"), mean)


def erector_spinae(run: FindingsRun) -> Answer:
    """Activation of the erector spinae, backward / forward."""
    group = "One muscle group of the model stands for erector spinae and multifidus"
    return Answer(_ratios(run, "activation_erector_spinae"), group)


def double_support(run: FindingsRun) -> Answer:
    """Shares of the stride with both feet on the ground and with the foot off it."""
    parts: list[FindingPart] = []
    up, down = _range("double_support_fraction"), ExpectedRange("down", high=0.0)
    for pair in run.matched:
        for name, wanted in (("double support", up), ("swing", down)):
            column = f"{name.replace(' ', '_')}_fraction"
            parts.append(run.compared(pair, column, "difference", wanted, name, POINTS))
    return Answer(parts, f"Differences are in percentage points of the stride. {MATCHED}")


def step_width(run: FindingsRun) -> Answer:
    """Step width, backward / forward."""
    return Answer(_ratios(run, "step_width_m"), MATCHED)


def vertical_grf(run: FindingsRun) -> Answer:
    """First over second peak of the backward vertical ground force."""
    parts: list[FindingPart] = []
    for one in run.of("backward"):
        values = {seed: peak_ratio(curves) for seed, curves in run.curves[one.index].items()}
        note = "the vertical force has no peak in one half of stance, or nothing was recorded"
        parts.append(run.averaged(one.setting, values, ABOVE_1, note=note))
    peaks = "Highest peaks of the first and the second half of stance, low-passed at 20 Hz"
    return Answer(parts, _sentences(peaks, run.lack_of_pairs))


def speed_ratio(run: FindingsRun) -> Answer:
    """Speed of least cost of transport, backward / forward, if the run's speeds enclose both.

    Where they do not, that of the gaits solved by direct collocation is told.
    """
    least: dict[str, dict[int, float]] = {}
    for direction in ("backward", "forward"):
        conditions = sorted(run.of(direction), key=lambda one: one.speed_m_per_s)
        speeds = [one.speed_m_per_s for one in conditions]
        costs = [run.values(one, "cost_of_transport_j_per_kg_m") for one in conditions]
        each = {
            seed: [cost.get(seed, math.nan) for cost in costs]
            for seed in (costs[0] if costs else ())
        }
        each = {seed: row for seed, row in each.items() if np.isfinite(row).all()}
        mean = np.mean(list(each.values()), axis=0) if each else np.zeros(1)
        if len(set(speeds)) < len(speeds) or not 0 < int(mean.argmin()) < len(speeds) - 1:
            tried = ", ".join(f"{speed:g}" for speed in speeds) or "none"
            return solved_speed_ratio(
                f"The run's {direction} speeds ({tried} m/s) do not enclose that of least cost"
            )
        least[direction] = {seed: speeds[int(np.argmin(row))] for seed, row in each.items()}
    ratios = {
        seed: speed / least["forward"][seed]
        for seed, speed in least["backward"].items()
        if seed in least["forward"]
    }
    part = run.averaged("speeds of least cost", ratios, BELOW_1, note="no seed has all speeds")
    return Answer([part], "The speed of least cost of transport stands for the preferred one")


def _unreached(why: str) -> Callable[[FindingsRun], Answer]:
    return lambda run: Answer(unreached=why)


NO_WALK = "needs a run of the experiment `backward-3m` (`retrowalk validate --walk RUN`)"
COMMANDED = (
    "The walkers are told a speed, 0.6 m/s, and start from standing: the model has no speed of its "
    "own choice, so the time says that the way can be walked from standing, not how fast people are"
)


def backward_3m(run: FindingsRun) -> Answer:
    """Time over 3 m backward from standing, of old walkers who do not fall."""
    if run.walk is None:
        return Answer(unreached=NO_WALK)
    return Answer(run.walk.times(), f"{COMMANDED}. Falls: {run.walk.falls()}")


def dual_task(run: FindingsRun) -> Answer:
    """Mean speed over 3 m backward without attention, against that with all of it."""
    if run.walk is None:
        return Answer(unreached=NO_WALK)
    caveat = (
        "Without attention senses are noisier and later, and the same speed is asked for: nobody "
        "slows down to be safe. Walks that ended in a fall have no speed. Only backward walks"
    )
    return Answer(run.walk.dual_task(), f"{caveat}. Falls: {run.walk.falls()}")


def older_speed(run: FindingsRun) -> Answer:
    """Stride length and cadence of older walkers, fast over slow, backward."""
    if run.older is None:
        return Answer(
            unreached="needs a run of the experiment `older-speed` (`retrowalk validate --older`)"
        )
    caveat = (
        "People raised their cadence alone. These walkers of 65 walk with the young adult's gait, "
        "outside of what it was tuned for, whose parameters set steps and cadence at each speed; "
        "the older adult's own gait is for 0.6 m/s alone"
    )
    return Answer(run.older.parts(), f"{caveat}. Falls: {run.older.falls()}")


NO_FALLERS = (
    "the finding is about the speed that people with a history of falls choose, and the model "
    "chooses none: it is asked for one. Nor do falls single out a speed: walkers of 75 with the "
    "young adult's gait fell in 3 of 4 walks at 0.6 m/s and in 2 of 4 at 0.7, 0.8 and 0.9 m/s "
    "(`retrowalk run older-speed --set walker.age_years=75 --set trials=4 "
    "--set factors.speed_m_per_s=[0.6,0.7,0.8,0.9] --set contrasts=[]`)"
)
ROWS: Mapping[str, Callable[[FindingsRun], Answer]] = {
    "speed-ratio": speed_ratio,
    "stride-ratio": stride_ratio,
    "cadence-change": cadence_change,
    "contact-order": contact_order,
    "thigh-reversal": thigh_reversal,
    "ankle-exception": ankle_exception,
    "rom-ratio": rom_ratio,
    "power-polarity": power_polarity,
    "power-size": power_size,
    "ankle-absorbs": ankle_absorbs,
    "emg-overall": emg_overall,
    "erector-spinae": erector_spinae,
    "double-support": double_support,
    "step-width": step_width,
    "older-speed": older_speed,
    "backward-3m": backward_3m,
    "elderly-fallers": _unreached(NO_FALLERS),
    "dual-task": dual_task,
    "vertical-grf": vertical_grf,
}


def _range(measure: str) -> ExpectedRange:
    return HUMAN_RANGES[measure].expected


def _ratios(run: FindingsRun, measure: str, *, deciding: bool = True) -> list[FindingPart]:
    expected = _range(measure) if deciding else None
    return [run.compared(pair, measure, "ratio", expected) for pair in run.matched]


def _at_preferred(run: FindingsRun, measure: str) -> Answer:
    """Compare where the speeds are as people choose them, if the run has such conditions."""
    pairs: list[Pair] = run.as_preferred
    if not pairs:
        return Answer(_ratios(run, measure), MATCHED)
    parts = [run.compared(pair, measure, "ratio", _range(measure)) for pair in pairs]
    return Answer([*parts, *_ratios(run, measure, deciding=False)], RUN_AS_PREFERRED)


def _reversal(
    backward: Mapping[str, np.ndarray], forward: Mapping[str, np.ndarray], joint: str, stance: float
) -> float:
    """Return the correlation of a joint's curve with the reversed forward one, NaN without both."""
    if joint not in backward or joint not in forward:
        return float("nan")
    return correlation(backward[joint], reverse(forward[joint], stance))


def _sentences(*parts: str) -> str:
    return ". ".join(part for part in parts if part)
