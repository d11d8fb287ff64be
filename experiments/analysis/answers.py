"""All kinds of answers, in the order in which they are written."""

from __future__ import annotations

from typing import Any

from ..store.atomic import write_json
from ..store.run_folder import RunFolder
from .answer import Answer, Evidence
from .cohort import Cohort
from .contrasts import Contrasts
from .controllers import Controllers
from .fall_risk import FallRisk
from .policies import PolicyComparison
from .policy_groups import PolicyGroups
from .waveform_answers import WaveformContrasts

ANSWERS: tuple[Answer[Any], ...] = (
    WaveformContrasts(),
    Contrasts(),
    Controllers(),  # from the contrasts
    Cohort(),  # as well
    PolicyComparison(),  # tells the contrasts between policies too
    PolicyGroups(),
    FallRisk(),
)


def write_answers(evidence: Evidence, folder: RunFolder) -> None:
    """Compute every answer that applies to the plan and write it into the run's folder."""
    for kind in ANSWERS:
        if kind.applies(evidence.plan):
            found = kind.answer(evidence)
            evidence.earlier[kind.name] = found
            write_json(folder.answer(kind.name), found)
