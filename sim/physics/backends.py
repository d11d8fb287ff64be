"""Physics backends by name: `mujoco` on the processor, `warp` on a GPU."""

from __future__ import annotations

from mujoco import MjModel

from ..errors import ConfigError, unknown_name
from .backend import Backend, CpuBatch, MakeBackend

BACKENDS = ("mujoco", "warp")


def find_backend(backend: str, device: str) -> MakeBackend:
    """Return what makes batches of `backend` on `device` (`cpu`, `cuda`, `cuda:0`).

    Raises:
        ConfigError: there is no such backend, or no such device here.
        RetrowalkError: the extra of the backend is not installed.
    """
    if backend not in BACKENDS:
        raise unknown_name("backend", backend, BACKENDS)
    if backend == "warp":
        return _warp(device)
    if device != "cpu":
        raise ConfigError(f"device: '{device}' is for backend 'warp'; 'mujoco' takes 'cpu'")
    return CpuBatch


def _warp(device: str) -> MakeBackend:
    from .warp_backend import WarpBatch, find_device  # of an extra

    find_device(device)

    def make(model: MjModel, n: int, threads: int) -> Backend:
        return WarpBatch(model, n, device)

    return make
