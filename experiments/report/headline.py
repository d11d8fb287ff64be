"""The one number at the top of a report, and what it means in a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from ..statistics.paired import FEWEST
from .answer import Comparison, comparisons
from .data import RunData
from .other_controllers import contradictions
from .plain_words import plain_words

NO_NUMBER = "–"


@dataclass(frozen=True)
class Headline:
    """A number to read from afar: `number`, what it is, its interval, and a plain sentence.

    Where there is no answer there is no number: a dash, and the sentence says why. `plain` says a
    clear difference in everyday words, good or bad included.
    """

    number: str
    what: str
    interval: str
    sentence: str
    plain: str = ""

    @property
    def told(self) -> str:
        """The interval, if there is one, and the sentence."""
        return f"{self.interval}. {self.sentence}" if self.interval else self.sentence


def headline(data: RunData) -> Headline | None:
    """Return the run's first contrast (over all settings, if there are several), else its falls.

    The config's first contrast is taken for what the question is about.
    """
    items, cells = comparisons(data), data.cells
    if items:
        first = items[0]
        pooled = [
            one
            for one in items
            if one.pooled and (one.column, one.sides_alone) == (first.column, first.sides_alone)
        ]
        return _of(pooled[0] if pooled else first, data)
    fallen, trials = sum(cell.fallen for cell in cells), sum(len(cell.valid) for cell in cells)
    if len(cells) != 1 or not trials:
        return None
    what = "share of trials with a fall"
    if no_answer := cells[0].no_evidence:
        return Headline(NO_NUMBER, what, "", no_answer[0])
    if trials < FEWEST:
        few = f"{fallen} of {trials} trials fell: fewer than {FEWEST} give no answer."
        return Headline(NO_NUMBER, what, "", few)
    share = cells[0].fall_share
    ends = f"95 % interval {100 * (share.low or 0):.0f} to {100 * (share.high or 0):.0f} %"
    told = f"{fallen} of {trials} trials ended in a fall."
    return Headline(f"{100 * fallen / trials:.0f} %", what, ends, told)


def _of(item: Comparison, data: RunData) -> Headline:
    where = "on average over all settings" if item.pooled else item.where
    place = f" ({where})" if where else ""
    what = f"{item.measure}, {item.sides_alone}{place}"
    if item.withheld:
        return Headline(NO_NUMBER, what, "", item.withheld[0])
    if not item.known:
        return Headline(NO_NUMBER, what, "", f"The trials cannot tell: {item.phrase}.")
    if item.clear:
        way = "higher" if item.higher else "lower"
        sentence = f"Clearly {way}: chance between trials alone would not give this."
    elif item.low <= item.nothing <= item.high:
        sentence = f"No clear difference{item.can_see}."
    else:
        sentence = (
            "Not certain: the difference does not outlast the correction for the number of "
            "contrasts asked (Holm)."
        )
    others = [
        f"Another controller of this project ({one.policy}) answers {one.other.shown} "
        f"({one.other.interval}): this model cannot tell."
        for one in contradictions(data.config, [item])
    ]
    sentence = " ".join([sentence, *item.remarks, *others])
    plain = plain_words().clause(item) if item.clear else ""
    return Headline(item.shown, what, f"95 % interval {item.interval}", sentence, plain)
