"""Data files of the lake: Parquet, written whole and settled on the disk, read only if their digest is as delivered.

Knows the columns of a kind as types of storage. Refuses to know which files count: the register says it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from chitieu.problem import Problem, Weight, problem
from chitieu.records.checking import Rejected
from chitieu.records.delivery import DataFile
from chitieu.records.kind import Column
from chitieu.records.kinds import kinds

if TYPE_CHECKING:
    import pyarrow as pa


def schema(kind: str) -> pa.Schema:
    """The stored columns of a kind: its own, and `row`, its place in the file. Moments are local, without zone."""
    import pyarrow as pa

    types = {
        "integer": pa.int64(),
        "money": pa.int64(),
        "year": pa.int64(),
        "day": pa.date32(),
        "moment": pa.timestamp("us"),
        "flag": pa.bool_(),
    }
    columns = [pa.field(column.name, types.get(column.type, pa.string())) for column in kinds()[kind].stored]
    return pa.schema([*columns, pa.field("row", pa.int64())])


def type_in_sql(column: Column) -> str:
    """The type of a stored column in DuckDB."""
    types = {"integer": "BIGINT", "money": "BIGINT", "year": "BIGINT", "day": "DATE", "moment": "TIMESTAMP"}
    return (types | {"flag": "BOOLEAN"}).get(column.type, "VARCHAR")


def table_of(kind: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows of a kind as a table, absent columns empty."""
    import pyarrow as pa

    return pa.Table.from_pylist(list(rows), schema=schema(kind))


def table_of_rejected(rows: Sequence[Rejected]) -> pa.Table:
    """Rejected rows as a table of texts: each problem's code, field and sentence, and the cells as they came."""
    import pyarrow as pa

    lines = []
    for rejected in rows:
        wrong = [
            {"code": found.code, "field": found.place.field, "sentence": found.sentence} for found in rejected.problems
        ]
        lines.append({"row": rejected.row, "problems": json.dumps(wrong), "cells": json.dumps(dict(rejected.cells))})
    return pa.Table.from_pylist(lines)


def rejected_in(data: bytes) -> list[dict[str, Any]]:
    """The rejected rows of a file: `row`, `problems`, `cells`."""
    return [
        {"row": line["row"], "problems": json.loads(line["problems"]), "cells": json.loads(line["cells"])}
        for line in read(data).to_pylist()
    ]


def write(lake: Path, path: str, table: pa.Table, holds: Literal["rows", "quarantine"]) -> DataFile:
    """The file, settled on the disk under its name; a failure leaves no half of it there."""
    import pyarrow as pa
    from pyarrow import parquet

    sink = pa.BufferOutputStream()
    parquet.write_table(table, sink, compression="zstd")
    data = sink.getvalue().to_pybytes()
    target = lake / path
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".unfinished")
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(target)
    for folder in (target.parent, target.parent.parent, lake):
        settle(folder)
    return DataFile(path=path, sha256=hashlib.sha256(data).hexdigest(), rows=table.num_rows, holds=holds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A data file that is whole and lies outside every delivery."""

    path: Path
    rows: int
    holds: Literal["rows", "quarantine"]


def take(lake: Path, folder: str, file: Finished) -> DataFile:
    """A finished file moved into the folder of its delivery, settled on the disk."""
    path = f"{folder}/{file.holds}.parquet"
    target = lake / path
    target.parent.mkdir(parents=True, exist_ok=True)
    settle(file.path)
    sha256 = digest_of(file.path)
    file.path.replace(target)
    for above in (target.parent, target.parent.parent, lake):
        settle(above)
    return DataFile(path=path, sha256=sha256, rows=file.rows, holds=file.holds)


def digest_of(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def settle(path: Path) -> None:
    """What stands in a file, or which names stand in a folder, outlives a loss of power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def clear(folder: Path) -> None:
    """Remove what a killed delivery left under a number that no line of the register bears."""
    if folder.is_dir():
        for leftover in folder.iterdir():
            leftover.unlink()


def proved(lake: Path, file: DataFile, delivery: int) -> bytes | Problem:
    """The bytes of a data file, if they are those that were delivered."""
    try:
        data = (lake / file.path).read_bytes()
    except OSError:
        return problem("DATA-FILE-MISSING", file=str(lake / file.path), weight=Weight.DAMAGED, delivery=delivery)
    if hashlib.sha256(data).hexdigest() != file.sha256:
        return problem("DATA-FILE-CHANGED", file=str(lake / file.path), weight=Weight.DAMAGED, delivery=delivery)
    return data


def disproved(lake: Path, file: DataFile, delivery: int) -> Problem | None:
    """Why a data file is not as it was delivered, if it is not; it is read in pieces, not held."""
    try:
        sha256 = digest_of(lake / file.path)
    except OSError:
        return problem("DATA-FILE-MISSING", file=str(lake / file.path), weight=Weight.DAMAGED, delivery=delivery)
    if sha256 != file.sha256:
        return problem("DATA-FILE-CHANGED", file=str(lake / file.path), weight=Weight.DAMAGED, delivery=delivery)
    return None


def read(data: bytes) -> pa.Table:
    """The table of a proved file, read in this thread: one of a pool that still runs at exit aborts the program."""
    import pyarrow as pa
    from pyarrow import parquet

    return parquet.ParquetFile(pa.BufferReader(data), pre_buffer=False).read(use_threads=False)
