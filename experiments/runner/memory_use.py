"""Peak memory of a process and all that it starts, sampled from outside while it runs (Linux)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

PERIOD_S = 0.3
_PROC = Path("/proc")


def process_tree(root: int) -> Iterator[int]:
    """Yield `root` and its descendants, as far as they still run."""
    children: dict[int, list[int]] = {}
    for folder in _PROC.iterdir():
        if folder.name.isdecimal():
            try:
                after_name = (folder / "stat").read_text().rpartition(")")[2]
            except OSError:  # it has ended
                continue
            children.setdefault(int(after_name.split()[1]), []).append(int(folder.name))
    waiting = [root]
    while waiting:
        process = waiting.pop()
        yield process
        waiting += children.get(process, [])


def proportional_set_mib(root: int) -> float:
    """Memory of the process `root` and its descendants [MiB], a shared page counted once (PSS)."""
    total = 0.0
    for process in process_tree(root):
        try:
            lines = (_PROC / str(process) / "smaps_rollup").read_text().splitlines()
        except OSError:  # it has ended
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024.0
    return total


class PeakMemory:
    """Watch a process for as long as the `with` block runs; then `mib` is the highest sample.

    `mib` stays None where the system does not tell (other than Linux).

    Args:
        process: id of the process to watch, with its descendants.
    """

    def __init__(self, process: int) -> None:
        self.mib: float | None = None
        self._process, self._end = process, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        while not self._end.is_set():
            self.mib = max(self.mib or 0.0, proportional_set_mib(self._process))
            self._end.wait(PERIOD_S)

    def __enter__(self) -> PeakMemory:
        if (_PROC / "self" / "smaps_rollup").exists():
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        if self._thread.is_alive():
            self._thread.join()
