"""Libraries of workers, imported once in the server that forks them."""

from __future__ import annotations

import contextlib
import gc
import signal
from importlib import import_module

signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, during imports as well
gc.disable()  # what libraries make stays

_LATE = ("h5netcdf.legacyapi", "pyarrow.parquet", "pyarrow.pandas_compat", "scipy.signal")
"""What else a chunk makes libraries import; each worker would do it for itself."""

with contextlib.suppress(ImportError):
    import_module(f"{__package__}.worker")
    import_module("..rollout.engine", __package__).simulation_engine()
for _name in _LATE:
    with contextlib.suppress(ImportError):
        import_module(_name)

gc.collect()
gc.freeze()  # else a worker's collector writes to each object that it shares with the server
gc.enable()
