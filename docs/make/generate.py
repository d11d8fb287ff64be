"""Write the pages of docs/ that come from the code, or check that they are up to date (--check)."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1]
ROOT = FOLDER.parent
OF_RUNS = ("use/compare.md", *sorted(f"results/{p.name}" for p in FOLDER.glob("results/*.md")))
"""Pages with numbers of runs, which are made by hand; `make docs` renews the notice of old ones."""
NOTE = "<!-- Written by `make docs` from the code; change it there. -->"


def measures_page() -> str:
    """Return the definitions of all measures."""
    from retrowalk.sim.measures.catalogue import measures_markdown

    return f"{NOTE}\n\n{measures_markdown()}"


def muscles_page() -> str:
    """Return the table of the muscles of the left side; the right side is its mirror image."""
    from retrowalk.models.body import build_body

    rows = [
        (
            f"`{row.name.removesuffix('_l')}`",
            row.group.replace("_", " "),
            f"{row.max_isometric_force_n:.0f}",
            f"{1000 * row.optimal_fibre_length_m:.0f}",
            f"{1000 * row.tendon_slack_length_m:.0f}",
            f"{row.slow_twitch_share:.2f}",
            row.source,
        )
        for row in build_body("human").muscles
        if row.side == "l"
    ]
    return _page(
        "Muscles",
        "The muscles of one side of the body `human` (1.75 m, 75 kg, strength 1); the other side "
        "is its mirror image.",
        _table(
            (
                "muscle",
                "group",
                "largest isometric force [N]",
                "optimal fibre length [mm]",
                "tendon slack length [mm]",
                "slow-twitch share",
                "source",
            ),
            rows,
        ),
    )


def fields_page() -> str:
    """Return every field that a config can set, and what the presets set."""
    from retrowalk.envs.task.ends import Ends
    from retrowalk.envs.task.technique import PRESETS as TECHNIQUES, Technique
    from retrowalk.models.walker import WALKERS, Walker
    from retrowalk.sim.ground.presets import PRESETS as SURFACES
    from retrowalk.sim.ground.surface import Surface
    from retrowalk.sim.hazards.hazard import kinds
    from retrowalk.sim.hazards.presets import PRESETS as HAZARDS
    from retrowalk.sim.treadmill.treadmill import Treadmill
    from retrowalk.sim.treadmill.workout import WorkoutPoint

    surfaces = {name: preset.surface for name, preset in SURFACES.items()}
    parts = [
        "## Technique",
        _fields(Technique),
        _presets(TECHNIQUES),
        "## Start and stop",
        "`start` and `stand_s` are keys of their own, the other two stand under `stop` as "
        "`after_m` and `after_s`: `start: standing`, `stop: {after_m: 3}`.",
        _fields(Ends),
        "## Walker",
        _fields(Walker, "name"),
        _presets(WALKERS, "name"),
        "## Surface",
        _fields(Surface, "belt"),
        _presets(surfaces),
        "## Treadmill",
        _fields(Treadmill),
        "A point of its workout:",
        _fields(WorkoutPoint),
        "## Hazards",
    ]
    for name, kind in sorted(kinds().items()):
        parts += [f"### {name}", kind.__doc__ or "", _fields(kind)]
    parts += ["### Presets of hazards", _presets(HAZARDS)]
    return _page(
        "Fields",
        "Every field that a config can set under `technique`, `walker`, `surface`, `treadmill` and "
        "`hazards`, and what the presets set of them. Most can be factors as well.",
        "\n\n".join(parts),
    )


def _fields(thing: type, *left_out: str) -> str:
    """Return a table of the fields of a dataclass: what is allowed, what stands without them."""
    from retrowalk.sim.fields import declared, meanings

    shown = [field for field in fields(thing) if field.name not in left_out]
    rows = [
        (
            f"`{field.name}`",
            declared(thing)[field.name].rule.allowed() if field.name in declared(thing) else "",
            _default(getattr(thing(), field.name)) if field.name not in _NO_DEFAULT else "",
            meanings(thing)[field.name],
        )
        for field in shown
    ]
    return _table(("field", "allowed", "default", "what"), rows)


_NO_DEFAULT = ("workout", "group_strength")


def _presets(presets: Mapping[str, Any], *left_out: str) -> str:
    """Return a table of presets: the fields in which each differs from the defaults."""
    rows = []
    for name, preset in presets.items():
        plain = type(preset)()
        changes = [
            f"`{field.name}` {_default(getattr(preset, field.name))}"
            for field in fields(preset)
            if field.name not in left_out
            and getattr(preset, field.name) != getattr(plain, field.name)
        ]
        kind = getattr(preset, "kind", "")
        rows.append((f"`{name}`", *([kind] if kind else []), ", ".join(changes)))
    head = ("preset", "kind", "sets") if len(rows[0]) == 3 else ("preset", "sets")
    return _table(head, rows)


def _default(value: Any) -> str:
    """Return a field's value as a reader writes it."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "; ".join(f"{name} {factor:g}" for name, factor in value)
    if isinstance(value, bool):
        return str(value).lower()
    return f"`{value}`" if isinstance(value, str) else f"{value:g}"


