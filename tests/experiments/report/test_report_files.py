"""`report.md` and the figures' files say what the page says, and need nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from hypothesis import given, strategies as st

from retrowalk.experiments.report.markdown import fenced, plain


def test_every_figure_is_a_file_of_its_own(report: Path):
    page = report.read_text("utf-8")
    files = sorted((report.parent / "figures").glob("*.svg"))
    assert {f.stem for f in files} == set(re.findall(r'<figure id="figure-([^"]+)"', page))
    for file in files:
        text = file.read_text("utf-8")
        tree = ElementTree.fromstring(text)
        assert tree.tag == "{http://www.w3.org/2000/svg}svg"
        assert tree.get("width", "").endswith("pt")
        assert "var(" not in text  # programs for papers know no variables of a page
        assert not re.search(r'(href|src)="(?!#)', text)
        assert len(tree.findall(".//{http://www.w3.org/2000/svg}path")) > 3


def test_markdown_holds_the_answer_the_tables_and_the_figures(report: Path):
    text = (report.parent / "report.md").read_text("utf-8")
    assert re.search(r"\*\*\+[\d.]+ %\*\* posterior chain activation", text)
    assert r"> Does the made-up walk \<differ> & how?" in text
    linked = re.findall(r"!\[[^\]]+\]\((figures/[^)]+)\)", text)
    assert linked
    assert all((report.parent / path).exists() for path in linked)
    assert "retrowalk run 'made up.yaml'" in text
    for heading in ("Design", "Contrasts", "Diagnostics", "All measures", "Provenance"):
        assert f"\n## {heading}\n" in text
    tables = re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE)
    assert len(tables) > 8
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1


def test_older_figures_do_not_stay(run_folder: Path, report: Path):
    from retrowalk.experiments.report.page import write_report

    left = report.parent / "figures" / "old.svg"
    left.write_text("<svg/>")
    write_report(run_folder)
    assert not left.exists()


@given(st.text(st.sampled_from("<>!/?&;#[]()`\\:| aimgscript=x\n"), max_size=40))
def test_no_name_becomes_html_a_link_or_a_picture(name: str):
    shown = plain(name)
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "\0", shown)  # what a backslash stands before is text
    assert not re.search(r"<[A-Za-z/!?]|&#?\w+;|\][(\[:]|`", bare)
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", shown) == name


def test_a_command_cannot_end_its_block():
    block = fenced("echo ```\n````\n<script>", "sh")
    fence = block.split("sh", 1)[0]
    assert block.count(fence) == 2


def test_the_page_may_load_and_send_nothing(report: Path):
    head = report.read_text("utf-8").split("</head>")[0]
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', head)
    assert len(policy) == 1
    assert "default-src 'none'" in policy[0]
    assert "http" not in policy[0]
    assert head.index("Content-Security-Policy") < head.index("<style")
