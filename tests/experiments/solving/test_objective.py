"""The objective is one, in one file, and every shipped cycle was solved under it."""

from __future__ import annotations

import pytest

from retrowalk.envs.gaits.reference_cycle import cycle_table
from retrowalk.experiments.solving.objective import read_objective
from retrowalk.sim.errors import ConfigError

FROZEN = "890db811c1f1e933ca3fa5385bd26efc7c047bcbb10f0ffa402c42889e8d106c"
"""Frozen before the first backward solve; the history shows it."""


def test_objective_is_the_frozen_one():
    assert read_objective().digest == FROZEN


def test_digest_follows_the_numbers_only():
    assert read_objective({"jerk": 3e-11}).digest == FROZEN
    assert read_objective({"jerk": 4e-11}).digest != FROZEN


@pytest.mark.parametrize("change", [{"speed": 1.0}, {"lean": -1.0}, {"lean": "much"}])
def test_objective_refuses_what_cannot_be(change: dict):
    with pytest.raises(ConfigError):
        read_objective(change)


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_every_shipped_cycle_was_solved_under_it(direction: str):
    for cycle in cycle_table(direction).cycles:
        assert cycle.provenance["objective_sha256"] == FROZEN