def recorded_variables_page() -> str:
    """Return unit, meaning and dimensions of every variable that a recording may hold."""
    from retrowalk.sim.physics.recorded_variables import VARIABLES

    rows = [(f"`{name}`", *variable) for name, variable in VARIABLES.items()]
    return _page(
        "Recorded variables",
        "What a recording (`recordings/*.nc`, `rw.simulate`) may hold, and the coordinates of its "
        "dimensions. Units are written as UDUNITS does; the variables carry them as `units`, the "
        "meaning as `long_name`. Dimensions are those after `trial` and `time` of what is sampled "
        "each control step; all are in [contracts](../develop/contracts.md).",
        _table(("variable", "unit", "what", "sampled by"), rows),
    )


def environment_tables_page() -> str:
    """Return what policies observe, do and earn."""
    from retrowalk.envs.gym.tables import environment_tables

    return f"{NOTE}\n\n{environment_tables()}"


def commands_page() -> str:
    """Return the help of every command."""
    listed = _help().partition("Commands:\n")[2]
    names = sorted(line.split()[0] for line in listed.splitlines() if line[:3].strip())
    blocks = [f"## {name}\n\n```text\n{_help(name).strip()}\n```" for name in names]
    introduction = (
        "What `retrowalk COMMAND --help` says. Exit codes: 0 success, 1 failure, 2 bad input."
    )
    return _page("Commands", introduction, "\n\n".join(blocks))


def architecture_page() -> str:
    """Return the ladder of packages, each with the first sentence of its docstring."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    rows = []
    for place, name in enumerate(project["tool"]["retrowalk"]["ladder"], 1):
        path = ROOT.joinpath(*name.split("."))
        folder = path.is_dir()
        text = (path / "__init__.py" if folder else path.with_suffix(".py")).read_text("utf-8")
        said = (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]
        shown = path.relative_to(ROOT).as_posix() + ("/" if folder else ".py")
        rows.append((str(place), f"`{shown}`", said))
    return _page(
        "Architecture",
        "The packages, lowest first. A module imports, and names in strings, only its own package "
        "and those that stand before it in this list, so packages form no circle. The list is "
        "`tool.retrowalk.ladder` in `pyproject.toml`; `tests/architecture` holds the code to it. "
        "A new package takes its place there.",
        _table(("place", "package", "what is in it"), rows),
    )


def _with_notice(name: str) -> Callable[[], str]:
    """Return what gives a page of results, with the notice where its numbers are old."""

    def page() -> str:
        from retrowalk.experiments.store.edition import stamped

        return stamped((FOLDER / name).read_text("utf-8"))

    return page


def _help(*command: str) -> str:
    """Return what `retrowalk COMMAND --help` prints, plain and of a fixed width."""
    program = Path(sys.executable).with_name("retrowalk")
    plain = {**os.environ, "TYPER_USE_RICH": "0", "COLUMNS": "96", "NO_COLOR": "1"}
    done = subprocess.run(
        [program, *command, "--help"], check=True, capture_output=True, text=True, env=plain
    )
    return done.stdout


PAGES: dict[str, Callable[[], str]] = {
    "develop/architecture.md": architecture_page,
    "use/commands.md": commands_page,
    "use/recorded-variables.md": recorded_variables_page,
    "world/environment-tables.md": environment_tables_page,
    "world/fields.md": fields_page,
    "world/measures.md": measures_page,
    "world/muscles.md": muscles_page,
    **{name: _with_notice(name) for name in OF_RUNS},
}


def _page(title: str, introduction: str, content: str) -> str:
    return f"{NOTE}\n\n# {title}\n\n{introduction}\n\n{content.rstrip()}\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    escaped = ([cell.replace("|", "\\|") for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in escaped)


def main(arguments: Sequence[str]) -> int:
    """Write the pages; with `--check` only say which differ, and return 1 if any does."""
    differ = []
    for name, page in PAGES.items():
        path, text = FOLDER / name, page()
        if not path.exists() or path.read_text("utf-8") != text:
            differ.append(name)
            if "--check" not in arguments:
                path.write_text(text, "utf-8")
                print(f"wrote docs/{name}")
    if differ and "--check" in arguments:
        print(f"out of date, run `make docs`: {', '.join(differ)}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
