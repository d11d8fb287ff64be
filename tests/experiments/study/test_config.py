"""Configs: good ones survive a round trip, bad ones are refused with place, value and remedy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, strategies as st

from retrowalk.envs.task.technique import PRESETS, Technique
from retrowalk.experiments.study import catalogue
from retrowalk.experiments.study.experiment import ExperimentConfig, factor_names
from retrowalk.experiments.study.load import check_config, load_config
from retrowalk.models.yaml_source import YamlSource, parse_yaml, yaml_text
from retrowalk.sim.errors import ConfigError
from retrowalk.sim.fields import ranges

RANGES = ranges(Technique)

# override -> what the message must hold
REFUSED = {
    "tecnique.speed_m_per_s=1": ("tecnique", "did you mean 'technique'", "allowed: battery, body"),
    "technique.sped_m_per_s=1": ("technique.sped_m_per_s = 1", "did you mean 'speed_m_per_s'"),
    "technique.speed_m_per_s=fast": ("technique.speed_m_per_s = 'fast'", "valid number"),
    "technique.speed_m_per_s=true": ("= True", "valid number"),
    "technique.speed_m_per_s=9": ("technique.speed_m_per_s = 9", "from 0.1 to 2.0"),
    "technique.speed_m_per_s=.inf": ("inf", "finite"),
    "technique.foot_contact=toes": ("foot contact 'toes'", "toe_first"),
    "technique={step_length_m: 0.5, cadence_steps_per_min: 90}": ("technique", "not both"),
    "technique=preffered": ("technique = 'preffered'", "did you mean 'preferred'"),
    "technique=[1]": ("technique = [1]", "mapping"),
    "start=sitting": ("start = 'sitting'", "did you mean 'standing'"),
    "stand_s=-1": ("stand_s = -1", "from 0.0 to 3600.0"),
    "stop={after_m: 3, after_s: 4}": ("stop", "not both"),
    "stop={}": ("stop", "give after_m or after_s"),
    "stop.after_m=0.1": ("stop.after_m = 0.1", "from 0.3 to 1000.0"),
    "walker=yung-adult": ("walker = 'yung-adult'", "did you mean 'young-adult'"),
    "walker.strength=99": ("walker.strength = 99", "from 0.2 to 3.0"),
    "walker.age_years=7": ("walker.age_years = 7", "from 18.0 to 95.0"),
    "walker.sex=femal": ("walker.sex = 'femal'", "did you mean 'female'"),
    "walker.attention=1.5": ("walker.attention = 1.5", "from 0.0 to 1.0"),
    "walker.group_strength={vast: 1}": ("walker.group_strength.vast = 1", "'vasti'"),
    "walker.group_strength={vasti: 0}": ("walker.group_strength.vasti = 0", "from 0.05"),
    "walker.group_strength=0.5": ("walker.group_strength = 0.5", "mapping"),
    "factors.group_strength=[0.5]": ("factors.group_strength", "unknown factor"),
    "factors.age_years=[25, 12]": ("factors.age_years.1 = 12", "from 18.0"),
    "body=robot": ("body = 'robot'", "allowed: human"),
    "surface=ice": ("surface = 'ice'", "ice-patch", "flat"),
    "surface=wet-flor": ("surface = 'wet-flor'", "did you mean 'wet-floor'"),
    "surface={roughness_m: -0.01}": ("surface.roughness_m = -0.01", "from 0.0"),
    "surface={obstacle_spacing_m: 0}": ("surface.obstacle_spacing_m = 0", "from 0.6"),
    "surface={amplitude_m: 0.02}": ("surface.amplitude_m", "unknown key"),
    "surface={obstacle_height_m: 0.05, slope: 0.1}": ("surface", "stand on level, rigid ground"),
    "surface={patch_friction: 0.1, patch_length_m: 4}": ("patch_spacing_m: 3.0", "more than"),
    "treadmill={belt_length_m: 0}": ("treadmill.belt_length_m = 0", "from 1.0"),
    "treadmill={handrail: firm}": ("treadmill", "no effect", "'treadmill'"),
    "treadmill={handrail: soft}": ("treadmill.handrail = 'soft'", "firm, light, none"),
    "treadmill={workout: steadi}": ("treadmill.workout", "did you mean 'steady'"),
    "treadmill={workout: [{at_s: 3}, {at_s: 1}]}": ("treadmill", "in order of time"),
    "treadmill={workout: []}": ("treadmill", "at least one point"),
    "factors.roughness_m=[0.01, 2]": ("factors.roughness_m.1 = 2", "from 0.0 to 0.12"),
    "factors.handrail=[none, firm]": ("factors.handrail", "no effect"),
    "policy=script": ("policy = 'script'", "did you mean 'scripted'"),
    "direction=backwards": ("direction = 'backwards'", "did you mean 'backward'"),
    "name=A Study": ("name = 'A Study'", "pattern"),
    "name=../up": ("name = '../up'", "pattern"),
    "name=3": ("name = 3", "valid string"),
    "hazards=[puhs]": ("hazards.0 = 'puhs'", "unknown hazard 'puhs'"),
    "hazards=[slip, {kind: push, impulse_n_s: -3}]": ("hazards.1", "from 0 to 300, is -3"),
    "hazards=[{kind: push, force: 3}]": ("hazards.0", "unknown key of the hazard 'push' 'force'"),
    "hazards=push-along": ("hazards = 'push-along'", "list"),
    "factors.hazard=[none, slipp]": ("factors.hazard.1 = 'slipp'", "did you mean 'slip'"),
    "factors.impulse_n_s=[5]": ("factors.impulse_n_s", "there are no hazards"),
    "factors={hazard: [slip], slip_friction: [9]}": ("factors.slip_friction.0 = 9", "to 1.5"),
    "trials=0": ("trials = 0", "from 1"),
    "trials=2.5": ("trials = 2.5", "valid integer"),
    "trials='8'": ("trials = '8'", "valid integer"),
    "trials=50000": ("trials = 50000", "more than 100000"),
    "duration_s=0": ("duration_s = 0", "from 1.0"),
    "duration_s=null": ("duration_s = None", "valid number"),
    "seed=-1": ("seed = -1", "from 0"),
    "keep_recordings=8": ("keep_recordings = 8", "at most the 7 trials"),
    "factors=3": ("factors = 3", "mapping"),
    "factors.direction=[]": ("factors.direction = []", "at least one"),
    "factors.direction=backward": ("factors.direction = 'backward'", "list"),
    "factors.direction=[backward, backward]": ("factors.direction.1", "repeated"),
    "factors.speed_m_per_s=[1, 1.0]": ("factors.speed_m_per_s.1", "repeated"),
    "factors.speed_m_per_s=[0.6, quick]": ("factors.speed_m_per_s.1 = 'quick'", "valid number"),
    "factors.speed_m_per_s=[0.6, 8]": ("factors.speed_m_per_s.1 = 8", "from 0.1 to 2.0"),
    "factors.speed_m_per_s=[.nan]": ("factors.speed_m_per_s.0 = nan", "finite"),
    "factors.surface=[null]": ("factors.surface.0 = None", "must not be empty"),
    "factors.step_width_m=[null]": ("factors.step_width_m.0 = None", "must not be empty"),
    "factors.walker=[old]": ("factors.walker.0 = 'old'", "young-adult"),
    "factors.colour=[red]": ("factors.colour", "unknown factor 'colour'"),
    "contrasts=3": ("contrasts = 3", "list"),
    "contrasts.0=3": ("contrasts.0 = 3", "mapping"),
    "contrasts.0.measure=stride_lenght_m": ("did you mean 'stride_length_m'", "list measures"),
    "contrasts.0.as=quotient": ("contrasts.0.as = 'quotient'", "'difference' or 'ratio'"),
    "contrasts.0.between={}": ("contrasts.0.between", "exactly one factor, not 0"),
    "contrasts.0.between={surface: [flat, ice]}": ("is not a factor", "direction, speed_m_per_s"),
    "contrasts.0.between={direction: [backward, up]}": ("'up' is not a level", "forward"),
    "contrasts.0.between={direction: [backward]}": ("two different levels",),
    "contrasts.0.between={direction: [forward, forward]}": ("two different levels",),
    "contrasts.5.measure=fell": ("'contrasts' is a list of 2", "0 to 1"),
    "trials.count=3": ("'trials' is 7", "no keys"),
    "trials": ("--set trials", "KEY=VALUE"),
    "=3": ("--set =3", "KEY=VALUE"),
    "question=[a": ("--set question=[a", "not valid YAML"),
}

FILES = {
    "": "is empty",
    "- a\n- b\n": "holds a list",
    "name: [\n": "bad.yaml:2",
    "name: a\n\tseed: 1\n": "bad.yaml:2",
    "name: a\nseed: 1\nname: b\n": "bad.yaml:3: the key 'name' is repeated (first on line 1)",
    "name: a\n3: b\n": "bad.yaml:2: a key must be text",
    "name: a\ntrials: 0777\n": "bad.yaml:2: '0777' is ambiguous: YAML reads an octal number",
    "name: a\ntrials: -010\n": "bad.yaml:2: '-010' is ambiguous",
    "name: a\nduration_s: 1:30\n": "bad.yaml:2: '1:30' is ambiguous: YAML reads a number to",
    "name: a\nduration_s: 1:30.5\n": "bad.yaml:2: '1:30.5' is ambiguous",
    "name: a\nseeds: [1, 00]\n": "bad.yaml:2: '00' is ambiguous",
    "name: a\n<<: 3\n": "bad.yaml:2: '<<' brings in the keys of a mapping",
    "a: &a {b: 1}\n<<: [*a, 3]\n": "bad.yaml:2: '<<' brings in the keys of a mapping",
    "a: &a {b: 1, b: 2}\nc: {<<: *a}\n": "bad.yaml:1: the key 'b' is repeated",
    "name: a\nx: &x [*x]\n": "refers to itself",
    "name: a\n": "technique.speed_m_per_s",
    "technique: brisk\n": "name: is required",
    "name: a\ntechnique: brisk\ntrials: many\n": "bad.yaml:3: trials = 'many'",
    "name: !!python/object:os.system a\n": "not valid YAML",
    "name: a\n--- \nname: b\n": "not valid YAML",
}


@pytest.mark.parametrize("override", REFUSED)
def test_refused_value_is_named_with_the_remedy(config_file: Path, override: str):
    with pytest.raises(ConfigError) as caught:
        load_config(config_file, [override])
    for part in REFUSED[override]:
        assert part in str(caught.value)
    assert override.split("=", maxsplit=1)[0].split(".")[0] in str(caught.value)


@pytest.mark.parametrize("text", FILES)
def test_refused_file_is_named_with_the_line(tmp_path: Path, text: str):
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert "bad.yaml" in str(caught.value)
    assert FILES[text] in str(caught.value)


def test_files_that_cannot_be_read_are_named(tmp_path: Path):
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("name: Größe".encode("latin-1"))
    for path, problem in (
        (tmp_path / "absent.yaml", "no such file"),
        (tmp_path, "is a folder"),
        (latin, "not UTF-8"),
        (latin / "below.yaml", "cannot be read"),
    ):
        with pytest.raises(ConfigError, match=problem) as caught:
            load_config(path)
        assert str(path) in str(caught.value)


def test_unreadable_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "secret.yaml"
    path.write_text("name: a\n", encoding="utf-8")

    def refuse(*args: object, **kwargs: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ConfigError, match=r"secret\.yaml: cannot be read: Permission denied"):
        load_config(path)


def test_unknown_shipped_name_lists_those_there_are():
    with pytest.raises(ConfigError, match="did you mean 'quick-start'"):
        load_config("quick-strat")


def test_all_problems_are_told_at_once(config_file: Path):
    with pytest.raises(ConfigError) as caught:
        load_config(config_file, ["trials=0", "seed=-1"])
    assert len(str(caught.value).splitlines()) == 2


def test_every_shipped_config_is_valid():
    for name in catalogue.experiments():
        config = load_config(name)
        assert config.name == name
        assert config.question


def test_overrides_reach_into_presets_and_lists(config_file: Path):
    overrides = ["walker.strength=0.8", "technique=slow", "factors.speed_m_per_s.0=0.7"]
    config = load_config(config_file, [*overrides, "contrasts.1.between.speed_m_per_s=[0.7, 0.8]"])
    assert config.walker.changes == {"strength": 0.8}
    assert config.walker.preset == "young-adult"
    assert config.technique.preset == "slow"
    assert config.factors["speed_m_per_s"] == (0.7, 0.8)


def test_numbers_without_a_point_are_numbers(config_file: Path):
    config = load_config(config_file, ["technique.trunk_lean_rad=1e-2", "duration_s=12"])
    assert config.technique.trunk_lean_rad == 0.01
    assert isinstance(config.duration_s, float)


def test_schema_names_keys_limits_and_names():
    schema = json.loads(json.dumps(ExperimentConfig.model_json_schema()))
    assert schema["properties"]["trials"]["minimum"] == 1
    (names, numbers) = schema["$defs"]["SurfaceFields"]["anyOf"]
    assert "rough-2cm" in names["anyOf"][0]["enum"]
    assert numbers["properties"]["slope"]["anyOf"][0]["minimum"] == -0.3
    assert schema["additionalProperties"] is False
    assert schema["properties"]["question"]["description"]
    measure = schema["$defs"]["ContrastConfig"]["properties"]["measure"]
    assert "stride_length_m" in measure["enum"]


def _levels(factor: str) -> st.SearchStrategy[list[object]]:
    if factor in RANGES:
        low, high = RANGES[factor]
        values: st.SearchStrategy[object] = st.floats(low, high)
    else:
        names = {
            "direction": ("backward", "forward"),
            "technique": tuple(PRESETS),
            "foot_contact": ("toe_first", "flat", "heel_first"),
        }
        values = st.sampled_from(names[factor])
    return st.lists(values, min_size=1, max_size=3, unique=True)


FACTORS = st.lists(  # few enough that the cells stay fewer than MAX_TRIALS
    st.sampled_from([*RANGES, "direction", "technique"]), max_size=5, unique=True
).flatmap(lambda names: st.fixed_dictionaries({name: _levels(name) for name in names}))
TECHNIQUES = st.one_of(
    st.sampled_from(sorted(PRESETS)),
    st.fixed_dictionaries(
        {"speed_m_per_s": st.floats(*RANGES["speed_m_per_s"])},
        optional={
            "preset": st.sampled_from(sorted(PRESETS)),
            "step_width_m": st.floats(*RANGES["step_width_m"]),
            "foot_contact": st.sampled_from(["toe_first", "flat", "heel_first"]),
        },
    ),
)
CONFIGS = st.fixed_dictionaries(
    {"name": st.from_regex(r"\A[a-z0-9][a-z0-9._-]{0,20}\Z"), "technique": TECHNIQUES},
    optional={
        "question": st.text(max_size=200),
        "factors": FACTORS,
        "trials": st.integers(1, 20),
        "duration_s": st.floats(1, 3600),
        "seed": st.integers(0, 2**63 - 1),
        "keep_recordings": st.just(0),
    },
)


@given(data=CONFIGS)
@example(data={"name": "numbers", "technique": "slow", "question": "0E0"})
@example(data={"name": "numbers", "technique": "slow", "question": "1:30"})
def test_a_resolved_config_reads_back_as_itself(data: dict):
    config = check_config(YamlSource("given", data, {}))
    text = yaml_text(config.resolved())
    again = check_config(parse_yaml(text, "config.yaml"))
    assert again == config
    assert again.digest() == config.digest()


def test_factors_may_be_every_field_of_technique_and_walker():
    assert {*RANGES, "foot_contact", "height_m", "mass_kg", "strength", "walker"} <= {
        *factor_names()
    }


def test_merge_keys_bring_in_what_does_not_stand_there_itself():
    text = """
common: &common {speed_m_per_s: 0.8, step_width_m: 0.1}
other: &other {step_width_m: 0.2, arms: true}
technique:
  <<: [*common, *other]
  speed_m_per_s: 0.6
"""
    source = parse_yaml(text, "merged.yaml")
    assert source.data["technique"] == {"speed_m_per_s": 0.6, "step_width_m": 0.1, "arms": True}
    assert source.place(("technique", "speed_m_per_s")) == "merged.yaml:6"
    assert source.place(("technique", "step_width_m")) == "merged.yaml:2"
    assert source.place(("technique", "arms")) == "merged.yaml:3"


@pytest.mark.parametrize("text", ["0", "7", "0.5", "0e3", "10", "'0777'", "'1:30'", "0x1F", "1e-3"])
def test_numbers_that_all_read_alike_stay(text: str):
    assert (
        parse_yaml(f"a: {text}\n", "x").data["a"] == yaml.safe_load(f"[{text}]")[0] or "e" in text
    )
