"""The vectorised Hill curves are MuJoCo's; activation goes where it is sent."""

from __future__ import annotations

import mujoco
import numpy as np
import pytest
from hypothesis import given, strategies as st

from retrowalk.sim.errors import SimulationError
from retrowalk.sim.physics.muscle import MuscleSet

MODEL = """
<mujoco>
  <worldbody><body><joint name="slide" type="slide"/><geom size=".1"/></body></worldbody>
  <actuator>
    <muscle name="a" joint="slide" range="0.5 1.5" force="1000" lmin="0.5" lmax="1.6" vmax="10"
      fpmax="0.25" fvmax="1.4" timeconst="0.01 0.04" lengthrange="0.15 0.25"/>
    <muscle name="b" joint="slide" range="0.6 1.4" force="300" lmin="0.4" lmax="1.8" vmax="6"
      fpmax="1.3" fvmax="1.2" timeconst="0.02 0.06" lengthrange="0.3 0.4"/>
  </actuator>
</mujoco>
"""


@pytest.fixture(scope="module")
def model() -> mujoco.MjModel:
    return mujoco.MjModel.from_xml_string(MODEL)


@given(length=st.floats(0.0, 0.6), velocity=st.floats(-5.0, 5.0), activation=st.floats(0.0, 1.0))
def test_tension_is_mujocos(model, length, velocity, activation):
    muscles = MuscleSet.from_model(model)
    ours = muscles.tension(
        activation,
        muscles.fibre_length(np.array(length)),
        muscles.fibre_velocity(np.array(velocity)),
    )
    for i in range(model.nu):
        span, prm = model.actuator_lengthrange[i], model.actuator_gainprm[i, :9]
        gain = mujoco.mju_muscleGain(length, velocity, span, 0.0, prm)
        bias = mujoco.mju_muscleBias(length, span, 0.0, prm)
        assert ours[i] == pytest.approx(-(gain * activation + bias), abs=1e-9 * prm[2], rel=1e-9)


@given(start=st.floats(0.05, 0.95), target=st.floats(0.05, 0.95))
def test_excitation_for_reaches_its_target(model, start, target):
    """Under MuJoCo's own activation dynamics."""
    muscles = MuscleSet.from_model(model)
    horizon = 0.05
    excitation = muscles.excitation_for(np.full(2, target), np.full(2, start), horizon)
    a = np.full(2, start)
    for _ in range(500):
        rates = map(mujoco.mju_muscleDynamics, excitation, a, model.actuator_dynprm[:, :3])
        a = a + horizon / 500 * np.array(list(rates))
    free = (excitation > 0.0) & (excitation < 1.0)
    # the time constant is taken as it is now, so the way there is not exact
    np.testing.assert_allclose(a[free], target, atol=0.25 * abs(target - start) + 1e-6)


def test_lengths_come_from_the_length_range(model):
    muscles = MuscleSet.from_model(model)
    np.testing.assert_allclose(muscles.optimal_length, [0.1, 0.125])
    np.testing.assert_allclose(muscles.tendon_slack_length, [0.1, 0.225])


@pytest.mark.parametrize("kind", ["motor", "position", "velocity"])
def test_what_is_neither_muscle_nor_motor_of_a_hinge_is_refused(kind: str):
    text = MODEL.replace("</actuator>", f'<{kind} name="m" joint="slide"/></actuator>')
    with pytest.raises(SimulationError, match="actuator 'm' is neither a muscle nor a motor"):
        MuscleSet.from_model(mujoco.MjModel.from_xml_string(text))
