"""The key `cohort`, for which the factor `person` stands: virtual people who walk every cell."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BeforeValidator, model_validator

from ...models.cohort import BOTH, DRAWN, draw_people
from ...models.walker import SEXES, Walker
from ...sim.errors import unknown_name
from ...sim.fields import ranges
from ...sim.plain_values import is_a, is_mapping
from ...sim.random_streams import named_generator
from .fields import Known, Strict, Within, as_tuple, refusal

KEY, PERSON = "cohort", "person"
_Age = Annotated[float, Within(*ranges(Walker)["age_years"])]


class CohortFields(Strict):
    """People drawn from published distributions (`models.cohort`)."""

    n: Annotated[int, Within(2, 200)] = 24
    """How many."""
    ages: Annotated[tuple[_Age, _Age], BeforeValidator(as_tuple)] = (20.0, 80.0)
    """From the youngest to the oldest they may be [years], evenly."""
    sex: Annotated[str, Known("sex", lambda: (BOTH, *SEXES))] = BOTH
    """Men and women by turns, or one of the two."""

    @model_validator(mode="after")
    def _in_order(self) -> CohortFields:
        if self.ages[0] > self.ages[1]:
            raise refusal("must go from the youngest to the oldest", ("ages",))
        return self

    def people(self, seed: int) -> dict[str, Walker]:
        """Return the people by name, the same for every run with this seed."""
        return _people(self.n, self.ages, self.sex, seed)


@lru_cache(maxsize=8)
def _people(n: int, ages: tuple[float, float], sex: str, seed: int) -> dict[str, Walker]:
    drawn = draw_people(person_names(n), ages, sex, named_generator(seed, KEY))
    return {walker.name: walker for walker in drawn}


def person_names(count: int) -> tuple[str, ...]:
    """Return the names of the people of a cohort, in the order in which they are drawn."""
    return tuple(f"p{number:02d}" for number in range(1, count + 1))


def with_people(data: Any) -> Any:
    """Return a config's data in which everyone of the cohort is a level of the factor `person`."""
    cohort = data.get(KEY) if is_mapping(data) else None
    if not is_mapping(cohort):
        return data
    count, factors = cohort.get("n", CohortFields.model_fields["n"].default), data.get("factors")
    if not is_a(count, int) or not (factors is None or is_mapping(factors)):
        return data  # refused where these are checked
    known = factors or {}
    return {**data, "factors": {PERSON: person_names(max(count, 0)), **known}}


def check_cohort(cohort: CohortFields | None, seed: int, factors: Mapping[str, Any]) -> None:
    """Refuse people without a cohort, and what a person sets."""
    if cohort is None:
        if PERSON in factors:
            raise refusal(f"needs a {KEY}", ("factors", PERSON))
        return
    known = cohort.people(seed)
    for index, name in enumerate(factors[PERSON]):
        if name not in known:
            raise refusal(str(unknown_name(PERSON, str(name), known)), ("factors", PERSON, index))
    for name in ("walker", *DRAWN):
        if name in factors:
            raise refusal(f"would set the {name} that a person has", ("factors", name))
