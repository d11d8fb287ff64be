"""Configs gone wrong: every way in which a person, an editor or a program may spoil a YAML file."""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Iterator
from fractions import Fraction
from importlib.resources import files
from typing import Any

import yaml

EXPERIMENTS = (
    # every part that an experiment's config can have
    """\
name: all-parts
question: Who falls, and how much does it cost?
walker: {preset: older-adult, strength: 0.8, group_strength: {vasti: 0.7, soleus: 0.9}}
policy: scripted
body: human
surface: {preset: treadmill, friction: 0.7}
treadmill:
  handrail: light
  front_bar: true
  workout: [{at_s: 0}, {at_s: 5, slope: 0.1}]
factors:
  direction: [backward, forward]
  speed_m_per_s: [0.6, 0.8]
  belt_acceleration_m_per_s2: [0.5, 1]
technique: {preset: brisk, step_width_m: 0.2, foot_contact: toe_first}
hazards: [slip, {preset: push-left, impulse_n_s: 12}, {kind: belt-jerk, speed_change_m_per_s: -0.3}]
trials: 4
duration_s: 10
seed: 7
keep_recordings: 2
contrasts:
  - {measure: stride_length_m, between: {direction: [backward, forward]}, as: ratio}
  - {measure: fell, between: {speed_m_per_s: [0.8, 0.6]}}
""",
    """\
name: battery
technique: {speed_m_per_s: 0.8}
factors: {surface: [flat, rough-2cm], age_years: [25, 70.0]}
battery:
  pushes: [left, along-travel]
  hazards: [slip, {kind: trip, bar_height_m: 0.1}]
  highest_impulse_n_s: 40
  batch: 2
  hazard_trial_s: 12
trials: 6
""",
    """\
name: hazards-as-factor
technique: preferred
factors: {hazard: [none, slip, trip], lasts_s: [0.2, 0.4], obstacle_height_m: [0.05]}
walker: weak-quadriceps
trials: 2
keep_recordings: 0
""",
)

FACTORS = tuple(map(Fraction, ("-1", "0", "0.1", "0.9", "1.1", "2", "30")))
"""Of numbers; exact, as an integer may be too large for a float."""


def shipped(folder: str) -> list[str]:
    """Return the texts of the configs that ship with a package of `experiments`."""
    place = files(f"retrowalk.experiments.{folder}") / "configs"
    named = sorted((f for f in place.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)
    return [file.read_text(encoding="utf-8") for file in named]


VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 7, 10**6, -(10**9), 2**63, 10**400, 0.0, -0.0, 0.5, 1.0, -3.5,
    1e-320, 1e308, math.nan, math.inf, -math.inf, "", " ", "a", "none", "NaN", "0x10", "1e3", "yes",
    "~", "backward", "forward", "flat", "treadmill", "slip", "push", "scripted", "left", "brisk",
    "young-adult", "speed_m_per_s", "direction", "stride_length_m", "fell", "ratio", "steady",
    "../../etc/passwd", "/dev/null", "no/such.onnx", "no/such.json", "config.yaml", "a.zip",
    "os:system", "naïve", "步行", "🚶", "\u202e", "\x00", "\ud800", "a\nb", "%s{0}{x}", "x" * 5000,
    [], {}, [[]], [{}], {"": None}, {"a": {"b": {"c": [1, {"d": 2}]}}}, [None], [1, "a", None],
    ["flat", "flat"], [0.6, 0.8], ["backward", "forward"], ["left", "right"], [math.nan],
    [10**400], {"preset": "slip"}, {"kind": "push"}, {"kind": "push", "preset": "slip"},
    {"preset": {"preset": "flat"}}, {"preset": None}, {"direction": ["backward", "forward"]},
    {"at_s": 1}, [{"at_s": 1}, {"at_s": 0}], list(range(200)),
    [[[[[[[[[[1]]]]]]]]]],
)  # fmt: skip
KEYS = (
    "", "x", "name", "preset", "kind", "seed", "trials", "battery", "hazards", "hazard", "factors",
    "technique", "walker", "surface", "treadmill", "workout", "slope", "as", "as_", "between",
    "measure", "group_strength", "speed_m_per_s", "impulse_n_s", "at_phase", "challenge", "cell",
    "trial", "__class__", "model_config", "build", "self", "task", "stages", "start", "slower",
    "ppo", "rewards", "pushes", "surfaces", "design", "figures", "é", "a.b", "[key]", "0",
)  # fmt: skip
SNIPPETS = (
    "", "\n", "\t", ":", ": ", "- ", "&a ", "*a", "<<: *a\n", "!!set ", "!!python/name:os.system ",
    "!!binary aGk=", "!!omap ", "!!timestamp 2020-99-99", "? ", "%YAML 9.9\n", "---\n", "...\n",
    "{", "}", "[", "]", "'", '"', "|\n", ">\n", "#", "@", "`", "\x00", "\ufeff", "\x85", "\u2028",
    "0o7", "0b1", "1:30:00", "2020-01-01", "2020-99-99", "1_000", "=", "name: twice\n", "~: 1\n",
    "1: 2\n", "[1]: 2\n", "a: &x {b: *x}\n", "{a: 1}: 2\n", ".nan", "-.inf", "9" * 5000,
)  # fmt: skip


