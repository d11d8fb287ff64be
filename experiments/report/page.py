"""Write `report.html` of a finished run (one self-contained file), and files for papers.

path = write_report(Path("runs/quick-start"))
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import xarray as xr

from ...sim.measures import COLUMNS
from ...sim.measures.base.definition import Measure
from ..store.atomic import write_text
from . import tables
from .answer import Comparison, comparisons, falls_sentence, topics
from .data import Cell, RunData, load_run
from .figures import muscle_load
from .files import write_files
from .forest import forest
from .headline import headline
from .plain_words import ENGLISH, PlainWords, plain_words
from .poses import poses
from .replay import body_of, replay
from .section import Section, attempt
from .sections import sections
from .style import Picture
from .summary import summary

_KEY_CONTRASTS = 10
_MOST_STILLS = 2
_INSIDE_NUMBERS = re.compile(r"(?<=\d) (?!\()|(?<=\bto) (?=[+\N{MINUS SIGN}]?\d)")


def write_report(run_dir: Path, language: str = ENGLISH) -> Path:
    """Write the report of the run in `run_dir` and return its path; with `report.md`, `figures/`.

    A piece that is missing or unreadable is named in the report; nothing raises for it. Its plain
    words are in `language`.

    Raises:
        ConfigError: there are no words of that language.
    """
    words = plain_words(language)
    path = Path(run_dir) / "report.html"
    content = page(load_run(Path(run_dir)), words)
    write_text(path, render(content))
    write_files(Path(run_dir), content)
    return path


def render(content: dict[str, Any]) -> str:
    """Return the whole page that shows `content`."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader

    from .. import replay as replays

    here = __name__.rpartition(".")[0]
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(here), PackageLoader(replays.__name__)]),
        autoescape=lambda name: name is not None and name.endswith((".html", ".html.j2")),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["unbroken"] = _unbroken
    return environment.get_template("report.html.j2").render(**content)


def _unbroken(text: str) -> str:
    """Return a table's text so that lines break between its numbers, not inside of one."""
    return _INSIDE_NUMBERS.sub("\N{NO-BREAK SPACE}", text)


def page(data: RunData, words: PlainWords) -> dict[str, Any]:
    """Return what the template shows."""
    contrasts = comparisons(data)
    recorded = list(data.recordings())
    drawn = [
        (cell, one, model)
        for cell, one in recorded
        if (model := body_of(cell, one, data)) is not None and "qpos" in one
    ]
    settings = list(dict.fromkeys(cell.setting for cell in data.cells))
    drawn.sort(key=lambda one: settings.index(one[0].setting))  # both directions side by side
    answers = topics(contrasts)
    told = [item for _, parts in answers for topic in parts for item in topic.items]
    moving = attempt(data, "Moving picture", lambda: replay(drawn, data))
    top = attempt(data, "Short answer", lambda: headline(data, words))
    stills = [
        attempt(data, "Moving picture", partial(poses, *one, data.strides, f"stride-{i}"))
        for i, one in enumerate(drawn[:_MOST_STILLS])
    ]
    parts = sections(data, contrasts, recorded)
    return {
        "title": str(data.config.get("name") or data.folder.name).replace("-", " "),
        "question": data.config.get("question") or "",
        "headline": top,
        "no_evidence": [s for s in data.no_evidence if s != getattr(top, "sentence", "")],
        "texts": words.texts["page"],
        "caution": words.texts["page"]["caution"].strip(),
        "summary": attempt(data, "Short answer", lambda: summary(data, contrasts, words)),
        "language": words.language,
        "answers": answers,
        "unclear": not all(item.clear for item in told),
        "falls": falls_sentence(data.cells),
        "size": _size(data, words),
        "key_picture": attempt(data, "Short answer", lambda: _key_picture(data, told, words)),
        "replay": moving,
        "stills": [one for one in stills if one],
        "sections": parts,
        "definitions": _definitions(told, parts),
        "invalid": tables.invalid_trials(data.cells),
        "left_out": _left_out(recorded),
        "design": tables.design_table(data),
        "provenance": tables.provenance_table(data),
        "commands": tables.commands(data),
        "gaps": list(dict.fromkeys(data.gaps)),
    }


def _key_picture(data: RunData, items: list[Comparison], words: PlainWords) -> Picture | None:
    """The picture for the top: the contrasts if there are any, else the load of both chains."""
    known = [item for item in items if item.known]
    if any(item.withheld for item in items) and not known:
        return None
    if known:
        title = words.texts["page"]["key_picture"]
        return forest(known[:_KEY_CONTRASTS], "key", title)
    return muscle_load(data.cells, name="key-muscle-load", groups=False)


def _definitions(items: list[Comparison], parts: list[Section]) -> dict[str, Measure]:
    """Return the definitions of all measures that a reader may ask for, by column."""
    named = [item.column for item in items]
    named += [column for part in parts for table in part.tables for column in table.measures]
    return {name: COLUMNS[name] for name in dict.fromkeys(named) if name in COLUMNS}


def _size(data: RunData, words: PlainWords) -> str:
    if not data.cells:
        return ""
    told, count = words.texts["page"], len(data.cells)
    counts = {len(cell.rows) for cell in data.cells}
    each = ("each", counts.pop()) if len(counts) == 1 else ("all", len(data.trials))
    seconds = data.config.get("duration_s")
    labels = [words.texts["levels"].get(cell.label, cell.label) for cell in data.cells[:6]]
    return told["size"].format(
        conditions=told["conditions"]["one" if count == 1 else "more"].format(count=count),
        names="; ".join([*labels, *(["…"] if count > len(labels) else [])]),
        trials=told["trials"][each[0]].format(count=each[1]),
        seconds=told["seconds"].format(seconds=words.number(f"{seconds:g}"))
        if isinstance(seconds, int | float)
        else "",
    )


def _left_out(recorded: Sequence[tuple[Cell, xr.Dataset]]) -> list[str]:
    """Say which seconds steady-state measures leave out."""
    found = [
        f"{cell.label}: the first {float(one['steady_from_s']):.1f} s"
        for cell, one in recorded
        if "steady_from_s" in one
    ]
    return found or ["The recordings do not say how many seconds come before steady walking."]
