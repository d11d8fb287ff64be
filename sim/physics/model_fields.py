"""Fields of the model that differ from simulation to simulation.

A batch either shares one model and expands single fields, or runs every simulation on a model of
its own: needed where the ground differs, because the heights of a height field cannot be expanded.
MuJoCo excludes one by the other. Here both are written and read alike.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import mujoco
import numpy as np

from ..errors import SimulationError
from ..ground.ground import OwnModel
from ..plain_values import is_array
from .backend import Backend

# surfacevel is an input of mj_setConst only to see whether any geom has one
_INPUTS: tuple[str, ...] = getattr(mujoco.MjModel, "_setconst_inputs", ())
_CONSTANTS_DEPEND = frozenset(_INPUTS) - {"geom_surfacevel"}


class ModelFields:
    """Per-simulation fields of a batch's model.

    Args:
        sims: the batch. own: makes each simulation's own model; None where all share one.

    Attributes:
        expanded: the fields that differ so far by name, live, (n, ...), where all share one model.
        models: of each simulation, or None where all share one.
    """

    def __init__(self, sims: Backend, own: OwnModel | None = None) -> None:
        self._batch = sims
        self.expanded: dict[str, np.ndarray] = {}
        self.models: list[mujoco.MjModel] | None = None
        if own is not None:
            self.models = [copy.copy(sims.model) for _ in range(sims.n)]
            for i, model in enumerate(self.models):
                own(model, i)
            sims.set_models(self.models)

    def set(
        self,
        name: str,
        ids: np.ndarray | Sequence[int] | None,
        value: np.ndarray | float | Sequence[float],
        rows: np.ndarray | Sequence[int] | int | None = None,
    ) -> None:
        """Write field `name` of simulations `ids`; it counts from the next step on.

        Where constants follow from the field (masses, positions, sizes), they are computed again;
        that takes a while, so do it between trials.

        Args:
            name: of an array of MjModel (`geom_friction`) or of its options (`opt.gravity`).
            ids: (k,) simulations; None for all.
            value: what broadcasts to (k, *the field's shape), or to (k, rows, ...) with `rows`.
            rows: which geoms, bodies, actuators ... to write; None for all of them.

        Raises:
            SimulationError: no such field, or one that cannot differ between simulations.
        """
        chosen = np.arange(self._batch.n) if ids is None else np.asarray(ids)
        at = None if rows is None else np.atleast_1d(rows)
        if self.models is None:
            field = self._expand(name)
            field[chosen if at is None else np.ix_(chosen, at)] = value
        else:
            shape = field_of(self._batch.model, name)[... if at is None else at].shape
            for i, one in zip(chosen, np.broadcast_to(value, (len(chosen), *shape)), strict=True):
                field_of(self.models[i], name)[... if at is None else at] = one
        if name in _CONSTANTS_DEPEND:
            self._follow(chosen)
        elif self.models is not None:
            self._batch.set_models(self.models)

    def renew(self, own: OwnModel, ids: np.ndarray) -> None:
        """Let `own` rewrite what differs in the models of simulations `ids`, if anything."""
        if self.models is None:
            return
        for i in map(int, ids):
            own(self.models[i], i)
        self._batch.set_models(self.models)

    def get(self, name: str) -> np.ndarray:
        """Return a copy of field `name` of all simulations, (n, *the field's shape).

        Raises:
            SimulationError: no such field.
        """
        if self.models is not None:
            return np.stack([field_of(model, name) for model in self.models])
        if name in self.expanded:
            return self.expanded[name].copy()
        models = (self._batch.model_of(i) for i in range(self._batch.n))
        return np.stack([field_of(model, name) for model in models])

    def _expand(self, name: str) -> np.ndarray:
        if name not in self.expanded:
            field_of(self._batch.model, name)
            try:
                self.expanded[name] = self._batch.expand(name)
            except ValueError as error:
                raise SimulationError(
                    f"the model's field '{name}' cannot differ between simulations: {error}"
                ) from error
        return self.expanded[name]

    def _follow(self, ids: np.ndarray) -> None:
        """Recompute the constants that depend on the fields written."""
        if self.models is None:
            self._batch.set_constants(ids)
            return
        for i in map(int, ids):
            mujoco.mj_setConst(self.models[i], mujoco.MjData(self.models[i]))
        self._batch.set_models(self.models)


def field_of(model: mujoco.MjModel, name: str) -> np.ndarray:
    """Return the array of `model` that `name` means."""
    holder: Any = model.opt if name.startswith("opt.") else model
    field = getattr(holder, name.removeprefix("opt."), None)
    if not is_array(field):
        raise SimulationError(f"the model has no array '{name}'")
    return field
