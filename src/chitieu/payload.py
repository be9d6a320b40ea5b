"""Bytes become a table with its head, or one JSON object: CSV, NDJSON, JSON, XLSX. Whole or not at all.

Knows encodings, quotes and brackets. Refuses to know what any column means; every cell is text as
it stood, a number keeps its own digits.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from chitieu import toml
from chitieu.problem import Problem, Weight, problem

LARGEST = 512 * 1024 * 1024
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How a workbook begins: today's and the older one."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell of CSV begins that a spreadsheet reckons instead of showing it."""


def tidy(cell: str) -> str:
    """A cell in NFC, without blanks around it."""
    return unicodedata.normalize("NFC", cell).strip()


def guarded(cell: str) -> str:
    """A text as a cell of CSV that no spreadsheet takes for a formula: an apostrophe goes before it."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its number, counted from 1 with the head, and its cells by column. `fault` names a broken row."""

    number: int
    cells: Mapping[str, str]
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What a file holds: a table (`columns`, `rows`), or one JSON object (`tree`), which is a table of one row too.

    Of a form with merged heads the columns are the numbers printed under them, `heading` the lines above these.
    """

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    tree: Mapping[str, Any] | None = None
    heading: tuple[tuple[str, ...], ...] = ()

    def missing(self, *required: str) -> Problem | None:
        """The problem of the required columns that are not there."""
        absent = [name for name in required if name not in self.columns]
        if not absent:
            return None
        return problem(
            "RECORD-COLUMN-MISSING",
            file=self.file,
            weight=Weight.UNREADABLE,
            columns=", ".join(absent),
            given=", ".join(self.columns)[:200],
        )


def bytes_of(path: Path, file: str) -> bytes | Problem:
    """The bytes of a file; a folder, a missing or a closed one is a problem."""
    try:
        with path.open("rb") as source:
            return source.read(LARGEST + 1)
    except IsADirectoryError:
        return problem("RECORD-FILE-FOLDER", file=file, weight=Weight.UNREADABLE)
    except FileNotFoundError:
        return problem("RECORD-FILE-ABSENT", file=file, weight=Weight.UNREADABLE)
    except (OSError, ValueError):
        return problem("RECORD-FILE-CLOSED", file=file, weight=Weight.UNREADABLE)


def opened(data: bytes, file: str) -> Payload | Problem:
    """The table or the object of a file, by how its bytes begin."""
    if data.startswith(WORKBOOKS) and len(data) <= LARGEST:
        return _workbook(data, file)
    text = toml.decode(data, file, LARGEST)
    if isinstance(text, Problem):
        return text
    return _json(text, file) if text.lstrip()[0] in "{[" else _csv(text, file)


def _csv(text: str, file: str) -> Payload | Problem:
    # A workbook saved as CSV under Vietnamese settings separates by semicolons, a pasted block by tabs.
    first = text.lstrip().partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines: list[list[str]] = []
    try:
        lines.extend([_unguarded(cell) for cell in line] for line in reader)
    except csv.Error:
        return problem("RECORD-CSV", file=file, row=len(lines) + 1, weight=Weight.UNREADABLE)
    return _sheet(lines, file)


def _workbook(data: bytes, file: str) -> Payload | Problem:
    from python_calamine import CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        lines = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # the reader is compiled: its faults have no common class, a panic is no Exception
        return problem("RECORD-WORKBOOK", file=file, weight=Weight.UNREADABLE)
    return _sheet([[_cell(value) for value in line] for line in lines], file)


def _cell(value: object) -> str:
    """A cell of a workbook as text. A workbook keeps 97 as 97.0: a whole number is given back as one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _sheet(lines: list[list[str]], file: str) -> Payload | Problem:
    numbered = [(number, line) for number, line in enumerate(lines, 1) if any(cell.strip() for cell in line)]
    if not numbered:
        return problem("EMPTY-FILE", file=file, weight=Weight.UNREADABLE)
    head = [tidy(name) for name in numbered[0][1]]
    while head and not head[-1]:
        head.pop()
    if (form := _form(numbered, len(head) if all(head) else 0, file)) is not None:
        return form
    twice = sorted({name for name in head if head.count(name) > 1})
    if twice or "" in head:
        return problem(
            "RECORD-COLUMN-TWICE", file=file, row=numbered[0][0], weight=Weight.UNREADABLE, columns=", ".join(twice)
        )
    rows = tuple(_row(number, head, line) for number, line in numbered[1:])
    return Payload(file=file, columns=tuple(head), rows=rows)


