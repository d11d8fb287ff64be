"""Drawing of the live walker: smooth body, muscles coloured by activation."""

from __future__ import annotations

import numpy as np
import viser

from ...models.body import Body
from ...models.walker import Walker
from ...sim.measures.base.muscle_groups import CHAINS
from ...sim.physics.simulation import Simulation
from ..drawing.colours import ACTIVATION_TOP, activation_colours
from ..drawing.muscle_tubes import MuscleTubes
from ..drawing.skin import skin_of
from .moment import Pose

OPACITY = {"see-through": 0.32, "solid": None, "hidden": None}
"""Ways to show the body."""
HIGHLIGHTS = ("all muscles", "posterior chain", "anterior chain", "no muscles")

_CLICK_M = 0.012  # how near to a muscle's surface a click is one on it
_DULL = np.array([176, 181, 188], np.uint8)  # of muscles that are not highlighted


class WalkerLook:
    """The handles of one walker's drawing.

    Args:
        server: of the page. root: the scene's node that it hangs on.
        sim, body, walker: who is drawn.
    """

    def __init__(
        self, server: viser.ViserServer, root: str, sim: Simulation, body: Body, walker: Walker
    ) -> None:
        self._scene, self._root, self._sim = server.scene, f"{root}/walker", sim
        self._colours = np.array(
            [[int(one[i : i + 2], 16) for i in (1, 3, 5)] for one in activation_colours()],
            np.uint8,
        )
        self._node = self._scene.add_frame(self._root, show_axes=False)
        self._add_body(sim, walker)
        self._tubes = MuscleTubes(sim, body)
        self._add_muscles()

    def _add_body(self, sim: Simulation, walker: Walker) -> None:
        self._frames: dict[int, viser.FrameHandle] = {}
        self._pieces: list[viser.MeshHandle] = []
        for number, shape in skin_of(sim.model, walker):
            name = f"{self._root}/{shape.body}"
            if number not in self._frames:
                self._frames[number] = self._scene.add_frame(name, show_axes=False)
            piece = self._scene.add_mesh_simple(
                f"{name}/{shape.name}", shape.vertices, shape.faces, color=shape.colour
            )
            self._pieces.append(piece)

    def _add_muscles(self) -> None:
        tubes = self._tubes
        corners = tubes.vertices(self._sim.site_position[0], self._sim.fibre_length[0])
        self._muscles = [
            self._scene.add_mesh_simple(
                f"{self._root}/muscles/{name}", one, tubes.faces, cast_shadow=False
            )
            for name, one in zip(tubes.names, corners, strict=True)
        ]
        self._lit = np.ones(len(self._muscles), bool)
        self._wanted, self._covered = True, False
        self._shade = np.full(len(self._muscles), -1)

    def show_body(self, how: str) -> None:
        """Show the body in one of the ways of `OPACITY`; a solid one hides the muscles."""
        for piece in self._pieces:
            piece.visible = how != "hidden"
            piece.opacity = OPACITY[how]
            piece.cast_shadow = how != "hidden"
        self._covered = how == "solid"
        self._show_muscles()

    def highlight(self, what: str) -> None:
        """Colour the muscles of one of `HIGHLIGHTS`; the others are dull."""
        self._wanted = what != "no muscles"
        chain = CHAINS.get(what.replace(" ", "_"))
        groups = self._tubes.groups
        self._lit = np.array([chain is None or group in chain for group in groups])
        self._shade[:] = -1
        self._show_muscles()

    @property
    def muscles(self) -> tuple[str, ...]:
        """Names of the muscles."""
        return self._tubes.names

    def muscle_at(self, moment: Pose, eye: np.ndarray, ray: np.ndarray) -> str | None:
        """Return the muscle that a ray (3,) from `eye` (3,) [m], world frame, meets first."""
        if not self._shown or not self.muscles:
            return None
        away = self._tubes.vertices(moment.sites, moment.fibre_length) - eye
        along = away @ (ray / np.linalg.norm(ray))
        beside = np.sqrt(np.maximum((away**2).sum(-1) - along**2, 0.0))
        along[beside > _CLICK_M] = np.inf
        nearest = along.min(axis=1)
        return self.muscles[int(nearest.argmin())] if np.isfinite(nearest).any() else None

    @property
    def _shown(self) -> bool:
        return self._wanted and not self._covered

    def _show_muscles(self) -> None:
        for muscle in self._muscles:
            muscle.visible = self._shown

    def update(self, moment: Pose) -> None:
        """Put everything where it was then."""
        for number, frame in self._frames.items():
            frame.position = moment.bodies[number]
            frame.wxyz = moment.turns[number]
        if not self._shown:
            return
        corners = self._tubes.vertices(moment.sites, moment.fibre_length)
        last = len(self._colours) - 1
        shade = np.clip(moment.activation / ACTIVATION_TOP * last, 0, last).round().astype(int)
        shade = np.where(self._lit, shade, last + 1)
        for i in np.flatnonzero(shade != self._shade):
            colour = self._colours[shade[i]] if self._lit[i] else _DULL
            self._muscles[i].color = (int(colour[0]), int(colour[1]), int(colour[2]))
        self._shade = shade
        for muscle, one in zip(self._muscles, corners, strict=True):
            muscle.vertices = one

    def remove(self) -> None:
        """Take it off the page."""
        self._node.remove()
