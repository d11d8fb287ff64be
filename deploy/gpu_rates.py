"""Policy steps a second of environments on MuJoCo Warp, beside its physics alone.

Through the host (arrays of numpy) and as tensors that stay on the device.

python -P deploy/gpu_rates.py --device cuda --walkers 1024 4096 --modes excitation joint
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import mujoco
import mujoco_warp
import numpy as np
import torch
import warp

from retrowalk.envs.gym.tensors import as_tensor_env
from retrowalk.envs.gym.vector import WalkVectorEnv
from retrowalk.sim.physics.warp_backend import CONSTRAINTS, CONTACTS, find_device

SUBSTEPS = 8  # of 2.5 ms in a policy step
SLACK = {"excitation": -0.9, "joint": 0.0}


def seconds(work: Callable[[], object], repeats: int, device: warp.Device) -> float:
    """Seconds that `work` takes, compiled and captured before."""
    for _ in range(3):
        work()
    warp.synchronize_device(device)
    began = time.perf_counter()
    for _ in range(repeats):
        work()
    warp.synchronize_device(device)
    return (time.perf_counter() - began) / repeats


def bare(env: WalkVectorEnv, device: warp.Device) -> Callable[[], None]:
    """Return a policy step's physics alone, from where the walkers stand now."""
    sim = env.walks[0].sim
    start = mujoco.MjData(sim.model)
    mujoco.mj_forward(sim.model, start)
    with warp.ScopedDevice(device):
        model = mujoco_warp.put_model(sim.model)
        sizes = {"nworld": sim.n, "nconmax": CONTACTS, "njmax": CONSTRAINTS}
        data = mujoco_warp.put_data(sim.model, start, **sizes)
    model.opt.warn_overflow = 0
    for name in ("qpos", "qvel", "act", "ctrl"):
        getattr(data, name).assign(getattr(sim, name).astype(np.float32))

    def step() -> None:
        for _ in range(SUBSTEPS):
            mujoco_warp.step(model, data)

    if not device.is_cuda:
        return step
    with warp.ScopedDevice(device):
        step()
        with warp.ScopedCapture() as capture:
            step()
    return lambda: warp.capture_launch(capture.graph)


def rates(n: int, mode: str, device: str, steps: int) -> str:
    """Measure `n` walkers of an action mode; return a line of what was found."""
    place = find_device(device)
    env = WalkVectorEnv(
        n, action_mode=mode, autoreset_mode="SameStep", backend="warp", device=device
    )
    env.reset(seed=1)
    slack = np.full(env.action_space.shape or (), SLACK[mode])
    through_host = seconds(lambda: env.step(slack), steps, place)
    alone = seconds(bare(env, place), steps, place)
    tensors = as_tensor_env(env)
    tensors.reset(seed=1)
    actions = torch.tensor(slack, dtype=torch.float32, device=tensors.device)
    on_device = seconds(lambda: tensors.step(actions), steps, place)
    return (
        f"{mode}, {n} walkers: {n / on_device:,.0f} policy steps/s as tensors, "
        f"{n / through_host:,.0f} through the host, {SUBSTEPS * n / alone:,.0f} physics steps/s "
        f"alone, whose time is {alone / on_device:.2f} of a step's as tensors, "
        f"{alone / through_host:.2f} through the host"
    )


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--device", default="cuda")
    asked.add_argument("--walkers", type=int, nargs="+", default=[1024, 4096])
    asked.add_argument("--modes", nargs="+", default=list(SLACK), choices=list(SLACK))
    asked.add_argument("--steps", type=int, default=50)
    given = asked.parse_args()
    for mode in given.modes:
        for n in given.walkers:
            print(rates(n, mode, given.device, given.steps), flush=True)


if __name__ == "__main__":
    main()
