"""The run's tables from its pieces, a block of trials at a time: memory does not grow with them.

Rows stand in order of their trials and row groups have a set size, so that a file's bytes do not
depend on how the trials were cut into pieces.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from .atomic import write_atomic
from .integrity import check_all_there
from .pieces import TRIALS, PieceStore, read_rows, row_schema

GROUP_ROWS = 8_192
"""Rows of a row group, which are in memory at once."""
BLOCK_TRIALS = 128


@dataclass(frozen=True)
class TrialOrder:
    """Which piece holds each trial.

    Attributes:
        trials: all finished trials in order, (n,). folders: of the pieces. owner: for each trial,
            the number of the first folder that holds it, (n,).
    """

    trials: np.ndarray
    folders: tuple[Path, ...]
    owner: np.ndarray

    def blocks(self) -> Iterator[tuple[int, dict[Path, np.ndarray]]]:
        """Yield for each block of trials its start and, by piece, the trials to take from it."""
        for start in range(0, len(self.trials), BLOCK_TRIALS):
            trials = self.trials[start : start + BLOCK_TRIALS]
            owner = self.owner[start : start + BLOCK_TRIALS]
            yield start, {self.folders[one]: trials[owner == one] for one in np.unique(owner)}


def trial_order(store: PieceStore, planned: Sequence[int]) -> TrialOrder:
    """Return which piece holds each trial; one that stands in two pieces is taken once.

    Raises:
        SimulationError: a planned trial is in no piece.
    """
    folders = tuple(store.folders())
    held = [read_rows(folder / TRIALS)["trial"].to_numpy() for folder in folders]
    trials = np.concatenate([np.empty(0, np.int64), *held])
    owner = np.repeat(np.arange(len(folders)), [len(one) for one in held])
    unique, first = np.unique(trials, return_index=True)
    check_all_there(unique.tolist(), planned, store.folder)
    return TrialOrder(unique, folders, owner[first])


def merge_rows(order: TrialOrder, name: str, path: Path, run: str) -> None:
    """Write the rows that the pieces have in their file `name` to the parquet file `path`.

    Its metadata holds the digest `run` of the run.
    """
    rows = _schema([folder / name for folder in order.folders])
    schema = pa.schema(list(rows), metadata={"retrowalk run": run})

    types = _types(schema)
    text: Any = [name for name, kind in types.items() if pa.types.is_string(kind)] or False

    def write(file: BinaryIO) -> None:
        writer = pq.ParquetWriter(file, schema, compression="zstd", use_dictionary=text)
        with writer:
            waiting, count = [schema.empty_table()], 0
            for _, wanted in order.blocks():
                rows = [*_taken(wanted, name, schema)]
                waiting, count = [*waiting, *rows], count + sum(part.num_rows for part in rows)
                if count < GROUP_ROWS:
                    continue
                joined = pa.concat_tables(waiting)
                done = count - count % GROUP_ROWS
                for start in range(0, done, GROUP_ROWS):
                    writer.write_table(joined.slice(start, GROUP_ROWS))
                waiting, count = [joined.slice(done)], count - done
            if count:
                writer.write_table(pa.concat_tables(waiting))

    write_atomic(path, write)


def _taken(wanted: dict[Path, np.ndarray], name: str, schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield the rows of a block's trials, in order of the trials, with all columns."""
    parts: list[pa.Table] = []
    for folder, trials in wanted.items():
        table = read_rows(folder / name)
        own = np.isin(table["trial"].to_numpy(), trials)
        table = table if own.all() else table.take(pa.array(np.flatnonzero(own), pa.int64()))
        parts.append(_with_columns(table, schema))
    rows = pa.concat_tables(parts)
    numbers = rows["trial"].to_numpy()
    if (np.diff(numbers) < 0).any():
        rows = rows.take(pa.array(np.argsort(numbers, kind="stable"), pa.int64()))
    if rows.num_rows:
        yield rows


def _with_columns(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return the rows with the run's columns, null where the piece has none."""
    if table.schema.equals(schema):
        return table
    own = dict(zip(table.column_names, table.columns, strict=True))
    columns = [
        pc.cast(own[name], kind) if name in own else pa.nulls(table.num_rows, kind)
        for name, kind in _types(schema).items()
    ]
    return pa.table(columns, schema=schema)


def _schema(paths: list[Path]) -> pa.Schema:
    """Return all columns in order of their first appearance, each of the type that holds it."""
    held = {path: _types(row_schema(path)) for path in paths}
    types: dict[str, pa.DataType] = {}
    for own in held.values():
        for name, kind in own.items():
            if types.setdefault(name, kind) != kind:
                types[name] = _common_type(name, held)
    return pa.schema(list(types.items()))


def _types(schema: Any) -> dict[str, Any]:
    """Return the type of each column of a pyarrow schema, in order."""
    return {column.name: column.type for column in schema}


def _common_type(name: str, held: dict[Path, dict[str, Any]]) -> pa.DataType:
    """Return the one type of the pieces that have a value there; numbers if several."""
    found: set[pa.DataType] = set()
    for path, types in held.items():
        if name in types:
            column = read_rows(path)[name]
            found |= {types[name]} if column.null_count < len(column) else set()
    return found.pop() if len(found) == 1 else pa.float64()
