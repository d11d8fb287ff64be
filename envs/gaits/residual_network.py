"""Residual network of the reference gait: its observations and the torques it may add.

It sees and acts in the frame of stance and swing leg, mirrored where the right leg stands, so that
left and right are the same to it. Two layers of tanh; its weights lie beside the gait's gains.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from io import BytesIO
from pathlib import Path

import numpy as np

from ...models.roles import Roles
from ...sim.errors import ConfigError
from ...sim.physics.simulation import Simulation
from ...sim.shortage import raise_shortage
from .body_units import BodyUnits, SeenState
from .foot_placement import GRAVITY
from .geometry import tilt
from .leg_control import ANKLE, HIP_ADDUCTION, HIP_FLEXION, HIP_ROTATION, KNEE
from .step_clock import StepClock

HELD = 4  # control periods for which an action is held
_ONE_LEG = [40.0, 40.0, 20.0, 30.0, 35.0, 10.0, 0.0]
LARGEST = np.array([*_ONE_LEG, *_ONE_LEG, 30.0, 30.0, 15.0])  # N.m: stance leg, swing leg, trunk
PACE = 0.3  # of the clock's rate, the most that the last action adds
ACTIONS = len(LARGEST) + 1
_LEG = (HIP_FLEXION, HIP_ADDUCTION, HIP_ROTATION, KNEE, ANKLE)
_FLIP = np.array([1.0, -1.0, 1.0])  # a vector seen in a mirror along y
_TURN = np.array([-1.0, 1.0, -1.0])  # a turn seen in it
FARTHEST = 6.0  # standard deviations at which an observation is cut off
ASTRAY = 0.3  # m, beyond which a walker's place across the way is seen as this
_LAYERS = 3


class ResidualSenses:
    """What the network sees of walkers, (n, `size`): as if each stood on its left foot.

    Args:
        sim: the simulation. roles: of its body's joints. units: of its body, which a state is in.
    """

    size = 5 * 3 + 2 * 2 * len(_LEG) + 1 + 5 + ACTIONS + 1

    def __init__(self, sim: Simulation, roles: Roles, units: BodyUnits) -> None:
        self._weight = sim.mass / units.mass * GRAVITY
        self._qpos = sim.joint_qpos[roles.legs][:, _LEG]
        self._dof = sim.joint_dof[roles.legs][:, _LEG]
        self._rows = np.arange(sim.n)

    def read(
        self, state: SeenState, clock: StepClock, last: np.ndarray, asked: np.ndarray
    ) -> np.ndarray:
        """Observations; `last` (n, ACTIONS): the actions before, `asked` (n,): speed [m/s]."""
        n, rows, stance = state.n, self._rows, clock.stance
        right = (stance == 1)[:, None]

        def seen(vector: np.ndarray, flip: np.ndarray) -> np.ndarray:
            return np.where(right, vector * flip, vector)

        matrix = state.body_matrix[:, state.root].reshape(n, 3, 3)
        spin = (matrix @ state.root_spin[:, :, None])[:, :, 0]
        place = state.com - state.body_position[rows, state.feet[stance]]
        moving = state.com_velocity.copy()
        moving[:, 0] -= state.ground_velocity
        trunk = tilt(state.body_matrix[:, state.trunk].reshape(n, 3, 3))
        order = np.where(right, [[1, 0]], [[0, 1]])[:, :, None]
        angle = np.take_along_axis(state.qpos[:, self._qpos], order, 1).reshape(n, -1)
        rate = np.take_along_axis(state.qvel[:, self._dof], order, 1).reshape(n, -1)
        drift = np.where(stance == 1, -1.0, 1.0) * np.clip(state.com[:, 1], -ASTRAY, ASTRAY)
        turn, load = 2.0 * np.pi * clock.step_phase, state.vertical_load / self._weight
        return np.hstack(
            [
                *(seen(place, _FLIP), seen(moving, _FLIP)),
                *(seen(tilt(matrix), _TURN), seen(spin, _TURN), seen(trunk, _TURN)),
                *(angle, rate, drift[:, None]),
                *(np.sin(turn)[:, None], np.cos(turn)[:, None], clock.step_phase[:, None]),
                *(load[rows, stance][:, None], load[rows, 1 - stance][:, None], last),
                asked[:, None],
            ]
        )


@dataclass(frozen=True)
class ResidualNetwork:
    """Weights of two layers of tanh and one of numbers, and how observations are scaled.

    Attributes:
        weights, biases: (_LAYERS) arrays, (out, in) and (out,). mean, deviation: (size,).
    """

    weights: Sequence[np.ndarray]
    biases: Sequence[np.ndarray]
    mean: np.ndarray
    deviation: np.ndarray

    def act(self, seen: np.ndarray) -> np.ndarray:
        """Actions (n, ACTIONS), -1 to 1, for observations (n, size)."""
        x = np.clip((seen - self.mean) / self.deviation, -FARTHEST, FARTHEST)
        for i, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            x = (x[:, None, :] * weight).sum(2) + bias  # row by row: the same in any batch
            if i < _LAYERS - 1:
                x = np.tanh(x)
        return np.clip(x, -1.0, 1.0)

    @property
    def digest(self) -> str:
        """sha256 of all its numbers."""
        parts = [*self.weights, *self.biases, self.mean, self.deviation]
        return hashlib.sha256(
            b"".join(np.ascontiguousarray(p).tobytes() for p in parts)
        ).hexdigest()


def network_bytes(network: ResidualNetwork) -> bytes:
    """Return the content of a network's file: a compressed .npz of 32-bit numbers."""
    arrays = {f"weight_{i}": w for i, w in enumerate(network.weights)}
    arrays |= {f"bias_{i}": b for i, b in enumerate(network.biases)}
    arrays |= {"mean": network.mean, "deviation": network.deviation}
    file = BytesIO()
    np.savez_compressed(file, **{k: v.astype(np.float32) for k, v in arrays.items()})  # type: ignore[arg-type]
    return file.getvalue()


def read_network(path: Path | Traversable) -> ResidualNetwork:
    """Read a network of which `network_bytes` gave the content.

    Raises:
        ConfigError: the file cannot be read, or its shapes are not those of this version.
    """
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            weights = [stored[f"weight_{i}"].astype(float) for i in range(_LAYERS)]
            biases = [stored[f"bias_{i}"].astype(float) for i in range(_LAYERS)]
            mean, deviation = stored["mean"].astype(float), stored["deviation"].astype(float)
    except Exception as error:  # damage shows as any error of what reads it
        raise_shortage(error)
        raise ConfigError(f"{path}: not a readable network ({error})") from error
    sizes = [ResidualSenses.size, *(bias.size for bias in biases)]
    shapes = [*zip(sizes[1:], sizes[:-1], strict=True), (sizes[0],), (sizes[0],)]
    if sizes[-1] != ACTIONS or [one.shape for one in (*weights, mean, deviation)] != shapes:
        raise ConfigError(
            f"{path}: its layers do not fit; the reference gait shows {sizes[0]} numbers and takes "
            f"{ACTIONS}"
        )
    numbers = [*weights, *biases, mean, deviation]
    if not all(np.isfinite(one).all() for one in numbers) or not (deviation > 0.0).all():
        raise ConfigError(f"{path}: holds what is no number (NaN), or no deviation")
    return ResidualNetwork(weights, biases, mean, deviation)
