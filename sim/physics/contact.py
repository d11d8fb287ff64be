"""Contact thresholds: the vertical force from which a foot or region counts as loaded.

Measures follow the force plates of gait laboratories: contact and foot off where the vertical force
crosses 20 N. Any threshold from 0 to 50 N finds the contact of people's feet; foot off wants a low
one (Tirosh & Sparrow 2003, J Appl Biomech 19:178, compare 10 to 50 N). docs/world/measures.md says
how much double support depends on it.
"""

from __future__ import annotations

STANDS_N = 20.0
"""A foot stands, and has a centre of pressure, above this vertical force [N]."""
REGION_BEARS_N = 5.0
"""A region of the foot (heel, ball, toe) bears load above this vertical force [N]: less than a
third of `STANDS_N`, so that a foot that stands has a region that bears."""
GAIT_LANDS_N = 40.0
"""The scripted gait takes its swing foot for landed above this load [N]; it is tuned with it."""
PHASE_DOWN_SHARE, PHASE_UP_SHARE = 0.05, 0.02
"""Hazards take a foot that was up for down above, one that was down for up below these shares of
the body's weight: far apart, so that a scuff triggers nothing."""
