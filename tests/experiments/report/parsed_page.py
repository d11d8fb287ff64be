"""Read a page the strict way: every element closed, attributes by element."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img", "input", "source", "wbr"}


@dataclass
class Element:
    """One element, its attributes, what stands directly in it."""

    tag: str
    attributes: dict[str, str]
    inside: list[Element] = field(default_factory=list)
    text: str = ""

    def all(self, *tags: str) -> list[Element]:
        """Every element of these tags below this one, in order."""
        found = [self] if self.tag in tags else []
        return found + [one for child in self.inside for one in child.all(*tags)]

    def all_tags(self) -> list[Element]:
        """This element and every one below it, in order."""
        return [self, *(one for child in self.inside for one in child.all_tags())]

    def words(self) -> str:
        """The text of this element and of all below it, in order of the elements."""
        return " ".join([self.text, *(child.words() for child in self.inside)])


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("root", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].text += data


def parse(page: str) -> Element:
    """Return the page as a tree; fails where an element is closed in the wrong place."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert [element.tag for element in reader.open] == ["root"], "elements stay open"
    return reader.root
