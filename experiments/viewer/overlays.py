"""Forces and balance on the page: arrows, points and lines that can be switched on and off."""

from __future__ import annotations

from functools import partial

import numpy as np
import viser

from ...sim.physics.simulation import Simulation
from ..drawing.loft import ellipsoid
from .balance_now import Balance
from .moment import Moment
from .scale_marks import LIFT

Colour = tuple[int, int, int]

# of Okabe & Ito 2008, told apart with every common colour blindness
FORCE: Colour = (86, 180, 233)
COM: Colour = (240, 228, 66)
XCOM: Colour = (204, 121, 167)
SUPPORT: Colour = (0, 158, 115)
STABLE: Colour = (0, 158, 115)
UNSTABLE: Colour = (213, 94, 0)
PUSH: Colour = (230, 159, 0)

SWITCHES = ("ground reaction", "centre of mass", "base of support", "margin of stability")

_M_PER_WEIGHT = 0.7  # m of arrow a body weight
_PUSH_M_PER_N_S = 0.012  # m of arrow a newton second
_CORNERS = 12  # most of a base of support
_AWAY = np.array([0.0, 0.0, -50.0])  # where nobody sees it
_LEAST_ARROW = 0.02  # m
_NO_ARROW = np.array([[0.0, 0.0, -50.0], [0.0, 0.0, -49.9]])


class Overlays:
    """The handles of what is drawn over the walker.

    Args:
        server: of the page. sim: on whose ground. weight_n: of the walker [N]. root: the scene's
            node that it hangs on.
    """

    def __init__(
        self, server: viser.ViserServer, sim: Simulation, weight_n: float, root: str
    ) -> None:
        scene, self._sim, self._weight = server.scene, sim, weight_n
        at = f"{root}/overlays"
        self._node = scene.add_frame(at, show_axes=False)
        nothing = np.tile(_NO_ARROW, (2, 1, 1))
        arrows = partial(scene.add_arrows, shaft_radius=0.011, head_radius=0.028, head_length=0.07)
        self._forces = arrows(f"{at}/forces", nothing, FORCE)
        self._push = arrows(f"{at}/push", nothing[:1], PUSH)
        ball = ellipsoid((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), 16)
        self._com = scene.add_mesh_simple(f"{at}/com", *ball, color=COM, scale=0.028)
        self._xcom = scene.add_mesh_simple(f"{at}/xcom", *ball, color=XCOM, scale=0.022)
        self._plumb = scene.add_line_segments(f"{at}/plumb", nothing[:1], COM, thickness=0.007)
        self._rim = scene.add_line_segments(
            f"{at}/rim", np.tile(_AWAY, (_CORNERS, 2, 1)), SUPPORT, thickness=0.010
        )
        fan = np.stack(
            [np.zeros(_CORNERS - 2, int), np.arange(1, _CORNERS - 1), np.arange(2, _CORNERS)], -1
        )
        self._support = scene.add_mesh_simple(
            f"{at}/support",
            np.tile(_AWAY, (_CORNERS, 1)),
            fan,
            color=SUPPORT,
            opacity=0.45,
            side="double",
            cast_shadow=False,
        )
        self._margins = scene.add_line_segments(
            f"{at}/margins", nothing, np.zeros((2, 2, 3), np.uint8), thickness=0.016
        )
        self.shown: dict[str, bool] = dict.fromkeys(SWITCHES, True)

    def show(self, what: str, on: bool) -> None:
        """Switch one of `SWITCHES`."""
        self.shown[what] = on
        for handle in {
            "ground reaction": (self._forces,),
            "centre of mass": (self._com, self._xcom, self._plumb),
            "base of support": (self._support, self._rim),
            "margin of stability": (self._margins,),
        }[what]:
            handle.visible = on

    def update(self, moment: Moment, sign: float) -> None:
        """Put everything where it was then; `sign`: +1 where the walker goes to +x, else -1."""
        balance = moment.balance
        if self.shown["ground reaction"]:
            self._forces.points = self._arrows(balance)
        xcom = np.array([*balance.xcom, self._height(balance.xcom[None])[0] + 3 * LIFT])
        if self.shown["centre of mass"]:
            self._com.position, self._xcom.position = balance.com, xcom
            foot = balance.com.copy()
            foot[2] = self._height(balance.com[None, :2])[0]
            self._plumb.points = _single(np.stack([balance.com, foot]))[None]
        if self.shown["base of support"]:
            self._draw_support(balance)
        if self.shown["margin of stability"]:
            self._draw_margins(balance, xcom, sign)
        self._draw_push(moment.pushed_at, moment.push_n_s)

    def remove(self) -> None:
        """Take all off the page."""
        self._node.remove()

    def _draw_push(self, at: np.ndarray | None, impulse_n_s: np.ndarray) -> None:
        if at is None:
            self._push.points = _single(_NO_ARROW)[None]
        else:
            start = at - _PUSH_M_PER_N_S * impulse_n_s
            self._push.points = _single(np.stack([start, at]))[None]

    def _arrows(self, balance: Balance) -> np.ndarray:
        way = balance.force * (_M_PER_WEIGHT / self._weight)
        seen = np.isfinite(balance.pressure).all(1) & (np.linalg.norm(way, axis=1) > _LEAST_ARROW)
        start = np.where(seen[:, None], balance.pressure, _AWAY)
        return _single(np.stack([start, start + np.where(seen[:, None], way, [0, 0, 0.1])], 1))

    def _draw_support(self, balance: Balance) -> None:
        corners = np.tile(_AWAY, (_CORNERS, 1))
        rim = np.tile(_AWAY, (_CORNERS, 2, 1))
        if len(balance.support) > 2:
            z = self._height(balance.support) + 2 * LIFT
            around = np.column_stack([balance.support, z])
            corners[:] = around[-1]
            corners[: len(around)] = around
            rim[: len(around)] = np.stack([around, np.roll(around, -1, 0)], 1)
        self._support.vertices, self._rim.points = _single(corners), _single(rim)

    def _draw_margins(self, balance: Balance, xcom: np.ndarray, sign: float) -> None:
        ways = np.zeros((2, 3))
        ways[0, 0] = sign * balance.margin_ap_m
        ways[1, 1] = balance.outward * balance.margin_ml_m
        known = np.isfinite(ways).all(axis=1, keepdims=True)
        start = np.where(known, xcom, _AWAY)
        self._margins.points = _single(np.stack([start, start + np.nan_to_num(ways)], 1))
        stable = [margin >= 0 for margin in (balance.margin_ap_m, balance.margin_ml_m)]
        colours = np.array([STABLE if one else UNSTABLE for one in stable], np.uint8)
        self._margins.colors = np.repeat(colours[:, None], 2, 1)

    def _height(self, xy: np.ndarray) -> np.ndarray:
        return self._sim.ground_height(xy[None])[0]


def _single(array: np.ndarray) -> np.ndarray:
    return np.asarray(array, np.float32)
