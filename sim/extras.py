"""Optional extras: what each installs, and the message when one is missing."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata, requires, version

PACKAGE = "retrowalk"


@cache
def extras() -> dict[str, tuple[str, ...]]:
    """Return what each extra needs, as pip takes it (`torch>=2.4`), by the extra's name.

    Read from the installed package, so that it is what this version needs; empty where the package
    is not installed.
    """
    try:
        names = metadata(PACKAGE).get_all("Provides-Extra") or []
        needed = requires(PACKAGE) or []
    except PackageNotFoundError:
        return {}
    return {
        str(name): tuple(
            line.partition(";")[0].strip()
            for line in needed
            if re.search(rf"extra\s*==\s*['\"]{re.escape(str(name))}['\"]", line)
        )
        for name in names
    }


@cache
def required() -> tuple[str, ...]:
    """Return what the base install needs, as pip takes it; empty where it is not installed."""
    try:
        return tuple(line for line in requires(PACKAGE) or [] if "extra ==" not in line)
    except PackageNotFoundError:
        return ()


def missing_packages(extra: str) -> tuple[str, ...]:
    """Return what of an extra is not installed, as pip takes it."""
    return tuple(line for line in extras().get(extra, ()) if installed_version(line) is None)


def installed_version(requirement: str) -> str | None:
    """Return the installed version of what a requirement (`torch>=2.4`) names; None for none."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    try:
        return version(found[0]) if found else None
    except PackageNotFoundError:
        return None


def needs_extra(what: str, extra: str, error: ImportError | None = None) -> str:
    """Return the sentence that `what` needs an extra, with the command that installs it.

    The command names the packages themselves: it is true wherever retrowalk came from.
    """
    lacks = f" ({error.name} is not installed)" if error is not None and error.name else ""
    wanted = missing_packages(extra) or extras().get(extra, ())
    command = " ".join(f"'{line}'" for line in wanted) or f"'{PACKAGE}[{extra}]'"
    return f"{what} needs the extra `{extra}`{lacks}: pip install {command}"
