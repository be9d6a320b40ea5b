"""The tidy table of the national portal's "766" results: one row a unit and key.

Knows its columns and its kinds of period. A key that is no indicator of ours, a score or a rank is
counted by reason and not taken.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from chitieu.payload import Payload, Row
from chitieu.problem import Problem
from chitieu.records.intake import NO_COUNTS, NO_INDICATOR, Asked, Found, first_given, run_day, source
from chitieu.records.values import day

SOURCE = "portal-766"
REQUIRED = ("unit_code", "period_type", "period_from", "indicator", "numerator", "denominator")
OWN = ("unit_code", "unit_name", "parent_code", "unit_level", "period_type", "period_from", "period_to", "run_date")
"""Columns of this table and no other."""

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def fits(payload: Payload) -> int:
    """Columns of this table that are there; none without one of its own."""
    return len({*OWN, *REQUIRED} & set(payload.columns)) if set(OWN) & set(payload.columns) else 0


def read(payload: Payload, asked: Asked) -> Iterator[Found] | Problem:
    """Every row; `no-counts` is asked before `no-indicator`. The table's own column `source` is not ours."""
    return payload.missing(*REQUIRED) or (_found(row, asked) for row in payload.rows)


def _found(row: Row, asked: Asked) -> Found:
    portal, cells = source(SOURCE), row.cells
    key = cells.get("indicator", "")
    reason = ""
    if not row.fault and not cells.get("numerator") and not cells.get("denominator"):
        reason = NO_COUNTS
    elif not row.fault and key not in portal.figure:
        reason = NO_INDICATOR
    indicator, method = portal.figure.get(key, ("", ""))
    captured_in, captured = first_given(cells, portal.captured)
    begins = cells.get("period_from", "")
    return Found(
        row=row.number,
        cells=cells,
        names={
            "unit": "unit_code",
            "from": "period_from",
            "to": "period_to" if cells.get("period_to") else "period_type",
            "captured_at": captured_in or portal.captured[0],
        },
        not_taken=reason,
        fault=row.fault,
        source=asked.source or portal.code,
        unit=cells.get("unit_code", ""),
        indicator=indicator,
        method=method,
        begins=begins,
        ends=cells.get("period_to", "") or _last_day(cells.get("period_type", ""), begins),
        numerator=cells.get("numerator", ""),
        denominator=cells.get("denominator", ""),
        percent=cells.get("percent", ""),
        captured=run_day(captured),
    )


def _last_day(period_type: str, begins: str) -> str:
    """The last day of a month, quarter, half or year that begins on a day; the cell as it is where none does."""
    first, months = day(begins), MONTHS.get(period_type)
    if first is None or months is None or first.day != 1 or (first.month - 1) % months:
        return period_type
    month = first.month + months - 1
    return date(first.year, month, monthrange(first.year, month)[1]).isoformat()
