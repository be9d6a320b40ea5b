"""Tables of texts, read row by row: CSV, and the first sheet of a workbook. Every row has its number in the file.

Knows separators, quotes and heads. Refuses to know what a column means; a table that breaks off half way says why.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from chitieu.payload import FORMULA, tidy
from chitieu.problem import Problem, Weight, problem

if TYPE_CHECKING:
    import pyarrow as pa

LONGEST_LINE = 4 * 1024 * 1024
"""Characters of a line of CSV; more is no table."""
ROWS_AT_ONCE = 8192
FAULT = "fault"
Line = tuple[int, list[str]]


class _BrokenError(Exception):
    """A table that cannot be read on."""

    def __init__(self, found: Problem) -> None:
        super().__init__(found.code)
        self.found = found


@dataclass(slots=True)
class Table:
    """A table with its head. Its rows are read once, in batches; `broken` says why they ended before their end."""

    columns: tuple[str, ...]
    lines: Iterator[Line]
    broken: Problem | None = field(default=None)

    def batches(self, wanted: Sequence[str]) -> pa.RecordBatchReader:
        """The rows that are not blank: the columns `wanted` as texts, `row`, and `fault`, the code of a broken row."""
        import pyarrow as pa

        texts = [pa.field(name, pa.string()) for name in wanted]
        schema = pa.schema([*texts, pa.field("row", pa.int64()), pa.field(FAULT, pa.string())])
        return pa.RecordBatchReader.from_batches(schema, self._batches(wanted, schema))

    def _batches(self, wanted: Sequence[str], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        places = [self.columns.index(name) for name in wanted]
        width = len(self.columns)
        try:
            while lines := list(islice(self.lines, ROWS_AT_ONCE)):
                numbers = [number for number, _ in lines]
                faults = [_fault(line, width) for _, line in lines]
                padded = [line if len(line) >= width else [*line, *[""] * (width - len(line))] for _, line in lines]
                arrays = [pa.array([line[place] for line in padded], pa.string()) for place in places]
                arrays += [pa.array(numbers, pa.int64()), pa.array(faults, pa.string())]
                yield pa.RecordBatch.from_arrays(arrays, schema=schema)
        except _BrokenError as fault:
            self.broken = fault.found


def _fault(line: list[str], width: int) -> str | None:
    is_whole = len(line) == width or (len(line) > width and not any(cell.strip() for cell in line[width:]))
    return None if is_whole else "RECORD-ROW-LENGTH"


def opened_table(path: Path, file: str, sort: Literal["csv", "workbook"]) -> Table | Problem:
    """The table of a file, its head read."""
    lines = _csv(path, file) if sort == "csv" else _workbook(path, file)
    filled = (line for line in lines if any(cell.strip() for cell in line[1]))
    try:
        first = next(filled, None)
    except _BrokenError as fault:
        return fault.found
    if first is None:
        return problem("EMPTY-FILE", file=file, weight=Weight.UNREADABLE)
    head = [tidy(name) for name in first[1]]
    while head and not head[-1]:
        head.pop()
    twice = sorted({name for name in head if head.count(name) > 1})
    if twice or "" in head:
        words = {"columns": ", ".join(twice)}
        return problem("RECORD-COLUMN-TWICE", file=file, row=first[0], weight=Weight.UNREADABLE, **words)
    return Table(columns=tuple(head), lines=filled)


def _csv(path: Path, file: str) -> Iterator[Line]:
    number = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as source:
            first = next((line for line in _bounded(source) if line.strip()), "")
            # A workbook saved as CSV under Vietnamese settings separates by semicolons, a pasted block by tabs.
            separator = max(",;\t", key=first.count)
            source.seek(0)
            for number, line in enumerate(csv.reader(_bounded(source), delimiter=separator, strict=True), 1):
                yield number, [_unguarded(cell) for cell in line]
    except csv.Error as fault:
        raise _BrokenError(problem("RECORD-CSV", file=file, row=number + 1, weight=Weight.UNREADABLE)) from fault
    except UnicodeDecodeError as fault:
        found = problem("WRONG-ENCODING", file=file, row=number + 1, weight=Weight.UNREADABLE, position=fault.start)
        raise _BrokenError(found) from fault
    except OSError as fault:
        raise _BrokenError(problem("RECORD-FILE-CLOSED", file=file, weight=Weight.UNREADABLE)) from fault


def _bounded(source: IO[str]) -> Iterator[str]:
    while line := source.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise csv.Error("a line without an end")
        yield line


def _unguarded(cell: str) -> str:
    # An apostrophe before what a spreadsheet would reckon is ours: `payload.guarded` puts it there.
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell


def _workbook(path: Path, file: str) -> Iterator[Line]:
    from python_calamine import CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        rows: Iterable[Sequence[Any]] = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as fault:  # the reader is compiled: its faults have no common class, a panic is no Exception
        raise _BrokenError(problem("RECORD-WORKBOOK", file=file, weight=Weight.UNREADABLE)) from fault
    for number, row in enumerate(rows, 1):
        yield number, [_cell(value) for value in row]


def _cell(value: object) -> str:
    """A cell of a workbook as text. A workbook keeps 97 as 97.0: a whole number is given back as one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
