"""Every measure is described once, and the documentation is made from it."""

from __future__ import annotations

from pathlib import Path

import pytest
import synthetic

from retrowalk.sim.errors import ConfigError
from retrowalk.sim.measures import COLUMNS, MEASURES, find_measure, measure, measures_markdown
from retrowalk.sim.measures.base.definition import TOPICS
from retrowalk.sim.measures.base.label import DEGREES
from retrowalk.sim.measures.measure import STRIDE_KEYS, TRIAL_KEYS


def test_the_page_is_current(root: Path):
    """Otherwise: `make docs`."""
    page = (root / "docs" / "world" / "measures.md").read_text(encoding="utf-8")
    assert page.endswith(measures_markdown())


@pytest.mark.parametrize("entry", MEASURES, ids=lambda m: m.name)
def test_every_measure_is_described(entry):
    assert entry.definition
    assert entry.unit
    assert entry.sign
    assert entry.source
    assert entry.limits
    assert not entry.definition.endswith(".")


@pytest.mark.parametrize("entry", COLUMNS.values(), ids=lambda m: m.name)
def test_every_measure_says_how_it_is_shown(entry):
    shown = entry.shown
    assert shown.text
    assert "<" not in shown.text
    unit = shown.unit.replace("·", ".").replace("²", "2").split(" of ")[0]
    scales = {("m", "cm"): 100.0, ("rad", "°"): DEGREES, ("1", "%"): 100.0}
    assert shown.scale == scales.get((entry.unit, unit), 1.0)
    if shown.scale == 1.0 and entry.unit not in ("1", "1/stride"):
        assert unit == entry.unit
    assert entry.place is None or entry.topic in TOPICS


def test_names_are_unique():
    assert len(COLUMNS) == sum(len(m.columns()) for m in MEASURES)


def test_tables_hold_the_catalogue_and_nothing_else():
    trials, strides = measure(synthetic.recording())
    assert list(trials) == [*TRIAL_KEYS, *COLUMNS]
    of_strides = [name for name, m in COLUMNS.items() if m.level == "stride"]
    assert list(strides) == [*STRIDE_KEYS, *of_strides]


def test_a_trial_is_the_mean_of_its_strides():
    trials, strides = measure(synthetic.recording(noise=0.02))
    for name, entry in COLUMNS.items():
        if entry.level == "stride":
            assert trials[name][0] == pytest.approx(strides[name].mean(), rel=1e-12), name


def test_an_unknown_measure_is_refused_with_the_nearest():
    with pytest.raises(ConfigError, match="did you mean 'step_width_m'"):
        find_measure("step_widht_m")
    assert find_measure("activation_soleus").unit == "1"


DESIGN = """
distance_m speed_m_per_s cadence_steps_per_min stride_length_m step_length_m step_width_m
step_width_sd_m stride_time_cv stance_fraction double_support_fraction toe_first_fraction mos_ap_m
mos_ml_m mos_ml_sd_m divergence_short trunk_lean_rad activation_soleus tension_peak_n_vasti
impulse_n_s_hamstrings work_positive_j_iliopsoas work_negative_j_toe_extensors
activation_posterior_chain activation_anterior_chain metabolic_power_w_per_kg
cost_of_transport_j_per_kg_m hip_rom_rad knee_rom_rad ankle_rom_rad knee_flexion_at_contact_rad
vertical_grf_peak_bw knee_contact_force_peak_bw patellofemoral_force_peak_bw lumbar_moment_peak_n_m
"""


@pytest.mark.parametrize("name", DESIGN.split())
def test_the_columns_of_the_design_exist(name: str):
    assert name in COLUMNS
