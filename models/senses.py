"""Sensory noise and delay of a walker beyond those of a focused young adult.

A focused young adult is the reference: the gait senses for him without error or delay, since his
own noise and delay are part of how people walk and of what they learnt to predict. Everybody else
has the excess: independent noise adds in variance, so that one whose noise is r times the young
adult's has an excess of sqrt(r^2 - 1) times the young adult's standard deviation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .ageing import AGEING, aged, share_of_ageing
from .walker import Walker

CHANNELS = ("tilt", "turn", "position", "velocity", "joint", "joint_rate")

SENSES_AT_ONCE = 3
"""Eyes, vestibular organs and feet tell of orientation and motion together: N senses that are
alike, weighted as they deserve, err by 1 / sqrt(N) of one (Ernst and Banks 2002, Nature 415:429,
recalled)."""
_TOGETHER = SENSES_AT_ONCE**-0.5

YOUNG_NOISE = {
    "tilt": 0.0035 * _TOGETHER,
    "turn": 0.0115 * _TOGETHER,
    "position": 0.010 * _TOGETHER,
    "velocity": 0.0058 * _TOGETHER,
    "joint": 0.0023,
    "joint_rate": 0.017,
}
"""Standard deviations of a focused young adult by channel; of one sense, where several tell.

tilt: orientation [rad], 0.2 degrees, chosen: of the order of how far quiet young people sway about
their ankles. (With the vestibular organ alone a tilt at 1 Hz is noticed at 0.5 degrees, Suri and
Clark 2020, Exp Brain Res 238:1499, abstract read; eyes and feet help.) turn: angular velocity
[rad/s], 0.66 degrees/s, the threshold of roll at 1 Hz; velocity: [m/s], 0.58 cm/s, of sideways
motion (Bermudez Rey et al. 2016, Front Neurol 7:162, abstract read). position: by sight [m],
chosen, it makes the course wander. joint: [rad], 0.13 degrees, the passive movement of the ankle
that is noticed (Djajadikarta et al. 2020, J Appl Physiol 128:1365, abstract read); joint_rate:
[rad/s], 1 degree/s, chosen.
"""

_AGEING = {
    "tilt": AGEING.tilt_noise,
    "turn": AGEING.tilt_noise,
    "position": AGEING.velocity_noise,
    "velocity": AGEING.velocity_noise,
    "joint": AGEING.joint_noise,
    "joint_rate": AGEING.joint_noise,
}

INATTENTION_NOISE = 1.0
"""Noise without any attention is 1 + this times that of full attention: chosen.

What a second task does to sway differs between studies; in a fitted model it shows in the delay
(Mahboobin et al. 2007, Neurosci Lett 429:147, abstract read).
"""
INATTENTION_DELAY_S = 0.050
"""Delay without any attention, young adult: chosen.

Older men answer a light some 40 ms later than young men while they walk (Sparrow et al. 2006, Motor
Control 10:201, abstract read); the delay in models of standing grows with a second task (above).
"""


@dataclass(frozen=True)
class Excess:
    """Noise and delay beyond a focused young adult's, of n walkers.

    Attributes:
      noise: (n, channels) standard deviations, columns as `CHANNELS`.
      delay_s: (n,) after which something unexpected is known [s].
    """

    noise: np.ndarray
    delay_s: np.ndarray

    @property
    def disturbed(self) -> np.ndarray:
        """True for walkers whose senses have noise or delay, (n,)."""
        return (self.delay_s > 0) | (self.noise > 0).any(1)


class Senses:
    """The senses of n walkers at any attention.

    Attributes:
      load_threshold_n: (n,) load that a sole does not feel [N].
    """

    def __init__(self, walkers: Sequence[Walker]) -> None:
        self._young = np.array([YOUNG_NOISE[channel] for channel in CHANNELS])
        self._ratio = np.array(
            [[w.sensory_noise * aged(_AGEING[c], w.age_years) for c in CHANNELS] for w in walkers]
        )
        share = np.array([share_of_ageing(w.age_years) for w in walkers])
        own = np.array([w.extra_delay_s for w in walkers])
        noise = np.array([w.sensory_noise for w in walkers])
        self._delay = AGEING.delay_s * share + own
        self._cost = np.array([aged(AGEING.attention_cost, w.age_years) for w in walkers])
        self.load_threshold_n = AGEING.load_threshold_n * share * noise

    def excess(self, attention: np.ndarray) -> Excess:
        """Return noise and delays at `attention`, (n,), 1 on walking to 0 elsewhere."""
        lost = 1.0 - attention
        ratio = self._ratio * (1.0 + INATTENTION_NOISE * lost)[:, None]
        return Excess(
            noise=self._young * np.sqrt(np.maximum(ratio**2 - 1.0, 0.0)),
            delay_s=self._delay + INATTENTION_DELAY_S * self._cost * lost,
        )
