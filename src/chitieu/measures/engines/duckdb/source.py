"""The records of a job as a table of the database: which columns are there, each in the type of the language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from chitieu.language import Type
from chitieu.language.sql import quoted as constant
from chitieu.measures.engines.duckdb.running import quoted
from chitieu.records.kind import Kind

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

SQL_TYPE: Mapping[Type, str] = {
    "text": "VARCHAR",
    "number": "BIGINT",
    "day": "DATE",
    "moment": "TIMESTAMP",
    "truth": "BOOLEAN",
}


class Source:
    """Records under the name `records`, a row of it being `r`."""

    def __init__(self, connection: DuckDBPyConnection, kind: Kind, records: pa.Table | Path) -> None:
        self._connection, self._kind = connection, kind
        if isinstance(records, Path):
            # The database reads a path as a pattern: in brackets a sign means itself.
            path = constant(re.sub(r"[*?\[]", r"[\g<0>]", str(records)))
            read = f"read_parquet({path}, hive_partitioning = false)"
            connection.execute(f"CREATE TEMP VIEW records AS SELECT * FROM {read}")
        else:
            connection.register("records", records)
        described = connection.execute("DESCRIBE records").fetchall()
        self._types: dict[str, str] = {name: given for name, given, *_ in described}

    def has(self, name: str) -> bool:
        """Whether the records have the column."""
        return name in self._types

    def column(self, name: str) -> str:
        """The column of a row in its type; null where the records have it not."""
        wanted = SQL_TYPE[self._kind.names[name].type]
        if name not in self._types:
            return f"CAST(NULL AS {wanted})"
        column = f"r.{quoted(name)}"
        return column if self._types[name] == wanted else f"CAST({column} AS {wanted})"

    def distinct(self, name: str) -> list[str]:
        """The different values of a column of texts, without null, in order."""
        found = self._connection.execute(f"SELECT DISTINCT {self.column(name)} FROM records r").fetchall()
        return sorted(value for (value,) in found if value is not None)
