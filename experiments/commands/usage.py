"""Errors in the words of a command line: they fit on a screen, as other messages do."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from typer.core import TyperGroup

from ...sim.errors import on_a_screen


class Commands(TyperGroup):
    """The program's commands."""

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        """Read the words before the command."""
        with _on_a_screen():
            return super().make_context(*arguments, **options)

    def invoke(self, *arguments: Any, **options: Any) -> Any:
        """Read the command's words and call it."""
        with _on_a_screen():
            return super().invoke(*arguments, **options)


@contextmanager
def _on_a_screen() -> Generator[None]:
    try:
        yield
    except Exception as error:
        message = getattr(error, "message", None)  # of a usage error
        if isinstance(message, str):
            error.__dict__["message"] = on_a_screen(message)
        raise
