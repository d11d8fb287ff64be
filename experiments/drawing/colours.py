"""Colours of muscle activation, the same in every picture."""

from __future__ import annotations

from functools import lru_cache

ACTIVATION_TOP = 0.6
"""Activation at the bright end of the colour scale, the same in every picture."""


_COLOUR_MAP = "inferno"  # perceptually uniform, told apart with every common colour blindness


_COLOURS = 64


_DARKEST = 0.28  # of the colour map: still to be seen before a dark sky


@lru_cache(maxsize=1)
def activation_colours() -> tuple[str, ...]:
    """Return the colours of activation from 0 to `ACTIVATION_TOP`, as `#rrggbb`."""
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    shares = [_DARKEST + (0.98 - _DARKEST) * k / (_COLOURS - 1) for k in range(_COLOURS)]
    return tuple(to_hex(colormaps[_COLOUR_MAP](share)) for share in shares)
