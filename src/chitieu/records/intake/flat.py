"""Our own flat columns of the kind `figure`, as CSV, NDJSON, JSON or XLSX: what a unit reports itself.

Knows only their names; a file without the column `source` is the caller's source, else `self-report`.
"""

from __future__ import annotations

from collections.abc import Iterator

from chitieu.payload import Payload
from chitieu.problem import Problem
from chitieu.records.intake import Asked, Found
from chitieu.records.kinds import kinds

SELF_REPORT = "self-report"
REQUIRED = ("unit", "indicator", "numerator", "denominator")


def fits(payload: Payload) -> int:
    """Columns of ours that are there."""
    return len({column.name for column in kinds()["figure"].columns} & set(payload.columns))


def read(payload: Payload, asked: Asked) -> Iterator[Found] | Problem:
    """Every row. The file's own period, moment and source go before the caller's."""
    return payload.missing(*REQUIRED) or (
        Found(
            row=row.number,
            cells=row.cells,
            fault=row.fault,
            source=row.cells.get("source") or asked.source or SELF_REPORT,
            unit=row.cells.get("unit", ""),
            indicator=row.cells.get("indicator", ""),
            method=row.cells.get("method", ""),
            begins=row.cells.get("from", ""),
            ends=row.cells.get("to", ""),
            scope=row.cells.get("scope", ""),
            numerator=row.cells.get("numerator", ""),
            denominator=row.cells.get("denominator", ""),
            percent=row.cells.get("percent", ""),
            captured=row.cells.get("captured_at", ""),
            document=row.cells.get("document", ""),
            person=row.cells.get("person", ""),
        )
        for row in payload.rows
    )
