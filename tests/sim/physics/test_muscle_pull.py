"""The muscles' part of joint forces, against pulls worked out on paper and the whole force."""

from __future__ import annotations

import mujoco
import numpy as np
import pytest

from retrowalk.sim.physics.muscle_pull import MusclePull

# A shank hangs from a thigh (knee at the origin). One muscle goes from the thigh at (0.03, 0, 0.4)
# by way of the thigh at (0.04, 0, 0.05) to the shank at (0.04, 0, -0.07), straight down; another
# from the pelvis at (0, 0.03, 0.54) to the shank at (0, 0, -0.10), 3 : 64 sideways.
LEG = """
<mujoco>
  <worldbody>
    <body name="pelvis" pos="0 0 0.5">
      <joint type="slide" axis="0 0 1"/> <geom size="0.05" mass="1"/>
      <site name="p" pos="0 0.03 0.04"/>
      <body name="thigh">
        <joint name="hip" axis="0 1 0"/> <geom size="0.05" mass="8"/>
        <site name="t1" pos="0.03 0 -0.1"/> <site name="t2" pos="0.04 0 -0.45"/>
        <body name="shank" pos="0 0 -0.5">
          <joint name="knee" axis="0 1 0"/> <geom size="0.04" mass="4"/>
          <site name="s1" pos="0.04 0 -0.07"/> <site name="s2" pos="0 0 -0.10"/>
        </body>
      </body>
    </body>
  </worldbody>
  <tendon>
    <spatial name="one"> <site site="t1"/> <site site="t2"/> <site site="s1"/> </spatial>
    <spatial name="two"> <site site="p"/> <site site="s2"/> </spatial>
  </tendon>
  <actuator> <motor tendon="one"/> <motor tendon="two"/> <motor joint="knee"/> </actuator>
</mujoco>
"""


def forces(model: mujoco.MjModel, tension: list[float], **pose: float) -> np.ndarray:
    data = mujoco.MjData(model)
    for joint, angle in pose.items():
        data.qpos[model.joint(joint).qposadr[0]] = angle
    mujoco.mj_forward(model, data)
    pull = MusclePull(model, ["thigh", "shank"])
    return pull.forces(data.site_xpos[None], data.xmat[None], np.array([tension]))[0]


def test_pulls_on_paper():
    model = mujoco.MjModel.from_xml_string(LEG)
    hip, knee = forces(model, [100.0, 0.0, 30.0])  # neither a torque nor the pull at the hip count
    assert hip == pytest.approx([0.0, 0.0, 0.0], abs=1e-12)
    assert knee == pytest.approx([0.0, 0.0, -100.0])
    hip, knee = forces(model, [0.0, np.hypot(3, 64), 0.0])  # along (0, 3, 64) from the shank
    assert hip == pytest.approx([0.0, -3.0, -64.0])
    assert knee == pytest.approx([0.0, -3.0, -64.0])


def test_the_frame_is_that_of_the_bone_beyond():
    """Knee bent by 90 degrees: s1 comes to (-0.07, 0, -0.04), 0.11 back and 0.09 down of t2."""
    model = mujoco.MjModel.from_xml_string(LEG)
    _, knee = forces(model, [1.0, 0.0, 0.0], knee=np.pi / 2)
    length = np.hypot(0.11, 0.09)
    # world: the pull on the shank is (0.11, 0, 0.09) / length; the shank's z points to +x
    assert knee == pytest.approx([0.09 / length, 0.0, -0.11 / length], abs=1e-12)


def test_a_path_around_a_surface_is_not_told():
    bent = LEG.replace('<site site="p"/>', '<site site="p"/> <geom geom="ball"/>')
    bent = bent.replace('<geom size="0.05" mass="8"/>', '<geom name="ball" size="0.05" mass="8"/>')
    assert np.isnan(forces(mujoco.MjModel.from_xml_string(bent), [1.0, 1.0, 0.0])).all()
