"""Muscle paths sketched from anatomy (left side): start of the fit, and unfitted values.

`human/path_sketches.csv` has a row a muscle. Points are in body frames [m]: pelvis origin midway
between the hip centres, thigh at the hip, shank at the knee, foot at the ankle, toes at the
metatarsophalangeal joint, torso at the lumbar joint; x forward, y left, z up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...sim.data_files import read_rows
from ..muscle_table import MIDLINE_BODIES
from ..resources import HUMAN

MYOLEG = "forces and lengths MyoLeg (Rajagopal 2016); path fitted to its moment arms"


@dataclass(frozen=True)
class Sketch:
    """One muscle before fitting."""

    name: str
    group: str
    stands_for: tuple[str, ...]
    """The muscles of the reference that it lumps together; none: it is not fitted (trunk)."""
    slow_twitch_share: float
    """Johnson et al. 1973, J Neurol Sci 18:111, rounded; see README."""
    pennation_rad: float
    """Ward et al. 2009 by way of Rajagopal et al. 2016, rounded, from memory."""
    bodies: list[str]
    """Body of each point from origin to insertion, without side."""
    points: list[tuple[float, ...]]
    """Coordinates of each point [m]."""
    force_n: float
    """Maximum force where there is no reference, else 0."""
    fibre_m: float
    """Optimal fibre length where there is no reference, else 0."""
    neutral_fibre_length: float
    """Fibre length in neutral standing where there is no gait to choose it by, else 1 [L0]."""
    raise_arms: tuple[str, float] | None
    """(joint, by how much [m]) its reference arms are raised in the fit, within the tolerance."""
    turned_about: str
    """A joint about which it acts the wrong way: its fit took the reference's other sign for ours.
    Kept in the first body, whose gaits were tuned with it."""

    @property
    def source(self) -> str:
        """Where its numbers come from."""
        return MYOLEG if self.stands_for else "README: trunk muscles"

    @property
    def left_bodies(self) -> list[str]:
        """Body of each point on the left side."""
        return [b if b in MIDLINE_BODIES else f"{b}_l" for b in self.bodies]


def _sketch(row: dict[str, str]) -> Sketch:
    path = [point.split() for point in row["path"].split(";")]
    raised = row["raise_arms_of"]
    return Sketch(
        row["name"],
        row["group"],
        tuple(row["stands_for"].split()),
        float(row["slow_twitch_share"]),
        float(row["pennation_rad"]),
        [body for body, *_ in path],
        [tuple(map(float, at)) for _, *at in path],
        float(row["force_n"] or 0.0),
        float(row["fibre_m"] or 0.0),
        float(row["neutral_fibre_length"] or 1.0),
        (raised, float(row["raise_arms_m"])) if raised else None,
        row["turned_about"],
    )


_ALL = [_sketch(row) for row in read_rows(HUMAN / "path_sketches.csv")]
_FRONT_OF_HIP = tuple(one for one in _ALL if one.name in ("iliacus", "psoas"))

LEG = tuple(one for one in _ALL if one.stands_for and one not in _FRONT_OF_HIP)
"""Leg muscles; forces, lengths and final paths come from the reference."""
LEG_APART = tuple(
    part
    for one in LEG
    for part in (_FRONT_OF_HIP if one.name == "iliopsoas" else (replace(one, turned_about=""),))
)
"""The same with iliacus and psoas apart (over the front of the extended hip the two differ most),
and toe muscles that act as people's do."""
TRUNK = tuple(one for one in _ALL if not one.stands_for)
"""Trunk muscles, not fitted."""
