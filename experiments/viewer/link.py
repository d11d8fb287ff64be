"""Query string of a link that shows what the page shows: choices, deeds and how long it walked."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from urllib.parse import parse_qsl, urlencode

from ...sim.errors import ConfigError
from .deeds import Deed
from .live_trial import DIRECTIONS
from .settings import Choices, Settings

LONGEST_S = 300.0
"""How far a link may walk on by itself."""
MOST_DEEDS = 100
MOST_PUSH_N_S = 80.0
_LONGEST_QUERY = 4096
_DONE = "did"  # the key of a deed
_UNTIL = "until"


@dataclass(frozen=True)
class Link:
    """What a link asks for: the walk's `settings`, the `deeds`, and to walk `until_s`."""

    settings: Settings
    deeds: tuple[Deed, ...]
    until_s: float


def query_of(link: Link) -> str:
    """Return the query string that `read_query` reads."""
    pairs = [(key, str(value)) for key, value in asdict(link.settings).items()]
    for deed in link.deeds[-MOST_DEEDS:]:
        what = [f"{deed.time_s:.3f}", deed.kind, f"{deed.value:g}", deed.towards]
        pairs.append((_DONE, " ".join(what).rstrip()))
    return urlencode([*pairs, (_UNTIL, f"{min(link.until_s, LONGEST_S):.3f}")])


def read_query(query: str, choices: Choices) -> Link:
    """Return what a query string asks for: only what the page itself offers, within its ranges.

    Raises:
        ConfigError: it is none that a page has made, or asks for more.
    """
    if len(query) > _LONGEST_QUERY:
        raise ConfigError("the link is too long")
    try:
        pairs = parse_qsl(query, max_num_fields=MOST_DEEDS + 20, strict_parsing=True)
    except ValueError:
        raise ConfigError("the link cannot be read") from None
    given = {key: value for key, value in pairs if key != _DONE}
    until_s = _number(given.pop(_UNTIL, "0"), _UNTIL, 0.0, LONGEST_S)
    deeds = tuple(_deeds(value for key, value in pairs if key == _DONE))
    return Link(choices.read(given), deeds, until_s)


def _deeds(texts: Iterator[str]) -> Iterator[Deed]:
    for text in texts:
        time_s, kind, value, towards = (*text.split(" "), "", "", "")[:4]
        at = _number(time_s, _DONE, 0.0, LONGEST_S)
        if kind == "push" and towards in DIRECTIONS:
            yield Deed(at, kind, _number(value, kind, 0.0, MOST_PUSH_N_S), towards)
        elif kind in ("speed", "attention") and not towards:
            yield Deed(at, kind, _number(value, kind, 0.0, 2.0 if kind == "speed" else 1.0))
        else:
            raise ConfigError(f"the link asks for no deed of this page: {text[:40]!r}")


def _number(text: str, key: str, low: float, high: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise ConfigError(f"the link: {key} = {text[:40]!r}: {low:g} to {high:g} is allowed")
    return value
