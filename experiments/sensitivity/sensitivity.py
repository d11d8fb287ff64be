"""Repeat an experiment's contrasts over its variants, each a run of its own, and compare answers.

The gait is feedback, so a variant walks another walk from the same starts. An answer depends on a
choice if what it says changes: higher, lower, no clear difference, no answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import xarray as xr

from ...sim.measures import measure
from ..analysis.contrasts import analyse
from ..rollout.engine import Engine
from ..runner.run import Options, run_experiment
from ..store.foreign import refuse_foreign
from ..store.run import Run
from ..store.tables import measure_names
from ..study.load import load_config
from .variants import OWN, Variant, variants_of, with_energy_model

Measured = Callable[[xr.Dataset, float], tuple[pd.DataFrame, pd.DataFrame]]
"""Measures a recording at a force of contact [N], as `sim.measures.measure` does."""
Saying = Literal["higher", "lower", "no clear difference", "no answer"]


@dataclass(frozen=True)
class Answered:
    """One contrast of the experiment under every variant.

    Attributes:
        contrasts: entries of `contrasts.json` by the variant's name, the experiment's own first.
    """

    contrasts: dict[str, Mapping[str, Any]]

    @property
    def own(self) -> Mapping[str, Any]:
        """The answer of the experiment as it is."""
        return self.contrasts[OWN]

    @property
    def depends_on(self) -> tuple[str, ...]:
        """Names of the variants that say something else."""
        said = says(self.own)
        return tuple(name for name, one in self.contrasts.items() if says(one) != said)


def says(contrast: Mapping[str, Any]) -> Saying:
    """Return what an entry of `contrasts.json` says: its interval against no difference."""
    low, high = contrast["low"], contrast["high"]
    if contrast.get("withheld") or low is None or high is None:
        return "no answer"
    nothing = 1.0 if contrast["as"] == "ratio" else 0.0
    if low > nothing:
        return "higher"
    return "lower" if high < nothing else "no clear difference"


def sensitivity(
    source: str,
    overrides: Sequence[str],
    out: Path | None,
    options: Options,
    engine: Engine | None = None,
    measured: Measured = measure,
) -> tuple[Path, tuple[Variant, ...], list[Answered]]:
    """Run every variant into a folder of its own below `out`, and compare their answers.

    Args:
        source: a config's path or name. overrides: changes of it.
        out: runs/NAME-sensitivity by default.
        measured: measures recordings with a force of contact.

    Returns:
        The folder, the variants, and each contrast under all of them.

    Raises:
        ConfigError: the config is wrong, or a folder holds something else.
    """
    config = load_config(source, overrides)
    variants = variants_of(config)
    folder = Path("runs") / f"{config.name}-sensitivity" if out is None else out
    refuse_foreign(folder, [variant.name for variant in variants], "sensitivity")
    walked = [variant for variant in variants if variant.walked]
    for number, variant in enumerate(walked):

        def told(done: int, total: int, before: int = number) -> None:
            options.progress(before * total + done, len(walked) * total)

        kept = [] if variant.overrides else [f"keep_recordings={config.trials}"]
        own = load_config(source, [*overrides, *variant.overrides, *kept])
        shown = replace(options, source=source, progress=told)
        run_experiment(own, folder / variant.name, shown, engine)
    return folder, variants, compared(folder, variants, measured)


def compared(
    folder: Path, variants: Sequence[Variant], measured: Measured = measure
) -> list[Answered]:
    """Return each contrast of the finished runs below `folder` under all variants."""
    answers = {variant.name: _answers(folder, variant, measured) for variant in variants}
    rows = zip(*answers.values(), strict=True)
    return [Answered(dict(zip(answers, row, strict=True))) for row in rows]


def _answers(folder: Path, variant: Variant, measured: Measured) -> Sequence[Mapping[str, Any]]:
    run = Run.finished(folder / (variant.name if variant.walked else OWN))
    plan = run.plan
    if variant.energy:
        plan = replace(plan, config=with_energy_model(plan.config, variant.energy))
    trials = run.trials
    if variant.stands_n is not None:
        trials = _measured_anew(run, variant.stands_n, measured)
    return analyse(trials, plan)["contrasts"]


def _measured_anew(run: Run, stands_n: float, measured: Measured) -> pd.DataFrame:
    """Return the run's trials with the measures of their recordings at another force of contact."""
    rows = pd.concat(
        [measured(run.recording(trial), stands_n)[0] for trial in run.trials["trial"]]
    ).set_index("trial")
    names = [name for name in measure_names(run.trials) if name in rows]
    kept = run.trials.drop(columns=names)
    return kept.join(rows[names], on="trial")
