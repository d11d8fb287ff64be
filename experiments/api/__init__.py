"""retrowalk from Python: `import retrowalk as rw` (docs/use/python.md).

This file is the package `retrowalk` itself (pyproject.toml maps it so). Names are imported when
they are first used, so that the import is quick and loads no MuJoCo. Imports are absolute here, and
only here, because the file lies elsewhere than its package.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from retrowalk.experiments.notebook.finished_run import FinishedRun, open_run
    from retrowalk.experiments.notebook.names import list_names as list
    from retrowalk.experiments.notebook.simulate import simulate
    from retrowalk.experiments.notebook.study import Study
    from retrowalk.experiments.store.export.export import export
    from retrowalk.sim.errors import ConfigError, RetrowalkError
    from retrowalk.sim.measures.measure import measure

    __version__: str

__all__ = [
    "ConfigError",
    "FinishedRun",
    "RetrowalkError",
    "Study",
    "__version__",
    "export",
    "list",
    "measure",
    "open_run",
    "simulate",
]

_PLACES = {
    "ConfigError": ("sim.errors", "ConfigError"),
    "FinishedRun": ("experiments.notebook.finished_run", "FinishedRun"),
    "RetrowalkError": ("sim.errors", "RetrowalkError"),
    "Study": ("experiments.notebook.study", "Study"),
    "export": ("experiments.store.export.export", "export"),
    "list": ("experiments.notebook.names", "list_names"),
    "measure": ("sim.measures.measure", "measure"),
    "open_run": ("experiments.notebook.finished_run", "open_run"),
    "simulate": ("experiments.notebook.simulate", "simulate"),
}
"""Where each name stands: the module and its name there."""


def __getattr__(name: str) -> Any:
    """Import a name on its first use and keep it."""
    if name == "__version__":
        from importlib.metadata import version

        found: Any = version("retrowalk")
    elif name in _PLACES:
        module, inner = _PLACES[name]
        found = getattr(import_module(f"{__name__}.{module}"), inner)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> Iterable[str]:
    """Return the public names, for completion."""
    return sorted(__all__)
