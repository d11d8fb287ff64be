"""A machine that is short of something is told so: that is neither damage nor bad input."""

from __future__ import annotations

import errno

import mujoco
import pyarrow as pa
import pytest

from retrowalk.sim.errors import ConfigError, ShortageError
from retrowalk.sim.shortage import raise_shortage, shortage

SHORT = {
    "memory": MemoryError(),
    "the system's word": OSError(errno.ENOMEM, "Cannot allocate memory", "trials.arrow"),
    "an import": ImportError("libx.so: failed to map segment from shared object"),
    "a thread": RuntimeError("can't start new thread"),
    "pyarrow": pa.ArrowException(
        "Unknown error: Failed to launch worker thread: Resource temporarily unavailable"
    ),
    "MuJoCo": ValueError("Error: engine error: Could not allocate memory"),
    "MuJoCo's data": mujoco.FatalError("Could not allocate memory"),
    "MuJoCo's batch": ValueError("Could not allocate memory"),
    "MuJoCo's threads": ValueError("thread constructor failed: Resource temporarily unavailable"),
    "open files": OSError(errno.EMFILE, "Too many open files", "trials.arrow"),
}


@pytest.mark.parametrize("of", SHORT)
def test_of_what_the_machine_is_short(of: str):
    words = "too many open files" if of == "open files" else "not enough memory"
    assert words in str(shortage(SHORT[of]))
    with pytest.raises(ShortageError):
        raise_shortage(SHORT[of])


@pytest.mark.parametrize(
    "error",
    [
        ValueError("malloc"),
        RuntimeError("of our own"),
        ConfigError("memory: not enough memory is no number"),
        OSError(errno.ENOENT, "No such file or directory", "not enough memory"),
    ],
)
def test_other_errors_are_left_alone(error: Exception):
    assert shortage(error) is None
    raise_shortage(error)
