"""The factor `controller`, for which the key `controllers` stands, and how far each was trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from ...sim.errors import unknown_name
from ...sim.plain_values import is_mapping, is_sequence
from . import catalogue
from .controllers import controllers
from .fields import Known, as_tuple, refusal

KEY, CONTROLLER, ALL = "controllers", "controller", "all"
TRAINING, WHOLE, FIRST = "training", "whole", "first-part"
TRAININGS = (WHOLE, FIRST)
"""A gait as it is, and the one that its training went on from."""
ControllerName = Annotated[str, Known(CONTROLLER, catalogue.controllers)]
Controllers = (
    Literal["all"] | Annotated[tuple[ControllerName, ...], BeforeValidator(as_tuple)] | None
)


def with_factor(data: Any) -> Any:
    """Return a config's data in which the key `controllers` has become the last factor."""
    if not is_mapping(data) or data.get(KEY) is None:
        return data
    factors: Any = data.get("factors") or {}
    if not is_mapping(factors):
        return data  # refused where factors are checked
    if CONTROLLER in factors:
        raise refusal("stands for the factor 'controller'; leave one of them out", (KEY,))
    others = {name: value for name, value in data.items() if name != KEY}
    return {**others, "factors": {**factors, CONTROLLER: _names(data[KEY])}}


def _names(asked: Any) -> tuple[Any, ...]:
    if asked == ALL:
        return tuple(one.name for one in controllers() if one.independent)
    if not is_sequence(asked) or not asked:
        raise refusal(
            "must be 'all' or a list of controllers (`retrowalk list controllers`)", (KEY,)
        )
    known = catalogue.controllers()
    for index, name in enumerate(asked):
        if name not in known:
            raise refusal(str(unknown_name(CONTROLLER, str(name), known)), (KEY, index))
        if name in asked[:index]:
            raise refusal(f"the controller '{name}' is repeated", (KEY, index))
    return tuple(asked)


def check_controllers(factors: Mapping[str, Any]) -> None:
    """Refuse what a controller sets itself."""
    for name in ("policy", "body"):
        if CONTROLLER in factors and name in factors:
            raise refusal(f"would set the {name} that a controller has", ("factors", name))
