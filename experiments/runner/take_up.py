"""Resuming a run: what is left to do in its folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from ..store.integrity import Damage, damage_of, listed
from ..store.manifest import Manifest, changed_beside, check_same_code, write_manifest
from ..store.pieces import PieceStore
from ..store.run_folder import RunFolder
from ..study.plan import Cell, Plan, TrialSpec
from .worker import recording_name


@dataclass(frozen=True)
class Left:
    """What a run still has to do.

    Attributes:
        manifest: to go on with. done: trials whose pieces are whole.
        complete: nothing is left but `recordings`, which are damaged or missing.
    """

    manifest: Manifest
    done: frozenset[int] = frozenset()
    complete: bool = False
    recordings: tuple[str, ...] = ()


def take_up(
    folder: RunFolder,
    store: PieceStore,
    manifest: Manifest,
    new: Manifest,
    planned: Sequence[int],
    note: Callable[[str], None],
) -> Left:
    """Return what is left to do, and `note` what was damaged or comes from elsewhere.

    Args:
        manifest: of the folder. new: as it would be if the run began now. planned: all trials.

    Raises:
        ConfigError: trials would join others that they may not belong with.
    """
    if manifest is new:
        return Left(new)
    if manifest["status"] == "complete":
        return _finished(folder, manifest, new, planned, note)
    done, damaged = store.finished()
    if damaged:
        note(
            f"{folder.path}: {len(damaged)} damaged pieces ({listed(damaged)}): their trials are "
            "run again"
        )
    if not done:
        return Left(_anew(folder, manifest, new))
    check_same_code(manifest, new, folder.path)
    if changed := changed_beside(manifest, new):
        note(f"{folder.path}: goes on with other versions than it began with ({changed})")
    return Left(manifest, done)


def trials_of(
    plan: Plan, recordings: Sequence[str], rows: pd.DataFrame
) -> list[tuple[Cell, list[TrialSpec]]]:
    """Return the trials, by cell, whose recordings are of these names.

    Args:
        rows: of the finished run, which tell the impulse of a trial that has one of its own.
    """
    wanted = {name.rpartition("/")[2] for name in recordings}
    found: list[tuple[Cell, list[TrialSpec]]] = []
    for cell in plan.cells:
        specs = [spec for spec in plan.trials(cell) if recording_name(cell, spec) in wanted]
        if cell.adaptive:
            own = rows.set_index("trial")["hazard_magnitude"]
            specs = [replace(spec, impulse_n_s=float(own[spec.trial])) for spec in specs]
        if specs:
            found.append((cell, specs))
    return found


def _finished(
    folder: RunFolder,
    manifest: Manifest,
    new: Manifest,
    planned: Sequence[int],
    note: Callable[[str], None],
) -> Left:
    damage: Damage = damage_of(folder, manifest, planned)
    if not damage:
        return Left(manifest, complete=True)
    what = f"{folder.path}: {damage.names} damaged, changed or removed since the run finished: "
    if damage.results:
        note(f"{what}all {len(planned)} trials are run again")
        return Left(_anew(folder, manifest, new))
    check_same_code(manifest, new, folder.path)
    note(f"{what}run again")
    return Left(manifest, complete=True, recordings=damage.recordings)


def _anew(folder: RunFolder, old: Manifest, new: Manifest) -> Manifest:
    """Write and return the manifest of a run that begins anew: only its sessions are kept."""
    manifest = new.copy()
    manifest["sessions"] = old.get("sessions", [])
    manifest["wall_time_s"] = old.get("wall_time_s", 0.0)
    write_manifest(folder.manifest, manifest)
    return manifest
