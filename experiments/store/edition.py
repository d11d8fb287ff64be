"""Which edition of the measures a written page's numbers are of; a page of an older one says so.

The edition stands in a comment of the page, its *stamp*; the notice follows from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...sim.measures.base.definition import CHANGES

FIRST = "1"
"""Edition of runs that name none."""
_STAMP = re.compile(r"<!-- Numbers of edition (\d+) of the measures. -->\n")
_NOTICE = re.compile(r"\*\*Numbers on this page are old: [^\n]*\*\*\n\n")
_TITLE = re.compile(r"^# [^\n]*\n\n", re.MULTILINE)


def changes_since(edition: str | None) -> str:
    """Return what changed since an edition, in words; empty for the present one."""
    found = [what for number, what in CHANGES.items() if number > int(edition or FIRST)]
    return f"measures changed since (CHANGELOG.md, *Results*): {', '.join(found)}" if found else ""


def old_numbers(reasons: Iterable[str]) -> str:
    """Return the notice of a page whose numbers are old for these reasons; empty without any."""
    told = "; ".join(reason for reason in reasons if reason)
    return f"**Numbers on this page are old: {told}. They will be made anew.**" if told else ""


def edition_of(page: str) -> str | None:
    """Return the edition in a page's stamp, None without one."""
    found = _STAMP.search(page)
    return found[1] if found else None


def stamped(page: str, editions: Iterable[str | None] = ()) -> str:
    """Return a page with its stamp first and, where numbers are old, the notice after its title.

    Args:
        editions: of the runs that its numbers are from, the oldest counts; without any the page's
            own.
    """
    known = [edition or FIRST for edition in editions] or [edition_of(page) or FIRST]
    oldest = min(known, key=int)
    text = _NOTICE.sub("", _STAMP.sub("", page))
    notice = old_numbers([changes_since(oldest)])
    if notice:
        text = _TITLE.sub(lambda title: f"{title[0]}{notice}\n\n", text, count=1)
    return f"<!-- Numbers of edition {oldest} of the measures. -->\n{text}"
