"""Forward model: predicts the present state of the body from a delayed one.

Sensed values are late; people make up for the lateness that they are used to by predicting, from
what they sensed and what they have commanded since, where the body is now (a forward model: Miall
and Wolpert 1996, Neural Netw 9:1265). The prediction is right as long as nothing from outside
interferes; a push, a slip or a trip is known only a delay later. Here a second batch of the same
model goes on from the state a delay ago with the commands given since.
"""

from __future__ import annotations

import copy

import mujoco
import numpy as np

from ...sim.physics.model_fields import field_of
from ...sim.physics.simulation import Simulation
from .history import History

_BODY = ("qpos", "qvel", "act", "qacc_warmstart")
_MOVED_FROM_OUTSIDE = ("mocap_pos", "mocap_quat")  # belts and bars, as they were then
_COMMANDS = ("ctrl", "qfrc_applied")


class ForwardModel:
    """Predicts the present state of simulations from a state some control steps ago.

    The model of the body and ground is the simulation's as it was at that time, without what
    effects do from outside (pushes, bars); where each simulation has a model of its own it is that
    of the start.

    Args:
        sim: the simulation. period_s: control period. longest: steps that it must go back.
    """

    def __init__(self, sim: Simulation, period_s: float, longest: int) -> None:
        self._sim, self._longest = sim, longest
        self._substeps = round(period_s / sim.time_step)
        self._batch = sim.twin()
        self._models: list[mujoco.MjModel] | None = None
        if sim.fields.models is not None:
            self._models = [copy.copy(model) for model in sim.fields.models]
            self._batch.set_models(self._models)
        moved = _MOVED_FROM_OUTSIDE if sim.model.nmocap else ()
        self._state = (*_BODY, *moved)
        self._own = {name: self._batch.bind(name) for name in (*self._state, *_COMMANDS)}
        self.qpos, self.qvel = self._own["qpos"], self._own["qvel"]
        self.sensors = self._batch.bind("sensordata")
        self._past = {name: History(sim.bind(name), longest + 1) for name in self._own}
        fields = sim.fields.expanded.items()
        self._fields = {name: History(live, longest + 1) for name, live in fields}
        self._known = np.full(sim.n, -1)  # control steps since the reset

    def reset(self, ids: np.ndarray, new_ground: bool = False) -> None:
        """Start simulations `ids` anew from their present state, maybe on other ground."""
        if new_ground and self._models is not None and self._sim.fields.models is not None:
            for i in map(int, ids):
                self._models[i] = copy.copy(self._sim.fields.models[i])
            self._batch.set_models(self._models)
        self._known[ids] = -1
        for history in (*self._past.values(), *self._fields.values()):
            history.fill(ids)

    def push(self) -> None:
        """Remember the present state and what was commanded during the last control step."""
        for name, live in self._sim.fields.expanded.items():
            if name not in self._fields:  # until this step it was the model's
                before = field_of(self._sim.model, name)
                self._fields[name] = History(live, self._longest + 1, before)
        for history in (*self._past.values(), *self._fields.values()):
            history.push()
        self._known += 1

    def predict(self, rows: np.ndarray, steps: np.ndarray) -> None:
        """Advance the state of `rows` from `steps` ago to the one predicted for now.

        Since a reset no more is known than has passed; before, prediction starts there.

        Args:
            rows: (k,) simulations. steps: (k,) control steps, at least 1.
        """
        for name, history in self._fields.items():
            self._batch.expand(name)[rows] = history.ago(rows, steps)
        steps = np.minimum(steps, self._known[rows])
        now = rows[steps == 0]
        for name in self._state:
            self._own[name][now] = self._past[name].ago(now, 0)
        if now.size:
            self._batch.forward(now)
        lost: set[int] = set()
        for step in range(int(steps.max()), 0, -1):
            fresh = rows[steps == step]
            for name in self._state:
                self._own[name][fresh] = self._past[name].ago(fresh, step)
            going = rows[steps >= step]
            for name in _COMMANDS:
                self._own[name][going] = self._past[name].ago(going, step - 1)
            lost.update(self._batch.step(self._substeps, going))
        if lost:  # nothing can be expected of them: taken as they are
            failed = np.array(sorted(lost), int)
            self._batch.reset(failed)
            for name in self._state:
                self._own[name][failed] = self._past[name].ago(failed, 0)
            self._batch.forward(failed)
