"""Errors meant for people: what was wrong, where, and what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class RetrowalkError(Exception):
    """Base of every error that retrowalk raises on purpose; its message is for the user."""


class ConfigError(RetrowalkError):
    """Bad input: an unknown name or key, a wrong type, a value out of range, a missing file."""


class SimulationError(RetrowalkError):
    """A simulation could not be set up or run."""


def unknown_name(kind: str, name: str, allowed: Iterable[str]) -> ConfigError:
    """Return a `ConfigError` that names the nearest valid `kind` and lists all of them."""
    names = sorted(allowed)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    return ConfigError(f"unknown {kind} '{name}'{hint} (allowed: {', '.join(names)})")
