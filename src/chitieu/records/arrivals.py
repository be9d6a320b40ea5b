"""What a file brings that is new: each row that is let in is accepted, replaced, unchanged or older.

By the versions that stand in the lake and the rows before it in the file. Knows keys and versions; what a key is, the
kind says. All rows are kept whatever they are called here: the newest version of a key speaks by `current` alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chitieu.records.kind import Kind
from chitieu.records.stored import Stored
from chitieu.records.tidied import name_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """How many rows of a file are what; together all that were let in."""

    accepted: int
    replaced: int
    unchanged: int
    older: int


def arrivals(connection: DuckDBPyConnection, kind: Kind, arriving: str, stored: Stored) -> Arrivals:
    """The account of the rows of the table `arriving`: stored columns and `row`."""
    there = stored.table(connection)
    keys = ", ".join(name_of(name) for name in kind.key)
    total = _count(connection, f"SELECT count(*) FROM {arriving}")
    # Of most files every key is new: only the keys that come twice or stand already are looked at with care. Two keys
    # of one hash are looked at with care too, by the keys themselves.
    twice = f"SELECT h FROM (SELECT hash({keys}) AS h FROM {arriving}) GROUP BY h HAVING count(*) > 1"
    known = (
        f"SELECT DISTINCT hash({keys}) AS h FROM {arriving} WHERE hash({keys}) IN (SELECT hash({keys}) FROM {there})"
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE careful AS {twice}{f' UNION {known}' if stored.files else ''}")
    careful = _count(connection, "SELECT count(*) FROM careful")
    counts = {"accepted": total}
    if careful:
        rows = f"FROM {{}} WHERE hash({keys}) IN (SELECT h FROM careful)"
        query = _named(kind, rows.format(arriving), rows.format(there))
        counts = dict(connection.execute(f"SELECT name, count(*) FROM ({query}) GROUP BY name").fetchall())
        looked_at = sum(counts.values())
        counts["accepted"] = counts.get("accepted", 0) + total - looked_at
    return Arrivals(**{name: counts.get(name, 0) for name in ("accepted", "replaced", "unchanged", "older")})


def _named(kind: Kind, arriving: str, stored: str) -> str:
    """Each row with what it is. `v` is the version, `d` the digest of all that is kept of a row but its place."""
    keys = ", ".join(name_of(name) for name in kind.key)
    same_key = " AND ".join(f"a.{name_of(name)} = s.{name_of(name)}" for name in kind.key)
    before_all = "TIMESTAMP '0001-01-01 00:00:00'"
    version = f"coalesce({name_of(kind.version)}, {before_all})" if kind.version else before_all
    digest = f"md5_number(concat_ws(chr(31), {', '.join(_text(column.name) for column in kind.stored)}))"
    part = f"{keys}, {version} AS v, {digest} AS d, row AS r"
    return f"""
    WITH a AS (SELECT {part} {arriving}), s AS (SELECT {part}, delivery {stored}),
    speaking AS (
        SELECT * FROM s QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY v DESC, delivery DESC, r DESC) = 1
    ),
    same AS (SELECT DISTINCT {keys}, d FROM s),
    looked AS (
        SELECT a.v, a.d, s.v AS speaking_v, s.d AS speaking_d, same.d IS NOT NULL AS is_stored,
            lead(a.r) OVER (PARTITION BY {_of("a", kind.key)}, a.v ORDER BY a.r) IS NULL AS is_last,
            row_number() OVER (PARTITION BY {_of("a", kind.key)}, a.d ORDER BY a.r) > 1 AS is_repeated,
            max(struct_pack(v := a.v, r := a.r, d := a.d)) OVER (
                PARTITION BY {_of("a", kind.key)} ORDER BY a.r ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS before
        FROM a LEFT JOIN speaking AS s ON {same_key}
            LEFT JOIN same ON {same_key.replace("s.", "same.")} AND a.d = same.d
    ),
    beside AS (
        SELECT *, CASE WHEN before IS NULL OR speaking_v > before.v THEN speaking_v ELSE before.v END AS best_v,
            CASE WHEN before IS NULL OR speaking_v > before.v THEN speaking_d ELSE before.d END AS best_d
        FROM looked
    )
    SELECT CASE
        WHEN is_stored AND (v < speaking_v OR NOT is_last OR d = speaking_d) THEN 'unchanged'
        WHEN best_v IS NULL THEN 'accepted'
        WHEN is_stored THEN 'replaced'
        WHEN v >= best_v AND d = best_d THEN 'unchanged'
        WHEN v >= best_v THEN 'replaced'
        WHEN is_repeated THEN 'unchanged'
        ELSE 'older'
    END AS name FROM beside"""


def _of(table: str, names: Sequence[str]) -> str:
    return ", ".join(f"{table}.{name_of(name)}" for name in names)


def _text(name: str) -> str:
    # No text holds these characters: they are unlawful.
    return f"coalesce(CAST({name_of(name)} AS VARCHAR), chr(30))"


def _count(connection: DuckDBPyConnection, query: str) -> int:
    found = connection.execute(query).fetchone()
    return int(found[0]) if found else 0
