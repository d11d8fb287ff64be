"""Pieces of HTML that a notebook shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from os import PathLike
from pathlib import Path

from ..store.atomic import write_text
from .plain_arguments import path_of


def html_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table of texts."""
    top = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(entry))}</td>" for entry in row) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


@dataclass(frozen=True, repr=False)
class Page:
    """A whole page that opens from disk; a notebook shows it in a frame.

    Attributes:
        title: what it is. html: its text. path: where it stands, None if nowhere yet.
        height: of the frame [px].
    """

    title: str
    html: str
    path: Path | None = None
    height: int = 640

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the page to a file, whole or not at all, and return its path.

        Raises:
            ConfigError: it cannot be written there.
        """
        place = path_of("save()", "path", path)
        write_text(place, self.html)
        return place

    def __repr__(self) -> str:
        where = f" in {self.path}" if self.path else f", {len(self.html) / 1e6:.1f} MB"
        return f"<Page {self.title}{where}>"

    def _repr_html_(self) -> str:
        return (
            f'<iframe title="{escape(self.title)}" srcdoc="{escape(self.html)}" width="100%" '
            f'height="{self.height}" style="border: 0"></iframe>'
        )
