"""Live strip charts: activation by group, ground reaction, margin of stability."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import viser
from viser import uplot

from ...models.sides import SIDES
from ...sim.measures.base.muscle_groups import CHAINS, MUSCLE_GROUPS
from ..study.labels import words
from .moment import Moment

WINDOW_S = 6.0
GROUP_CHOICES = {
    "posterior chain": CHAINS["posterior_chain"],
    "anterior chain": CHAINS["anterior_chain"],
    "hip": ("gluteus_maximus", "gluteus_medius", "iliopsoas", "adductors"),
    "thigh": ("hamstrings", "biceps_femoris_short", "rectus_femoris", "vasti"),
    "shank and foot": (
        "gastrocnemius",
        "soleus",
        "tibialis_anterior",
        "tibialis_posterior",
        "peroneals",
    ),
    "trunk": ("erector_spinae", "abdominals"),
}
"""What the chart of activation shows: at most five groups, so that colours can be told apart."""

_MOST = 5
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00")  # Okabe & Ito 2008
_HEIGHT = 105  # pixels
_INK = "#8b949e"


class Charts:
    """The charts of one page and their last seconds.

    Args:
        server: of the page.

    Attributes:
        activation, muscle, force, margin: their handles.
    """

    def __init__(self, server: viser.ViserServer) -> None:
        self._gui = server.gui
        self._which, self._side = "posterior chain", 0
        self.begin(())
        self.activation = self._chart(self._activation_names(), "activation, %", (0.0, 60.0))
        self.muscle = self._chart(("–",), "muscle that was clicked, %", (0.0, 100.0))
        self.force = self._chart(
            ("left up", "right up", "left along travel", "right along travel"),
            "ground reaction, body weights",
            (-0.3, 1.5),
        )
        self.margin = self._chart(
            ("along travel", "sideways"), "margin of stability, cm", (-40.0, 30.0)
        )

    def begin(self, muscles: Sequence[str]) -> None:
        """Forget what was shown; a walker with these muscles comes."""
        self._names, self._muscle = tuple(muscles), 0
        self._time = np.empty(0)
        self._activations = np.empty((0, 2, len(MUSCLE_GROUPS)))
        self._muscles = np.empty((0, len(self._names)))
        self._others = np.empty((0, 6))

    def choose(self, which: str, side: int) -> None:
        """Show other muscle groups, of the left (0) or right (1) leg."""
        self._which, self._side = which, side
        self.activation.series = _series(self._activation_names())
        self.send()

    def choose_muscle(self, name: str) -> None:
        """Show another muscle in the chart of one."""
        self._muscle = self._names.index(name)
        self.muscle.series = _series((name,))
        self.send()

    def add(
        self,
        moment: Moment,
        groups: Sequence[str],
        sides: Sequence[str],
        weight_n: float,
        sign: float,
    ) -> None:
        """Keep a moment of a walker whose muscles are of these groups and sides."""
        time_s, balance = moment.time_s, moment.balance
        if len(self._time) and time_s <= self._time[-1]:
            return
        activation = group_activation(moment.activation, groups, sides)
        force = balance.force / weight_n
        margins = 100.0 * np.array([balance.margin_ap_m, balance.margin_ml_m])
        row = [*force[:, 2], *(sign * force[:, 0]), *margins]
        kept = self._time > time_s - WINDOW_S
        self._time = np.append(self._time[kept], time_s)
        self._activations = np.append(self._activations[kept], activation[None], 0)
        self._muscles = np.append(self._muscles[kept], moment.activation[None], 0)
        self._others = np.append(self._others[kept], [row], 0)

    def send(self) -> None:
        """Show what was kept."""
        time, others = self._time, self._others
        if not len(time):
            return
        padded = [np.append(np.nan, one) for one in (*self._chosen(), *others.T)]
        time = np.append(time[-1] - WINDOW_S, time)  # the charts are as long as the data
        self.activation.data = (time, *padded[:_MOST])
        if self._names:
            one = 100.0 * self._muscles[:, self._muscle]
            self.muscle.data = (time, np.append(np.nan, one))
        self.force.data = (time, *padded[_MOST : _MOST + 4])
        self.margin.data = (time, *padded[_MOST + 4 :])

    def _chosen(self) -> list[np.ndarray]:
        numbers = [MUSCLE_GROUPS.index(group) for group in GROUP_CHOICES[self._which]]
        found = [100.0 * self._activations[:, self._side, i] for i in numbers]
        return found + [np.full(len(self._time), np.nan)] * (_MOST - len(found))

    def _activation_names(self) -> list[str]:
        names = [words(group) for group in GROUP_CHOICES[self._which]]
        return names + [""] * (_MOST - len(names))

    def _chart(
        self, names: Sequence[str], title: str, limits: tuple[float, float]
    ) -> viser.GuiUplotHandle:
        empty = tuple(np.zeros(0) for _ in range(len(names) + 1))
        return self._gui.add_uplot(
            empty,
            _series(names),
            title=title,
            scales={
                "x": uplot.Scale(time=False),
                "y": uplot.Scale(range=limits),
            },
            axes=(uplot.Axis(stroke=_INK, size=28), uplot.Axis(stroke=_INK, size=42)),
            legend=uplot.Legend(show=True, live=False),
            cursor=uplot.Cursor(show=False),
            height=_HEIGHT,
            padding=(6, 12, 0, 0),
        )


def group_activation(
    activation: np.ndarray, groups: Sequence[str], sides: Sequence[str]
) -> np.ndarray:
    """Return the mean activation (2, groups) of left and right, in the order of MUSCLE_GROUPS."""
    found = np.zeros((2, len(MUSCLE_GROUPS)))
    for s, side in enumerate(SIDES):
        for g, group in enumerate(MUSCLE_GROUPS):
            rows = [
                i for i, at in enumerate(zip(groups, sides, strict=True)) if at == (group, side)
            ]
            found[s, g] = activation[rows].mean() if rows else 0.0
    return found


def _series(names: Sequence[str]) -> tuple[uplot.Series, ...]:
    lines = (
        uplot.Series(
            label=name, stroke=colour if name else "transparent", width=1.5, show=bool(name)
        )
        for name, colour in zip(names, _COLOURS, strict=False)
    )
    return (uplot.Series(label="s"), *lines)
