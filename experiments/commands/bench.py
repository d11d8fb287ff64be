"""What `retrowalk bench` prints while it measures, and keeps."""

from __future__ import annotations

import json
from pathlib import Path


def bench_command(quick: bool, out: Path | None, compare: Path | None, as_json: bool) -> None:
    """Measure and print each number as soon as it is known, beside an older one's.

    Args:
        quick: less exact. out: file for the results. compare: older results.

    Raises:
        ConfigError: `compare` is no file of results.
    """
    from ..bench.physics import bench
    from ..bench.results import read_results, write_results

    before = {} if compare is None else read_results(compare)

    def tell(name: str, value: float) -> None:
        if not as_json:
            print(line_of(name, value, before.get(name)), flush=True)

    numbers = bench(quick, tell)
    if as_json:
        print(json.dumps(numbers, indent=2))
    if out is not None:
        write_results(out, numbers, quick)


def line_of(name: str, value: float, before: float | None) -> str:
    """Return a number as printed, and what it is over the one before."""
    text = f"{name:36}{value:>12,.3g}" if abs(value) < 1000 else f"{name:36}{value:>12,.0f}"
    return f"{text}{value / before:8.2f} x" if before else text
