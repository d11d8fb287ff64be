"""Instants that are held are those that were, whatever their number."""

from __future__ import annotations

import numpy as np
import pytest

from retrowalk.sim.physics.recording import HELD, Recorder


@pytest.mark.parametrize("samples", [1, HELD, HELD + 3])
def test_every_sample_is_the_state_of_its_own_instant(make_human, samples: int):
    sim = make_human(2)
    recorder, centres, tensions = Recorder(sim, samples, 0.005), [], []
    sim.qvel[1, 0] = 0.5  # so that the two differ
    for i in range(samples):
        sim.ctrl[:] = 0.01 * i
        sim.step(2)
        recorder.record()
        centres.append(sim.com.copy())
        tensions.append(sim.tension.copy())
    trial = {"trial": np.arange(2)}
    recording = recorder.dataset(np.full(2, np.inf), {}, trial, {})
    for name, seen in (("com_position_m", centres), ("tension_n", tensions)):
        wanted = np.stack(seen, axis=1).astype(np.float32)
        np.testing.assert_array_equal(recording[name].values, wanted)
