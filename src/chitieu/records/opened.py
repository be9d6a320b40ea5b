"""A file of records, opened: how its bytes are laid out, which columns its first records have. None of it is kept.

Knows CSV, XLSX, Parquet and the three ways JSON is sent: an array, one object a line, records wrapped in a body.
Refuses to know what a column means. Files are streamed: none is held in memory but a workbook.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from chitieu.language.sql import quoted
from chitieu.payload import WORKBOOKS, scalar, tidy
from chitieu.problem import Problem, Weight, problem
from chitieu.records.tables import Table, opened_table

Form = Literal["lines", "objects", "array", "wrapped", "table", "parquet"]
_LAYOUT = {"lines": "newline_delimited", "objects": "unstructured", "array": "array", "wrapped": "array"}

HEAD = 4 * 1024 * 1024
"""Bytes that are looked at to know a file: its first record ends there, and before its last record a body begins."""
TAIL = 64 * 1024
LARGEST_RECORD = 1024 * 1024
"""Bytes one record of JSON may have."""
SAMPLE = 50
"""Records whose columns are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A file whose form is known. `columns` are those of the first records; `body` what stands around wrapped ones.

    `begins`, `ends`: where the array of wrapped records lies in the file, in bytes.
    """

    file: str
    path: Path
    form: Form
    columns: tuple[str, ...]
    body: Mapping[str, str]
    table: Table | None = None
    begins: int = 0
    ends: int = 0

    @property
    def is_json(self) -> bool:
        return self.form in _LAYOUT

    def records(self, columns: Mapping[str, str]) -> str:
        """The records of a file of JSON with these columns, each of a type of DuckDB, as a table in SQL."""
        types = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in columns.items())
        return (
            f"read_json({literal(self.path)}, format = '{_LAYOUT[self.form]}', columns = {{{types}}}, records = true, "
            f"compression = 'uncompressed', maximum_object_size = {LARGEST_RECORD})"
        )

    def line_of(self, number: int) -> int:
        """The line of a record by its number, where each is a line of its own; else the number."""
        if self.form != "lines":
            return number
        with self.path.open("rb") as source:
            for line, text in enumerate(source, 1):
                number -= 0 if text.isspace() else 1
                if number == 0:
                    return line
        return number

    def unwrapped(self, into: Path) -> Opened:
        """The same with a wrapped array copied out into a file of its own."""
        if self.form != "wrapped":
            return self
        with self.path.open("rb") as source, into.open("wb") as target:
            source.seek(self.begins)
            left = self.ends - self.begins
            while left > 0 and (piece := source.read(min(left, HEAD))):
                target.write(piece)
                left -= len(piece)
        return replace(self, path=into, form="array")


def target(path: Path) -> str:
    """A path to write to as a constant of SQL."""
    return quoted(str(path.resolve()))


def literal(path: Path) -> str:
    """A path to read from as a constant of SQL, none of its signs taken for a pattern."""
    return quoted(re.sub(r"([*?\[])", r"[\1]", str(path.resolve())))


def open_file(path: Path, file: str) -> Opened | Problem:
    """The file by how its bytes begin; `file` is its name for people."""
    try:
        with path.open("rb") as source:
            head = source.read(HEAD)
            size = source.seek(0, 2)
            source.seek(max(0, size - TAIL))
            tail = source.read()
    except IsADirectoryError:
        return problem("RECORD-FILE-FOLDER", file=file, weight=Weight.UNREADABLE)
    except FileNotFoundError:
        return problem("RECORD-FILE-ABSENT", file=file, weight=Weight.UNREADABLE)
    except (OSError, ValueError):
        return problem("RECORD-FILE-CLOSED", file=file, weight=Weight.UNREADABLE)
    if head.startswith(b"PAR1"):
        return _parquet(path, file)
    if head.startswith(WORKBOOKS):
        return _table(path, file, "workbook")
    text = _decoded(head, file, whole=len(head) == size)
    if isinstance(text, Problem):
        return text
    blank = len(text) - len(text.lstrip())
    if text[blank] not in "[{":
        return _table(path, file, "csv")
    return _json(path, file, text, blank, tail=tail, size=size, is_marked=head.startswith(codecs.BOM_UTF8))


def _decoded(head: bytes, file: str, *, whole: bool) -> str | Problem:
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head, final=whole)
    except UnicodeDecodeError as fault:
        return problem("WRONG-ENCODING", file=file, weight=Weight.UNREADABLE, position=fault.start)
    if text.count("\0") * 4 > len(text):
        return problem("WRONG-ENCODING", file=file, weight=Weight.UNREADABLE, position=head.index(b"\0"))
    if not text.strip():
        return problem("EMPTY-FILE", file=file, weight=Weight.UNREADABLE)
    return text


def _table(path: Path, file: str, sort: Literal["csv", "workbook"]) -> Opened | Problem:
    table = opened_table(path, file, sort)
    if isinstance(table, Problem):
        return table
    return Opened(file=file, path=path, form="table", columns=table.columns, body={}, table=table)


def _parquet(path: Path, file: str) -> Opened | Problem:
    from pyarrow import ArrowException, parquet

    try:
        names = parquet.ParquetFile(path, pre_buffer=False).schema_arrow.names
    except (ArrowException, OSError, ValueError):
        return problem("RECORD-PARQUET", file=file, weight=Weight.UNREADABLE)
    return Opened(file=file, path=path, form="parquet", columns=tuple(map(str, names)), body={})


_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)


def _json(path: Path, file: str, text: str, at: int, *, tail: bytes, size: int, is_marked: bool) -> Opened | Problem:
    if text[at] == "[":
        return _opened(path, file, "array", _elements(text, at))
    body: dict[str, str] = {}
    for key, start, value in _members(text, at):
        if key == "data" and text[start] == "[":
            begins = len(text[:start].encode()) + (3 if is_marked else 0)
            found = _end_of_array(tail, size)
            if found is None or found[0] <= begins:
                return problem("RECORD-JSON", file=file, row=1, weight=Weight.UNREADABLE)
            ends, rest = found
            body |= {tidy(name): scalar(inner) for name, inner in rest.items()}
            return replace(_opened(path, file, "wrapped", _elements(text, start), body), begins=begins, ends=ends)
        body[tidy(key)] = scalar(value)
    first = _first(text, at)
    if first is None:
        return problem("RECORD-JSON", file=file, row=1, weight=Weight.UNREADABLE)
    form: Form = "objects" if "\n" in text[at : first[1]] else "lines"
    return _opened(path, file, form, _objects(text, at))


def _opened(path: Path, file: str, form: Form, records: Iterator[Any], body: Mapping[str, str] | None = None) -> Opened:
    columns: dict[str, None] = {}
    for _, record in zip(range(SAMPLE), records, strict=False):
        columns |= dict.fromkeys(record if isinstance(record, dict) else ())
    return Opened(file=file, path=path, form=form, columns=tuple(columns), body=body or {})


def _first(text: str, at: int) -> tuple[Any, int] | None:
    """A value and where it ends; None where it does not end in the text, or is none."""
    try:
        return _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None


def _blank_end(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at


def _members(text: str, at: int) -> Iterator[tuple[str, int, Any]]:
    """The members of the object that begins at `at`: key, where its value begins, and its value if it ends in time.

    After a member whose value does not end in the text nothing follows.
    """
    at = _blank_end(text, at + 1)
    while at < len(text) and text[at] == '"':
        key = _first(text, at)
        if key is None:
            return
        at = _blank_end(text, key[1])
        if text[at : at + 1] != ":":
            return
        at = _blank_end(text, at + 1)
        if at >= len(text):
            return
        value = _first(text, at)
        yield str(key[0]), at, None if value is None else value[0]
        if value is None:
            return
        at = _blank_end(text, value[1])
        if text[at : at + 1] != ",":
            return
        at = _blank_end(text, at + 1)


def _elements(text: str, at: int) -> Iterator[Any]:
    """The values of the array that begins at `at`, as far as they end in the text."""
    at = _blank_end(text, at + 1)
    while at < len(text) and (found := _first(text, at)) is not None:
        yield found[0]
        at = _blank_end(text, found[1])
        if text[at : at + 1] != ",":
            return
        at = _blank_end(text, at + 1)


def _objects(text: str, at: int) -> Iterator[Any]:
    while at < len(text) and (found := _first(text, at)) is not None:
        yield found[0]
        at = _blank_end(text, found[1])


def _end_of_array(tail: bytes, size: int) -> tuple[int, dict[str, Any]] | None:
    """Where the array of a body ends, and the members of the body that stand after it.

    The end is the first bracket after which the rest is a rest of an object: inside the array there are more brackets
    to close than opened.
    """
    for place in re.finditer(rb"\]", tail):
        try:
            rest = json.loads('{"data":[]' + tail[place.end() :].decode("utf-8"), parse_int=str, parse_float=str)
        except (ValueError, RecursionError):
            continue
        if isinstance(rest, dict):
            rest.pop("data")
            return size - len(tail) + place.end(), rest
    return None
