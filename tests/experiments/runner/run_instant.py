"""Run experiments whose trials take no time: `python run_instant.py OUT TRIALS ...`, of two cells.

Prints for each [trials of the run, bookkeeping in s, statistics in s, peak memory in MiB so far]:
times of the processor; bookkeeping is all but the stand-in itself and the statistics.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import instant_engine

from retrowalk.experiments.runner import run as runner
from retrowalk.experiments.study.load import check_config
from retrowalk.models.yaml_source import parse_yaml

TEXT = """\
name: large
factors: {direction: [backward, forward]}
technique: {speed_m_per_s: 0.8}
duration_s: 20
contrasts:
  - {measure: stride_length_m, between: {direction: [backward, forward]}}
"""

spent: Counter[str] = Counter()


def timed(call: Callable[..., Any], kind: str) -> Callable[..., Any]:
    """Return `call`, its time added to `spent`."""

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        begun = time.process_time()
        try:
            return call(*args, **kwargs)
        finally:
            spent[kind] += time.process_time() - begun  # type: ignore[assignment]

    return wrapped


def main() -> None:
    engine = instant_engine.ENGINE
    engine = replace(
        engine, **{f.name: timed(getattr(engine, f.name), "stand-in") for f in fields(engine)}
    )
    runner.write_answers = timed(runner.write_answers, "statistics")
    for number, trials in enumerate(map(int, sys.argv[2:])):
        spent.clear()
        config = check_config(parse_yaml(TEXT + f"trials: {trials // 2}\n", "large"))
        options = runner.Options(threads=1)
        timed(runner.run_experiment, "all")(
            config, Path(sys.argv[1]) / str(number), options, engine
        )
        bookkeeping = spent["all"] - spent["stand-in"] - spent["statistics"]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps([trials, bookkeeping, spent["statistics"], peak]), flush=True)


if __name__ == "__main__":
    main()
