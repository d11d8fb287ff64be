"""Policy steps a second of `excitation` environments on MuJoCo Warp, beside its physics alone.

python -P deploy/gpu_rates.py --device cuda --walkers 1024 4096
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import mujoco
import mujoco_warp
import numpy as np
import warp

from retrowalk.envs.gym.vector import WalkVectorEnv
from retrowalk.sim.physics.warp_backend import CONSTRAINTS, CONTACTS, find_device

SUBSTEPS = 8  # of 2.5 ms in a policy step


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


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--device", default="cuda")
    asked.add_argument("--walkers", type=int, nargs="+", default=[1024, 4096])
    asked.add_argument("--steps", type=int, default=50)
    given = asked.parse_args()
    device = find_device(given.device)
    for n in given.walkers:
        env = WalkVectorEnv(
            n,
            action_mode="excitation",
            autoreset_mode="SameStep",
            backend="warp",
            device=given.device,
        )
        env.reset(seed=1)
        slack = np.full(env.action_space.shape or (), -0.9)
        ours = seconds(lambda env=env, slack=slack: env.step(slack), given.steps, device)
        alone = seconds(bare(env, device), given.steps, device)
        print(
            f"{n} walkers: {n / ours:,.0f} policy steps/s, {SUBSTEPS * n / alone:,.0f} physics "
            f"steps/s alone, the first over the second {alone / ours:.2f}"
        )


if __name__ == "__main__":
    main()
