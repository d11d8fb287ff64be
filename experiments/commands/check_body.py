"""What `retrowalk check-body` prints, draws and writes of somebody's own MJCF."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ...sim.errors import ConfigError
from ...sim.measures.not_measured import cannot
from ...sim.plain_values import is_mapping, is_sequence
from ..store.atomic import write_text
from ..study.labels import words


def check_body_command(
    mjcf: Path, given: Path | None, write: Path | None, picture: Path | None, as_json: bool
) -> None:
    """Tell which parts of an MJCF are what and what is missing; draw it; write its map.

    Args:
        mjcf: the model. given: a map of it, None to look for the parts.
        write: file for the map that was found. picture: PNG for its drawing.

    Raises:
        ConfigError: no MJCF, no map, or a body that cannot walk.
    """
    from ...models.body import Body
    from ...models.mapped.body_map import BodyMap
    from ...models.mapped.build import describe, mapped_body
    from ...models.mapped.find_parts import find_parts
    from ...models.mapped.map_file import map_text, read_map, read_mjcf
    from ...models.walker import Walker

    if write is not None and write.exists():
        raise ConfigError(f"{write}: exists; name another file for the map")
    spec = read_mjcf(mjcf)
    if given is not None:
        parts, lacks = asdict(read_map(given)[0]), []
    else:
        found = find_parts(spec.compile())
        parts, lacks = found.parts, found.lacks
    body: Body | None = None
    if not lacks:
        try:
            described = describe(spec, BodyMap(**parts), str(mjcf))
            body = mapped_body(mjcf.stem, Walker(), described)
        except ConfigError as error:
            lacks = [str(error)]
    missing = Counter(cannot(body.parts).values()) if body else Counter[str]()
    if as_json:
        print(json.dumps({"parts": parts, "lacks": lacks, "measures_without": missing}, indent=2))
    else:
        _show(mjcf, parts, lacks, missing)
    if body is not None and picture is not None:
        from ..drawing.body_picture import draw_body

        draw_body(body, picture)
    if write is not None:
        write_text(write, map_text(parts, str(mjcf.resolve())))
    if body is None:
        raise ConfigError(
            f"{mjcf}: cannot walk: {'; '.join(lacks)}. A map can say what the names do not (--map)"
        )


def _show(mjcf: Path, parts: dict[str, Any], lacks: list[str], missing: Counter[str]) -> None:
    console = Console()
    table = Table("part", "in the MJCF", title=f"{mjcf.name}: what was found", title_justify="left")
    for name, value in parts.items():
        if is_mapping(value):
            for role, names in value.items():
                table.add_row(f"{words(name)}: {words(role)}", _listed(names))
        elif value is not None:
            table.add_row(words(name), _listed(value))
    console.print(table)
    for sentence in lacks:
        console.print(f"[bold]missing[/bold]: {escape(sentence)}")
    for reason, count in missing.most_common():
        console.print(f"[bold]{count} measures are null[/bold]: {escape(reason)}")


def _listed(names: object) -> str:
    return escape(", ".join(map(str, names)) if is_sequence(names) else str(names))
