"""The current records of a kind: of each key the newest version, in a data state.

The greatest `version_at` speaks, an empty one standing before every moment; of equal ones the later arrival.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chitieu.problem import Problem
from chitieu.records.kinds import kinds
from chitieu.records.lake import Lake

if TYPE_CHECKING:
    import pyarrow as pa


def current(lake: Lake, kind: str, state: int | None = None) -> pa.Table | Problem:
    """The current records with `row` and `delivery`, in the order of arrival."""
    rows = lake.rows(kind, state)
    if isinstance(rows, Problem) or rows.num_rows == 0:
        return rows
    import duckdb
    import pyarrow as pa

    of = kinds()[kind]
    version = f'"{of.version}" NULLS FIRST, ' if of.version else ""
    arrived = rows.append_column("arrived", pa.array(range(rows.num_rows), pa.int64()))
    keys = ", ".join(f'"{name}"' for name in of.key)
    with duckdb.connect() as connection:
        connection.register("arrived_rows", arrived)
        return connection.sql(
            f"SELECT * EXCLUDE (arrived) FROM (SELECT *, row_number() OVER (PARTITION BY {keys} "  # noqa: S608
            f"ORDER BY {version.replace('NULLS FIRST', 'DESC NULLS LAST')}arrived DESC) AS place FROM arrived_rows) "
            "WHERE place = 1 ORDER BY arrived"
        ).to_arrow_table().drop_columns(["place"])


def current_file(lake: Lake, kind: str, state: int | None, cache: Path) -> Path | pa.Table | Problem:
    """The same, for kinds that come in mass."""
    return current(lake, kind, state)
