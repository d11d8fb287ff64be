"""A finished run in Python: its tables, answers, recordings, replays and report."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from os import PathLike

import xarray as xr

from ..replay.again import recording_of, walked_again
from ..replay.page import Shown, replay_page, titles
from ..replay.recorded_run import RecordedRun
from ..report.answer import comparisons
from ..report.data import load_run
from ..report.headline import Headline, headline
from ..report.page import write_report
from ..report.plain_words import ENGLISH
from ..rollout.engine import simulation_engine
from .html import Page, html_table
from .plain_arguments import path_of, whole_number

_MOST_CONTRASTS = 12  # that a notebook shows


class FinishedRun(RecordedRun):
    """A finished run; `rw.open_run` and `Study.run` return one.

    Tables are pandas' (`trials`, `strides`, `contrasts`), recordings and `waveforms` xarray's, all
    in SI units with the unit in the name. Each file is read when it is first asked for.
    """

    def recording(self, trial: int, variables: Sequence[str] | None = None) -> xr.Dataset:
        """Return the recording of a trial; one that was not kept is walked again from its seed.

        Walked again it is known to be the same: every number of its row comes out equal, bit for
        bit. The dimension `trial` stays, of length 1, as `rw.measure` and `rw.export` expect it.

        Args:
            trial: its number, the column `trial`. variables: only these; None for all.

        Raises:
            ConfigError: there is no such trial.
            RetrowalkError: walked again it comes out different.
        """
        number = whole_number("recording()", "trial", trial, 0)
        if number in self.recordings:
            return super().recording(number, variables)
        again = walked_again(self, self.choose(number), simulation_engine())
        return again if variables is None else again[list(variables)]

    def replay(
        self,
        trial: int | None = None,
        *,
        beside: int | None = None,
        start_s: float = 0.0,
        length_s: float | None = None,
    ) -> Page:
        """Return the moving picture of a trial, or of two side by side on one clock.

        Args:
            trial: its number; by default the first that did not fall. beside: that of another.
            start_s: where what is shown begins [s].
            length_s: how long it is [s]; by default all.

        Raises:
            ConfigError: there is no such trial, or nothing of it to show.
        """
        asked = {"trial": trial} if beside is None else {"trial": trial, "beside": beside}
        numbers = [
            None if one is None else whole_number("replay()", name, one, 0)
            for name, one in asked.items()
        ]
        shown: list[Shown] = []
        for number in numbers:
            chosen = self.choose(number)
            recording, again = recording_of(self, chosen)
            shown.append(Shown(self, chosen, recording, again))
        return Page(" beside ".join(titles(shown)), replay_page(shown, start_s, length_s))

    def report(self, language: str = ENGLISH) -> Page:
        """Write `report.html` into the run's folder, with `report.md` and `figures/`; return it.

        Its plain words are in `language`: `en`, `de` or `es`.

        Raises:
            ConfigError: there are no words of that language.
        """
        path = write_report(self.path, str(language))
        return Page(f"report of {self.name}", path.read_text("utf-8"), path, height=800)

    @property
    def headline(self) -> Headline | None:
        """The run's short answer: number, what it is, interval, sentence; None without one.

        Where the gait fails, or there is no answer for another reason, the sentence says so, and
        the number is a dash.
        """
        return headline(load_run(self.path))

    def __repr__(self) -> str:
        cells, trials = len(self.plan.cells), len(self.trials)
        return f"<FinishedRun {self.name} in {self.path}: {cells} cells, {trials} trials>"

    def _repr_html_(self) -> str:
        data, first = load_run(self.path), self.headline
        contrasts = comparisons(data)
        parts = [f"<h4>{escape(self.name)}</h4>"]
        if data.config.get("question"):
            parts.append(f"<p>{escape(str(data.config['question']))}</p>")
        if first is not None:
            number, what, told = map(escape, (first.number, first.what, first.told))
            parts.append(f"<p><b>{number}</b> {what}. {told}</p>")
        parts += [f"<p><b>{escape(sentence)}</b></p>" for sentence in data.no_evidence]
        rows: list[tuple[str, int, int, int, str]] = []
        for cell in data.cells:
            share = cell.fall_share
            ends = f"{100 * (share.low or 0):.0f} to {100 * (share.high or 0):.0f} %"
            rows.append((cell.label, len(cell.rows), len(cell.valid), cell.fallen, ends))
        parts.append(html_table(("cell", "trials", "valid", "fell", "95 % interval"), rows))
        if contrasts:
            compared = [
                (item.measure, item.sides, item.where, item.shown, item.why or item.interval)
                for item in contrasts[:_MOST_CONTRASTS]
            ]
            parts.append(html_table(("measure", "between", "where", "", "95 % interval"), compared))
            if len(contrasts) > _MOST_CONTRASTS:
                parts.append(f"<p>and {len(contrasts) - _MOST_CONTRASTS} more contrasts</p>")
        return "".join(parts)


def open_run(folder: str | PathLike[str], *, trust: bool = False) -> FinishedRun:
    """Return the finished run in a folder.

    Args:
        folder: of the run, such as `runs/quick-start`.
        trust: allow policies that run code of their own, to walk trials again.

    Raises:
        ConfigError: there is no such folder, it holds no run, or one that is not finished.
    """
    return FinishedRun.finished(path_of("open_run()", "folder", folder), trust=trust)
