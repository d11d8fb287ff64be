"""The page is whole: well-formed, self-contained, small, and named for those who do not see it."""

from __future__ import annotations

import itertools
import json
import re
import time
from pathlib import Path

import pytest
from parsed_page import Element, parse

from retrowalk.experiments.report.page import write_report


@pytest.fixture(scope="module")
def page(report: Path) -> Element:
    return parse(report.read_text("utf-8"))


def section(page: Element, heading: str) -> Element:
    """The section under a heading."""
    return next(s for s in page.all("section") if s.all("h2")[0].words().strip() == heading)


def test_nothing_is_loaded_from_elsewhere(report: Path, page: Element):
    outside = re.compile(r"""(?:src|href)\s*=\s*["']?(?!#)|url\(\s*["']?(?!#)|@import|fetch\(""")
    for element in page.all_tags():
        for name, value in element.attributes.items():
            if name in ("src", "href", "xlink:href", "srcset", "action"):
                assert value.startswith("#"), f"<{element.tag} {name}={value}>"
    for code in page.all("script", "style"):
        if code.attributes.get("type") != "application/json":
            assert not outside.search(code.text)
    links = set(re.findall(r"https?://[^\s\"'<)]+", report.read_text("utf-8")))
    assert {link.split("/")[2] for link in links} <= {"www.w3.org"}  # names of XML, never loaded


def test_size_and_time(run_folder: Path, report: Path):
    start = time.process_time()
    write_report(run_folder)
    assert time.process_time() - start < 10.0
    assert report.stat().st_size < 3_000_000


def test_nothing_is_missing(page: Element):
    assert "Missing pieces" not in page.words()


def test_every_picture_has_a_name_and_a_text(page: Element):
    pictures = page.all("svg")
    assert len(pictures) >= 9
    for picture in pictures:
        title, text = picture.all("title")[0], picture.all("desc")[0]
        assert title.words().strip()
        assert len(text.words().strip()) > 10
        named = picture.attributes["aria-labelledby"].split()
        assert named == [title.attributes["id"], text.attributes["id"]]
        assert picture.attributes["role"] == "img"
    for figure in page.all("figure"):
        assert figure.all("figcaption")[0].words().strip()


def test_ids_are_unique_and_links_lead_somewhere(page: Element):
    elements = page.all_tags()
    ids = [e.attributes["id"] for e in elements if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    for element in elements:
        for name in ("href", "aria-labelledby"):
            for target in element.attributes.get(name, "").split():
                assert target.removeprefix("#") in ids


def test_structure(page: Element):
    assert page.all("html")[0].attributes["lang"] == "en"
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    levels = [int(e.tag[1]) for e in page.all("h1", "h2", "h3")]
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
    for table in page.all("table"):
        assert table.all("caption")[0].words().strip()
        assert all(cell.attributes.get("scope") in ("row", "col") for cell in table.all("th"))
    labelled = {id(one) for label in page.all("label") for one in label.all("input", "select")}
    for control in page.all("input", "select"):
        assert "aria-label" in control.attributes or id(control) in labelled


def test_question_and_answer_come_first(page: Element):
    words = section(page, "Short answer").words()
    assert "Does the made-up walk <differ> & how?" in words
    answers = section(page, "The answer in numbers").all("dd")
    told = {one.all("button")[0].text: one.text for one in answers}
    assert re.match(r": [\d.]+ % higher \(95 % interval", told["posterior chain activation"])
    assert told["anterior chain activation"].startswith(": no clear difference")
    assert "No clear difference: posterior chain activation, anterior chain activation" in words
    assert "Falls: backwards 1 of 7 walks, forwards 1 of 7 walks." in words


def test_every_section_shows_something(page: Element):
    for heading in (
        "Contrasts",
        "Falls",
        "Muscle load",
        "Balance",
        "Energy",
        "Joint angles",
        "Muscle activation over the gait cycle",
        "Foot contacts",
    ):
        assert section(page, heading).all("svg"), heading
    for heading in ("Design", "Contrasts", "Falls", "All measures", "Provenance"):
        assert section(page, heading).all("table"), heading


def test_lines_end_where_numbers_stand(page: Element):
    """Each number of a forest has a blank behind it, in the page's colour."""
    for picture in page.all("svg"):
        if picture.attributes["aria-labelledby"].startswith(("key-", "contrast-forest-")):
            blanks = [p for p in picture.all("path") if "--page" in p.attributes.get("style", "")]
            numbers = [one for one in picture.all("text") if re.search(r"\(.* to ", one.words())]
            assert len(blanks) == len(numbers) > 0


def test_measures_are_defined_where_they_are_named(page: Element):
    links = [b for b in page.all("button") if "popovertarget" in b.attributes]
    defined = {d.attributes["id"] for d in page.all("div") if "popover" in d.attributes}
    assert {link.attributes["popovertarget"] for link in links} == defined
    assert "definition-activation_posterior_chain" in defined


def test_numbers_carry_units(page: Element):
    for table in section(page, "All measures").all("table"):
        for row in table.all("tbody")[0].all("tr"):
            name, unit = row.all("th")[0].words().strip(), row.all("td")[0].words().strip()
            assert unit, name
            assert unit != "rad"


def test_what_does_not_count_is_named(page: Element):
    words = section(page, "What is left out").words()
    assert "backward: the first 1.0 s" in words
    assert "trial 2 (backward" in words
    assert "trial 10 (forward" in words


def test_the_command_is_exact(page: Element):
    command = section(page, "Provenance").all("code")[0].words().strip()
    assert command == "retrowalk run 'made up.yaml'"


def test_both_directions_move(page: Element):
    script = next(
        one for one in page.all("script") if one.attributes.get("type") == "application/json"
    )
    scene = json.loads(script.text)
    assert [track["direction"] for track in scene["tracks"]] == ["backward", "forward"]
    figure = scene["figures"][0]
    assert len(figure["muscles"]) == 50
    assert all(len(muscle["points"]) >= 2 and muscle["group"] for muscle in figure["muscles"])
    assert {muscle["group"] for muscle in figure["muscles"]} >= set(scene["chains"]["posterior"])
    for track in scene["tracks"]:
        assert track["frames"] == pytest.approx(5.0 * track["fps"], abs=2)
        assert len(track["root"]) == -(-track["frames"] * 12 // 3) * 4  # base64 of 3 float32


def test_the_same_run_gives_the_same_page(run_folder: Path, report: Path):
    before = report.read_bytes()
    assert write_report(run_folder).read_bytes() == before
