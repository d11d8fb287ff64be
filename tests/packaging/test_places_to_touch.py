"""An addition touches one place: surface, measure, hazard and body in a copy of the package.

The copy is links to the files of the package, apart from the few that an addition changes; a fresh
Python then finds each in the list, in a config, in the documents and in a run.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SURFACE = """
[gravel]
description = "loose stones"
source = "made up in a test"
surface = { roughness_m = 0.005, friction = 0.6 }

"""
MEASURE = """
[trunk_sway_rad]
definition = "largest tilt of the trunk beyond its mean lean, made up in a test"
unit = "rad"
label = "sway of the trunk"
topic = "Balance"

"""
VALUE = '"trunk_sway_rad": tilt - abs(lean), '
HAZARD = '''
"""A gust: wind pushes the whole trunk, made up in a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np

from ..fields import Range
from .event import TimedEvent
from .hazard import Lasting

if TYPE_CHECKING:
    from ..physics.simulation import Simulation


@dataclass(frozen=True)
class Gust(Lasting):
    """Wind from behind the walker's travel, for a while."""

    kind: ClassVar[str] = "gust"
    severity: ClassVar[str] = "wind_force_n"

    wind_force_n: Annotated[float, Range(0.0, 200.0)] = 10.0
    """Along travel [N]."""

    def event(self, sim: Simulation, part: str, *how: Any) -> GustEvent:
        return GustEvent(sim, self, *how)


class GustEvent(TimedEvent[Gust]):
    def act(self, sim, stride, rows, elapsed_s, duration_s) -> np.ndarray:
        sim.external_force[rows, sim.root, 0] += self.sign * self.hazard.wind_force_n
        return super().act(sim, stride, rows, elapsed_s, duration_s)
'''
BODY = '''
"""A human with a bag on the back, made up in a test."""

from __future__ import annotations

from .human import driven_skeleton, human_body


def build(name, walker):
    spec, muscles = driven_skeleton(walker, "muscles.csv")
    spec.body("torso").add_geom(name="bag", pos=[-0.15, 0, 0.2], size=[0.1, 0, 0], mass=3.0,
                                contype=0, conaffinity=0)
    return human_body(name, walker, spec, muscles)
'''
CONFIG = """
name: additions
body: with-bag
technique: {speed_m_per_s: 0.6}
surface: gravel
hazards: [{kind: gust, wind_force_n: 15, at_s: 0.5, lasts_s: 0.2}]
factors: {wind_force_n: [5, 20]}
contrasts: [{measure: trunk_sway_rad, between: {wind_force_n: [5, 20]}}]
trials: 1
duration_s: 6
"""
LOOK = """
import importlib.util, json, sys
from pathlib import Path
import pandas as pd
import xarray as xr
from retrowalk.experiments.commands.cli import main
from retrowalk.experiments.study import catalogue
from retrowalk.experiments.study.experiment import ExperimentConfig, factor_names
from retrowalk.experiments.study.labels import label
from retrowalk.sim.hazards.hazard import kinds
import retrowalk.sim

folder, generate = map(Path, sys.argv[1:])
sys.argv[1:] = ["run", str(folder / "additions.yaml"), "--out", str(folder / "run"), "--no-open"]
try:
    code = main()
except SystemExit as end:
    code = end.code
spec = importlib.util.spec_from_file_location("generate", generate)
pages = importlib.util.module_from_spec(spec)
spec.loader.exec_module(pages)
trials = pd.read_parquet(folder / "run" / "trials.parquet")
recording = next((folder / "run" / "recordings").rglob("*.nc"))
with xr.open_dataset(recording, engine="h5netcdf") as data:
    active = bool((data["hazard_active"] > 0).any())
print(json.dumps({
    "from": retrowalk.sim.__file__,
    "code": code,
    "surfaces": list(catalogue.surfaces()),
    "measures": list(catalogue.measures()),
    "hazards": list(kinds()),
    "bodies": list(catalogue.bodies()),
    "walked": trials["body"].tolist(),
    "factors": list(factor_names()),
    "schema": json.dumps(ExperimentConfig.model_json_schema()),
    "label": label("trunk_sway_rad").with_unit,
    "fields": pages.fields_page(),
    "measures_page": pages.measures_page(),
    "surface": trials["surface"].tolist(),
    "lean": trials["trunk_sway_rad"].tolist(),
    "gust": active,
}))
"""


def _copy_of_the_package(to: Path) -> Path:
    """Return a copy of the package, of links to its files."""
    for part in ("", ".sim", ".models", ".envs", ".experiments"):
        (source,) = importlib.import_module(f"retrowalk{part}").__path__
        folder = to / "retrowalk" / part.removeprefix(".")
        folder.mkdir(parents=True, exist_ok=True)
        for file in Path(source).resolve().rglob("*") if part else Path(source).glob("*.py*"):
            if file.is_file() and "__pycache__" not in file.parts:
                link = folder / file.relative_to(Path(source).resolve() if part else source)
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(file.resolve())
    return to / "retrowalk"


def _add(file: Path, before: str, text: str) -> None:
    """Put `text` before the first `before` of a file of the copy."""
    said = file.read_text("utf-8")
    assert said.count(before) >= 1
    at = said.index(before)
    file.unlink()
    file.write_text(said[:at] + text + said[at:], "utf-8")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, root: Path) -> dict:
    folder = tmp_path_factory.mktemp("additions")
    package = _copy_of_the_package(folder)
    trunk = package / "sim" / "measures" / "gait" / "trunk.toml"
    _add(package / "sim" / "ground" / "presets.toml", "[flat]", SURFACE)
    _add(trunk, "[trunk_tilt_max_rad]", MEASURE)
    _add(trunk.with_suffix(".py"), '"trunk_lean_rad": lean', VALUE)
    (package / "sim" / "hazards" / "gust.py").write_text(HAZARD.lstrip(), "utf-8")
    (package / "models" / "bodies" / "with_bag.py").write_text(BODY.lstrip(), "utf-8")
    changed = [file for file in package.rglob("*") if file.is_file() and not file.is_symlink()]
    assert len(changed) == 5  # one for each addition, and the value of the measure
    (folder / "additions.yaml").write_text(CONFIG, "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(folder), str(root / "docs" / "make" / "generate.py")],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(folder)},
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert Path(seen["from"]).is_relative_to(folder)
    assert not seen["code"], done.stdout
    shutil.rmtree(folder / "run")
    return seen


def test_a_surface_is_one_row(found: dict):
    assert "gravel" in found["surfaces"]
    assert '"gravel"' in found["schema"]
    assert "| `gravel` | `roughness_m` 0.005, `friction` 0.6 |" in found["fields"]
    assert found["surface"] == ["gravel"] * 2


def test_a_measure_is_a_table_and_its_value_beside(found: dict):
    assert "trunk_sway_rad" in found["measures"]
    assert found["label"] == "sway of the trunk (°)"
    assert "### `trunk_sway_rad`" in found["measures_page"]
    assert all(0.0 <= lean < 0.5 for lean in found["lean"])


def test_a_hazard_is_one_file(found: dict):
    assert "gust" in found["hazards"]
    assert "wind_force_n" in found["factors"]
    assert "### gust" in found["fields"]
    assert "| `wind_force_n` | 0 to 200 | 10 | Along travel [N]. |" in found["fields"]
    assert found["gust"]


def test_a_body_is_one_file(found: dict):
    assert "with-bag" in found["bodies"]
    assert '"with-bag"' in found["schema"]
    assert found["walked"] == ["with-bag"] * 2
