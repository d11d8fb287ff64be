"""The columns of `trials.parquet` that every run holds, in order; a run may add more after them."""

from __future__ import annotations

from ...sim.measures.base.muscle_groups import MUSCLE_GROUPS

CONDITION_COLUMNS = (
    "trial",
    "seed",
    "direction",
    "body",
    "walker",
    "surface",
    "technique",
    "policy",
    "commanded_speed_m_per_s",
)
"""What was asked for: known before a trial runs, never null."""

OUTCOME_COLUMNS = ("valid", "fell")
"""Yes or no, never null."""

GROUP_QUANTITIES = (
    "activation",
    "tension_peak_n",
    "impulse_n_s",
    "work_positive_j",
    "work_negative_j",
)

MEASURE_COLUMNS = (
    "time_to_fall_s",
    "duration_s",
    "distance_m",
    "speed_m_per_s",
    "cadence_steps_per_min",
    "stride_length_m",
    "step_length_m",
    "step_width_m",
    "step_width_sd_m",
    "stride_time_cv",
    "stance_fraction",
    "double_support_fraction",
    "toe_first_fraction",
    "mos_ap_m",
    "mos_ml_m",
    "mos_ml_sd_m",
    "divergence_short",
    "trunk_lean_rad",
    *(f"{quantity}_{group}" for quantity in GROUP_QUANTITIES for group in MUSCLE_GROUPS),
    "activation_posterior_chain",
    "activation_anterior_chain",
    "metabolic_power_w_per_kg",
    "cost_of_transport_j_per_kg_m",
    "hip_rom_rad",
    "knee_rom_rad",
    "ankle_rom_rad",
    "knee_flexion_at_contact_rad",
    "vertical_grf_peak_bw",
    "knee_contact_force_peak_bw",
    "patellofemoral_force_peak_bw",
    "lumbar_moment_peak_n_m",
)
"""What a trial gave: numbers, null where it cannot give one."""

TRIAL_COLUMNS = (*CONDITION_COLUMNS, *OUTCOME_COLUMNS, *MEASURE_COLUMNS)
