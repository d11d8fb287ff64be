"""One walker on the page: its walk, what is drawn of it, and its last ten seconds."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import viser

from ...envs.gaits.foot_placement import GRAVITY
from .balance_now import StanceFoot
from .live_trial import LiveTrial
from .moment import Moment, Past, moment_of
from .overlays import Overlays
from .stage import GroundStage
from .walker_look import WalkerLook


@dataclass
class Appearance:
    """How walkers are shown, whoever they are.

    Attributes:
        body, muscles: names of `walker_look.OPACITY` and `HIGHLIGHTS`. follows: whether the ground
            moves under the walker. switched: overlays by name, where they are not as at first.
    """

    body: str = "see-through"
    muscles: str = "all muscles"
    follows: bool = True
    switched: dict[str, bool] = field(default_factory=dict[str, bool])


class Lane:
    """A walker and all that is drawn of it, under one node of the scene.

    Args:
        server: of the page. walk: the walker. root: the scene's node. aside_m: where along the
            scene's y it walks; ground is drawn as wide as that to either side, endless for 0.

    Attributes:
        walk: as given. past: its last seconds. weight_n: of the walker [N].
    """

    def __init__(
        self, server: viser.ViserServer, walk: LiveTrial, root: str, aside_m: float = 0.0
    ) -> None:
        self.walk, self.past = walk, Past()
        sim, body = walk.sim, walk.batch.gait.body
        self.weight_n = sim.mass * GRAVITY
        self.groups = [row.group for row in body.muscles]
        self.sides = [row.side for row in body.muscles]
        self._stage = GroundStage(server, sim, walk.sign, root, aside_m)
        self.look = WalkerLook(server, root, sim, body, walk.cell.walker)
        self._overlays = Overlays(server, sim, self.weight_n, root)
        self._stance = StanceFoot()
        self.keep()

    def keep(self) -> None:
        """Keep the moment that the walk is at."""
        self.past.keep(moment_of(self.walk, self._stance))

    def dress(self, appearance: Appearance) -> None:
        """Show the walker in that way."""
        self.look.show_body(appearance.body)
        self.look.highlight(appearance.muscles)
        for what, on in appearance.switched.items():
            self._overlays.show(what, on)
        self._stage.follows = appearance.follows

    def draw(self, moment: Moment, passed_s: float) -> None:
        """Draw a moment; `passed_s` on the screen since the last one."""
        self._stage.update(moment, passed_s)
        self.look.update(moment)
        self._overlays.update(moment, self.walk.sign)

    def muscle_at(self, moment: Moment, eye: np.ndarray, ray: np.ndarray) -> str | None:
        """Return the muscle that a ray (3,) from `eye` (3,) [m] of the scene meets first."""
        return self.look.muscle_at(moment, eye - self._stage.offset, ray)

    def remove(self) -> None:
        """Take it off the page."""
        self.look.remove()
        self._overlays.remove()
        self._stage.remove()
