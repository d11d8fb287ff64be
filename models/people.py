"""Many people of one size in one batch: muscles that differ from simulation to simulation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np

from ..sim.errors import ConfigError
from ..sim.physics.muscle import MuscleSet
from ..sim.physics.simulation import Simulation
from .body import Body
from .physiology import group_strength, muscle_curve
from .walker import Walker

_SHAPE = ("height_m", "mass_kg", "sex")  # what the skeleton is built from


def give_muscles(sim: Simulation, body: Body, walkers: Sequence[Walker]) -> None:
    """Give every simulation the muscles of its own walker.

    `sim.muscles` holds arrays (n, muscles) afterwards, which broadcast as those of one body do.

    Args:
        sim: of `body`. body: built for some walker. walkers: one for each simulation.

    Raises:
        ConfigError: not one walker for each simulation, or one of another size or sex than the
            body's, whose skeleton one batch cannot hold.
    """
    if len(walkers) != sim.n:
        raise ConfigError(f"{len(walkers)} walkers for {sim.n} simulations")
    for walker in walkers:
        for field in _SHAPE:
            mine, needed = getattr(walker, field), getattr(body.walker, field)
            if mine != needed:
                raise ConfigError(
                    f"walker '{walker.name}': {field} is {mine!r}; all in one batch need the "
                    f"body's {needed!r}"
                )
    built = [group_strength(body.walker, row.group) for row in body.muscles]
    force = np.array(
        [
            [
                row.max_isometric_force_n / factor * group_strength(walker, row.group)
                for row, factor in zip(body.muscles, built, strict=True)
            ]
            for walker in walkers
        ]
    )
    curves = [muscle_curve(walker) for walker in walkers]
    column = {
        name: np.array([[getattr(curve, name)] for curve in curves])
        for name in ("activation_s", "deactivation_s", "vmax", "fpmax", "fvmax")
    }
    gain = np.repeat(sim.model.actuator_gainprm[None], sim.n, 0)
    gain[..., 2] = force
    for index, name in ((6, "vmax"), (7, "fpmax"), (8, "fvmax")):
        gain[..., index] = column[name]
    dynamics = np.repeat(sim.model.actuator_dynprm[None], sim.n, 0)
    dynamics[..., 0], dynamics[..., 1] = column["activation_s"], column["deactivation_s"]
    sim.fields.set("actuator_gainprm", None, gain)
    sim.fields.set("actuator_biasprm", None, gain)
    sim.fields.set("actuator_dynprm", None, dynamics)
    own = replace(
        MuscleSet.from_model(sim.model),
        max_isometric_force=force,
        rise_s=column["activation_s"],
        fall_s=column["deactivation_s"],
        vmax=column["vmax"],
        fpmax=column["fpmax"],
        fvmax=column["fvmax"],
    )
    shape = force.shape
    spread = {f.name: np.broadcast_to(getattr(own, f.name), shape).copy() for f in fields(own)}
    sim.give_muscles(MuscleSet(**spread))
