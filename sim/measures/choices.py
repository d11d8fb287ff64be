"""Choices made in the measures, why, and how much they matter: a section of the measures' page."""

from __future__ import annotations

from ..physics.contact import STANDS_N
from .base.filters import LOW_PASS_HZ
from .base.trial import BEFORE_FALL_S

CHOICES_MARKDOWN = f"""
## Steady walking

Strides before a fall are no steady walking: one trial of 96 that fell two seconds after steady
walking began moved the hamstrings' ratio of directions from 2.17 to 2.06. The table tells how far
strides before 65 falls lie from the others of their condition, as root mean square in standard
deviations of those others (1: as all strides vary; beyond 10 counts as 10). Columns: the strides
that end so long before the fall, their time, step length and width, activation of the posterior
chain, largest tilt of the trunk, margin along travel, peak of the vertical force.

| before the fall [s] | strides | stride time | length | width | chain | tilt | margin | force |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| 0 to 1 | 155 | 8.5 | 6.7 | 6.6 | 6.4 | 6.3 | 5.8 | 5.4 |
| 1 to 2 | 115 | 6.0 | 3.0 | 5.9 | 2.9 | 4.9 | 4.1 | 4.0 |
| 2 to 3 | 99 | 3.9 | 2.5 | 4.1 | 2.0 | 4.0 | 2.3 | 2.1 |
| 3 to 4 | 84 | 3.0 | 2.4 | 2.5 | 1.6 | 3.0 | 1.7 | 1.5 |
| 4 to 5 | 86 | 2.3 | 1.2 | 1.8 | 1.0 | 2.1 | 1.3 | 0.8 |
| 5 to 6 | 76 | 2.2 | 1.1 | 1.4 | 1.2 | 1.5 | 1.1 | 0.8 |
| 6 to 8 | 141 | 0.8 | 0.9 | 1.2 | 1.1 | 1.2 | 1.0 | 0.9 |
| 8 to 10 | 120 | 0.9 | 1.1 | 0.9 | 0.9 | 1.0 | 1.0 | 1.2 |
| 10 to 15 | 151 | 1.0 | 1.0 | 0.9 | 1.0 | 1.1 | 0.8 | 0.9 |
| 15 to 30 | 83 | 0.8 | 0.9 | 0.9 | 0.8 | 0.7 | 0.7 | 0.9 |

A fall begins up to 6 s before the walker is down, so steady walking ends {BEFORE_FALL_S:g} s
before it. People need at most one stride to recover from a sideways push (Hof et al. 2010, J Exp
Biol 213:2655); these falls build up for longer. What is left out is told:
`strides_before_fall_count` counts the strides, `steady_time_s` is what remains, and a trial that
falls before it has a `missing_reason`. Falls themselves, `distance_m` and `time_to_fall_s` leave
nothing out. The table is printed by

    retrowalk run docs/make/before-a-fall.yaml --out runs/before-a-fall
    python -P docs/make/measure_choices.py before-a-fall runs/before-a-fall

## Thresholds

One threshold says that a foot stands, {STANDS_N:g} N of vertical force, as at force plates; the
field uses 5 to 50 N, and foot off wants a low one (Tirosh & Sparrow 2003, J Appl Biomech 19:178).
Up to 30 N little depends on it. Above, forward double support does, for the heel of the trailing
foot is unloaded slowly:

| threshold [N] | double support backward [%] | double support forward [%] |
| --- | --- | --- |
| 5 | 19.3 | 28.3 |
| 10 | 19.1 | 28.1 |
| 20 | 18.7 | 27.8 |
| 30 | 18.3 | 26.8 |
| 40 | 17.9 | 22.4 |
| 50 | 17.1 | 18.8 |

Forces are low-passed at {LOW_PASS_HZ:g} Hz. The steepest rise of the vertical force
(`loading_rate_bw_per_s`) depends on that, the rise from 20 to 90 % of the first peak
(`loading_rate_mean_bw_per_s`) little; both in body weights a second:

| cut-off [Hz] | steepest backward | steepest forward | mean backward | mean forward |
| --- | --- | --- | --- | --- |
| 15 | 24.3 | 19.1 | 15.9 | 10.0 |
| 20 | 31.0 | 24.9 | 16.5 | 9.9 |
| 30 | 43.7 | 36.3 | 17.6 | 10.0 |
| 50 | 65.1 | 52.2 | 19.0 | 10.2 |
| none | 93.4 | 63.2 | 20.2 | 10.7 |

Six trials in each direction at 0.8 m/s, printed by

    retrowalk run quick-start --set keep_recordings=6 --out runs/kept
    python -P docs/make/measure_choices.py thresholds runs/kept

## Between directions

Not every difference between walking backwards and forwards is one of walking:

- **Margins of stability** hold the shape of a foot, which reaches 19 cm ahead of its ankle and 6
  cm behind. At 0.8 m/s (`quick-start`) the margin along travel is 14.9 cm less backwards; 13.0 cm
  of it is the edge, the foot's own shape, and 1.8 cm the body's motion: the extrapolated centre
  of mass is 6.8 cm past the landing ankle backwards, 4.9 cm forwards. Sideways it is 2.3 cm more,
  of which 2.4 cm is the edge (toes are wider than heels). Compare `mos_ap_ankle_m` and
  `mos_ml_ankle_m`; each margin names the column that is the geometry in it, and an answer about
  margins says how much of it is geometry.
- `xcom_inside_fraction` asks the whole contact polygon, and has the same geometry in it.
- `cop_first_share` and `cop_last_share` count from the heel in both directions, so they are
  exchanged when a foot rolls from the toes to the heel. `toe_first`, `toe_load_share` and
  `toe_force_peak_bw` are about a part of the foot, which is at the other end of the step.
- `trunk_lean_rad` is positive towards the walker's front in both directions: with travel
  forwards, against it backwards. Joint angles, moments and powers have the body's signs, not
  travel's.
- `loading_rate_bw_per_s` is that of the heel in one direction, of the toes' sole in the other.
- All other measures are alike, to rounding, for a walk and its mirror image along travel
  (`tests/sim/measures/balance/test_directions.py` walks both).
"""
