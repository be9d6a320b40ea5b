"""A table as a workbook: every cell text, so that no spreadsheet turns a level into a date or a number."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

MADE = datetime(2024, 1, 1)
"""Stands in every workbook as its day, so that the same table is the same bytes."""
WIDEST = 60


def as_workbook(rows: Sequence[Sequence[str]]) -> bytes:
    """The rows as XLSX on one sheet, the first of them its head; an empty cell takes text too."""
    import xlsxwriter  # type: ignore[import-untyped]

    into = io.BytesIO()
    with xlsxwriter.Workbook(into, {"in_memory": True}) as book:
        book.set_properties({"created": MADE})
        text, head = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        for column in range(max(map(len, rows), default=0)):
            longest = max((len(row[column]) for row in rows if column < len(row)), default=0)
            sheet.set_column(column, column, min(longest, WIDEST) + 2, text)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell:
                    sheet.write_string(at, column, cell, text if at else head)
    return into.getvalue()
