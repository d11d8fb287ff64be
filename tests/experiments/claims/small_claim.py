"""A claim about strides and its experiment, for the stand-in of the simulation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

CONFIG = """\
name: small
question: Does it differ?
factors: {direction: [backward, forward]}
technique: {speed_m_per_s: 0.8}
trials: 8
duration_s: 10
seed: 7
contrasts:
  - {measure: stride_length_m, between: {direction: [backward, forward]}, as: ratio}
"""


def part(name: str, claimed: str, measure: str = "stride_length_m", **where: str) -> dict[str, Any]:
    """A part of the claim, at the levels `where`."""
    return {
        "part": name,
        "measure": measure,
        "between": {"direction": ["backward", "forward"]},
        "where": where,
        "claimed": claimed,
        "matters": 0.05,
    }


def write_claim(answers: Path, *parts: dict[str, Any], **words: Any) -> Path:
    """Write the claim with these parts to `answers`/small.yaml; `words`: keys of its own."""
    answers.mkdir(parents=True)
    path = answers / "small.yaml"
    claim = {
        "experiment": "small",
        "title": "Strides",
        "claim": "Strides are longer backwards.",
        "tests": list(parts),
        "figure": {"kind": "contrasts"},
        "limits": ["A stand-in for the simulation."],
    }
    path.write_text(yaml.safe_dump(claim | words), "utf-8")
    return path
