"""The rows of the lake as a table of DuckDB: data files of a state, each proved before a row of it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chitieu.problem import Problem
from chitieu.records import store
from chitieu.records.delivery import Delivery, in_state
from chitieu.records.kind import Kind
from chitieu.records.lake import Lake
from chitieu.records.opened import literal
from chitieu.records.tidied import name_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The data files of a kind in a state, by their deliveries."""

    kind: Kind
    files: tuple[tuple[int, Path, str], ...]
    """Number of the delivery, path, SHA-256."""

    def table(self, connection: DuckDBPyConnection) -> str:
        """All rows in SQL: the stored columns, `row`, `delivery`. A column an older file has not is empty there."""
        columns = [*((column.name, store.type_in_sql(column)) for column in self.kind.stored), ("row", "BIGINT")]
        if not self.files:
            nulls = ", ".join(f"CAST(NULL AS {kind}) AS {name_of(name)}" for name, kind in columns)
            return f"(SELECT {nulls}, CAST(NULL AS BIGINT) AS delivery WHERE false)"
        paths = ", ".join(literal(path) for _, path, _ in self.files)
        rows = f"read_parquet([{paths}], filename = true, union_by_name = true, hive_partitioning = false)"
        there = {name for name, *_ in connection.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()}
        cells = ", ".join(
            name_of(name) if name in there else f"CAST(NULL AS {kind}) AS {name_of(name)}" for name, kind in columns
        )
        delivery = "CAST(regexp_extract(filename, 'delivery=([0-9]+)/[^/]*$', 1) AS BIGINT)"
        return f"(SELECT {cells}, {delivery} AS delivery FROM {rows})"


def proved(lake: Lake, kind: Kind, state: int | None = None) -> Stored | Problem:
    """The files of a kind in a state (None: now), each byte for byte what was delivered; else what is not."""
    known = lake.deliveries()
    return known if isinstance(known, Problem) else proved_of(lake, kind, in_state(known, state))


def proved_of(lake: Lake, kind: Kind, deliveries: Sequence[Delivery]) -> Stored | Problem:
    """The same of deliveries that stand."""
    files = []
    for delivery in deliveries:
        for file in delivery.files if delivery.kind == kind.code else ():
            if file.holds != "rows":
                continue
            if (wrong := store.disproved(lake.path, file, delivery.number)) is not None:
                return wrong
            files.append((delivery.number, lake.path / file.path, file.sha256))
    return Stored(kind=kind, files=tuple(files))
