"""Write the costs of solved gaits over speed, for the finding on preferred speeds.

    retrowalk solve forward-faster --out runs/solve-forward-faster
    retrowalk solve backward-faster --out runs/solve-backward-faster
    python docs/make/solved_costs.py runs/solve-forward-faster runs/solve-backward-faster

The gaits that ship are in the table too.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from retrowalk.envs.gaits.reference_cycle import cycle_table, read_cycle
from retrowalk.experiments.findings.solved_speeds import TABLE
from retrowalk.experiments.solving.cycle import cost_of_transport_j_per_kg_m as cost

FINDINGS = Path(__file__).resolve().parents[2] / "experiments" / "findings"


def main(folders: list[Path]) -> None:
    """Write the table of the gaits that ship and of those in `folders`."""
    cycles = [one for way in ("backward", "forward") for one in cycle_table(way).cycles]
    for folder in folders:
        cycles += [read_cycle(path) for path in sorted((folder / "cycles").glob("*.npz"))]
    rows = pd.DataFrame(
        [(one.direction, one.speed_m_per_s, round(cost(one), 3)) for one in cycles],
        columns=["direction", "speed_m_per_s", "cost_of_transport_j_per_kg_m"],
    )
    ordered = rows.sort_values(["direction", "speed_m_per_s"])
    ordered.to_csv(FINDINGS / TABLE, index=False, lineterminator="\n")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
