"""Say which built pages would load something from the network, and end with 1 if any does."""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from pathlib import Path

_LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src"}
_RELATIONS = {"stylesheet", "icon", "preload", "preconnect", "dns-prefetch", "modulepreload"}


class Loads(HTMLParser):
    """Collects what a page loads by itself from elsewhere; links that a reader follows are none."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        named = dict(attrs)
        target = named.get(_LOADS.get(tag, ""))
        if tag == "link" and _RELATIONS & set((named.get("rel") or "").split()):
            target = named.get("href")
        if target and target.startswith(("http:", "https:", "//")):
            self.found.append(target)


def main(folder: Path) -> int:
    """Look at every page under `folder`."""
    pages = sorted(folder.rglob("*.html"))
    bad = 0
    for page in pages:
        loads = Loads()
        loads.feed(page.read_text("utf-8"))
        for target in loads.found:
            bad += 1
            print(f"{page.relative_to(folder)}: loads {target}")
    print(f"{len(pages)} pages, {bad} loads from the network")
    return int(bad > 0 or not pages)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
