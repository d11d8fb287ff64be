"""Which controllers a claim's own experiment leaves out, and why."""

from __future__ import annotations

from collections.abc import Iterator

from ...sim.errors import ConfigError
from ..analysis.evidence import outside
from ..analysis.refusals import outside_words
from ..study.controller_factor import CONTROLLER
from ..study.controllers import controllers
from ..study.experiment import ExperimentConfig
from ..study.left_out import Levels
from ..study.load import load_config
from ..study.plan import Plan, make_plan
from .claim import Claim, ClaimTest

NOT_ASKED = "can walk a part of it at least, and was not asked"
LEFT_OUT = "left_out.json"
"""File of the results that holds them, by claim."""


def left_out(claim: Claim) -> dict[str, str]:
    """Return, by controller that was found by itself, why the claim's own experiment lacks it.

    One that can walk no part of the claim has the reason for the first part; any other was not
    asked. One reason for all where the experiment cannot be asked of several controllers.
    """
    own = walking(make_plan(load_config(claim.experiment)))
    try:
        plan = make_plan(load_config(claim.experiment, ["controllers=all"]))
    except ConfigError as error:
        return {"every controller": str(error).split(": ", 1)[-1]}
    refused = _refused(plan)
    others = (one.name for one in controllers() if one.independent and one.name not in own)
    return {name: _reason(claim, name, plan, refused) for name in others}


def walking(plan: Plan) -> set[str]:
    """Return the controllers whose gaits walk an experiment that names policies."""
    own = {(cell.policy, cell.direction) for cell in plan.cells}
    return {
        one.name
        for one in controllers()
        if any((gait.policy, gait.direction) in own for gait in one.gaits)
    }


def _refused(plan: Plan) -> dict[Levels, str]:
    """Return why each combination of levels is not walked, or tells nothing; empty of the rest."""
    made_for = {cell.levels: "; ".join(outside_words(outside(cell))) for cell in plan.cells}
    told = {
        levels: f"not what its gaits were made for: {words}" if words else ""
        for levels, words in made_for.items()
    }
    return told | {one.levels: one.says for one in plan.left_out}


def _reason(claim: Claim, name: str, plan: Plan, refused: dict[Levels, str]) -> str:
    """Return why a controller can walk no part of a claim, or that it was not asked."""
    reasons = [
        next(filter(None, _of_part(test, name, plan.config, refused)), "") for test in claim.tests
    ]
    return reasons[0] if all(reasons) else NOT_ASKED


def _of_part(
    test: ClaimTest, name: str, config: ExperimentConfig, refused: dict[Levels, str]
) -> Iterator[str]:
    """Yield what is told of each combination that a part compares with a controller."""
    asked = {**test.where, CONTROLLER: name}
    common = {factor: level for factor, level in asked.items() if factor in config.factors}
    compared = {factor: both for factor, both in test.between.items() if factor in config.factors}
    for levels, why in refused.items():
        own = dict(levels)
        if common.items() <= own.items() and all(
            own[key] in both for key, both in compared.items()
        ):
            yield why
