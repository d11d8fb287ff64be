"""The network on the reference gait: the same left and right, alone and among others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from reference_walks import mirrored_pair, start, walk

from retrowalk.envs.gaits.reference_gait import ReferenceGait
from retrowalk.envs.gaits.residual_files import (
    ShippedNetwork,
    learned_people,
    networks,
    shipped_networks,
)
from retrowalk.envs.gaits.residual_network import (
    ACTIONS,
    LARGEST,
    ResidualNetwork,
    ResidualSenses,
    network_bytes,
    read_network,
)
from retrowalk.envs.policies.domain import domain_of_names, joined
from retrowalk.envs.policies.reference_source import BODY, ReferenceSource
from retrowalk.envs.policies.source import gait_source
from retrowalk.envs.scene import Course, build_scene
from retrowalk.envs.task.technique import Technique
from retrowalk.envs.task.termination import has_fallen
from retrowalk.experiments.study.load import load_tool_config
from retrowalk.experiments.tuning.residual_learning import ResidualConfig
from retrowalk.experiments.tuning.search import find_tune_config
from retrowalk.models.body import build_body
from retrowalk.models.catalogue import find_walker, walker_of
from retrowalk.models.cohort import draw_people
from retrowalk.models.walker import Walker
from retrowalk.sim.errors import ConfigError
from retrowalk.sim.ground.presets import surface_of

APART = {"speeds_m_per_s": [1.2], "carries_m_per_s": [1.1, 1.3]}
SIZES = (ResidualSenses.size, 8, 6, ACTIONS)


def network(last_bias: float = 0.0, size: float = 0.3) -> ResidualNetwork:
    """Some network with fixed random weights."""
    rng = np.random.default_rng(4)
    weights = [size * rng.standard_normal(pair) for pair in zip(SIZES[1:], SIZES[:-1], strict=True)]
    biases = [np.zeros(out) for out in SIZES[1:]]
    biases[-1] += last_bias
    return ResidualNetwork(weights, biases, np.zeros(SIZES[0]), np.ones(SIZES[0]))


def test_mirrored_walkers_are_the_same_to_it():
    sim, gait, twin, sign = mirrored_pair()
    gait.residual[:] = network().act(gait.seen(sim))
    np.testing.assert_allclose(gait.residual[1], gait.residual[0], atol=1e-6)
    assert np.abs(gait.residual[0]).max() > 0.1
    torque = gait._torques(sim)
    np.testing.assert_allclose(torque[1], torque[0, twin[:17]] * sign[:17], atol=1e-5)


def test_a_walk_with_it_does_not_depend_on_the_batch():
    alone, its_gait = start(1)
    among, gait = start(5)
    its_gait.network = gait.network = network()
    walk(alone, its_gait, 0.3)
    walk(among, gait, 0.3)
    np.testing.assert_array_equal(alone.qpos[0], among.qpos[0])
    assert np.abs(gait.residual).max() > 0.1


def test_what_it_adds_is_bounded():
    sim, gait = start(2)
    plain = gait._torques(sim)
    gait.residual[:] = network(last_bias=50.0).act(gait.seen(sim))
    gait.residual[:, -1] = 0.0
    added = np.abs(gait._torques(sim) - plain)
    assert (gait.residual[:, :-1] == 1.0).all()
    assert (added <= LARGEST + 1e-9).all()


def test_it_is_kept_in_a_file(tmp_path: Path):
    path = tmp_path / "network.npz"
    path.write_bytes(network_bytes(network()))
    seen = np.random.default_rng(1).standard_normal((3, ResidualSenses.size))
    np.testing.assert_allclose(read_network(path).act(seen), network().act(seen), atol=1e-5)
    narrow = network()
    narrower = ResidualNetwork(
        [narrow.weights[0][:, 1:], *narrow.weights[1:]],
        narrow.biases,
        narrow.mean[1:],
        narrow.deviation[1:],
    )
    path.write_bytes(network_bytes(narrower))
    with pytest.raises(ConfigError, match=f"reference gait shows {ResidualSenses.size}"):
        read_network(path)
    path.write_bytes(b"no network")
    with pytest.raises(ConfigError, match="not a readable network"):
        read_network(path)


@pytest.mark.parametrize("part", ["weights", "biases", "mean", "deviation"])
def test_a_network_of_what_is_no_number_is_refused(part: str, tmp_path: Path):
    path, spoilt = tmp_path / "network.npz", network()
    values = getattr(spoilt, part)
    (values[1] if part in ("weights", "biases") else values)[0] = np.nan
    path.write_bytes(network_bytes(spoilt))
    with pytest.raises(ConfigError, match="no number"):
        read_network(path)


def test_a_damaged_network_is_refused_wherever_the_damage_is(tmp_path: Path):
    path, rng = tmp_path / "network.npz", np.random.default_rng(0)
    whole = network_bytes(network())
    for place in rng.integers(len(whole), size=40):
        content = bytearray(whole)
        content[place] ^= 1 << rng.integers(8)
        path.write_bytes(content)
        try:
            found = read_network(path)
        except ConfigError:
            continue
        assert found.digest == read_network_of(whole, tmp_path).digest


def read_network_of(content: bytes, folder: Path) -> ResidualNetwork:
    path = folder / "whole.npz"
    path.write_bytes(content)
    return read_network(path)


@pytest.mark.parametrize("one", shipped_networks(), ids=lambda one: one.name)
def test_each_network_that_ships_walks_on_at_its_fastest_speed(one: ShippedNetwork):
    speed, n = one.carries_m_per_s[1], 1
    source = ReferenceSource(one.card["policy"], one.card["direction"], BODY, Walker())
    body = build_body(BODY)
    sim = build_scene(body, Course(), [np.random.default_rng(0)] * n).sim
    gait = source.make(sim, body, Technique(speed_m_per_s=speed))
    gait.reset(np.arange(n), [np.random.default_rng([5, i]) for i in range(n)])
    walk(sim, gait, 4.0)  # strides' errors of speed are corrected one by one
    before, took = sim.com[:, 0].copy(), 2.0
    walk(sim, gait, took)
    assert not has_fallen(sim).any()
    walked = gait.sign * (sim.com[:, 0] - before) / took
    np.testing.assert_allclose(walked, speed, rtol=0.15)


@pytest.mark.parametrize("corrects", [True, False])
def test_a_network_that_corrects_speed_is_told_what_past_strides_erred_by(
    corrects, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ShippedNetwork, "corrects_speed", corrects)
    body, technique = build_body(BODY), Technique(speed_m_per_s=0.8)
    sim = build_scene(body, Course(), [np.random.default_rng(0)] * 2).sim
    gait = ReferenceSource("reference-residual", "backward", BODY, Walker()).make(
        sim, body, technique
    )
    assert isinstance(gait, ReferenceGait)
    gait.reset(np.arange(2), [np.random.default_rng(i) for i in range(2)])
    gait.bias[:] = [0.0, -0.2]
    told = gait.seen(sim)[:, -1]
    np.testing.assert_allclose(told, [0.8, 0.6 if corrects else 0.8])


def test_it_walks_at_the_speeds_that_its_networks_carry():
    source = ReferenceSource("reference-residual", "forward", BODY, Walker())
    low, high = source.speed_range
    for speed in (low, (low + high) / 2, high):
        source.check(Technique(speed_m_per_s=speed))
    with pytest.raises(ConfigError, match="outside the range"):
        source.check(Technique(speed_m_per_s=low - 0.1))
    plain = ReferenceSource("reference", "forward", BODY, Walker())
    assert plain.digest != source.digest


def test_of_several_networks_that_carry_a_speed_the_one_learned_nearest_is_taken(
    monkeypatch: pytest.MonkeyPatch,
):
    slow = ShippedNetwork("", Path(), {"speeds_m_per_s": [0.8], "carries_m_per_s": [0.7, 1.0]})
    fast = ShippedNetwork("", Path(), {"speeds_m_per_s": [1.2, 1.3], "carries_m_per_s": [0.9, 1.3]})
    source = ReferenceSource("reference-residual", "forward", BODY, Walker())
    monkeypatch.setattr(source, "networks", [slow, fast])
    assert source.speed_range == (0.7, 1.3)
    assert [source.network_for(speed) for speed in (0.8, 0.95, 1.05)] == [slow, slow, fast]
    monkeypatch.setattr(source, "networks", [slow, replace(fast, card=APART)])
    with pytest.raises(ConfigError, match=r"for 0.7 to 1.0, 1.1 to 1.3 m/s alone, not for 1.05"):
        source.check(Technique(speed_m_per_s=1.05))


@pytest.mark.parametrize(
    ("direction", "ends"),
    [
        ("forward", {"-slow": (0.6, 0.745), "": (0.75, 1.15), "-fast": (1.155, 1.4)}),
        (
            "backward",
            {
                "-slow": (0.45, 0.595),
                "": (0.6, 0.97),
                "-fast": (0.975, 1.045),
                "-faster": (1.05, 1.2),
            },
        ),
    ],
)
def test_the_default_has_a_network_for_every_speed_of_its_range(
    direction: str, ends: dict[str, tuple[float, float]]
):
    source = ReferenceSource("reference-residual", direction, BODY, Walker())
    low, high = source.speed_range
    taken: dict[str, list[float]] = {}
    for speed in np.round(np.arange(low, high + 0.001, 0.005), 3):
        source.check(Technique(speed_m_per_s=float(speed)))
        one = source.network_for(float(speed))
        assert one is not None
        part = one.name.removeprefix(f"reference-residual-{direction}")
        taken.setdefault(part, []).append(float(speed))
    assert {name: (speeds[0], speeds[-1]) for name, speeds in taken.items()} == ends


def test_networks_of_an_unknown_direction_are_refused():
    with pytest.raises(ConfigError, match="no network is shipped"):
        networks("reference-residual", "sideways")


def test_who_learned_a_network_is_whom_it_is_made_for(monkeypatch: pytest.MonkeyPatch):
    """Weak people are outside of what the young adult learned, and within what they did."""
    source = gait_source("reference-residual", "backward", BODY, find_walker("young-adult"))
    weak, floor = find_walker("weak-general"), surface_of("flat")

    def outside() -> list[str]:
        (domain,) = source.made_for(0.8)
        return [one.field for one in domain.outside(BODY, weak, floor)]

    assert outside() == ["strength"]
    monkeypatch.setattr(ShippedNetwork, "people", ["young-adult", "weak-general"])
    assert outside() == []
    monkeypatch.setattr(ShippedNetwork, "people", ["young-adult", {"strength": 0.75}])
    assert outside() == ["strength"]


@pytest.mark.parametrize("direction", ["backward", "forward"])
@pytest.mark.parametrize(("name", "of"), [("varied-2026", "people"), ("cohort-2026", "cohort")])
def test_people_that_cards_name_are_those_of_the_search_that_ships(name, of, direction):
    path = find_tune_config(Path(f"reference-residual-{of}-{direction}"))
    asked = load_tool_config(ResidualConfig, path, []).people
    named = learned_people()[name]
    known = {replace(one.build(), name="one") for one in asked}
    assert known == {replace(walker_of(one), name="one") for one in named}


def test_who_learned_in_slippery_shoes_may_wear_them():
    slippery, floor = replace(find_walker("young-adult"), shoe_friction=0.5), surface_of("flat")

    def outside(*shoes: float) -> list[str]:
        people = [{"shoe_friction": one} for one in shoes]
        domain = joined([domain_of_names((BODY,), one, ("flat",)) for one in people])
        return [one.field for one in domain.outside(BODY, slippery, floor)]

    assert outside(1.0) == outside(0.6, 1.4) == ["friction"]
    assert outside(0.5, 1.4) == []


def test_a_cohort_is_within_what_the_people_of_its_search_span():
    learned = learned_people()["cohort-2026"]
    domain = joined([domain_of_names((BODY,), one, ("flat",)) for one in learned])
    names = [f"p{i}" for i in range(200)]
    drawn = draw_people(names, (20.0, 80.0), "both", np.random.default_rng(1))
    beyond = [one.name for one in drawn if domain.outside(BODY, one, surface_of("flat"))]
    assert len(beyond) <= 2  # height and mass have no end: two draws add up in them
