"""What several controllers say of one claim: the full runs that answer its parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .claim import ClaimTest, tuples
from .full_runs import OVER_PEOPLE, PEOPLE
from .margins import judged


@dataclass(frozen=True)
class Answering:
    """Results of a full run, as a claim reads them; `fixed`: levels of factors that it lacks."""

    name: str
    fixed: Mapping[str, Any]
    results: Mapping[str, Any]

    def contrast(self, test: ClaimTest) -> dict[str, Any] | None:
        """Return the contrast over controllers that answers a part; None: it was not asked.

        It is an answer too where they agree that the difference is too small to matter.
        """
        found = self._asked(test, self.results["contrasts"])
        return None if found is None else judged(test, found)

    def over_people(self, test: ClaimTest) -> dict[str, Any] | None:
        """Return the contrast over people, and controllers, of a part; None: it was not asked."""
        return self._asked(test, self.results.get(OVER_PEOPLE, ()))

    def _asked(self, test: ClaimTest, contrasts: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
        if any(self.fixed.get(name, level) != level for name, level in test.where.items()):
            return None
        where = {name: level for name, level in test.where.items() if name not in self.fixed}
        for contrast in contrasts:
            if (
                contrast["measure"] == test.measure
                and tuples(contrast["between"]) == test.between
                and bool(contrast["pooled"]) == test.pooled
                and contrast["where"] == where
            ):
                return contrast
        return None


@dataclass(frozen=True)
class Several:
    """What several controllers say of one claim.

    Attributes:
        runs: the full runs that answer parts of it.
        left_out: by controller, why the claim's own experiment lacks it.
    """

    runs: tuple[Answering, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict[str, str])

    def contrast(self, test: ClaimTest) -> dict[str, Any] | None:
        """Return the contrast over controllers that answers a part; None: none was asked."""
        found = (one.contrast(test) for one in self.runs)
        return next((one for one in found if one is not None), None)

    def over_people(self, test: ClaimTest) -> dict[str, Any] | None:
        """Return the contrast over people, and controllers, of a part; None: it was not asked."""
        found = (one.over_people(test) for one in self.runs)
        return next((one for one in found if one is not None), None)

    @property
    def people(self) -> list[dict[str, Any]]:
        """The people who walked, of the first run in which a cohort did; empty without one."""
        for one in self.runs:
            if PEOPLE in one.results:
                return one.results[PEOPLE]
        return []


NONE = Several()
