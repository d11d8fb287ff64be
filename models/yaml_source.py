"""YAML reader: plain data with line numbers; ambiguous values are refused."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, cast

import yaml

from ..sim.errors import ConfigError
from ..sim.plain_values import is_dict

KeyPath = tuple[str | int, ...]

MOST_BYTES = 1 << 20
"""Of a file: it is text that a person can read."""
MOST_VALUES = 100_000
"""Of a file, every use of an anchor counted: a few anchors of anchors make billions."""


@dataclass(frozen=True)
class YamlSource:
    """Plain data read from `name`, and the line (from 1) where each key path stands."""

    name: str
    data: dict[str, Any]
    lines: dict[KeyPath, int]

    def place(self, path: KeyPath) -> str:
        """Return `file:line` of `path`, or of the nearest part of it that the file holds."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return f"{self.name}:{self.lines[path[:length]]}"
        return self.name


_MERGE = "tag:yaml.org,2002:merge"
_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_OCTAL = re.compile(r"[-+]?0[0-7_]*[0-7]")
_BASE_60 = re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?")


class _Loader(yaml.SafeLoader):
    """Safe YAML where `1e-3` is a number, dates stay text and the first of several `<<` counts."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Put the keys that `<<` brings in into the mapping: PyYAML 6.0.4 lets the last count."""
        brought = [
            mapping
            for key, value in node.value
            if key.tag == _MERGE
            for mapping in _merged(value, f"line {key.start_mark.line + 1}")
        ]
        pairs: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for mapping in reversed(brought):
            self.flatten_mapping(mapping)
            pairs.update((key.value, (key, value)) for key, value in mapping.value)
        pairs.update((k.value, (k, v)) for k, v in node.value if k.tag != _MERGE)
        node.value = list(pairs.values())


class _Dumper(yaml.SafeDumper):
    """Quotes text that `_Loader` takes for a number."""


for _each in (_Loader, _Dumper):
    cast(Any, _each).add_implicit_resolver(
        "tag:yaml.org,2002:float",
        re.compile(r"^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)[eE][-+]?[0-9]+$"),
        list("-+0123456789."),
    )


def yaml_text(data: dict[str, Any], **layout: Any) -> str:
    """Return plain `data`, keys in their order, as YAML that `read_yaml` reads back as the same."""
    return cast(Any, yaml.dump)(data, Dumper=_Dumper, sort_keys=False, **layout)


def read_yaml(path: Path | Traversable) -> YamlSource:
    """Read a YAML file that holds one mapping.

    Raises:
        ConfigError: it cannot be read, is none, or one that a person would not write.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        text = content.decode("utf-8")
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise ConfigError(f"{path}: is a folder, not a YAML file") from None
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path}: is not UTF-8 text (byte {error.start}: {error.reason})"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError(f"{path}: cannot be read: {reason}") from None
    if len(content) > MOST_BYTES:
        raise ConfigError(f"{path}: is too large; at most {MOST_BYTES // 1024} KiB are read")
    return parse_yaml(text, str(path))


def parse_yaml(text: str, name: str) -> YamlSource:
    """Parse YAML text that holds one mapping; `name` stands for it in messages."""
    loader: Any = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        lines: dict[KeyPath, int] = {}
        _walk(node, (), lines, name, frozenset(), itertools.count(1))
        data = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = name if mark is None else f"{name}:{mark.line + 1}:{mark.column + 1}"
        problem = " ".join(part for part in (error.context, error.problem) if part)
        raise ConfigError(f"{place}: not valid YAML: {problem}") from None
    except (yaml.YAMLError, ValueError, AttributeError) as error:  # the last of `!!timestamp x`
        problem = " ".join(str(error).split())
        raise ConfigError(f"{name}: not valid YAML: {problem}") from None
    except RecursionError:
        raise ConfigError(f"{name}: not valid YAML: nested too deeply") from None
    finally:
        if loader is not None:
            loader.dispose()
    if data is None:
        raise ConfigError(f"{name}: is empty; a mapping of keys to values is expected")
    if not is_dict(data):
        raise ConfigError(
            f"{name}: holds a {type(data).__name__}; a mapping of keys to values is expected"
        )
    return YamlSource(name, data, lines)


def parse_value(text: str, name: str) -> Any:
    """Parse the value of a command-line option as YAML: `0.8`, `[a, b]`, `{x: 1}`, `text`."""
    return parse_yaml(f"value: {text}", name).data["value"]


def _walk(
    node: yaml.Node | None,
    path: KeyPath,
    lines: dict[KeyPath, int],
    name: str,
    parents: frozenset[int],
    values: Iterator[int],
) -> None:
    """Note the line of every key path.

    Refuses keys that are repeated or no text, anchors that hold themselves, more values than a
    person writes, numbers that few read as YAML does, and text that is none.
    """
    if node is None:
        return
    if next(values) > MOST_VALUES:
        raise ConfigError(f"{name}: holds too many values; at most {MOST_VALUES} are allowed")
    _check_text(node, name)
    _check_number(node, name)
    if id(node) in parents:
        raise ConfigError(f"{name}:{node.start_mark.line + 1}: an anchor refers to itself")
    parents = parents | {id(node)}
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _walk(item, (*path, index), lines, name, parents, values)
    elif isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        merged: list[yaml.MappingNode] = []
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.tag == _MERGE:
                merged += _merged(value, f"{name}:{line}")
                continue
            if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str":
                raise ConfigError(f"{name}:{line}: a key must be text")
            if key.value in seen:
                first = seen[key.value]
                raise ConfigError(
                    f"{name}:{line}: the key '{key.value}' is repeated (first on line {first})"
                )
            seen[key.value] = line
            lines[(*path, key.value)] = line
            _check_text(key, name)
            _walk(value, (*path, key.value), lines, name, parents, values)
        for other in merged:
            theirs: dict[KeyPath, int] = {}
            _walk(other, path, theirs, name, parents, values)
            for at, line in theirs.items():
                lines.setdefault(at, line)


def _merged(value: yaml.Node, place: str) -> list[yaml.MappingNode]:
    """Return the mappings that a `<<` brings in; keys that stand beside it go before theirs."""
    nodes = value.value if isinstance(value, yaml.SequenceNode) else [value]
    mappings = [one for one in nodes if isinstance(one, yaml.MappingNode)]
    if len(mappings) < len(nodes):
        raise ConfigError(
            f"{place}: '<<' brings in the keys of a mapping, or of each of a list of mappings "
            "(such as <<: *anchor)"
        )
    return mappings


def _check_number(node: yaml.Node, name: str) -> None:
    """Refuse 0777 and 1:30, which YAML 1.1 reads as 511 and 90."""
    if not isinstance(node, yaml.ScalarNode) or node.tag not in _NUMBERS:
        return
    for form, meant in ((_OCTAL, "an octal number"), (_BASE_60, "a number to base 60")):
        if form.fullmatch(node.value):
            raise ConfigError(
                f"{name}:{node.start_mark.line + 1}: '{node.value}' is ambiguous: YAML reads "
                f"{meant}; write it without leading zeros and colons, or in quotes for text"
            )


def _check_text(node: yaml.Node, name: str) -> None:
    """Refuse half of a surrogate pair, which an escape can write: no text can be made of it."""
    if isinstance(node, yaml.ScalarNode) and re.search("[\ud800-\udfff]", node.value):
        line = node.start_mark.line + 1
        raise ConfigError(f"{name}:{line}: holds half a character (an escape \\ud800 to \\udfff)")
