"""Another language of the claims' lay words (`words/LANGUAGE.yaml`: English text to its own)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...models.yaml_source import read_yaml
from ..report.plain_words import PlainWords, plain_words


@dataclass(frozen=True)
class Language:
    """The words of a language; what has none stays English.

    Attributes:
        code: `de`. texts: own text by the English one. plain: numbers and names of measures.
        missing: English texts that were asked for and had none.
    """

    code: str
    texts: Mapping[str, str]
    plain: PlainWords
    missing: list[str] = field(default_factory=list[str])

    def say(self, english: str) -> str:
        """Return a text in this language."""
        text = english.strip()
        if text not in self.texts and text not in self.missing:
            self.missing.append(text)
        return self.texts.get(text, text)


def read_language(path: Path) -> Language:
    """Return the language whose words are at `path`, named after it.

    Raises:
        ConfigError: the words cannot be read, or there are no plain words of that language.
    """
    texts = {str(key): str(value) for key, value in read_yaml(path).data.items()}
    return Language(path.stem, texts, plain_words(path.stem))
