"""Write `report.html` of a finished run: one file, no server, no network.

path = write_report(Path("runs/quick-start"))
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xarray as xr

from . import report_tables as tables
from .report_answer import comparisons, falls_sentence, topics
from .report_data import Cell, RunData, load_run
from .report_figures import by_cell, falls, forest, muscle_load
from .report_gait_figures import activations, foot_contacts, joint_angles
from .report_poses import poses
from .report_replay import Replay, body_of, replay
from .report_style import Picture
from .storage import write_text

_BALANCE = ["mos_ap_m", "mos_ml_m", "mos_ml_sd_m", "step_width_sd_m", "stride_time_cv"]
_ENERGY = [
    "metabolic_power_w_per_kg",
    "cost_of_transport_j_per_kg_m",
    "cost_of_transport_bhargava_j_per_kg_m",
]
_KEY_CONTRASTS = 12
_MOST_CURVES = 4  # cells in one picture of the gait cycle: more cannot be told apart


def write_report(run_dir: Path) -> Path:
    """Write the report of the run in `run_dir` and return its path.

    A piece that is missing or unreadable is named in the report; nothing raises for it.
    """
    path = Path(run_dir) / "report.html"
    write_text(path, render(load_run(Path(run_dir))))
    return path


def render(data: RunData) -> str:
    """Return the whole page."""
    from jinja2 import Environment, PackageLoader

    environment = Environment(
        loader=PackageLoader(__package__ or "retrowalk.experiments"),
        autoescape=lambda name: name is not None and name.endswith((".html", ".html.j2")),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2").render(**page(data))


def page(data: RunData) -> dict[str, Any]:
    """Return what the template shows."""
    contrasts = comparisons(data)
    recorded = list(data.recordings())
    drawn = [
        (cell, one, model)
        for cell, one in recorded
        if (model := body_of(cell, one, data)) is not None and "qpos" in one
    ]
    answers = topics(contrasts)
    told = [item for _, parts in answers for topic in parts for item in topic.items]
    moving = replay(drawn, data)
    return {
        "title": str(data.config.get("name") or data.folder.name).replace("-", " "),
        "question": data.config.get("question") or "",
        "answers": answers,
        "falls": falls_sentence(data.cells),
        "size": _size(data),
        "key_pictures": _key_pictures(data, told[:_KEY_CONTRASTS]),
        "replay": _replay_fields(moving),
        "stills": [poses(*one, f"stride-{i}") for i, one in enumerate(drawn[:6])],
        "sections": _sections(data, contrasts, recorded),
        "invalid": tables.invalid_trials(data.cells),
        "left_out": _left_out(recorded),
        "design": tables.design_table(data),
        "provenance": tables.provenance_table(data),
        "commands": tables.commands(data),
        "gaps": list(dict.fromkeys(data.gaps)),
    }


def _key_pictures(data: RunData, items: list) -> list[Picture]:
    """The picture for the top: the contrasts if there are any, else the muscles' load."""
    found = forest(items, "key", "What differs, with 95 % intervals")
    found = found or muscle_load(data.cells, "key-muscle-load")
    return [found] if found else []


def _sections(
    data: RunData, contrasts: list, recorded: Sequence[tuple[Cell, xr.Dataset]]
) -> list[dict[str, Any]]:
    """Return the scientist's part: heading, words, pictures and tables of each section."""
    cells = data.cells
    few = _few(cells)
    note = (
        f" The curves show {len(few)} of {len(cells)} cells: those of the first setting."
        if len(few) < len(cells)
        else ""
    )
    spread = "Lines: mean over trials; bands: one standard deviation between trials." + note
    parts = [
        (
            "Contrasts",
            "Filled marks: the interval rules out no difference, also after Holm’s "
            "correction. Hollow marks: it does not.",
            [forest(contrasts, "contrast-forest", "Contrasts, with 95 % intervals")],
            [tables.contrast_table(contrasts)],
        ),
        (
            "Falls",
            "A fall counts wherever it happens, also in the seconds before steady walking.",
            [falls(cells)],
            [tables.falls_table(cells)],
        ),
        (
            "Muscle load",
            "(P) posterior chain, (A) anterior chain; mean activation over steady "
            "walking, both sides.",
            [muscle_load(cells)],
            [],
        ),
        (
            "Balance",
            "Margin of stability (Hof 2005) at foot contact; positive is stable, for "
            "either direction of travel.",
            [
                by_cell(
                    cells, _BALANCE, "balance", "Balance, every trial and means with 95 % intervals"
                )
            ],
            [],
        ),
        (
            "Energy",
            "Metabolic rate of the muscles plus the resting rate, by published models.",
            [
                by_cell(
                    cells, _ENERGY, "energy", "Energy, every trial and means with 95 % intervals"
                )
            ],
            [],
        ),
        ("Joint angles", spread, [joint_angles(data, few)], []),
        ("Muscle activation over the gait cycle", spread, [activations(data, few)], []),
        (
            "Foot contacts",
            "A bar stands where a region of the foot bears more than 20 N.",
            [foot_contacts([one for one in recorded if one[0] in few])],
            [],
        ),
        ("All measures", "", [], tables.measure_tables(cells)),
    ]
    return [
        {
            "heading": heading,
            "slug": heading.lower().replace(" ", "-"),
            "words": words,
            "pictures": [one for one in pictures if one],
            "tables": [one for one in those if one],
        }
        for heading, words, pictures, those in parts
    ]


def _few(cells: list[Cell]) -> list[Cell]:
    """All cells if they are few, else those of the first setting."""
    if len(cells) <= _MOST_CURVES:
        return list(cells)
    own = [cell for cell in cells if cell.setting == cells[0].setting]
    return own[:_MOST_CURVES]


def _size(data: RunData) -> str:
    if not data.cells:
        return ""
    counts = {len(cell.rows) for cell in data.cells}
    each = f"{counts.pop()} trials each" if len(counts) == 1 else f"{len(data.trials)} trials"
    seconds = data.config.get("duration_s")
    lasting = f" of {seconds:g} s" if isinstance(seconds, int | float) else ""
    names = "; ".join(cell.label for cell in data.cells[:6]) + (
        "; …" if len(data.cells) > 6 else ""
    )
    return f"{len(data.cells)} conditions ({names}), {each}{lasting}."


def _left_out(recorded: Sequence[tuple[Cell, xr.Dataset]]) -> list[str]:
    """Say which seconds steady-state measures leave out."""
    found = [
        f"{cell.label}: the first {float(one['steady_from_s']):.1f} s"
        for cell, one in recorded
        if "steady_from_s" in one
    ]
    return found or ["The recordings do not say how many seconds come before steady walking."]


def _replay_fields(moving: Replay | None) -> dict[str, Any] | None:
    return None if moving is None else vars(moving)
