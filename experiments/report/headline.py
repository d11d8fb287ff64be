"""The one number at the top of a report, and what it means in a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from ..statistics.paired import FEWEST
from .answer import Comparison, comparisons
from .data import RunData
from .other_controllers import contradictions
from .plain_words import PlainWords, plain_words

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


def headline(data: RunData, words: PlainWords | None = None) -> Headline | None:
    """Return the run's first contrast (over all settings, if there are several), else its falls.

    The config's first contrast is taken for what the question is about. `words`: of which language;
    English without.
    """
    words = words or plain_words()
    items, cells, told = comparisons(data), data.cells, words.texts["headline"]
    if items:
        first = items[0]
        pooled = [
            one
            for one in items
            if one.pooled and (one.column, one.sides_alone) == (first.column, first.sides_alone)
        ]
        return _of(pooled[0] if pooled else first, data, words)
    fallen, trials = sum(cell.fallen for cell in cells), sum(len(cell.valid) for cell in cells)
    if len(cells) != 1 or not trials:
        return None
    what = told["share"]
    if no_answer := cells[0].no_evidence:
        return Headline(NO_NUMBER, what, "", no_answer[0])
    if trials < FEWEST:
        few = told["few"].format(fell=fallen, trials=trials, least=FEWEST)
        return Headline(NO_NUMBER, what, "", few)
    share = cells[0].fall_share
    low, high = (f"{100 * (end or 0):.0f}" for end in (share.low, share.high))
    sentence = told["fell"].format(fell=fallen, trials=trials)
    number = f"{100 * fallen / trials:.0f} %"
    return Headline(number, what, told["ends"].format(low=low, high=high), sentence)


def _of(item: Comparison, data: RunData, words: PlainWords) -> Headline:
    told = words.texts["headline"]
    what = f"{words.title(item)}, {words.compared(item)}{words.place(item)}"
    if item.withheld:
        return Headline(NO_NUMBER, what, "", words.refusal(item))
    if not item.known:
        return Headline(NO_NUMBER, what, "", told["cannot"].format(phrase=item.phrase))
    if item.clear:
        sentence = told["more" if item.higher else "less"]
    elif item.low <= item.nothing <= item.high:
        seen = told["seen"].format(size=words.number(item.seen)) if item.seen else ""
        sentence = told["unclear"].format(seen=seen)
    else:
        sentence = told["holm"]
    others = [
        told["otherwise"].format(
            policy=one.policy,
            shown=words.number(one.other.shown),
            interval=words.number(one.other.interval),
        )
        for one in contradictions(data.config, [item])
    ]
    sentence = " ".join([sentence, *item.remarks, *others])
    plain = words.clause(item) if item.clear else ""
    interval = told["interval"].format(interval=words.number(item.interval))
    return Headline(words.number(item.shown), what, interval, sentence, plain)
