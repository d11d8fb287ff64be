"""Import and digest of user-defined gaits, named `module:Class`.

Importing runs the module. Nothing here is called for a policy that was not named on the command
line or allowed there (`--trust`): `policy_names` sees to that when a config is read.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from ...sim.errors import ConfigError, unknown_name
from .user_gait import describe_error


def user_class(policy: str) -> Any:
    """Import the module of `module:Class`, from the current folder too, and return the class.

    Raises:
        ConfigError: there is no such module or class, or importing it failed.
    """
    name, _, wanted = policy.partition(":")
    module = _imported(name, policy)
    found = getattr(module, wanted, None)
    if found is None:
        classes = [n for n, one in vars(module).items() if inspect.isclass(one)]
        raise ConfigError(f"policy '{policy}': {unknown_name('class', wanted, classes)}")
    if not callable(found):
        raise ConfigError(f"policy '{policy}': {wanted} is no class, but {type(found).__name__}")
    return found


def user_class_digest(policy: str) -> str:
    """sha256 of the class's name and of the file that it stands in; what that imports is not in."""
    source = inspect.getsourcefile(user_class(policy))
    text = b"" if source is None else Path(source).read_bytes()
    return hashlib.sha256(policy.encode() + b"\0" + text).hexdigest()


def _imported(name: str, policy: str) -> ModuleType:
    here = os.getcwd()
    if here not in sys.path:
        sys.path.append(here)  # last: a file there must not hide a library
    importlib.invalidate_caches()
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{name}.".startswith(f"{error.name}."):
            raise ConfigError(
                f"policy '{policy}': there is no module '{error.name}'; it must be installed, or "
                f"stand in the current folder ({here})"
            ) from None
        raise ConfigError(
            f"policy '{policy}': importing {name} raised {describe_error(error, None)}"
        ) from error
    except (Exception, SystemExit) as error:
        raise ConfigError(
            f"policy '{policy}': importing {name} raised {describe_error(error, None)}"
        ) from error
