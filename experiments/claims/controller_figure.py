"""Figure of a claim that several controllers answer: each one's number, and that over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..study.controller_factor import CONTROLLER
from .answering import Several
from .claim import Claim, ClaimTest
from .words import level_words

FELL = "fell"
MARKS = "osv^D<>pPX"
_ROW = 0.55  # inches
_RATIO_TICKS = (-90, -50, -25, 0, 25, 50, 100, 200, 400)

Asked = Sequence[tuple[ClaimTest, Mapping[str, Any]]]


def drawn_parts(claim: Claim, several: Several) -> Asked:
    """Return the parts that controllers answer and that go on one scale, with what they say.

    Those are the parts asked as ratios; where there is none, those that compare how many fall.
    """
    found = [(test, one) for test in claim.tests if (one := several.contrast(test)) is not None]
    ratios = [(test, one) for test, one in found if one["as"] == "ratio"]
    return ratios or [(test, one) for test, one in found if one["measure"] == FELL]


def draw_controllers(figure: Any, asked: Asked, colours: Sequence[str]) -> None:
    """Draw a row each part: a mark each controller, and the interval over them below."""
    names = list(
        dict.fromkeys(
            str(own[CONTROLLER])
            for _, over in asked
            for own in over["controllers"]
            if own["counts"]
        )
    )
    width, _ = figure.get_size_inches()
    figure.set_size_inches(width, 1.5 + _ROW * len(asked))
    axes = figure.subplots()
    for row, (_, over) in enumerate(asked):
        for own in over["controllers"]:
            if own["counts"]:
                place = names.index(str(own[CONTROLLER]))
                colour, mark = colours[place % len(colours)], MARKS[place % len(MARKS)]
                axes.plot(_shown(over, own["estimate"]), row - 0.12, mark, color=colour, ms=5)
        if over["low"] is not None:
            middle, low, high = (_shown(over, over[key]) for key in ("estimate", "low", "high"))
            ends = [[middle - low], [high - middle]]
            axes.errorbar(middle, row + 0.2, xerr=ends, fmt="|", color="black", capsize=3)
    axes.axvline(0, color="black", lw=0.9)
    axes.set_yticks(range(len(asked)), [test.part for test, _ in asked])
    axes.set_ylim(len(asked) - 0.4, -0.5)
    ratio = asked[0][1]["as"] == "ratio"
    unit = "change in %" if ratio else "difference in the share of walks with a fall, %-points"
    figure.supxlabel(  # of the figure: below narrow axes a label of theirs is cut off
        f"{_compared(asked)}{unit}\nbar: 95 % interval over controllers", fontsize="medium"
    )
    if ratio:
        axes.set_xscale("symlog", linthresh=50)
        axes.set_xticks(_RATIO_TICKS, [f"{x:+d}" if x else "0" for x in _RATIO_TICKS])
    axes.set_xlim(*_limits(asked))
    for place, name in enumerate(names):
        colour, mark = colours[place % len(colours)], MARKS[place % len(MARKS)]
        axes.plot([], [], mark, color=colour, ms=5, label=name)
    figure.legend(loc="outside upper center", ncols=3, fontsize=8)


def _compared(asked: Asked) -> str:
    """Return what all parts compare with what, as far as it is the same in all of them."""
    pairs = [next(iter(test.between.items())) for test, _ in asked]
    firsts = {level_words(factor, first) for factor, (first, _) in pairs}
    seconds = {level_words(factor, second) for factor, (_, second) in pairs}
    if len(seconds) > 1:
        return ""
    against = f"against {seconds.pop()}, "
    return against if len(firsts) > 1 else f"{firsts.pop()} {against}"


def _shown(over: Mapping[str, Any], value: float) -> float:
    """Return an estimate as it is drawn: a ratio's change in %, a difference in %-points."""
    return 100.0 * (value - 1.0 if over["as"] == "ratio" else value)


def _limits(asked: Asked) -> tuple[float, float]:
    """Return ends that hold all that is drawn."""
    known = [
        _shown(over, one[key])
        for _, over in asked
        for one in (over, *over["controllers"])
        for key in ("estimate", "low", "high")
        if one.get(key) is not None and (one is over or one["counts"])
    ]
    return min([*known, -25.0]) - 8.0, max([*known, 25.0]) * 1.1 + 8.0
