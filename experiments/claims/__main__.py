"""Builds the claims' pages: `python -m retrowalk.experiments.claims collect|write|check`.

    collect RUNS [NAME ...]   take the results of RUNS/NAME into docs/results/claims/results
    collect-full RUNS         the same of RUNS/full: several controllers
    write                     write pages, figures and index from words and results
    check                     say which pages are not what words and results make; exit code 1
    names                     print the names of the experiments
    missing                   print what other languages have no words for
    full                      print the folder and arguments of each run of several controllers,
                              and of each with more walks than its experiment has as it ships

All in the folder docs/results/claims of the checkout, or the one named by --pages.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ...sim.errors import ConfigError
from ...sim.json_file import read_json
from ..store.atomic import write_json, write_text
from .answering import Answering, Several
from .claim import Claim, read_claim
from .figure import draw
from .full_runs import collect_full, read_full_runs
from .index import index_page
from .language import Language, read_language
from .page import page
from .people import model_values
from .results import collect, read_results, write_results
from .translated import translated_index, translated_page
from .who import LEFT_OUT, left_out

ORDER = (
    *("posterior-chain", "quadriceps-and-knee", "energy", "balance", "posture", "weakness"),
    *("flat-ground-first", "short-distances", "over-the-shoulder", "step-technique"),
    *("obstacles", "attention", "treadmill-workout", "policies"),
)
FULL, MORE = "full", "more-walks"
"""Folders of the runs of several controllers, and of their results; of runs of more walks."""


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, prog="retrowalk.experiments.claims")
    parser.add_argument("what", choices=tuple(_ACTIONS))
    parser.add_argument("runs", nargs="?", type=Path, help="folder of the runs (collect)")
    parser.add_argument("names", nargs="*", help="experiments (collect); all that are there")
    parser.add_argument("--pages", type=Path, default=Path("docs/results/claims"))
    given = parser.parse_args(arguments)
    if given.what.startswith("collect") and given.runs is None:
        parser.error(f"{given.what} needs the folder of the runs")
    try:
        return _ACTIONS[given.what](given)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2


def claims(pages: Path) -> list[Claim]:
    """Return all claims in `pages`/answers, in the order of the index."""
    found = [read_claim(path) for path in sorted((pages / "answers").glob("*.yaml"))]
    place = {name: index for index, name in enumerate(ORDER)}
    return sorted(found, key=lambda claim: place.get(claim.experiment, len(ORDER)))


def texts(pages: Path) -> Iterator[tuple[Path, str]]:
    """Yield each page that words and results make, with its text; the index last."""
    validation = pages.parent / "validation.md"
    model = model_values(validation.read_text("utf-8")) if validation.exists() else {}
    known = _known(pages)
    for claim, results, controllers in known:
        yield pages / f"{claim.experiment}.md", page(claim, results, model, controllers)
    for language in languages(pages):
        for claim, results, controllers in known:
            path = pages / f"{claim.experiment}.{language.code}.md"
            yield path, translated_page(claim, results, controllers, language)
        yield pages / f"index.{language.code}.md", translated_index(known, language)
    yield pages / "index.md", index_page(known, model)


def languages(pages: Path) -> list[Language]:
    """Return the languages that there are words of, besides English."""
    return [read_language(path) for path in sorted((pages / "words").glob("*.yaml"))]


def missing(pages: Path) -> Iterator[tuple[str, str]]:
    """Yield (language, English text) of all lay words that a language lacks."""
    known = _known(pages)
    for language in languages(pages):
        for one in known:
            translated_page(*one, language)
        translated_index(known, language)
        yield from ((language.code, text) for text in language.missing)


def _known(pages: Path) -> list[tuple[Claim, dict[str, Any], Several]]:
    """Return all claims that have results, with them and those of several controllers."""
    return [
        (claim, read_results(path), several(pages, claim))
        for claim in claims(pages)
        if (path := pages / "results" / f"{claim.experiment}.json").exists()
    ]


def several(pages: Path, claim: Claim) -> Several:
    """Return what several controllers say of a claim, from the results in `pages`."""
    folder = pages / "results"
    found = [
        Answering(name, run.answers[claim.experiment], read_results(path))
        for name, run in read_full_runs(pages / "full.yaml").items()
        if claim.experiment in run.answers and (path := folder / FULL / f"{name}.json").exists()
    ]
    kept = folder / LEFT_OUT
    reasons = read_json(kept).get(claim.experiment, {}) if kept.exists() else {}
    return Several(tuple(found), reasons)


def _names(given: argparse.Namespace) -> int:
    print("\n".join(claim.experiment for claim in claims(given.pages)))
    return 0


def _missing(given: argparse.Namespace) -> int:
    for language, text in missing(given.pages):
        print(f"{language}: {text}")
    return 0


def _full(given: argparse.Namespace) -> int:
    for name, run in read_full_runs(given.pages / "full.yaml").items():
        for controller in run.walkers:
            print(f"{FULL}/{name}/{controller} {run.command(controller)}")
    for claim in claims(given.pages):
        if claim.trials is not None:
            name = claim.experiment
            print(f"{MORE}/{name} {name} --set trials={claim.trials}")
    return 0


def _collect(given: argparse.Namespace) -> int:
    for claim in claims(given.pages):
        folder = given.runs / claim.experiment
        if claim.experiment in given.names or (not given.names and folder.exists()):
            results = collect(claim, folder)
            write_results(results, given.pages / "results" / f"{claim.experiment}.json")
            print(f"collected {folder}")
    return 0


def _collect_full(given: argparse.Namespace) -> int:
    kept = given.pages / "results" / FULL
    kept.mkdir(parents=True, exist_ok=True)
    for name, run in read_full_runs(given.pages / "full.yaml").items():
        if (folder := given.runs / FULL / name).exists():
            write_results(collect_full(run, folder), kept / f"{name}.json")
            print(f"collected {folder}")
    reasons = {claim.experiment: left_out(claim) for claim in claims(given.pages)}
    write_json(kept.parent / LEFT_OUT, reasons)
    return 0


def _check(given: argparse.Namespace) -> int:
    return _write(given, check=True)


def _write(given: argparse.Namespace, check: bool = False) -> int:
    pages: Path = given.pages
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
        (pages / "figures").mkdir(exist_ok=True)
        for claim, results, controllers in _known(pages):
            path = pages / "figures" / f"{claim.experiment}.svg"
            draw(claim, results, path, controllers)
    return int(differ > 0)


_ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "collect": _collect,
    "collect-full": _collect_full,
    "write": _write,
    "check": _check,
    "names": _names,
    "missing": _missing,
    "full": _full,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
