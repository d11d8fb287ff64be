"""Builds the claims' pages: `python -m retrowalk.experiments.claims collect|write|check`.

    collect RUNS [NAME ...]   take the results of RUNS/NAME into docs/results/claims/results
    write                     write pages, figures and index from words and results
    check                     say which pages are not what words and results make; exit code 1
    names                     print the names of the experiments
    missing                   print what other languages have no words for

All in the folder docs/results/claims of the checkout, or the one named by --pages.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ...sim.errors import ConfigError
from ..store.atomic import write_text
from .claim import Claim, read_claim
from .figure import draw
from .index import index_page
from .language import Language, read_language
from .page import page
from .people import model_values
from .results import collect, read_results, write_results
from .translated import translated_index, translated_page

ORDER = (
    *("posterior-chain", "quadriceps-and-knee", "energy", "balance", "posture", "weakness"),
    *("flat-ground-first", "short-distances", "over-the-shoulder", "step-technique"),
    *("obstacles", "attention", "treadmill-workout", "policies"),
)


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, prog="retrowalk.experiments.claims")
    parser.add_argument("what", choices=("collect", "write", "check", "names", "missing"))
    parser.add_argument("runs", nargs="?", type=Path, help="folder of the runs (collect)")
    parser.add_argument("names", nargs="*", help="experiments (collect); all that are there")
    parser.add_argument("--pages", type=Path, default=Path("docs/results/claims"))
    given = parser.parse_args(arguments)
    try:
        if given.what == "names":
            print("\n".join(claim.experiment for claim in claims(given.pages)))
        elif given.what == "missing":
            for language, text in missing(given.pages):
                print(f"{language}: {text}")
        elif given.what == "collect":
            if given.runs is None:
                parser.error("collect needs the folder of the runs")
            _collect(given.pages, given.runs, given.names)
        else:
            return _write(given.pages, check=given.what == "check")
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def claims(pages: Path) -> list[Claim]:
    """Return all claims in `pages`/answers, in the order of the index."""
    found = [read_claim(path) for path in sorted((pages / "answers").glob("*.yaml"))]
    place = {name: index for index, name in enumerate(ORDER)}
    return sorted(found, key=lambda claim: place.get(claim.experiment, len(ORDER)))


def texts(pages: Path) -> Iterator[tuple[Path, str]]:
    """Yield each page that words and results make, with its text; the index last."""
    validation = pages.parent / "validation.md"
    model = model_values(validation.read_text("utf-8")) if validation.exists() else {}
    known: list[tuple[Claim, dict[str, Any]]] = []
    for claim in claims(pages):
        results = pages / "results" / f"{claim.experiment}.json"
        if results.exists():
            known.append((claim, read_results(results)))
            yield pages / f"{claim.experiment}.md", page(*known[-1], model)
    for language in languages(pages):
        for claim, found in known:
            path = pages / f"{claim.experiment}.{language.code}.md"
            yield path, translated_page(claim, found, language)
        yield pages / f"index.{language.code}.md", translated_index(known, language)
    yield pages / "index.md", index_page(known, model)


def languages(pages: Path) -> list[Language]:
    """Return the languages that there are words of, besides English."""
    return [read_language(path) for path in sorted((pages / "words").glob("*.yaml"))]


def missing(pages: Path) -> Iterator[tuple[str, str]]:
    """Yield (language, English text) of all lay words that a language lacks."""
    known = [
        (claim, read_results(path))
        for claim in claims(pages)
        if (path := pages / "results" / f"{claim.experiment}.json").exists()
    ]
    for language in languages(pages):
        for claim, results in known:
            translated_page(claim, results, language)
        translated_index(known, language)
        yield from ((language.code, text) for text in language.missing)


def _collect(pages: Path, runs: Path, names: Sequence[str]) -> None:
    for claim in claims(pages):
        folder = runs / claim.experiment
        if claim.experiment in names or (not names and folder.exists()):
            results = collect(claim, folder)
            write_results(results, pages / "results" / f"{claim.experiment}.json")
            print(f"collected {folder}")


def _write(pages: Path, check: bool) -> int:
    differ = 0
    for path, text in texts(pages):
        same = path.exists() and path.read_text("utf-8") == text
        if check and not same:
            print(f"{path} is not what words and results make")
            differ += 1
        elif not same:
            write_text(path, text)
            print(f"wrote {path}")
    if not check:
        for claim in claims(pages):
            results = pages / "results" / f"{claim.experiment}.json"
            if results.exists():
                (pages / "figures").mkdir(exist_ok=True)
                draw(claim, read_results(results), pages / "figures" / f"{claim.experiment}.svg")
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
