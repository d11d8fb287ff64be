"""Fall risk: Kaplan-Meier against published numbers, dose-response and its adaptive design."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats

from retrowalk.experiments.analysis.fall_risk import SLOPE_PRIOR
from retrowalk.experiments.statistics.adaptive_dose import AdaptiveImpulses
from retrowalk.experiments.statistics.dose_response import (
    SLOPES,
    fit_dose_response,
    probability,
)
from retrowalk.experiments.statistics.paired import proportion_interval
from retrowalk.experiments.statistics.survival import kaplan_meier
from retrowalk.sim.errors import ConfigError

# Freireich et al. 1963, Blood 21:699, weeks of remission under 6-mercaptopurine; censored below 0.
LOW = [0.6197180, 0.5631466, 0.5031995, 0.4316102, 0.3675109, 0.2677789, 0.1880520]
HIGH = [0.9515517, 0.9228090, 0.8893618, 0.8490660, 0.8049122, 0.7467907, 0.6801426]
FREIREICH = [
    6,
    6,
    6,
    -6,
    7,
    -9,
    10,
    -10,
    -11,
    13,
    16,
    -17,
    -19,
    -20,
    22,
    23,
    -25,
    -32,
    -32,
    -34,
    -35,
]


def test_kaplan_meier_of_a_known_study():
    """Shares and intervals (log-log) as lifelines 0.30 gives them; shares as in every textbook."""
    curve = kaplan_meier(np.abs(FREIREICH), np.array(FREIREICH) > 0)
    assert curve.distance_m.tolist() == [6, 7, 10, 13, 16, 22, 23]
    known = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert curve.standing == pytest.approx(np.array(known), abs=5e-5)
    assert curve.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve.low == pytest.approx(np.array(LOW), abs=1e-6)
    assert curve.high == pytest.approx(np.array(HIGH), abs=1e-6)
    by_12 = curve.fall_probability(12.0)
    assert by_12.estimate == pytest.approx(1 - 0.7529, abs=5e-5)
    assert by_12.low == pytest.approx(1 - HIGH[2], abs=1e-6)


def test_without_censoring_it_is_the_share():
    rng = np.random.default_rng(0)
    distance = rng.exponential(30.0, 200)
    curve = kaplan_meier(distance, np.ones(200, bool))
    for at in (5.0, 20.0, 60.0):
        assert curve.fall_probability(at).estimate == pytest.approx((distance <= at).mean())


def test_censoring_does_not_bias_it_and_the_interval_covers():
    """Falls at random per metre, trials cut off at random: exp(-d / 40) is in 95 % of intervals."""
    rng = np.random.default_rng(1)
    inside, found = 0, []
    for _ in range(400):
        fall, end = rng.exponential(40.0, 60), rng.uniform(5.0, 60.0, 60)
        curve = kaplan_meier(np.minimum(fall, end), fall < end)
        probability_ = curve.fall_probability(20.0)
        assert probability_.estimate is not None
        assert probability_.low is not None
        assert probability_.high is not None
        found.append(probability_.estimate)
        inside += probability_.low <= 1 - np.exp(-0.5) <= probability_.high
    assert np.mean(found) == pytest.approx(1 - np.exp(-0.5), abs=0.01)
    assert 0.925 <= inside / 400 <= 0.985


def test_nobody_falls():
    curve = kaplan_meier(np.array([10.0, 20.0, 30.0, 30.0]), np.zeros(4, bool))
    assert curve.fall_probability(15.0) == proportion_interval(0, 3)
    assert curve.fall_probability(30.0) == proportion_interval(0, 2)
    assert curve.fall_probability(31.0).estimate is None
    assert kaplan_meier(np.empty(0), np.empty(0, bool)).fall_probability(1.0).estimate is None


def test_all_fall():
    curve = kaplan_meier(np.array([1.0, 2.0, 2.0]), np.ones(3, bool))
    last = curve.fall_probability(5.0)
    assert last.estimate == 1.0
    assert last.high == 1.0
    assert last.low is not None
    assert 0.0 < last.low < 1.0


def pushes(rng, impulse: np.ndarray, half: float, slope: float, spontaneous: float = 0.0):
    chance = probability(np.log(impulse / half), slope, spontaneous)
    return rng.random(len(impulse)) < chance


def test_the_fit_is_that_of_a_general_optimiser():
    rng = np.random.default_rng(2)
    impulse = np.repeat(np.geomspace(8.0, 40.0, 9), 12)
    fell = pushes(rng, impulse, 18.0, 6.0)
    found = fit_dose_response(impulse, fell)

    def cost(x):
        chance = 1.0 / (1.0 + np.exp(-(x[0] + x[1] * np.log(impulse))))
        return -np.log(np.where(fell, chance, 1.0 - chance)).sum()

    best = optimize.minimize(cost, [-10.0, 4.0], method="Nelder-Mead", options={"maxiter": 4000})
    intercept, slope = best.x
    assert found.half.estimate == pytest.approx(np.exp(-intercept / slope), rel=1e-3)
    assert found.slope == pytest.approx(slope, rel=1e-2)
    # the bounds: likelihood with J50 held there is chi2 / 2 below
    for bound in (found.half.low, found.half.high):
        assert bound is not None

        def held(s, bound=bound):
            return cost([-s * np.log(bound), s])

        drop = optimize.minimize_scalar(held, bounds=SLOPES, method="bounded").fun - best.fun
        assert drop == pytest.approx(stats.chi2.ppf(0.95, 1) / 2, rel=2e-3)


def test_the_interval_covers_what_is_true():
    rng = np.random.default_rng(3)
    inside, count = 0, 150
    for _ in range(count):
        impulse = rng.choice(np.linspace(8.0, 40.0, 9), 50)
        found = fit_dose_response(impulse, pushes(rng, impulse, 18.0, 6.0)).half
        inside += (found.low or 0.0) <= 18.0 <= (found.high or np.inf)
    assert 0.89 <= inside / count <= 0.99


@pytest.mark.parametrize("slope", [5.0, 8.0])
def test_the_interval_covers_after_adaptive_choice(slope: float):
    """32 pushes in batches of 4, as the battery chooses them, with its prior of the slope."""
    rng = np.random.default_rng(8)
    inside, count = 0, 40
    for _ in range(count):
        half = float(np.exp(rng.uniform(*np.log([7.0, 40.0]))))
        tried = adaptive(rng, half, slope, 32, batch=4)
        found = fit_dose_response(*tried, slope_prior=SLOPE_PRIOR).half
        inside += (found.low or 0.0) <= half <= (found.high or np.inf)
    assert inside >= 34  # 95 % in truth give fewer in 0.3 % of tests


def test_a_prior_keeps_separated_data_from_looking_steep():
    impulse, fell = np.array([8.0, 12.0, 15.0, 17.0, 20.0, 30.0]), np.arange(6) > 2
    free, held = (fit_dose_response(impulse, fell, slope_prior=p) for p in (None, SLOPE_PRIOR))
    assert free.slope is not None
    assert held.slope is not None
    assert held.slope < 15.0 < free.slope
    assert held.half.low is not None
    assert free.half.low is not None
    assert held.half.low < free.half.low


def test_separated_data_give_the_gap():
    found = fit_dose_response(np.array([5.0, 10.0, 12.0, 20.0, 22.0, 40.0]), np.arange(6) > 2)
    assert found.half.estimate is not None
    assert 12.0 < found.half.estimate < 20.0
    assert found.half.low is not None
    assert found.half.high is not None
    assert found.half.low < 12.0 < 20.0 < found.half.high


def test_nobody_or_all_falling_bound_one_side():
    impulse = np.tile([5.0, 10.0, 20.0], 10)
    none, every = (fit_dose_response(impulse, np.full(30, outcome)) for outcome in (False, True))
    assert (none.half.estimate, none.half.high) == (None, None)
    assert none.half.low is not None
    assert none.half.low > 10.0
    assert (every.half.estimate, every.half.low) == (None, None)
    assert every.half.high is not None
    assert every.half.high < 10.0
    assert np.isnan(none.fall_probability(np.array([10.0]))).all()
    empty = fit_dose_response(np.empty(0), np.empty(0, bool))
    assert empty.trials == 0
    assert empty.half.estimate is None


def test_falls_without_a_push_are_taken_off():
    rng = np.random.default_rng(4)
    impulse = np.repeat(np.geomspace(6.0, 60.0, 12), 40)
    each, naive = [], []
    found = fit_dose_response(impulse, impulse > 20.0)
    for _ in range(12):
        fell = pushes(rng, impulse, 20.0, 6.0, spontaneous=0.3)
        found = fit_dose_response(impulse, fell, spontaneous=0.3)
        each.append(found.half.estimate)
        naive.append(fit_dose_response(impulse, fell).half.estimate)
    assert np.mean(each) == pytest.approx(20.0, rel=0.05)
    assert np.mean(naive) < 18.0
    assert found.fall_probability(np.array([1e-3]))[0] == pytest.approx(0.3, abs=1e-3)


def test_bad_input_is_refused():
    with pytest.raises(ConfigError, match="above 0"):
        fit_dose_response(np.array([0.0]), np.array([True]))
    with pytest.raises(ConfigError, match="0 to 1"):
        fit_dose_response(np.array([1.0]), np.array([True]), spontaneous=1.0)
    with pytest.raises(ConfigError, match="no range"):
        AdaptiveImpulses(10.0, 10.0)


RANGE = (4.0, 64.0)  # what is known beforehand about where half fall [N.s]


def adaptive(rng: np.random.Generator, half: float, slope: float, trials: int, batch: int = 8):
    design = AdaptiveImpulses(*RANGE)
    impulse, fell = np.empty(0), np.empty(0, bool)
    while len(impulse) < trials:
        tried = design.next_batch(min(batch, trials - len(impulse)), impulse, fell, rng)
        impulse = np.r_[impulse, tried]
        fell = np.r_[fell, pushes(rng, tried, half, slope)]
    return impulse, fell


def error(impulse: np.ndarray, fell: np.ndarray, half: float) -> float:
    """ln of the estimate over the truth; the range's middle where there is no estimate."""
    found = fit_dose_response(impulse, fell).half.estimate
    return float(np.log((found or np.sqrt(RANGE[0] * RANGE[1])) / half))


