"""The own day of a record, and the unit its code means on that day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from chitieu.acts.units import Tree, Unit
from chitieu.records.kind import Kind


def own_day(kind: Kind, row: Mapping[str, Any]) -> date | None:
    """The earliest day of the kind's `unit_on` columns; 1 January of a year; None where all are empty."""
    days = [day for name in kind.unit_on if (day := _day(row.get(name))) is not None]
    return min(days, default=None)


def unit_of(kind: Kind, row: Mapping[str, Any], tree: Tree, column: str = "unit") -> tuple[Unit, str | None] | None:
    """The unit a code of the record means on its own day, with a warning where it did not stand; None: never known."""
    return tree.look_up(row[column], own_day(kind, row))


def _day(value: Any) -> date | None:
    if isinstance(value, int):
        return date(value, 1, 1)
    return value.date() if isinstance(value, datetime) else value


def in_sql(kind: Kind) -> str:
    """The own day of a record as SQL over its stored columns."""
    days = [
        f'make_date("{name}", 1, 1)' if kind.column(name).type == "year" else f'CAST("{name}" AS DATE)'
        for name in kind.unit_on
    ]
    return days[0] if len(days) == 1 else f"least({', '.join(days)})"
