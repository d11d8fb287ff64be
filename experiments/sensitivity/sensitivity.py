"""Repeat an experiment's contrasts over its variants, each a run of its own, and compare answers.

The gait is feedback, so a variant walks another walk from the same starts. An answer depends on a
choice if what it says changes: higher, lower, no clear difference, no answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from ..analysis.contrasts import analyse
from ..rollout.engine import Engine
from ..runner.run import Options, run_experiment
from ..store.foreign import refuse_foreign
from ..store.run import Run
from ..study.load import load_config
from .variants import OWN, Variant, variants_of, with_energy_model

Saying = Literal["higher", "lower", "no clear difference", "no answer"]


@dataclass(frozen=True)
class Answered:
    """One contrast of the experiment under every variant.

    Attributes:
        contrasts: entries of `contrasts.json` by the variant's name, the experiment's own first.
    """

    contrasts: dict[str, dict[str, Any]]

    @property
    def own(self) -> dict[str, Any]:
        """The answer of the experiment as it is."""
        return self.contrasts[OWN]

    @property
    def depends_on(self) -> tuple[str, ...]:
        """Names of the variants that say something else."""
        said = says(self.own)
        return tuple(name for name, one in self.contrasts.items() if says(one) != said)


def says(contrast: dict[str, Any]) -> Saying:
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
) -> tuple[Path, tuple[Variant, ...], list[Answered]]:
    """Run every variant into a folder of its own below `out`, and compare their answers.

    Args:
        source: a config's path or name. overrides: changes of it.
        out: runs/NAME-sensitivity by default.

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

        own = load_config(source, [*overrides, *variant.overrides])
        shown = replace(options, source=source, progress=told)
        run_experiment(own, folder / variant.name, shown, engine)
    return folder, variants, compared(folder, variants)


def compared(folder: Path, variants: Sequence[Variant]) -> list[Answered]:
    """Return each contrast of the finished runs below `folder` under all variants."""
    answers = {variant.name: _answers(folder, variant) for variant in variants}
    rows = zip(*answers.values(), strict=True)
    return [Answered(dict(zip(answers, row, strict=True))) for row in rows]


def _answers(folder: Path, variant: Variant) -> list[dict[str, Any]]:
    run = Run.finished(folder / (variant.name if variant.walked else OWN))
    plan = run.plan
    if variant.energy:
        plan = replace(plan, config=with_energy_model(plan.config, variant.energy))
    return analyse(run.trials, plan)["contrasts"]
