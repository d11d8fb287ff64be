"""Pages of results say which edition of the measures they are of, and that old ones are old."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrowalk.experiments.store.edition import changes_since, edition_of, stamped
from retrowalk.sim.measures.base.definition import CHANGES, DEFINITIONS

ROOT = Path(__file__).parents[3]
PAGES = sorted((ROOT / "docs" / "results").glob("*.md"))
PAGE = "# Title\n\nNumbers.\n"


@pytest.mark.parametrize("path", PAGES, ids=[path.stem for path in PAGES])
def test_every_page_of_results_is_stamped_and_says_whether_it_is_old(path: Path):
    text = path.read_text("utf-8")
    assert edition_of(text) is not None, "write it by its script, or stamp it"
    assert stamped(text) == text, "run `make docs`"
    old = edition_of(text) != DEFINITIONS
    assert ("Numbers on this page are old" in text) == old


def test_a_page_is_as_old_as_the_oldest_run():
    page = stamped(PAGE, [DEFINITIONS, None])
    assert edition_of(page) == "1"
    title, notice, *_ = page.splitlines()[1::2]
    assert title == "# Title"
    assert CHANGES[2] in notice


def test_numbers_made_anew_lose_the_notice():
    old = stamped(PAGE, ["1"])
    assert stamped(old, [DEFINITIONS]) == stamped(PAGE, [DEFINITIONS])
    assert "old" not in stamped(old, [DEFINITIONS])


def test_nothing_changed_since_the_present_edition():
    assert changes_since(DEFINITIONS) == ""
    assert all(what in changes_since(None) for what in CHANGES.values())
