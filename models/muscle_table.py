"""The muscle table: one row a muscle of the left side, mirrored into left and right when read."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field, replace

from ..sim.errors import ConfigError
from ..sim.measures.base.muscle_groups import MUSCLE_GROUPS
from .resources import HUMAN
from .sides import SIDES, mirrored_name, role_of, sided

MIDLINE_BODIES = frozenset({"pelvis", "torso", "head"})
"""Bodies without a left and a right copy."""

MUSCLE_DENSITY_KG_PER_M3 = 1059.7
"""Mendez and Keys 1960, Metabolism 9:184."""

SPECIFIC_TENSION_N_PER_M2 = 60e4
"""Tension per area behind the maximum forces of this table (Rajagopal et al. 2016)."""

PathPoint = tuple[str, tuple[float, float, float]]


@dataclass(frozen=True)
class MuscleRow:
    """One muscle of one side: capacity, lengths and the straight path it takes."""

    name: str
    """Unique, with its side."""
    group: str
    """One of `MUSCLE_GROUPS`."""
    side: str
    """`l` or `r`."""
    max_isometric_force_n: float
    """Tension at full activation, optimal length and rest [N]."""
    optimal_fibre_length_m: float
    """Along the tendon [m]."""
    tendon_slack_length_m: float
    """The tendon is rigid: path length minus fibre length [m]."""
    slow_twitch_share: float
    """Share of slow-twitch fibres, 0..1."""
    pennation_rad: float
    """At optimal length; recorded, but not modelled [rad]."""
    path: tuple[PathPoint, ...]
    """Two or more (body, (x, y, z) in that body's frame [m]), from origin to insertion."""
    source: str
    """Where the numbers come from."""
    role: str = field(default="", repr=False)
    """What both sides call it; the name without its side where left out."""

    def __post_init__(self) -> None:
        if not self.role:
            object.__setattr__(self, "role", role_of(self.name))


def read_muscle_table(filename: str) -> tuple[MuscleRow, ...]:
    """Return the rows of a table of this package in actuator order: left leg, right leg, trunk.

    Args:
      filename: a CSV file beside this module. A path is written `body x y z; body x y z`, bodies
        without their side. Muscles that end on the torso are the trunk's (left, then right).

    Raises:
      ConfigError: a row that cannot be read, naming the file, the muscle and what is wrong.
    """
    return parse_muscle_table((HUMAN / filename).read_text("utf-8"), filename)


def parse_muscle_table(text: str, filename: str) -> tuple[MuscleRow, ...]:
    """Return the rows of a table's text; see `read_muscle_table`."""
    left = [_read_row(filename, record) for record in csv.DictReader(text.splitlines())]
    names = [row.name for row in left]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"{filename}: muscle '{role_of(name)}' appears more than once")
    leg = [row for row in left if row.path[-1][0] != "torso"]
    trunk = [row for row in left if row.path[-1][0] == "torso"]
    rows = [*leg, *map(mirrored, leg), *trunk, *map(mirrored, trunk)]
    return tuple(rows)


def _read_row(filename: str, record: dict[str, str]) -> MuscleRow:
    """Return the left-side row of one line of the table."""
    name = record.get("name") or "(no name)"
    try:
        path = tuple(_read_point(text) for text in record["path"].split(";"))
        row = MuscleRow(
            name=sided(name, SIDES[0]),
            group=record["group"],
            side="l",
            max_isometric_force_n=float(record["max_isometric_force_n"]),
            optimal_fibre_length_m=float(record["optimal_fibre_length_m"]),
            tendon_slack_length_m=float(record["tendon_slack_length_m"]),
            slow_twitch_share=float(record["slow_twitch_share"]),
            pennation_rad=float(record["pennation_rad"]),
            path=path,
            source=record["source"],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigError(f"{filename}: muscle '{name}': {error!r}") from error
    problem = _problem(row)
    if problem:
        raise ConfigError(f"{filename}: muscle '{name}': {problem}")
    return row


def _read_point(text: str) -> PathPoint:
    """Return one point of a path from `body x y z`."""
    body, x, y, z = text.split()
    return (
        body if body in MIDLINE_BODIES else sided(body, SIDES[0]),
        (float(x), float(y), float(z)),
    )


def _problem(row: MuscleRow) -> str:
    """Return what is wrong with a row, or an empty text."""
    if row.group not in MUSCLE_GROUPS:
        return f"unknown group '{row.group}' (allowed: {', '.join(MUSCLE_GROUPS)})"
    for number in ("max_isometric_force_n", "optimal_fibre_length_m", "tendon_slack_length_m"):
        if not getattr(row, number) > 0:
            return f"{number} must be above 0, is {getattr(row, number)}"
    if not 0 <= row.slow_twitch_share <= 1:
        return f"slow_twitch_share must be in 0..1, is {row.slow_twitch_share}"
    if len(row.path) < 2:
        return "path needs two or more points"
    return ""


def mirrored(row: MuscleRow) -> MuscleRow:
    """Return the same muscle of the other side (y reversed in every body's frame)."""
    side = "r" if row.side == "l" else "l"
    path = tuple((mirrored_name(body), (x, -y, z)) for body, (x, y, z) in row.path)
    return replace(row, name=mirrored_name(row.name), side=side, path=path)
