"""Physics backends: the protocol that `Simulation` needs, and `mujoco.batch` on the CPU.

No other module knows `mujoco.batch`. `warp_backend` is for other hardware; `backends` finds one by
its name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Protocol

import mujoco
import numpy as np
from mujoco import batch

_LOG = "MUJOCO_LOG.TXT"
_UP_TO_VELOCITY = mujoco.mjtStage.mjSTAGE_VEL.value


class Backend(Protocol):
    """A batch of simulations of one compiled model."""

    @property
    def model(self) -> mujoco.MjModel:
        """The model that all share at first."""
        ...

    @property
    def n(self) -> int:
        """Number of simulations."""
        ...

    @property
    def warnings(self) -> np.ndarray:
        """Last value and count of each of MuJoCo's warnings, (n, kinds, 2), live."""
        ...

    def bind(self, name: str) -> np.ndarray:
        """Return array `name` of MjData of all simulations, live, (n, ...)."""
        ...

    def expand(self, name: str) -> np.ndarray:
        """Return array `name` of the model, live, one for each simulation, (n, ...).

        Raises:
            ValueError: the array cannot differ between simulations.
        """
        ...

    def set_models(self, models: Sequence[mujoco.MjModel]) -> None:
        """Give every simulation a model of its own; excludes `expand`."""
        ...

    def model_of(self, i: int) -> mujoco.MjModel:
        """Return the model of simulation `i`."""
        ...

    def set_constants(self, ids: np.ndarray) -> None:
        """Recompute what the models of simulations `ids` derive from expanded arrays."""
        ...

    def reset(self, ids: np.ndarray) -> None:
        """Put simulations `ids` back to the model's defaults."""
        ...

    def forward(self, ids: np.ndarray | None = None, *, motion_only: bool = False) -> None:
        """Compute all that depends on the state of simulations `ids` (all: None).

        `motion_only` stops at positions and velocities: no forces.
        """
        ...

    def step(self, substeps: int, ids: np.ndarray | None = None) -> Sequence[int]:
        """Advance simulations `ids` (all: None) by `substeps` time steps.

        Afterwards positions, velocities and all that follows from these are those of the present.

        Returns:
            the simulations that could not be stepped.
        """
        ...


MakeBackend = Callable[[mujoco.MjModel, int, int], Backend]
"""Makes a batch of a model, a number of simulations and a number of threads."""


class CpuBatch:
    """`mujoco.batch` on `threads` threads of the processor.

    Args:
        model: compiled. n: number of simulations. threads: that share them.
        persistent: keep the threads between steps.

    Attributes:
        raw: the batch itself, for those who time it alone.
    """

    def __init__(
        self, model: mujoco.MjModel, n: int, threads: int = 1, *, persistent: bool = True
    ) -> None:
        keep_quiet()
        self.raw = batch.Batch(model, n, threads, persistent=persistent)
        self.bind, self.expand = self.raw.bind, self.raw.expand
        self.set_models = self.raw.set_models

    @property
    def model(self) -> mujoco.MjModel:
        """The model that all share at first."""
        return self.raw.model

    @property
    def n(self) -> int:
        """Number of simulations."""
        return self.raw.nsim

    @property
    def warnings(self) -> np.ndarray:
        """MuJoCo's warnings, see `Backend`."""
        return self.raw.warning

    def model_of(self, i: int) -> mujoco.MjModel:
        """Return the model of simulation `i`."""
        return self.raw.get_model(i)

    def set_constants(self, ids: np.ndarray) -> None:
        """Recompute derived constants; see `Backend`."""
        self.raw.set_const(ids=ids.astype(np.int32))

    def reset(self, ids: np.ndarray) -> None:
        """Put simulations `ids` back to the model's defaults."""
        self.raw.reset(ids=ids.astype(np.int32))

    def forward(self, ids: np.ndarray | None = None, *, motion_only: bool = False) -> None:
        """Compute all that depends on the state; see `Backend`."""
        if motion_only:
            self.raw.forward(ids=_rows(ids), stage=_UP_TO_VELOCITY)
        else:
            self.raw.forward(ids=_rows(ids))

    def step(self, substeps: int, ids: np.ndarray | None = None) -> Sequence[int]:
        """Advance simulations `ids`; see `Backend`."""
        try:
            self.raw.step(ids=_rows(ids), nstep=substeps, stage=_UP_TO_VELOCITY)
        except batch.SimulationError as error:
            return [int(i) for i in error.ids]
        return ()


@cache
def keep_quiet() -> None:
    """Keep MuJoCo from printing warnings; they are counted in `warnings`.

    By default each goes to the terminal and into MUJOCO_LOG.TXT in the current folder. Whoever has
    chosen otherwise keeps the choice.
    """
    log = mujoco.MjLogConfig.get()
    if log.logto_console and log.logto_file and log.logfile == _LOG:
        log.logto_console = log.logto_file = False
        log.set()


def _rows(ids: np.ndarray | None) -> np.ndarray | None:
    return None if ids is None else np.asarray(ids, np.int32)
