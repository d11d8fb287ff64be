"""MkDocs' hook: pages that lie outside docs/ become pages of the site, and links follow.

README, CONTRIBUTING, CHANGELOG and the model card stay where a reader of the repository looks for
them; the reference of the Python interface is made from the docstrings; notebooks become pages.
"""

from __future__ import annotations

import json
import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = {
    "README.md": "readme.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "models/human/README.md": "model-card.md",
}
"""Page of the site by the file's path in the repository."""

COLAB = "https://colab.research.google.com/"
"""Where a notebook is uploaded: the project lies at no public address that Colab could read."""
_NOTES = re.compile(r"\A(?:<!--.*?-->\s*)+", re.DOTALL)
_LINK = re.compile(
    r"\[(?P<words>[^\]\[]*)\]\((?!https?:|mailto:|#)(?P<target>[^)#\s]+)(?P<rest>(?:#[^)\s]*)?)\)"
)
_NAMES = ("simulate", "measure", "Study", "FinishedRun", "open_run", "export", "list")
_REFERENCE = """\
# Python

`import retrowalk as rw`; [python](use/python.md) shows it in use.

{objects}

## Errors

::: retrowalk.sim.errors
"""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that lie elsewhere, and the reference."""
    for path, page in OUTSIDE.items():
        text = (ROOT / path).read_text("utf-8")
        files.append(File.generated(config, page, content=_relinked(text, path, page)))
    for path in sorted((ROOT / "docs" / "notebooks").glob("*.ipynb")):
        page = f"notebooks/{path.stem}.md"
        files.append(File.generated(config, page, content=_notebook(path)))
    objects = "\n\n".join(f"::: {_place(name)}" for name in _NAMES)
    text = _REFERENCE.format(objects=objects)
    files.append(File.generated(config, "reference.md", content=text))
    return files


def _notebook(path: Path) -> str:
    """Return a notebook's cells as Markdown, with buttons for the file and for Colab."""
    parts = [
        f"[Download this notebook]({path.name}){{ .md-button }} "
        f"[Open Colab]({COLAB}){{ .md-button }}"
    ]
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        text = "".join(cell["source"])
        parts.append(f"```python\n{text}\n```" if cell["cell_type"] == "code" else text)
    first, title, *others = parts
    return "\n\n".join([title, first, *others]) + "\n"


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links to files outside docs/ lead to their pages, and titles be found behind notes."""
    del config, files
    markdown = _NOTES.sub("", markdown)
    source = page.file.src_uri
    made = source.startswith("notebooks/") and source != "notebooks/index.md"
    if made or source in (*OUTSIDE.values(), "reference.md"):
        return markdown
    return _relinked(markdown, f"docs/{source}", source)


def _relinked(text: str, path: str, page: str) -> str:
    """Return `text` of the repository's file `path` with links as the site's `page` needs them."""

    def link(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), found["target"]))
        if target in OUTSIDE:
            place = OUTSIDE[target]
        elif target.startswith("docs/"):
            place = target.removeprefix("docs/")
        else:  # of the repository, not of the site: the words alone
            return f"{found['words']}" if (ROOT / target).is_file() else found[0]
        near = posixpath.relpath(place, posixpath.dirname(page) or ".")
        return f"[{found['words']}]({near}{found['rest']})"

    return _LINK.sub(link, text)


def _place(name: str) -> str:
    """Return where a name of `import retrowalk` is defined, as the face's table says."""
    text = (ROOT / "experiments" / "api" / "__init__.py").read_text("utf-8")
    found = re.search(rf'"{name}": \("([\w.]+)", "(\w+)"\)', text)
    assert found is not None, f"{name} is no name of `import retrowalk`"
    return f"retrowalk.{found[1]}.{found[2]}"
