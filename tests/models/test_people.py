"""Many people in one batch move as each would alone."""

from __future__ import annotations

import numpy as np
import pytest

from retrowalk.models.body import build_body
from retrowalk.models.people import give_muscles
from retrowalk.models.walker import WALKERS, Walker
from retrowalk.sim.errors import ConfigError
from retrowalk.sim.ground.lay import add_surface
from retrowalk.sim.physics.simulation import Simulation

PEOPLE = list(WALKERS.values())


def simulation(walker: Walker, n: int) -> Simulation:
    body = build_body("human", walker)
    spec = body.spec()
    add_surface(spec, "flat")
    return Simulation(spec, body.anatomy, n)


def move(sim: Simulation) -> None:
    rng = np.random.default_rng(2)
    for _ in range(100):
        sim.ctrl[:] = 0.4 * rng.random(sim.model.nu)
        sim.step(2)


@pytest.mark.parametrize("built_for", ["young-adult", "older-adult"])
def test_each_moves_as_alone(built_for):
    together = simulation(WALKERS[built_for], len(PEOPLE))
    give_muscles(together, build_body("human", WALKERS[built_for]), PEOPLE)
    move(together)
    for i, walker in enumerate(PEOPLE):
        alone = simulation(walker, 1)
        length, velocity = together.fibre_length[i], together.fibre_velocity[i]
        tension = together.muscles.tension(
            together.act, together.fibre_length, together.fibre_velocity
        )[i]
        wanted = alone.muscles.tension(together.act[i], length, velocity)
        np.testing.assert_allclose(tension, wanted, rtol=1e-12)
        move(alone)
        np.testing.assert_allclose(together.qpos[i], alone.qpos[0], atol=1e-9, err_msg=walker.name)
        np.testing.assert_allclose(together.act[i], alone.act[0], atol=1e-9)
    young, old = together.qpos[0], together.qpos[1]
    assert np.abs(young - old).max() > 0.01


def test_who_does_not_fit_is_refused():
    sim, body = simulation(Walker(), 2), build_body()
    with pytest.raises(ConfigError, match="1 walkers for 2"):
        give_muscles(sim, body, [Walker()])
    with pytest.raises(ConfigError, match=r"'tall': height_m is 1\.9"):
        give_muscles(sim, body, [Walker(), Walker("tall", height_m=1.9)])
    with pytest.raises(ConfigError, match="sex is 'female'"):
        give_muscles(sim, body, [Walker(), Walker("woman", sex="female")])
