"""The README's commands, and those of the other documents, exist."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/index.md")


def _lines(document: str) -> list[str]:
    """Return the command lines of a document: in shell blocks, and inline where one starts."""
    text = (ROOT / document).read_text("utf-8")
    blocks = re.findall(r"^```(?:sh|bash|console)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line.partition(" #")[0].strip() for block in blocks for line in block.splitlines()]
    inline = re.findall(r"(?<!`)`((?:make|retrowalk) [^`\n]+)`(?!`)", text)
    return [line for line in lines + inline if line]


def _commands(program: str) -> list[tuple[str, ...]]:
    lines = {tuple(shlex.split(line)) for document in DOCUMENTS for line in _lines(document)}
    found = {(Path(words[0]).name, *words[1:]) for words in lines if words}
    return sorted(words[1:] for words in found if words[0] == program and len(words) > 1)


@pytest.mark.parametrize("words", _commands("make"), ids=" ".join)
def test_make_target_exists(words: tuple[str, ...]):
    command = ["make", "--dry-run", "--directory", str(ROOT), *words]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("words", _commands("retrowalk"), ids=" ".join)
def test_retrowalk_command_and_its_options_exist(words: tuple[str, ...], retrowalk_command: str):
    plain = {**os.environ, "TYPER_USE_RICH": "0"}
    done = subprocess.run(
        [retrowalk_command, words[0], "--help"], capture_output=True, text=True, env=plain
    )
    assert done.returncode == 0, done.stdout + done.stderr
    options = {word.partition("=")[0] for word in words if word.startswith("-")}
    assert [option for option in options if option not in done.stdout] == []


def test_names_of_experiments_in_commands_exist():
    """An experiment is a shipped one, a file the reader writes, or a CONFIG to fill in."""
    named = {words[1] for words in _commands("retrowalk") if words[0] in {"run", "tune"}}
    shipped = {name for name in named if not name.endswith(".yaml") and not name.isupper()}
    assert {
        n for n in shipped if not (ROOT / f"experiments/study/configs/{n}.yaml").is_file()
    } == set()


def test_readme_shows_the_two_commands_and_ci_runs_the_test_command():
    assert {("demo",), ("test",)} <= set(_commands("make"))
    assert re.search(r"^make test$", (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE)


def test_make_help_lists_every_target():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony
    done = subprocess.run(
        ["make", "--no-print-directory", "--directory", str(ROOT)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert set(re.findall(r"^  make ([\w-]+)", done.stdout, re.MULTILINE)) == set(phony[1].split())


def test_citation_and_changelog_name_the_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert "## [Unreleased]" in changelog or f"## [{version}]" in changelog
