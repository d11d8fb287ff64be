"""The names that a config may use, by kind; modules that hold them are imported when asked."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources.abc import Traversable

from ...envs.policies.scripted_source import SCRIPTED
from ...envs.policies.source import policy_names
from ...envs.task.technique import PRESETS
from ...models.catalogue import BODIES
from ...models.walker import WALKERS
from ...sim.data_files import beside
from ...sim.ground.presets import PRESETS as SURFACES
from ...sim.hazards.presets import PRESETS as HAZARDS
from ...sim.measures.catalogue import COLUMNS
from .columns import MEASURE_COLUMNS, OUTCOME_COLUMNS


def bodies() -> tuple[str, ...]:
    """Names of the bodies."""
    return tuple(BODIES)


def walkers() -> tuple[str, ...]:
    """Names of the walkers."""
    return tuple(WALKERS)


def surfaces() -> tuple[str, ...]:
    """Names of the surfaces."""
    return tuple(SURFACES)


def techniques() -> tuple[str, ...]:
    """Names of the technique presets."""
    return tuple(PRESETS)


def hazards() -> tuple[str, ...]:
    """Names of the hazards."""
    return tuple(HAZARDS)


def policies() -> tuple[str, ...]:
    """Names of the gait policies of all kinds, the scripted one first."""
    return tuple(sorted(policy_names(), key=lambda name: name != SCRIPTED))


def controllers() -> tuple[str, ...]:
    """Names of the controllers that ship."""
    from .controllers import controllers as shipped

    return tuple(one.name for one in shipped())


def measures() -> tuple[str, ...]:
    """Columns of `trials.parquet` that a contrast may compare."""
    return tuple(dict.fromkeys((*OUTCOME_COLUMNS, *MEASURE_COLUMNS, *COLUMNS)))


def shipped_configs() -> dict[str, Traversable]:
    """Return the experiment configs that come with the package, by name."""
    folder = beside(__name__, "configs")
    files = [file for file in folder.iterdir() if file.name.endswith(".yaml")]
    return {
        file.name.removesuffix(".yaml"): file for file in sorted(files, key=lambda file: file.name)
    }


def experiments() -> tuple[str, ...]:
    """Names of the experiment configs that come with the package."""
    return tuple(shipped_configs())


KINDS: dict[str, Callable[[], tuple[str, ...]]] = {
    "bodies": bodies,
    "walkers": walkers,
    "surfaces": surfaces,
    "techniques": techniques,
    "hazards": hazards,
    "policies": policies,
    "controllers": controllers,
    "measures": measures,
    "experiments": experiments,
}
