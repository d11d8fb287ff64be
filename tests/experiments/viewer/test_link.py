"""A link asks for what the page offers and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings as effort, strategies as st

from retrowalk.experiments.viewer.deeds import Deed
from retrowalk.experiments.viewer.link import Link, query_of, read_query
from retrowalk.experiments.viewer.opening import open_target
from retrowalk.experiments.viewer.settings import Choices
from retrowalk.sim.errors import ConfigError

CHOICES = Choices(open_target(None).cells[0])
SHOWN = Link(
    replace(CHOICES.opened(7), surface="grass", beside="older-adult", attention=0.3),
    (Deed(1.5, "push", 20.0, "left"), Deed(2.0, "speed", 0.9), Deed(2.005, "attention", 0.5)),
    3.25,
)


def test_a_link_is_read_as_it_was_written():
    assert read_query(query_of(SHOWN), CHOICES) == SHOWN
    assert "token" not in query_of(SHOWN)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("policy=%2Ftmp%2Fevil.onnx", "not on offer"),
        ("policy=os%3Asystem", "not on offer"),
        ("walker=" + "x" * 5000, "too long"),
        ("seed=-1", "0 to"),
        ("seed=1.5", "0 to"),
        ("incline=nan", "-0.15 to 0.15"),
        ("until=1e9", "0 to 300"),
        ("did=1+push+1e9+left", "0 to 80"),
        ("did=1+push+10+up", "no deed"),
        ("did=1+fly", "no deed"),
        ("colour=red", "no choice"),
        ("seed", "cannot be read"),
        ("&".join(["did=1+speed+1"] * 130), "cannot be read"),
    ],
)
def test_what_a_page_does_not_offer_is_refused(query: str, words: str):
    with pytest.raises(ConfigError, match=words):
        read_query(query, CHOICES)


@effort(max_examples=30)
@given(st.text(max_size=200) | st.lists(st.sampled_from(query_of(SHOWN).split("&"))).map("&".join))
def test_whatever_is_read_is_on_offer(query: str):
    try:
        link = read_query(query, CHOICES)
    except ConfigError:
        return
    for field in ("direction", "surface", "walker", "technique", "policy", "beside"):
        assert getattr(link.settings, field) in CHOICES.names(field)
    assert 0.0 <= link.until_s <= 300.0