LEAST_NUMBERS = 5
_PRINTED = re.compile(r"\(?([0-9]{1,2})\)?(?:\s*=.*)?")
"""The number of a column as forms print it: `3`, `(3)`, `3=4+5+6`."""


def _form(numbered: list[tuple[int, list[str]]], width: int, file: str) -> Payload | None:
    """The table under a line of column numbers 1, 2, 3 …, where the first line is no head as wide; else None."""
    for at, (_, line) in enumerate(numbered[1:], 1):
        cells = [tidy(cell) for cell in line]
        printed = [_PRINTED.fullmatch(cell) for cell in cells if cell]
        numbers = [found[1] for found in printed if found is not None]
        columns = tuple(map(str, range(1, len(numbers) + 1)))
        if len(numbers) < max(LEAST_NUMBERS, width + 1) or tuple(numbers) != columns or not all(cells[: len(numbers)]):
            continue
        heading = tuple(tuple(tidy(cell) for cell in above) for _, above in numbered[:at])
        rows = tuple(_row(number, list(columns), below) for number, below in numbered[at + 1 :])
        return Payload(file=file, columns=columns, rows=rows, heading=heading)
    return None


def _row(number: int, head: list[str], line: list[str]) -> Row:
    broken = len(line) < len(head) or any(cell.strip() for cell in line[len(head) :])
    cells = {name: tidy(cell) for name, cell in zip(head, line, strict=False)}
    return Row(number=number, cells=cells, fault="RECORD-ROW-LENGTH" if broken else "")


class _TwiceError(ValueError):
    """A key that stands twice in one object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _TwiceError
    return found


_BLANK = re.compile(r"[ \t\r\n]*")
# Numbers stay the digits they were: 97.0 is not 97, and nothing passes through a float.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_once)


def _json(text: str, file: str) -> Payload | Problem:
    objects: list[tuple[int, Any]] = []
    position = _blank_end(text, 0)
    try:
        while position < len(text):
            value, end = _DECODER.raw_decode(text, position)
            objects.append((len(objects) + 1, value))
            position = _blank_end(text, end)
            if position < len(text) and "\n" not in text[end:position]:
                raise ValueError("two values on one line")
    except (ValueError, RecursionError):
        line = text.count("\n", 0, position) + 1
        return problem("RECORD-JSON", file=file, row=line, weight=Weight.UNREADABLE)
    tree = objects[0][1] if len(objects) == 1 else None
    if isinstance(tree, list):
        objects = list(enumerate(tree, 1))
    if not objects:
        return problem("EMPTY-FILE", file=file, weight=Weight.UNREADABLE)
    if not all(isinstance(value, dict) for _, value in objects):
        return problem("RECORD-JSON", file=file, row=1, weight=Weight.UNREADABLE)
    for number, value in objects:
        if len({tidy(name) for name in value}) != len(value):
            return problem("RECORD-JSON", file=file, row=number, weight=Weight.UNREADABLE)
    columns = dict.fromkeys(tidy(name) for _, value in objects for name in value)
    if not columns:
        return problem("EMPTY-FILE", file=file, weight=Weight.UNREADABLE)
    rows = tuple(_object(number, value) for number, value in objects)
    return Payload(file=file, columns=tuple(columns), rows=rows, tree=tree if isinstance(tree, dict) else None)


def _blank_end(text: str, position: int) -> int:
    blank = _BLANK.match(text, position)
    return blank.end() if blank else position


def _object(number: int, value: Mapping[str, Any]) -> Row:
    nested = any(isinstance(inner, dict | list) for inner in value.values())
    cells = {tidy(name): scalar(inner) for name, inner in value.items()}
    return Row(number=number, cells=cells, fault="RECORD-NESTED" if nested else "")


def scalar(value: Any) -> str:
    """One value of a JSON object as the text of a cell; nothing and nested things are empty."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return tidy(value) if isinstance(value, str) else ""


def objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """The objects in a list, or the object itself."""
    for inner in value if isinstance(value, list) else [value]:
        if isinstance(inner, dict):
            yield inner