def mutated_data(text: str, others: list[str], chance: random.Random) -> str:
    """Return a config whose parsed data was changed in one to four places."""
    data = yaml.safe_load(text)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        places = list(_places(data))
        if not places:
            break
        owner, key = chance.choice(places)
        kind = chance.randrange(10)
        number = isinstance(owner[key], int | float) and not isinstance(owner[key], bool)
        if kind == 0:
            del owner[key]
        elif kind == 1 and isinstance(owner, list):
            owner.insert(chance.randint(0, len(owner)), copy.deepcopy(owner[key]))
        elif kind == 2:
            owner[key] = [copy.deepcopy(owner[key])]
        elif kind == 3:
            owner[key] = {chance.choice(KEYS): copy.deepcopy(owner[key])}
        elif kind == 4 and isinstance(owner, dict):
            owner[chance.choice(KEYS)] = copy.deepcopy(chance.choice(VALUES))
        elif kind == 5:
            donor = list(_places(yaml.safe_load(chance.choice(others))))
            place, where = chance.choice(donor)
            owner[key] = copy.deepcopy(place[where])
        elif kind == 6 and isinstance(owner[key], str):
            owner[key] = chance.choice((owner[key].upper(), owner[key] + "x", owner[key][:-1]))
        elif kind >= 7 and number:
            owner[key] = type(owner[key])(owner[key] * chance.choice(FACTORS))
        elif kind >= 7 and isinstance(owner, dict):  # what stands under this key elsewhere
            owner[key] = copy.deepcopy(chance.choice(_under(key, others)))
        else:
            owner[key] = copy.deepcopy(chance.choice(VALUES))
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=chance.random() < 0.5)


def mutated_text(text: str, chance: random.Random) -> bytes:
    """Return a config whose text was changed in one to four places, as bytes."""
    for _ in range(chance.randint(1, 4)):
        at, kind = chance.randint(0, len(text)), chance.randrange(6)
        if kind == 0:
            text = text[:at] + chance.choice(SNIPPETS) + text[at:]
        elif kind == 1:
            text = text[:at] + text[min(len(text), at + chance.randint(1, 30)) :]
        elif kind == 2:
            lines = text.splitlines(keepends=True) or [""]
            line = chance.randrange(len(lines))
            text = "".join([*lines[: line + 1], lines[line], *lines[line + 1 :]])
        elif kind == 3:
            lines = text.splitlines(keepends=True) or [""]
            chance.shuffle(lines)
            text = "".join(lines)
        elif kind == 4:
            lines = text.splitlines(keepends=True) or [""]
            line = chance.randrange(len(lines))
            lines[line] = chance.choice(SNIPPETS) + lines[line]
            text = "".join(lines)
        else:
            text = text[:at]
    raw = bytearray(text.encode("utf-8", errors="surrogatepass"))
    if raw and chance.random() < 0.1:
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    return bytes(raw)


def mutated(texts: list[str], seed: int) -> bytes:
    """Return one of the configs, spoilt as `seed` has it."""
    chance = random.Random(seed)
    text = chance.choice(texts)
    if chance.random() < 0.65:
        try:
            return mutated_data(text, texts, chance).encode("utf-8", errors="surrogatepass")
        except yaml.YAMLError:  # what cannot be written as YAML
            pass
    return mutated_text(text, chance)


def _under(key: Any, texts: list[str]) -> list[Any]:
    """Return all values that stand under a key in any of the configs, or a few if none does."""
    every = (place for text in texts for place in _places(yaml.safe_load(text)))
    found = [owner[where] for owner, where in every if where == key]
    return found or list(VALUES)


def _places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Yield (owner, key) of every value below `data`."""
    if isinstance(data, dict):
        items = list(data.items())
    elif isinstance(data, list):
        items = list(enumerate(data))
    else:
        return
    for key, value in items:
        yield data, key
        yield from _places(value)
