"""What this project uses of MuJoCo Warp, which is of the extra `gpu`."""

from enum import IntFlag

import mujoco
from warp import array

class OverflowType(IntFlag):
    NEFC: int
    NJMAX_NNZ: int
    BROADPHASE: int
    NARROWPHASE: int

class Option:
    warn_overflow: int

class Model:
    opt: Option
    flg_surfacevel: bool

class Data:
    overflow: array

def put_model(mjm: mujoco.MjModel) -> Model: ...
def put_data(
    mjm: mujoco.MjModel, mjd: mujoco.MjData, nworld: int, nconmax: int, njmax: int
) -> Data: ...
def forward(m: Model, d: Data) -> None: ...
def step(m: Model, d: Data) -> None: ...
def fwd_kinematics(m: Model, d: Data) -> None: ...
def fwd_velocity(m: Model, d: Data) -> None: ...
def crb(m: Model, d: Data) -> None: ...
def transmission(m: Model, d: Data) -> None: ...
def sensor_pos(m: Model, d: Data) -> None: ...
def sensor_vel(m: Model, d: Data) -> None: ...
