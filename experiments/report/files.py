"""The report for papers: `report.md`, and every figure as an SVG file of its own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..store.atomic import folder_atomic, sink, write_text
from .markdown import fenced, markdown_table, plain
from .style import Picture
from .tables import Table

FIGURES = "figures"
_POINTS_AN_INCH = 72.0


def write_files(folder: Path, content: Mapping[str, Any]) -> None:
    """Write `report.md` and `figures/` from what the page shows, in place of older ones."""
    pictures = list(_pictures(content))
    shutil.rmtree(folder / FIGURES, ignore_errors=True)
    with folder_atomic(folder / FIGURES) as made:
        for one in pictures:
            with sink(made / f"{one.name}.svg") as file:
                file.write(standalone(one).encode())
    write_text(folder / "report.md", markdown(content))


def standalone(one: Picture) -> str:
    """Return a picture as an SVG file: fixed colours on white, its size in points."""
    svg = re.sub(r"var\(--[a-z]+, (#[0-9a-f]{6})\)", r"\1", one.svg)
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if box is None:
        raise ValueError(f"the figure {one.name} has no viewBox")
    opening, rest = svg.split(">", 1)
    opening += f' width="{box[1]}pt" height="{box[2]}pt"'
    if "xmlns=" not in opening:
        opening += ' xmlns="http://www.w3.org/2000/svg"'
    ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{opening}>{ground}{rest}\n'


def _pictures(content: Mapping[str, Any]) -> Iterable[Picture]:
    found = [content["key_picture"], *content["stills"]]
    found += [one for section in content["sections"] for one in section.pictures]
    named = {one.name: one for one in found if one}
    return named.values()


def markdown(content: Mapping[str, Any]) -> str:
    """Return the page as Markdown: the same words, tables and figures, no moving picture."""
    parts = [
        f"# {_line(content['title'])}",
        plain(content["size"]),
        content["question"] and f"> {_line(content['question'])}",
    ]
    parts += [f"## {content['texts']['answer']}", *_answer(content)]
    parts += [_image(content["key_picture"])]
    for one in content["stills"]:
        parts.append(_image(one))
    parts += ["## Design", _table(content["design"])]
    for section in content["sections"]:
        parts.append(f"## {_line(section.heading)}")
        shown = [*map(_image, section.pictures), *map(_table, section.tables)]
        parts += [plain(section.words), *shown] if shown else [plain(section.absent)]
    parts += ["## What is left out", _list(content["left_out"])]
    invalid = _list(content["invalid"]) if content["invalid"] else "None."
    parts += ["Invalid trials, which count neither as falls nor in any mean:", invalid]
    if content["gaps"]:
        parts += ["Missing pieces:", _list(content["gaps"])]
    parts += ["## Provenance", "The exact command:"] if content["commands"] else ["## Provenance"]
    parts += [fenced(command, "sh") for command in content["commands"]]
    parts.append(_table(content["provenance"]))
    return "\n\n".join(part for part in parts if part) + "\n"


def _answer(content: Mapping[str, Any]) -> Iterable[str]:
    top = content["headline"]
    if top is not None:
        ends = f" ({top.interval})" if top.interval else ""
        yield plain(f"**{top.number}** {top.what}{ends}. {top.sentence}")
    for paragraph in content["summary"] or ():
        yield plain(paragraph.text)
    if content["no_evidence"]:
        yield "\n".join(f"- **{_line(sentence)}**" for sentence in content["no_evidence"])
    for sides, parts in content["answers"]:
        yield plain(f"{sides[0].upper()}{sides[1:]}:")
        lines: list[str] = []
        for topic in parts:
            lines += [f"- {topic.name}: {_line(item.phrase)}" for item in topic.items]
            if topic.more:
                lines.append(f"- {topic.name}: and {topic.more} more below")
        yield "\n".join(lines)
    if not content["answers"]:
        yield "This run asked for no contrasts; the tables below tell what each condition gave."
    yield plain(content["falls"])
    yield plain(content["caution"])


def _image(one: Picture | None) -> str:
    if one is None:
        return ""
    title = _line(one.title)
    return f"![{title}]({FIGURES}/{one.name}.svg)\n\n*{title}*"


def _table(table: Table) -> str:
    width = max([len(table.head), *(len(row) for row in table.rows)])
    head, *rows = (
        [*map(plain, row), *[""] * (width - len(row))] for row in (table.head, *table.rows)
    )
    return f"**{_line(table.caption)}**\n\n{markdown_table(head, rows)}"


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {_line(line)}" for line in lines)


def _line(text: str) -> str:
    return plain(" ".join(text.split()))
