"""A search of gains moves to what walks longer, keeps what it found, and goes on from it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from retrowalk.envs.gaits.reference_files import read_gains
from retrowalk.envs.gaits.reference_gains import NAMES, spans
from retrowalk.experiments.store.lock import held_file
from retrowalk.experiments.tuning import gain_search
from retrowalk.experiments.tuning.gain_search import Distribution, search_gains
from retrowalk.sim.errors import ConfigError

CONFIG = {
    "name": "tiny",
    "gait": "reference",
    "direction": "forward",
    "speed_m_per_s": 1.2,
    "walkers": 6,
    "episode_s": 1.2,
    "muscles": False,
    "updates": 1,
}


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A search that is over soon."""
    monkeypatch.setattr(gain_search, "BETWEEN", 6)
    monkeypatch.setattr(gain_search, "LEAST_KEPT", 6)
    path = tmp_path / "tiny.yaml"
    path.write_text(yaml.safe_dump(CONFIG), "utf-8")
    return path


def test_a_distribution_moves_half_way_to_the_best():
    start, low, high = spans()
    found = Distribution(start, 0.1 * (high - low), [], [], [])
    rng = np.random.default_rng(0)
    for candidate in found.draw(rng, 200):
        away = (high - candidate) / (high - low)
        found.add(-float(away.sum()), candidate, 1.0)
    assert found.episodes == 200
    found.update()
    assert (found.mean > start).mean() > 0.7  # nearer to what scores best
    assert found.updates == 1
    assert ((found.draw(rng, 50) >= low) & (found.draw(rng, 50) <= high)).all()


def test_it_writes_gains_and_goes_on_from_them(config: Path, tmp_path: Path):
    out = search_gains(config, tmp_path / "gains.yaml")
    first = read_gains(out)
    assert set(first["gains"]) == set(NAMES)
    assert first["episodes"] >= 6
    with pytest.raises(ConfigError, match="give --resume"):
        search_gains(config, out)
    wrote = out.read_bytes()
    out.unlink()  # as if killed between the state and the gains
    search_gains(config, out, resume=True)
    assert out.read_bytes() == wrote
    with held_file(out), pytest.raises(ConfigError, match="another process is running there"):
        search_gains(config, out, resume=True)
    search_gains(config, out, ["updates=2"], resume=True)
    second = read_gains(out)
    assert second["episodes"] > first["episodes"]
    assert second["gains"] != first["gains"]
    with pytest.raises(ConfigError, match="belongs to another search"):
        search_gains(config, out, ["seed=5"], resume=True)
    state = out.with_suffix(".state.json")
    state.write_text(state.read_text().replace("1", "2", 1))
    with pytest.raises(ConfigError, match=r"was damaged or changed .*; remove it"):
        search_gains(config, out, resume=True)


def test_the_same_seed_finds_the_same(config: Path, tmp_path: Path):
    gains = [read_gains(search_gains(config, tmp_path / f"{i}.yaml"))["gains"] for i in range(2)]
    assert gains[0] == gains[1]
