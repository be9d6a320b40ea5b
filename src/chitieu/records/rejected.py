"""Rows that are turned away, with everything wrong with each: what a person corrects and sends again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chitieu.problem import Place, Problem, problem
from chitieu.records.checked import says_of
from chitieu.records.checking import Rejected
from chitieu.records.kind import Kind, Rule
from chitieu.records.opened import literal
from chitieu.toml import unlawful

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

AT_ONCE = 1000


def staged(file: Path) -> str:
    """The staged rows as a table in SQL, each with its number in the file as `row`."""
    from pyarrow import parquet

    source = f"read_parquet({literal(file)}, file_row_number = true)"
    if "row" in parquet.ParquetFile(file, pre_buffer=False).schema_arrow.names:
        return source
    return f"(SELECT *, file_row_number + 1 AS row FROM {source})"


def rows(connection: DuckDBPyConnection, kind: Kind, file: Path, name: str) -> Iterator[Rejected]:
    """Every row with an error, in the order of the file."""
    rules = {rule.code: rule for rule in kind.rules}
    found = connection.execute(
        f"SELECT row, errors, cells FROM {staged(file)} WHERE errors IS NOT NULL ORDER BY row"  # noqa: S608
    )
    while batch := found.fetchmany(AT_ONCE):
        for row, errors, cells in batch:
            problems = tuple(_problem(kind, rules, name, row, error) for error in errors)
            yield Rejected(row=row, cells=_cells(cells), problems=problems)


def _problem(kind: Kind, rules: dict[str, Rule], file: str, row: int, error: dict[str, Any]) -> Problem:
    code, field, value = error["code"], error["field"], error["value"]
    rule = rules.get(code)
    if rule is not None:
        words = dict(zip(says_of(rule), error["says"] or (), strict=False))
        return problem(
            "RECORD-RULE", file=file, row=row, rule=code, says=rule.says.format(**words), fix=rule.fix.format(**words)
        )
    said = tuple(sorted(_words(kind, code, field, value).items()))
    return Problem(code=code, place=Place(file=file, row=row, field=field, value=value), values=said)


def _words(kind: Kind, code: str, field: str, value: str | None) -> dict[str, str | int]:
    """What the sentence of a fault of a cell needs to know of its column."""
    column = next((one for one in kind.columns if one.name == field), None)
    if column is None:
        return {}
    if code == "NOT-IN-LIST":
        return {"given": value or "", "allowed": ", ".join(column.codes)}
    if code == "RECORD-TEXT-LONG":
        from chitieu.records.cells import longest

        return {"longest": longest(column) or 0}
    if code == "UNLAWFUL-CHARACTER":
        return {"character": unlawful(value or "") or ""}
    if code == "RECORD-OUT-OF-RANGE":
        from chitieu.records.cells import bounds

        least, most = bounds(column)
        return {"least": "–∞" if least is None else least, "most": "∞" if most is None else most}
    return {}


def _cells(text: Any) -> dict[str, str]:
    cells = json.loads(text) if isinstance(text, str) else dict(text or {})
    return {
        name: "" if cell is None else cell if isinstance(cell, str) else json.dumps(cell)
        for name, cell in cells.items()
    }
