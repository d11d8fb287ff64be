"""The model's answer to one published finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .verdict import FindingPart


@dataclass(frozen=True)
class Answer:
    """The model's values for one finding.

    Attributes:
        parts: the model's values. caveat: what to bear in mind, a sentence without full stop.
        unreached: why no run of this kind can say anything yet; empty if it can.
    """

    parts: Sequence[FindingPart] = ()
    caveat: str = ""
    unreached: str = ""
