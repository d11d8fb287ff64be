"""What a worker needs, imported once in the server that workers are forked from."""

from __future__ import annotations

import contextlib

from . import worker  # noqa: F401
from .engine import simulation_engine

with contextlib.suppress(ImportError):
    simulation_engine()
