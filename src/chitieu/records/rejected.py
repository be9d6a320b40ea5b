"""Rows that are turned away, with everything wrong with each: what a person corrects and sends again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chitieu.problem import Place, Problem, problem
from chitieu.records import store
from chitieu.records.cells import bounds, longest
from chitieu.records.checked import said_by
from chitieu.records.checking import Rejected
from chitieu.records.kind import Kind, Rule
from chitieu.toml import unlawful

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

AT_ONCE = 2000


def write(
    connection: DuckDBPyConnection, kind: Kind, rows: str, file: str, names: Mapping[str, str], into: Path, sample: int
) -> tuple[Rejected, ...]:
    """Every row of the staged table `rows` with an error into a file, in their order; the first `sample` of them."""
    from pyarrow import parquet

    first: list[Rejected] = []
    writer: Any = None
    try:
        for some in _rejected(connection, kind, rows, file, names):
            first += some[: sample - len(first)]
            table = store.table_of_rejected(some)
            writer = writer or parquet.ParquetWriter(into, table.schema, compression="zstd")
            writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()
    return tuple(first)


def _rejected(
    connection: DuckDBPyConnection, kind: Kind, rows: str, file: str, names: Mapping[str, str]
) -> Iterator[list[Rejected]]:
    rules = {rule.code: rule for rule in kind.rules}
    found = connection.execute(f"SELECT row, errors, cells FROM {rows} WHERE errors IS NOT NULL ORDER BY row")
    while batch := found.fetchmany(AT_ONCE):
        yield [
            Rejected(
                row=row,
                problems=tuple(_problem(kind, rules, names, file, row, error) for error in errors),
                cells={name: cell or "" for name, cell in cells.items() if cell or name in (*kind.key, "unit")},
            )
            for row, errors, cells in batch
        ]


def _problem(
    kind: Kind, rules: Mapping[str, Rule], names: Mapping[str, str], file: str, row: int, error: Mapping[str, Any]
) -> Problem:
    code, field, value = error["code"], error["field"], error["value"]
    if (rule := rules.get(code)) is not None:
        says, fix = said_by(rule, tuple(error["says"]))
        return problem("RECORD-RULE", file=file, row=row, rule=code, says=says, fix=fix)
    said = tuple(sorted(_words(kind, code, field, value or "").items()))
    return Problem(code=code, place=Place(file=file, row=row, field=names.get(field, field), value=value), values=said)


def _words(kind: Kind, code: str, field: str, value: str) -> dict[str, str | int]:
    """What the sentence of a fault of a cell needs to know of its column."""
    column = next((one for one in kind.columns if one.name == field), None)
    if column is None:
        return {}
    match code:
        case "NOT-IN-LIST":
            return {"given": value, "allowed": ", ".join(column.codes)}
        case "RECORD-TEXT-LONG":
            return {"longest": longest(column) or 0}
        case "UNLAWFUL-CHARACTER":
            return {"character": unlawful(value) or ""}
        case "RECORD-OUT-OF-RANGE":
            least, most = bounds(column)
            return {"least": least or 0, "most": "∞" if most is None else most}
        case _:
            return {}
