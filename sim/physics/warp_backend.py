"""MuJoCo Warp as a backend: the same physics in float32, on a GPU or on Warp's CPU device.

Arrays that the simulation reads and writes lie in the host's memory. They are the truth: before the
device works it takes over state and inputs from them, afterwards they take over the rows asked for.
So what a simulation does depends on that simulation alone, as with the backend of the CPU.

After `hand_over` the truth is on the device: torch sees the arrays there (`tensor`, `field`) where
they are, `advance` steps them, and nothing is copied any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import mujoco
import numpy as np

from ..errors import ConfigError, RetrowalkError, SimulationError
from ..extras import needs_extra

if TYPE_CHECKING:
    import warp

CONTACTS, CONSTRAINTS = 48, 240  # room of each simulation: what a fallen body needs, and half more
_BAD = mujoco.mjtWarning.mjWARN_BADQACC.value
_TAKEN = (
    *("time", "qpos", "qvel", "act", "qacc_warmstart", "mocap_pos", "mocap_quat"),
    *("ctrl", "qfrc_applied", "xfrc_applied"),
)
"""State and inputs, which the device takes over before it works."""


class WarpBatch:
    """n simulations of one model on one device; see `Backend`.

    Args:
        model: compiled. n: number of simulations. device: as `find_device` takes it.

    Attributes:
        warnings: of simulations that have blown up or met more than there is room for.

    Raises:
        RetrowalkError: the extra `gpu` is not installed.
        ConfigError: there is no such device.
        SimulationError: the model has what MuJoCo Warp cannot compute.
    """

    def __init__(self, model: mujoco.MjModel, n: int, device: str = "cpu") -> None:
        self._device = find_device(device)
        import mujoco_warp
        import warp

        self._warp, self._physics = warp, mujoco_warp
        self.model, self.n = model, n
        self.warnings = np.zeros((n, mujoco.mjtWarning.mjNWARNING.value, 2), np.int32)
        start = mujoco.MjData(model)
        self._start = {name: np.copy(getattr(start, name)) for name in _TAKEN}
        mujoco.mj_forward(model, start)
        with warp.ScopedDevice(self._device):
            try:
                self._model = mujoco_warp.put_model(model)
                self._data = mujoco_warp.put_data(
                    model, start, nworld=n, nconmax=CONTACTS, njmax=CONSTRAINTS
                )
            except NotImplementedError as error:
                raise SimulationError(f"backend 'warp' cannot compute this body: {error}") from None
        self._model.opt.warn_overflow = 0  # `_failed` tells
        kinds = mujoco_warp.OverflowType
        self._no_room = kinds.NEFC | kinds.NJMAX_NNZ | kinds.BROADPHASE | kinds.NARROWPHASE
        self._arrays: dict[str, _Shared] = {}
        self._fields: dict[str, _Shared] = {}
        self._graphs: dict[int, Any] = {}
        self._tensors: dict[str, Any] = {}
        for name in _TAKEN:
            self.bind(name)

    def bind(self, name: str) -> np.ndarray:
        """Return array `name` of MjData of all simulations, live, (n, ...)."""
        if name not in self._arrays:
            shape = np.shape(getattr(mujoco.MjData(self.model), name))
            self._arrays[name] = shared = _Shared(getattr(self._data, name), (self.n, *shape))
            shared.fetch()
            self._warp.synchronize_device(self._device)
            shared.take(None)
        return self._arrays[name].live

    def expand(self, name: str) -> np.ndarray:
        """Return array `name` of the model, live, one for each simulation, (n, ...).

        Raises:
            ValueError: the array cannot differ between simulations here.
        """
        if name not in self._fields:
            shared: Any = getattr(self._model, name, None)
            if name.startswith("opt.") or shared is None or shared.ndim < 2:
                raise ValueError("backend 'warp' has it but once")
            values = getattr(self.model, name)
            rows = np.broadcast_to(values, (self.n, *values.shape)).astype(np.float32)
            own = self._warp.array(rows, dtype=shared.dtype, device=self._device)
            setattr(self._model, name, own)
            if name == "geom_surfacevel":
                self._model.flg_surfacevel = True
            self._fields[name] = _Shared(own, rows.shape)
            self._fields[name].live[:] = rows
            self._graphs.clear()  # they know the array that was there before
        return self._fields[name].live

    def set_models(self, models: Sequence[mujoco.MjModel]) -> None:
        """Refuse: all simulations share one model."""
        raise ConfigError("backend 'warp' walks on ground without heights: flat, or a treadmill")

    def model_of(self, i: int) -> mujoco.MjModel:
        """Return the model, which all share."""
        return self.model

    def set_constants(self, ids: np.ndarray) -> None:
        """Refuse: what follows from masses and lengths is computed once."""
        raise ConfigError("backend 'warp': masses cannot differ between simulations")

    def reset(self, ids: np.ndarray) -> None:
        """Put simulations `ids` back to the model's defaults."""
        for name, value in self._start.items():
            self._arrays[name].live[ids] = value

    def forward(self, ids: np.ndarray | None = None, *, motion_only: bool = False) -> None:
        """Compute all that depends on the state; see `Backend`."""
        whole = partial(self._physics.forward, self._model, self._data)
        self._compute(self._motion if motion_only else whole)
        self._take_over(ids)

    def step(self, substeps: int, ids: np.ndarray | None = None) -> Sequence[int]:
        """Advance simulations `ids`; see `Backend`."""
        self._compute(partial(self._advance, substeps), substeps)
        self._take_over(ids)
        return self._failed(ids)

    def hand_over(self) -> None:
        """Give state, inputs and fields to the device, whose arrays are the truth from now on."""
        for shared in self._on_host:
            shared.give()
        self._warp.synchronize_device(self._device)

    def tensor(self, name: str) -> Any:
        """Return array `name` of MjData of all simulations as a tensor of torch, (n, ...).

        It is the device's own memory.
        """
        if name not in self._tensors:
            shape = np.shape(getattr(mujoco.MjData(self.model), name))
            found = self._warp.to_torch(getattr(self._data, name))
            self._tensors[name] = found.view(self.n, *shape)
        return self._tensors[name]

    def field(self, name: str) -> Any:
        """Return array `name` of the model, expanded before, in the same way, (n, ...)."""
        return self._warp.to_torch(getattr(self._model, name)).view(self.expand(name).shape)

    def advance(self, substeps: int) -> None:
        """Advance all simulations on the device; whoever reads them next by torch waits for it.

        On a GPU it runs in torch's present stream, as one graph of all substeps.
        """
        work, warp = partial(self._advance, substeps), self._warp
        with warp.ScopedDevice(self._device) as device:
            if not device.is_cuda:
                work()
                return
            if (graph := self._graphs.get(substeps)) is not None:
                warp.capture_launch(graph, stream=warp.stream_from_torch(device.ordinal))
                return
            warp.synchronize_device(device)  # torch's stream is another than Warp's
            self._work_or_capture(work, substeps)
            warp.synchronize_device(device)

    def overflown(self) -> Any:
        """Return which simulations met more than there is room for since the last call, (n,)."""
        if "overflow" not in self._tensors:
            self._tensors["overflow"] = self._warp.to_torch(self._data.overflow)
        flags = self._tensors["overflow"]
        found = (flags & int(self._no_room)) != 0
        flags.zero_()
        return found

    @property
    def _on_host(self) -> list[_Shared]:
        """What the device takes over from the host."""
        return [*self._fields.values(), *(self._arrays[name] for name in _TAKEN)]

    def _advance(self, substeps: int) -> None:
        for _ in range(substeps):
            self._physics.step(self._model, self._data)
        self._motion()

    def _motion(self) -> None:
        """Compute positions, velocities and what follows from them, but no contacts."""
        physics, model, data = self._physics, self._model, self._data
        physics.fwd_kinematics(model, data)
        physics.crb(model, data)
        physics.transmission(model, data)
        physics.sensor_pos(model, data)
        physics.fwd_velocity(model, data)
        physics.sensor_vel(model, data)

    def _compute(self, work: Callable[[], None], graph: int | None = None) -> None:
        """Let the device work on the state as it is; on a GPU as one graph, if it has a name.

        The first time is no graph: kernels are compiled then.
        """
        for shared in self._on_host:
            shared.give()
        with self._warp.ScopedDevice(self._device) as device:
            if graph is None or not device.is_cuda:
                work()
            else:
                self._work_or_capture(work, graph)

    def _work_or_capture(self, work: Callable[[], None], graph: int) -> None:
        """Work on Warp's stream: at first as it is, then as a graph that is captured once."""
        if graph not in self._graphs:
            work()
            self._graphs[graph] = None
            return
        if self._graphs[graph] is None:
            with self._warp.ScopedCapture() as capture:
                work()
            self._graphs[graph] = capture.graph
        self._warp.capture_launch(self._graphs[graph])

    def _take_over(self, ids: np.ndarray | None) -> None:
        for shared in self._arrays.values():
            shared.fetch()
        self._warp.synchronize_device(self._device)
        for shared in self._arrays.values():
            shared.take(ids)

    def _failed(self, ids: np.ndarray | None) -> Sequence[int]:
        """Simulations that are no numbers any more, or met more than there is room for."""
        full = (self._data.overflow.numpy() & self._no_room) != 0
        lost = ~np.isfinite(self._arrays["qvel"].live).all(1) | full
        self._data.overflow.zero_()
        chosen = lost if ids is None else np.isin(np.arange(self.n), ids) & lost
        return [int(i) for i in np.flatnonzero(chosen)]


