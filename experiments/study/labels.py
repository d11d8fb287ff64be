"""Names, units and digits that people read for the columns of a run: one table, used everywhere.

Inside, everything is SI and radians; a `Label` says how a number looks on a screen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from .policy_names import policy_words

_UNIT_SUFFIXES = (  # longest first: suffix of a column -> (unit, scale, digits)
    ("_n_m_s_per_kg", "N·m·s/kg", 1.0, 3),
    ("_n_m_per_kg", "N·m/kg", 1.0, 2),
    ("_kg_m2_per_s", "kg·m²/s", 1.0, 1),
    ("_bw_per_s", "body weights/s", 1.0, 1),
    ("_bw_s", "body weights·s", 1.0, 2),
    ("_j_per_kg_m", "J/kg/m", 1.0, 2),
    ("_w_per_kg", "W/kg", 1.0, 2),
    ("_steps_per_min", "steps/min", 1.0, 0),
    ("_rad_per_s", "°/s", 180.0 / math.pi, 1),
    ("_m_per_s", "m/s", 1.0, 2),
    ("_n_m", "N·m", 1.0, 0),
    ("_n_s", "N·s", 1.0, 0),
    ("_fraction", "%", 100.0, 1),
    ("_share", "%", 100.0, 1),
    ("_pct", "%", 1.0, 1),
    ("_rad", "°", 180.0 / math.pi, 1),
    ("_bw", "body weights", 1.0, 2),
    ("_m", "cm", 100.0, 1),
    ("_s", "s", 1.0, 2),
    ("_n", "N", 1.0, 0),
    ("_j", "J", 1.0, 1),
    ("_kg", "kg", 1.0, 1),
)


@dataclass(frozen=True)
class Label:
    """How one column is shown: `value * scale`, with `digits` decimals, followed by `unit`."""

    text: str
    unit: str = ""
    scale: float = 1.0
    digits: int = 2

    @property
    def with_unit(self) -> str:
        """The label followed by its unit in brackets."""
        return f"{self.text} ({self.unit})" if self.unit else self.text

    def number(self, value: float | None) -> str:
        """Return `value` (SI) as shown, without the unit; a dash where there is none."""
        if value is None or not math.isfinite(value):
            return "–"
        text = f"{value * self.scale:.{self.digits}f}"
        return text.replace("-", "\N{MINUS SIGN}") if float(text) else text.lstrip("-")

    def quantity(self, value: float | None) -> str:
        """Return `value` (SI) as shown, with its unit."""
        text = self.number(value)
        if not self.unit or text == "–":
            return text
        return f"{text}{'' if self.unit == '°' else ' '}{self.unit}"

    def interval(self, low: float | None, high: float | None) -> str:
        """Return `low to high` as shown, without the unit."""
        if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
            return "no interval"
        return f"{self.number(low)} to {self.number(high)}"


_NAMED = {
    "commanded_speed_m_per_s": Label("commanded speed", "m/s"),
    "speed_m_per_s": Label("walking speed", "m/s"),
    "distance_m": Label("distance walked", "m", digits=1),
    "duration_s": Label("time walked", "s", digits=1),
    "time_to_fall_s": Label("time until the fall", "s", digits=1),
    "fell": Label("share of trials with a fall", "%", 100.0, 0),
    "cadence_steps_per_min": Label("cadence", "steps/min", digits=0),
    "stride_length_m": Label("stride length", "m"),
    "step_length_m": Label("step length", "m"),
    "step_width_m": Label("step width", "cm", 100.0, 1),
    "step_width_sd_m": Label("step width variability (SD)", "cm", 100.0, 1),
    "stride_time_cv": Label("stride time variability (CV)", "%", 100.0, 1),
    "stance_fraction": Label("stance phase", "% of stride", 100.0, 1),
    "double_support_fraction": Label("double support", "% of stride", 100.0, 1),
    "toe_first_fraction": Label("steps that land toe first", "%", 100.0, 0),
    "heel_first_fraction": Label("steps that land heel first", "%", 100.0, 0),
    "stride_count": Label("strides measured in a trial", "strides", digits=0),
    "step_length_sd_m": Label("step length variability (SD)", "cm", 100.0, 1),
    "step_time_s": Label("step time", "s"),
    "landing_support_s": Label("double support at landing", "s"),
    "step_length_asymmetry": Label("step length, left to right", "%", 100.0, 1),
    "step_time_asymmetry": Label("step time, left to right", "%", 100.0, 1),
    "stance_asymmetry": Label("stance phase, left to right", "%", 100.0, 1),
    "foot_slip_m": Label("slip of the foot in a stance", "cm", 100.0, 1),
    "foot_slip_max_m": Label("greatest slip of the foot", "cm", 100.0, 1),
    "mos_ap_sd_m": Label("variability (SD) of the margin along travel", "cm", 100.0, 1),
    "mos_ml_min_m": Label("least sideways margin of a step", "cm", 100.0, 1),
    "trunk_tilt_max_rad": Label("greatest tilt of the trunk", "°", 180.0 / math.pi, 1),
    "activation_mean": Label("mean activation of all muscles", "%", 100.0, 1),
    "activation_squared_mean": Label("mean squared activation of all muscles", digits=3),
    "vertical_grf_peak_raw_bw": Label("peak vertical ground reaction, unfiltered", "body weights"),
    "lumbar_moment_mean_n_m": Label("mean lumbar moment", "N·m", digits=0),
    "mos_ap_m": Label("margin of stability along travel", "cm", 100.0, 1),
    "mos_ap_outline_m": Label("margin along travel by the whole sole", "cm", 100.0, 1),
    "mos_ml_outline_m": Label("margin sideways by the whole sole", "cm", 100.0, 1),
    "mos_ml_m": Label("margin of stability sideways", "cm", 100.0, 1),
    "mos_ml_sd_m": Label("variability (SD) of the sideways margin", "cm", 100.0, 1),
    "mos_ap_least_m": Label("least margin along travel in the stance", "cm", 100.0, 1),
    "mos_ml_least_m": Label("least sideways margin in the stance", "cm", 100.0, 1),
    "xcom_inside_fraction": Label("balance over the feet", "% of stance", 100.0, 1),
    "stumble_count": Label("near falls in a trial", "", digits=2),
    "recovery_steps": Label("steps to recover after a hazard", "steps", digits=1),
    "hazard_onset_s": Label("time of the hazard", "s", digits=1),
    "divergence_short": Label("short-term divergence", "per stride"),
    "divergence_short_trunk": Label("short-term divergence of the trunk", "per stride"),
    "trunk_lean_rad": Label("trunk lean (forward positive)", "°", 180.0 / math.pi, 1),
    "activation_posterior_chain": Label("posterior chain activation", "%", 100.0, 1),
    "activation_anterior_chain": Label("anterior chain activation", "%", 100.0, 1),
    "metabolic_power_w_per_kg": Label("metabolic power (Umberger)", "W/kg"),
    "cost_of_transport_j_per_kg_m": Label("metabolic cost of transport (Umberger)", "J/kg/m"),
    "umberger2003_power_w_per_kg": Label("metabolic power (Umberger 2003)", "W/kg"),
    "umberger2003_cost_of_transport_j_per_kg_m": Label(
        "metabolic cost of transport (Umberger 2003)", "J/kg/m"
    ),
    "bhargava_power_w_per_kg": Label("metabolic power (Bhargava 2004)", "W/kg"),
    "bhargava_cost_of_transport_j_per_kg_m": Label(
        "metabolic cost of transport (Bhargava 2004)", "J/kg/m"
    ),
    "bhargava_positive_work_power_w_per_kg": Label(
        "metabolic power (Bhargava, without negative work)", "W/kg"
    ),
    "bhargava_positive_work_cost_of_transport_j_per_kg_m": Label(
        "metabolic cost of transport (Bhargava, without negative work)", "J/kg/m"
    ),
    "net_cost_of_transport_j_per_kg_m": Label(
        "metabolic cost of transport above rest (Umberger)", "J/kg/m"
    ),
    "hip_rom_rad": Label("hip flexion range", "°", 180.0 / math.pi, 1),
    "knee_rom_rad": Label("knee flexion range", "°", 180.0 / math.pi, 1),
    "ankle_rom_rad": Label("ankle flexion range", "°", 180.0 / math.pi, 1),
    "knee_flexion_at_contact_rad": Label("knee flexion at foot contact", "°", 180.0 / math.pi, 1),
    "vertical_grf_peak_bw": Label("peak vertical ground reaction", "body weights"),
    "knee_contact_force_peak_bw": Label("peak knee contact force", "body weights"),
    "patellofemoral_force_peak_bw": Label("peak patellofemoral force", "body weights"),
    "lumbar_moment_peak_n_m": Label("peak lumbar moment", "N·m", digits=0),
}

_PER_GROUP = {  # column prefix -> (words after the muscle group's name, unit, scale, digits)
    "activation_peak_": ("peak activation", "%", 100.0, 1),
    "activation_integral_s_per_m_": ("activation per metre", "s/m", 1.0, 3),
    "activation_integral_s_": ("activation per stride", "s", 1.0, 3),
    "activation_": ("activation", "%", 100.0, 1),
    "tension_mean_n_": ("mean tension", "N", 1.0, 0),
    "tension_peak_n_": ("peak tension", "N", 1.0, 0),
    "tension_peak_share_": ("peak tension, of the maximum", "%", 100.0, 1),
    "impulse_n_s_per_m_": ("tension impulse per metre", "N·s/m", 1.0, 0),
    "impulse_n_s_": ("tension impulse", "N·s", 1.0, 0),
    "concentric_share_": ("effort while shortening", "%", 100.0, 1),
    "eccentric_share_": ("effort while lengthening", "%", 100.0, 1),
    "cocontraction_": ("co-contraction", "%", 100.0, 1),
    "moment_max_n_m_per_kg_": ("largest moment", "N·m/kg", 1.0, 2),
    "moment_min_n_m_per_kg_": ("smallest moment", "N·m/kg", 1.0, 2),
    "power_max_w_per_kg_": ("largest power", "W/kg", 1.0, 2),
    "power_min_w_per_kg_": ("smallest power", "W/kg", 1.0, 2),
    "work_generated_j_per_kg_": ("work generated", "J/kg", 1.0, 3),
    "work_absorbed_j_per_kg_": ("work absorbed", "J/kg", 1.0, 3),
    "work_positive_j_": ("positive work", "J", 1.0, 1),
    "work_negative_j_": ("negative work", "J", 1.0, 1),
}

_GROUPS = {
    "Gait": """speed_m_per_s cadence_steps_per_min stride_length_m step_length_m step_width_m
        step_time_s stance_fraction double_support_fraction landing_support_s toe_first_fraction
        heel_first_fraction foot_slip_m foot_slip_max_m step_length_asymmetry step_time_asymmetry
        stance_asymmetry stride_count""",
    "Balance": """mos_ap_m mos_ml_m mos_ml_min_m mos_ap_sd_m mos_ml_sd_m step_width_sd_m
        step_length_sd_m step_time_sd_s stride_time_cv mos_ap_least_m mos_ml_least_m
        xcom_inside_fraction angular_momentum_range_sagittal angular_momentum_range_frontal
        angular_momentum_range_transverse divergence_short divergence_short_trunk stumble_count
        recovery_steps hazard_onset_s trunk_lean_rad trunk_tilt_max_rad""",
    "Muscle load": """activation_posterior_chain activation_anterior_chain activation_mean
        activation_squared_mean""",
    "Energy": """cost_of_transport_j_per_kg_m net_cost_of_transport_j_per_kg_m
        metabolic_power_w_per_kg umberger2003_cost_of_transport_j_per_kg_m
        umberger2003_power_w_per_kg bhargava_cost_of_transport_j_per_kg_m bhargava_power_w_per_kg
        bhargava_positive_work_cost_of_transport_j_per_kg_m
        bhargava_positive_work_power_w_per_kg""",
    "Joints and forces": """hip_rom_rad knee_rom_rad ankle_rom_rad knee_flexion_at_contact_rad
        vertical_grf_peak_bw vertical_grf_peak_raw_bw knee_contact_force_peak_bw
        patellofemoral_force_peak_bw hip_contact_force_peak_bw ankle_contact_force_peak_bw
        lumbar_compression_peak_bw knee_adduction_moment_peak_n_m_per_kg loading_rate_bw_per_s
        braking_grf_peak_bw propulsion_grf_peak_bw toe_force_peak_bw
        lumbar_moment_peak_n_m lumbar_moment_mean_n_m""",
}

MEASURE_GROUPS: dict[str, tuple[str, ...]] = {
    name: tuple(columns.split()) for name, columns in _GROUPS.items()
}
"""The measures by topic, in the order in which they are told."""


def words(name: str) -> str:
    """Return a column, level or group name as words: `gluteus_maximus` -> `gluteus maximus`."""
    return name.replace("_", " ").strip()


def label(column: str) -> Label:
    """Return the `Label` of a column of trials.parquet; unknown ones are read off their suffix."""
    if column in _NAMED:
        return _NAMED[column]
    for prefix, (what, unit, scale, digits) in _PER_GROUP.items():
        if column.startswith(prefix):
            return Label(f"{words(column.removeprefix(prefix))} {what}", unit, scale, digits)
    for suffix, unit, scale, digits in _UNIT_SUFFIXES:
        if column.endswith(suffix):
            return Label(words(column.removesuffix(suffix)), unit, scale, digits)
    return Label(words(column))


def level_words(factor: str, level: Any) -> str:
    """Return a factor's level as a reader says it: `0.8 m/s`, `rough 2 cm`, `backward`."""
    if factor.endswith("_m_per_s") and not isinstance(level, str):
        return f"{float(level):g} m/s"
    if factor == "policy":
        return policy_words(str(level))
    if isinstance(level, str):
        return level.replace("_", " ")
    text = label(factor)
    number = isinstance(level, int | float) and not isinstance(level, bool) and text.unit
    return f"{text.text} {text.quantity(level)}" if number else f"{words(factor)} {level}"
