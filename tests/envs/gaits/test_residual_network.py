"""The network on the reference gait: the same left and right, alone and among others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from reference_walks import mirrored_pair, start, walk

from retrowalk.envs.gaits.residual_network import (
    ACTIONS,
    LARGEST,
    ResidualNetwork,
    ResidualSenses,
    network_bytes,
    networks,
    read_network,
)
from retrowalk.envs.policies.reference_source import BODY, ReferenceSource
from retrowalk.envs.task.technique import Technique
from retrowalk.models.walker import Walker
from retrowalk.sim.errors import ConfigError

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
    gait.residual[:] = network().act(gait.senses.read(sim, gait.clock, gait.residual))
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
    gait.residual[:] = network(last_bias=50.0).act(gait.senses.read(sim, gait.clock, gait.residual))
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


def test_it_walks_at_its_own_speeds_alone():
    source = ReferenceSource("reference-residual", "forward", BODY, Walker())
    assert set(source.networks) == set(networks("forward"))
    source.check(Technique(speed_m_per_s=1.2))
    with pytest.raises(ConfigError, match="outside the range"):
        source.check(Technique(speed_m_per_s=0.9))
    with pytest.raises(ConfigError, match="no residual network is shipped"):
        networks("backward")
    plain = ReferenceSource("reference", "forward", BODY, Walker())
    assert plain.digest != source.digest
