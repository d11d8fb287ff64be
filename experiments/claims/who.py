"""Which controllers cannot walk a claim's experiment, and why (`claims/results/cannot.json`)."""

from __future__ import annotations

from ...sim.errors import ConfigError
from ..analysis.evidence import outside
from ..analysis.refusals import outside_words
from ..study.controller_factor import CONTROLLER
from ..study.controllers import controllers
from ..study.load import load_config
from ..study.plan import Plan, make_plan


def cannot_walk(experiment: str) -> dict[str, str]:
    """Return, by controller that was found by itself, why a claim's experiment tells nothing of it.

    One reason for all where the experiment cannot be asked of several controllers.
    """
    names = [one.name for one in controllers() if one.independent]
    try:
        plan = make_plan(load_config(experiment, ["controllers=all"]))
    except ConfigError as error:
        return {"every controller": str(error).split(": ", 1)[-1]}
    walked = {str(dict(cell.levels)[CONTROLLER]) for cell in plan.cells}
    reasons = {str(dict(one.levels)[CONTROLLER]): one.says for one in plan.left_out}
    found = {name: reasons[name] for name in names if name not in walked and name in reasons}
    return found | _outside(plan)


def _outside(plan: Plan) -> dict[str, str]:
    """Return whom the cells lie outside of, where they lie outside in all of them."""
    own: dict[str, list[str]] = {}
    for cell in plan.cells:
        told = "; ".join(outside_words(outside(cell)))
        own.setdefault(str(dict(cell.levels)[CONTROLLER]), []).append(told)
    return {
        name: f"not what its gaits were made for: {told[0]}"
        for name, told in own.items()
        if all(told)
    }
