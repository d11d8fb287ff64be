"""Hazards by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from ..errors import ConfigError, unknown_name
from ..plain_values import is_mapping
from .attention_lapse import AttentionLapse
from .belt_jerk import BeltJerk
from .hazard import Hazard, kinds
from .missed_step import MissedStep
from .push import Push
from .slip import Slip
from .trip import Trip

PRESETS: dict[str, Hazard] = {
    "push-along": Push(push_towards="along-travel"),
    "push-against": Push(push_towards="against-travel"),
    "push-left": Push(push_towards="left"),
    "push-right": Push(push_towards="right"),
    "push-sideways": Push(push_towards="either-side"),
    "shove": Push(push_towards="along-travel", impulse_n_s=40.0, lasts_s=0.3, pushed_body="torso"),
    "slip": Slip(),
    "slip-wet": Slip(slip_friction=0.15),
    "trip": Trip(),
    "trip-low": Trip(bar_height_m=0.04),
    "trip-at-foot": Trip(bar_at="foot"),
    "belt-jerk-faster": BeltJerk(),
    "belt-jerk-slower": BeltJerk(speed_change_m_per_s=-0.4),
    "missed-step": MissedStep(),
    "attention-lapse": AttentionLapse(),
}
"""Every hazard by name; where the numbers come from: docs/world/hazards.md."""


def build_hazard(entry: str | Mapping[str, Any]) -> Hazard:
    """Return the hazard of a preset's name, or of `preset` or `kind` with fields.

    Raises:
        ConfigError: an unknown preset, kind or field, or a value that is refused.
    """
    if isinstance(entry, str):
        if entry not in PRESETS:
            raise unknown_name("hazard", entry, PRESETS)
        return PRESETS[entry]
    if not is_mapping(entry):
        raise ConfigError(
            f"a hazard must be a name or a mapping with a preset or a kind, is {entry!r}"
        )
    changes = dict(entry)
    if ("preset" in changes) == ("kind" in changes):
        raise ConfigError("a hazard needs one of the keys preset and kind")
    if "preset" in changes:
        base = build_hazard(str(changes.pop("preset")))
    else:
        kind = str(changes.pop("kind"))
        if kind not in kinds():
            raise unknown_name("hazard kind", kind, kinds())
        base = kinds()[kind]()
    allowed = [field.name for field in fields(base)]
    for name in changes:
        if name not in allowed:
            raise unknown_name(f"key of the hazard '{base.kind}'", str(name), allowed)
    return replace(base, **changes)
