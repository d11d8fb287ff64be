"""`retrowalk gates`: forward walking in a run beside how people walk forward."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ..findings.forward_gates import Gate, gates_of, shown
from ..store.run import Run


def gates_command(folder: Path, *, as_json: bool = False) -> None:
    """Show value, bounds and verdict of each gate, cell by cell.

    Args:
        folder: of a finished run that kept recordings of walking forward.

    Raises:
        ConfigError: no finished run, or no such recordings.
    """
    found = gates_of(Run.finished(folder, trust=True))
    if as_json:
        answer = {
            name: {
                "speed_m_per_s": speed,
                "held": _held(gates),
                "of": len(gates),
                "gates": [asdict(gate) | {"holds": gate.holds} for gate in gates],
            }
            for name, (speed, gates) in found.items()
        }
        print(json.dumps(answer, indent=2, allow_nan=False))
        return
    console = Console()
    for name, (speed, gates) in found.items():
        title = f"{name}: {_held(gates)} of {len(gates)} held, walked at {speed:.2f} m/s"
        table = Table(title=title)
        for heading in ("gate", "walk", "people", "held"):
            table.add_column(heading, justify="right" if heading == "walk" else "left")
        for gate in gates:
            table.add_row(*shown(gate))
        console.print(table)


def _held(gates: list[Gate]) -> int:
    return sum(gate.holds is True for gate in gates)
