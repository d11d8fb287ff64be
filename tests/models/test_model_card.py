"""The model card says what the body is."""

from __future__ import annotations

from importlib.resources import files

from retrowalk.models.fitting.model_card import muscle_table, strength_table
from retrowalk.models.muscle_table import MUSCLE_GROUPS
from retrowalk.sim.measures.base.muscle_groups import (
    MUSCLE_GROUPS as MEASURED_GROUPS,
)


def test_tables_are_the_bodys(body):
    """`python -m retrowalk.models.fitting.model_card` prints the lines to put there."""
    card = (
        (files("retrowalk.models") / "human" / "README.md").read_text(encoding="utf-8").splitlines()
    )
    missing = [line for line in muscle_table(body) + strength_table(body) if line not in card]
    assert not missing


def test_groups_are_those_that_measures_report():
    assert MUSCLE_GROUPS == MEASURED_GROUPS
