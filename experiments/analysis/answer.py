"""Protocol of answers: each kind of analysis of a run is one class, listed in `answers`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

import pandas as pd

from ..store.curve_store import Curves
from ..study.plan import Plan

Content = TypeVar("Content", bound=Mapping[str, Any])


@dataclass(frozen=True)
class Evidence:
    """Data of a finished run from which answers are computed.

    Attributes:
        plan: of the run. trials: its table, one row a trial. curves: of all trials over the cycle.
        earlier: answers that stand before in the list, by name.
    """

    plan: Plan
    trials: pd.DataFrame
    curves: Curves
    earlier: dict[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])


class Answer(ABC, Generic[Content]):
    """One kind of answer; the run keeps it as `<name>.json`, the report has a section of it."""

    name: ClassVar[str]

    @abstractmethod
    def applies(self, plan: Plan) -> bool:
        """Return whether the answer applies to a run of this plan."""

    @abstractmethod
    def answer(self, evidence: Evidence) -> Content:
        """Return the answer as plain data."""
