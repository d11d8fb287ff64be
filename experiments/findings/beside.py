"""Published findings that a contrast of the directions can be set beside, by measure.

What people were found to do, as a range of backward over forward, or backward minus forward.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .verdict import BELOW_1, ExpectedRange

ABOVE_1 = ExpectedRange("above 1", low=1.0)


@dataclass(frozen=True)
class HumanRange:
    """The range in which a finding puts a contrast of the directions.

    Attributes:
        finding: its id in `human_findings.csv`. ratio: whether the contrast is a ratio.
        expected: the range.
    """

    finding: str
    ratio: bool
    expected: ExpectedRange


HUMAN_RANGES: Mapping[str, HumanRange] = {
    "stride_length_m": HumanRange("stride-ratio", True, BELOW_1),
    "cadence_steps_per_min": HumanRange(
        "cadence-change",
        True,
        ExpectedRange("0.9 to 1, a change of 0 to -10 %", 0.9, 1.0, closed=True),
    ),
    "hip_rom_rad": HumanRange("rom-ratio", True, BELOW_1),
    "knee_rom_rad": HumanRange("rom-ratio", True, BELOW_1),
    "ankle_rom_rad": HumanRange(
        "rom-ratio", True, ExpectedRange("about 1, taken as within 10 %", 0.9, 1.1, closed=True)
    ),
    "activation_mean": HumanRange("emg-overall", True, ABOVE_1),
    "activation_erector_spinae": HumanRange("erector-spinae", True, ABOVE_1),
    "double_support_fraction": HumanRange("double-support", False, ExpectedRange("up", low=0.0)),
    "stance_fraction": HumanRange(
        "double-support", False, ExpectedRange("up, as swing is down", low=0.0)
    ),
    "step_width_m": HumanRange("step-width", True, ABOVE_1),
}
"""By column of trials.parquet."""
