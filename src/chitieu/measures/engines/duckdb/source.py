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
    import pyarrow.parquet as pq
    from duckdb import DuckDBPyConnection

SQL_TYPE: Mapping[Type, str] = {
    "text": "VARCHAR",
    "number": "BIGINT",
    "day": "DATE",
    "moment": "TIMESTAMP",
    "truth": "BOOLEAN",
}
_STORED: Mapping[Type, str] = {
    "text": "string",
    "number": "int64",
    "day": "date32[day]",
    "moment": "timestamp[us]",
    "truth": "bool",
}
"""The types of columns that the database reads as it needs them; others it is told to turn."""


class Source:
    """Records as `said` in a FROM, a row of it being `r`."""

    def __init__(self, connection: DuckDBPyConnection, kind: Kind, records: pa.Table | Path) -> None:
        self._connection, self._kind = connection, kind
        self._records = None if isinstance(records, Path) else records
        self._file: pq.FileMetaData | None = None
        if isinstance(records, Path):
            from pyarrow import parquet

            self._file = parquet.read_metadata(records)
            # The database reads a path as a pattern: in brackets a sign means itself.
            path = constant(re.sub(r"[*?\[]", r"[\g<0>]", str(records)))
            self.said = f"read_parquet({path}, hive_partitioning = false)"
            schema = self._file.schema.to_arrow_schema()
        else:
            connection.register("records", records)
            self.said = "records"
            schema = records.schema
        self._types: dict[str, str] = {column.name: str(column.type) for column in schema}

    @property
    def rows(self) -> int:
        """How many records there are."""
        whole = self._records if self._file is None else self._file
        return 0 if whole is None else int(whole.num_rows)

    def has(self, name: str) -> bool:
        """Whether the records have the column."""
        return name in self._types

    def column(self, name: str) -> str:
        """The column of a row in its type; null where the records have it not."""
        of = self._kind.names[name].type
        if name not in self._types:
            return f"CAST(NULL AS {SQL_TYPE[of]})"
        column = f"r.{quoted(name)}"
        return column if self._types[name] == _STORED[of] else f"CAST({column} AS {SQL_TYPE[of]})"

    def may_be_empty(self, name: str) -> bool:
        """Whether the column is empty in some record, as far as that is known without reading it."""
        if name not in self._types:
            return True
        if self._file is None:
            return self._records is None or bool(self._records[name].null_count)
        groups = [self._file.row_group(place) for place in range(self._file.num_row_groups)]
        columns = [group.column(self._file.schema.names.index(name)) for group in groups]
        return not all(one.is_stats_set and one.statistics.null_count == 0 for one in columns)

    def distinct(self, name: str) -> list[str]:
        """The different values of a column of texts, without null, in order."""
        found = self._connection.execute(f"SELECT DISTINCT {self.column(name)} FROM {self.said} r").fetchall()
        return sorted(value for (value,) in found if value is not None)
