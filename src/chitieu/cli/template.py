"""The sheet to fill in for a kind of record: drop-downs, notes in the heads, and a second sheet that explains.

A text stays the text that was typed (0012), a day is a day. Knows workbooks; what a column means is handed in.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from typing import Any

from chitieu.cli.workbook import MADE
from chitieu.period import FIRST_YEAR, LAST_YEAR
from chitieu.records.kinds import Column, Kind
from chitieu.words import say

LAST_ROW = 1_048_575
LONGEST_LIST = 255
"""Characters a drop-down may have inside a cell's rule."""
FORMATS = {"integer": "0", "money": "0", "year": "0", "day": "dd/mm/yyyy", "moment": "dd/mm/yyyy hh:mm:ss"}
"""How a cell of a type is shown; of every other type it is text."""
LARGEST = 10**15 - 1
"""The largest whole number that a spreadsheet keeps to the last digit."""
NARROWEST, WIDEST = 12, 60
BY_READER = "reader"


def as_template(kind: Kind, heads: Mapping[str, str], explained: Mapping[str, Mapping[str, str]]) -> bytes:
    """The workbook of a kind. `heads` name the columns of the second sheet, `explained` what it says of each column."""
    import xlsxwriter  # type: ignore[import-untyped]

    into = io.BytesIO()
    with xlsxwriter.Workbook(into, {"in_memory": True}) as book:
        book.set_properties({"created": MADE})
        head = book.add_format({"bold": True, "num_format": "@", "bg_color": "#DDE6F0", "bottom": 1})
        optional = book.add_format({"num_format": "@", "bg_color": "#EEF2F7", "bottom": 1})
        wrapped = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        shown = {form: book.add_format({"num_format": form}) for form in ("@", *sorted(set(FORMATS.values())))}
        sheet = book.add_worksheet(kind.code)
        sheet.freeze_panes(1, 0)
        columns = [column for column in kind.columns if column.filled_by != BY_READER]
        for at, column in enumerate(columns):
            widest = max(len(column.name), min(len(column.example), WIDEST), NARROWEST)
            sheet.set_column(at, at, widest + 2, shown[FORMATS.get(column.type, "@")])
            sheet.write_string(0, at, column.name, head if column.required else optional)
            sheet.write_comment(0, at, _note(column, explained[column.name]), {"x_scale": 2.5, "y_scale": 1.5})
            if (rule := _rule(column)) is not None:
                sheet.data_validation(1, at, LAST_ROW, at, rule)
        page = book.add_worksheet(say("schema.sheet"))
        page.freeze_panes(1, 0)
        rows = [heads, *(explained[column.name] for column in columns)]
        for at, key in enumerate(heads):
            page.set_column(at, at, min(max(len(row[key]) for row in rows), WIDEST) + 2, wrapped)
            for number, row in enumerate(rows):
                page.write_string(number, at, row[key], wrapped if number else head)
    return into.getvalue()


def _note(column: Column, said: Mapping[str, str]) -> str:
    """What the note in a head says: meaning, type, codes, what empty means, an example."""
    parts = [f"{column.label}.", f"{said['type'][:1].upper()}{said['type'][1:]}."]
    if column.required and column.filled_by is None:
        parts.append(say("schema.note-required"))
    else:
        parts.append(f"{say('schema.column.empty')[:1].upper()}{say('schema.column.empty')[1:]}: {said['empty']}.")
    if said["codes"]:
        parts.append(say("schema.note-codes", codes=said["codes"]))
    if column.longest is not None:
        parts.append(say("schema.note-longest", longest=column.longest))
    if column.example:
        parts.append(say("schema.note-example", example=column.example))
    return "\n".join(parts)


def _rule(column: Column) -> dict[str, Any] | None:
    """What a spreadsheet asks of a cell; None where any text will do."""
    title = say("schema.bad-cell")
    codes = ("true", "false") if column.type == "flag" else column.codes
    if codes and len(",".join(codes)) <= LONGEST_LIST:
        message = say("schema.bad-code", codes=", ".join(codes))[:LONGEST_LIST]
        return {"validate": "list", "source": list(codes), "error_title": title, "error_message": message}
    if column.type in ("integer", "money", "year"):
        least = (FIRST_YEAR if column.type == "year" else 0) if column.least is None else column.least
        most = (LAST_YEAR if column.type == "year" else LARGEST) if column.most is None else column.most
        message = say("schema.bad-number", least=least, most=most)
        between = {"criteria": "between", "minimum": least, "maximum": most}
        return {"validate": "integer", **between, "error_title": title, "error_message": message}
    if column.type in ("day", "moment"):
        between = {
            "criteria": "between",
            "minimum": date(FIRST_YEAR, 1, 1),
            "maximum": date(LAST_YEAR + 1, 1, 1) if column.type == "moment" else date(LAST_YEAR, 12, 31),
        }
        message = say("schema.bad-day")
        return {"validate": "date", **between, "error_title": title, "error_message": message}
    if column.longest is not None:
        message = say("schema.bad-length", longest=column.longest)
        length = {"criteria": "<=", "value": column.longest}
        return {"validate": "length", **length, "error_title": title, "error_message": message}
    return None
