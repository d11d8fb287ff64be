"""A network in ONNX format, run by onnxruntime: rows of numbers in, rows of actions out."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from ...sim.errors import ConfigError
from ...sim.shortage import raise_shortage
from .onnx_check import NotFeedForwardError, check_feed_forward

ABSURD = 1e6
"""An action that large, of which 1 is the most that counts, is no action."""

_TELEMETRY = "ORT_DISABLE_TELEMETRY"


def onnxruntime() -> Any:
    """Return onnxruntime, imported on first use, with telemetry disabled.

    On its import it would write into the user's cache, and later look its maker's host up.
    """
    os.environ[_TELEMETRY] = "1"
    import onnxruntime as runtime  # a fifth of a second, and only learned gaits need it

    runtime.disable_telemetry_events()  # where somebody had imported it before
    return runtime


class Network:
    """A feed-forward network: observation (n, columns) -> action (n, size).

    Args:
        data: of the file. name: of the gait, for messages. columns, size: of a row.

    Raises:
        ConfigError: it is no such network, or gives what is no action.
    """

    def __init__(self, data: bytes, name: str, columns: int, size: int) -> None:
        self._name, self._size = name, size
        try:
            check_feed_forward(data)
        except NotFeedForwardError as error:
            raise ConfigError(f"{name}: is no feed-forward network: {error}") from None
        runtime = onnxruntime()
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            self._session = runtime.InferenceSession(
                data, options, providers=["CPUExecutionProvider"]
            )
            (first,), (last,) = self._session.get_inputs(), self._session.get_outputs()
            takes, gives = list(first.shape[1:]), list(last.shape[1:])  # of damaged names too
            self._input, self._output = first.name, last.name
        except Exception as error:
            raise_shortage(error)
            raise ConfigError(f"{name}: not a network in ONNX format ({error})") from error
        if takes != [columns] or gives != [size]:
            raise ConfigError(
                f"{name}: the network takes {takes} and gives {gives} values, "
                f"its contract says {columns} and {size}"
            )
        for count in (1, 2):
            self(np.zeros((count, columns), np.float32))

    def __call__(self, observation: np.ndarray) -> np.ndarray:
        """Return actions (n, size) for observations (n, columns).

        Raises:
            ConfigError: it fails, or gives other rows or what is no action.
        """
        try:
            (given,) = self._session.run([self._output], {self._input: observation})
        except Exception as error:  # of onnxruntime, which has no common class for its own
            raise_shortage(error)
            raise ConfigError(f"{self._name}: the network fails: {error}") from error
        action = np.asarray(given, float)
        rows = len(observation)
        if action.shape != (rows, self._size):
            raise ConfigError(
                f"{self._name}: the network gives values of shape {action.shape} for {rows} "
                f"walkers; ({rows}, {self._size}) is meant"
            )
        if not np.vdot(action, action) < ABSURD**2:
            found = "what is no number (NaN)"
            if not np.isnan(action).any():
                found = f"absurd actions, up to {np.abs(action).max():.3g}"
            raise ConfigError(f"{self._name}: the network gives {found}")
        return action
