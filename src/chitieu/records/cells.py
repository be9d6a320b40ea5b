"""A cell of a file becomes a value of its column, or the code of what is wrong with it. The judge of `cells_in_sql`.

Knows the types of columns, one cell at a time. Refuses to know files, rows and units.
"""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Any

from chitieu.acts.names import LONGEST_CODE
from chitieu.payload import tidy
from chitieu.period import FIRST_YEAR, LAST_YEAR
from chitieu.records import values
from chitieu.records.kind import Column

Read = tuple[Any, str]
"""The value, None for an empty cell, and the code of its fault, empty where there is none."""

BARE_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}/[0-9]{2}/[0-9]{4}|[0-9]{5}")
"""A moment that is written without its time of day."""
THOUSANDS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")
END_OF_DAY = time(23, 59, 59)


def longest(column: Column) -> int | None:
    """Characters a cell of the column may have."""
    return LONGEST_CODE if column.type == "unit" and column.longest is None else column.longest


def bounds(column: Column) -> tuple[int | None, int | None]:
    """The least and the greatest number a column may hold."""
    if column.type == "year":
        return FIRST_YEAR, LAST_YEAR
    return column.least, column.most


def read(column: Column, cell: str | None) -> Read:
    """The value of a cell: str, int, date, datetime, bool. `column` is no list."""
    text = tidy(cell or "")
    if not text:
        return None, ""
    match column.type:
        case "text" | "unit":
            return _text(column, text)
        case "code":
            return (text, "") if text in column.codes else (None, "NOT-IN-LIST")
        case "flag":
            said = text.lower() if text.isascii() else text
            return (said == "true", "") if said in ("true", "false") else (None, "RECORD-FLAG")
        case "day" | "moment":
            return _time(column, text)
        case _:
            return _number(column, text)


def _text(column: Column, text: str) -> Read:
    if values.unlawful_in(text) is not None:
        return None, "UNLAWFUL-CHARACTER"
    most = longest(column)
    return (None, "RECORD-TEXT-LONG") if most is not None and len(text) > most else (text, "")


def _number(column: Column, text: str) -> Read:
    if column.type == "money" and THOUSANDS.fullmatch(text):
        text = text.replace(".", "")
    value = values.integer(text)
    if isinstance(value, str):
        return None, value
    least, most = bounds(column)
    if (least is not None and value < least) or (most is not None and value > most):
        return None, "RECORD-OUT-OF-RANGE"
    return value, ""


def _time(column: Column, text: str) -> Read:
    if values.is_no_moment(text):
        return None, ""
    at = values.moment(text)
    if at is None:
        return None, "RECORD-MOMENT"
    if column.type == "day":
        return at.date(), ""
    if column.bare_day == "end" and BARE_DAY.fullmatch(text):
        at = datetime.combine(at, END_OF_DAY)
    return at, ""