class _Shared:
    """An array of the device and its copy in the host's memory, `live` (n, ...).

    Between them lies memory that the device copies from and to by itself; on Warp's CPU device it
    is the device's own.
    """

    def __init__(self, array: warp.array, shape: tuple[int, ...]) -> None:
        import warp

        self._copy, self._device, self._between = warp.copy, array, array
        if array.device.is_cuda:
            self._between = warp.empty_like(array, device="cpu", pinned=True)
        self._view: np.ndarray = self._between.numpy().reshape(shape)
        self.live = np.zeros(shape, np.float32)

    def give(self) -> None:
        """Let the device take over what is live."""
        self._view[...] = self.live
        if self._between is not self._device:
            self._copy(self._device, self._between)

    def fetch(self) -> None:
        """Let the device send what it has."""
        if self._between is not self._device:
            self._copy(self._between, self._device)

    def take(self, ids: np.ndarray | None) -> None:
        """Take over rows `ids` (all: None) of what was sent."""
        if ids is None:
            self.live[...] = self._view
        else:
            self.live[ids] = self._view[ids]


@cache
def find_device(name: str) -> warp.Device:
    """Return Warp's device `name`: `cpu`, `cuda`, or one of several GPUs, `cuda:0`.

    Raises:
        RetrowalkError: the extra `gpu` is not installed.
        ConfigError: there is no such device.
    """
    try:
        import_module("mujoco_warp")
        import warp
    except ImportError as error:
        raise RetrowalkError(needs_extra("backend 'warp'", "gpu", error)) from error
    warp.config.log_level = warp.LOG_WARNING
    warp.init()
    try:
        return warp.get_device(name)
    except (ValueError, RuntimeError):
        there = ", ".join(str(device) for device in warp.get_devices())
        raise ConfigError(f"device: '{name}' is not on this machine; there is {there}") from None
