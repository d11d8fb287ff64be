"""Make spm1d_reference.csv: paired SPM{t} of made-up curves by spm1d (GPL, so not a dependency).

    python -m venv /tmp/spm && /tmp/spm/bin/pip install spm1d
    /tmp/spm/bin/python tests/experiments/spm1d_reference.py > tests/experiments/spm1d_reference.csv

The file in the repository was made with spm1d 0.4.55. Columns: point, curves of the 10 pairs
(a0 .. a9, b0 .. b9), t, threshold of random field theory, threshold of spm1d's own permutations.
"""

from __future__ import annotations

import sys

import numpy as np
import spm1d  # pyright: ignore[reportMissingImports]

PAIRS, POINTS = 10, 101


def main() -> None:
    """Print the table."""
    rng = np.random.default_rng(0)
    phase = np.linspace(0.0, 1.0, POINTS)
    kernel = np.exp(-0.5 * (np.arange(-20, 21) / 6.0) ** 2)

    def smooth() -> np.ndarray:
        noise = rng.normal(size=(PAIRS, POINTS + 40))
        return np.stack([np.convolve(row, kernel / kernel.sum(), "valid") for row in noise])

    person = rng.normal(size=(PAIRS, 1))
    bump = 0.7 * np.exp(-0.5 * ((phase - 0.6) / 0.08) ** 2)
    a, b = person + smooth() + bump, person + smooth()
    field = spm1d.stats.ttest_paired(a, b).inference(0.05, two_tailed=True)
    permuted = spm1d.stats.nonparam.ttest_paired(a, b).inference(
        0.05, two_tailed=True, iterations=-1
    )
    names = ["point", *(f"a{i}" for i in range(PAIRS)), *(f"b{i}" for i in range(PAIRS))]
    sys.stdout.write(",".join([*names, "t", "field_threshold", "permutation_threshold"]) + "\n")
    for p in range(POINTS):
        row = [p, *a[:, p], *b[:, p], field.z[p], field.zstar, permuted.zstar]
        sys.stdout.write(",".join(f"{value:.10g}" for value in row) + "\n")


if __name__ == "__main__":
    main()