@pytest.mark.parametrize("slope", [12.0, 16.0])
def test_a_quarter_of_the_trials_of_a_grid_is_as_precise(slope: float):
    """Grid of 12 impulses x 8 trials against 24 trials that the design chooses, 40 unknown J50.

    The steeper the curve, the more of a grid is wasted: at a slope of 8 the design needs some 30 %.
    """
    rng = np.random.default_rng(5)
    grid = np.repeat(np.geomspace(*RANGE, 12), 8)
    errors = {"grid": [], "adaptive": []}
    for _ in range(40):
        half = float(np.exp(rng.uniform(*np.log([7.0, 40.0]))))
        errors["grid"].append(error(grid, pushes(rng, grid, half, slope), half))
        errors["adaptive"].append(error(*adaptive(rng, half, slope, len(grid) // 4), half))
    root = {name: float(np.sqrt(np.mean(np.square(values)))) for name, values in errors.items()}
    assert root["adaptive"] <= root["grid"], root


def test_a_batch_is_reproducible_and_in_range():
    design = AdaptiveImpulses(5.0, 50.0)
    tried, fell = np.array([8.0, 16.0, 30.0, 45.0]), np.array([False, False, True, True])
    one, two = (design.next_batch(6, tried, fell, np.random.default_rng(0)) for _ in range(2))
    assert (one == two).all()
    assert len(one) == 6
    assert (one >= 5.0 - 1e-9).all()
    assert (one <= 50.0 + 1e-9).all()
    assert ((one > 12.0) & (one < 40.0)).all()  # about the gap, not where the answer is known
