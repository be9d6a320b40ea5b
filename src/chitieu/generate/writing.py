"""Records to files: CSV, lines of JSON, Parquet, the national form. Columns and their order are those of the kind.

Files grow row by row, whatever their length; empty cells are empty texts, or absent in JSON.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol

from chitieu.generate.clock import DAY
from chitieu.generate.defects import Defect
from chitieu.generate.national import line
from chitieu.records.kinds import Column, Kind

Row = dict[str, Any]
Form = Literal["csv", "ndjson", "parquet", "sync"]
FORMS: tuple[Form, ...] = ("csv", "ndjson", "parquet", "sync")
ENDINGS: Mapping[Form, str] = {"csv": "csv", "ndjson": "ndjson", "parquet": "parquet", "sync": "sync.ndjson"}

_BATCH = 20_000
_DAYS: dict[int, str] = {}
_SECONDS: dict[int, str] = {}


class Writer(Protocol):
    """A file that takes rows; `rows` counts them."""

    rows: int

    def write(self, row: Row) -> None: ...

    def close(self) -> None: ...


class Sheet:
    """A CSV with the columns of a kind."""

    def __init__(self, page: Path, kind: Kind) -> None:
        self.rows = 0
        self._file = page.open("w", encoding="utf-8", newline="")
        self._table = csv.writer(self._file, lineterminator="\n")
        self._places = {column.name: (at, _said(column)) for at, column in enumerate(kind.columns)}
        self._blank = [""] * len(self._places)
        self._table.writerow(self._places)

    def write(self, row: Row) -> None:
        self.rows += 1
        cells, places = self._blank.copy(), self._places
        for name, value in row.items():
            if value is not None:
                at, said = places[name]
                cells[at] = value if said is None else said(value)
        self._table.writerow(cells)

    def close(self) -> None:
        self._file.close()


class Lines:
    """A record a line, made by a function."""

    def __init__(self, page: Path, made: Callable[[Row], str]) -> None:
        self.rows = 0
        self._file = page.open("w", encoding="utf-8", newline="\n")
        self._made = made

    def write(self, row: Row) -> None:
        self.rows += 1
        self._file.write(self._made(row) + "\n")

    def close(self) -> None:
        self._file.close()


class Columnar:
    """A Parquet file with typed columns; lists stand as the text of their JSON."""

    def __init__(self, page: Path, kind: Kind) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        self.rows = 0
        self._arrow, self._columns = pa, kind.columns
        types = {
            "moment": pa.timestamp("s"),
            "day": pa.date32(),
            "flag": pa.bool_(),
            "integer": pa.int64(),
            "money": pa.int64(),
            "year": pa.int64(),
        }
        self._schema = pa.schema([(column.name, types.get(column.type, pa.string())) for column in kind.columns])
        self._file = parquet.ParquetWriter(page, self._schema, compression="zstd")
        self._waiting: list[Row] = []

    def write(self, row: Row) -> None:
        self.rows += 1
        self._waiting.append(row)
        if len(self._waiting) == _BATCH:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._file.close()

    def _flush(self) -> None:
        arrays = []
        for column, typed in zip(self._columns, self._schema, strict=True):
            shift = _COUNTED_FROM.get(column.type)
            values = [row.get(column.name) for row in self._waiting]
            if shift is not None:
                values = [None if value is None else value - shift for value in values]
                plain = self._arrow.int64() if column.type == "moment" else self._arrow.int32()
                arrays.append(self._arrow.array(values, plain).cast(typed.type))
            else:
                if column.type == "list":
                    values = [None if value is None else _listed(column, value) for value in values]
                arrays.append(self._arrow.array(values, typed.type))
        self._file.write_table(self._arrow.table(arrays, schema=self._schema))
        self._waiting.clear()


_COUNTED_FROM = {"moment": date(1970, 1, 1).toordinal() * DAY, "day": date(1970, 1, 1).toordinal()}
"""Where columns of days and moments begin to count."""


def writer(page: Path, kind: Kind, form: Form) -> Writer:
    """The writer of a form."""
    if form == "csv":
        return Sheet(page, kind)
    if form == "parquet":
        return Columnar(page, kind)
    return Lines(page, line if form == "sync" else json_of(kind))


def json_of(kind: Kind) -> Callable[[Row], str]:
    """What makes a row of a kind an object on one line, its empty cells left out."""
    columns = {column.name: column for column in kind.columns}

    def made(row: Row) -> str:
        found = {name: json_value(columns[name], value) for name, value in row.items() if value is not None}
        return json.dumps(found, ensure_ascii=False, separators=(",", ":"))

    return made


def json_value(column: Column, value: Any) -> Any:
    """A value of a column as JSON says it: numbers and truths as such, days and moments as ISO texts."""
    if value is None or column.type not in ("moment", "day", "list"):
        return value
    if column.type == "list":
        return _entries(column, value)
    return moment(value) if column.type == "moment" else day(value)


class Listing:
    """`defects.csv`: every planted defect with its record, and the true values as JSON; `counts` by code."""

    HEAD = ("kind", "record", "unit", "defect", "truth")

    def __init__(self, page: Path, kind: Kind) -> None:
        self.counts: Counter[str] = Counter()
        self._kind = kind.code
        self._columns = {column.name: column for column in kind.columns}
        self._file = page.open("w", encoding="utf-8", newline="")
        self._table = csv.writer(self._file, lineterminator="\n")
        self._table.writerow(self.HEAD)

    def add(self, defect: Defect) -> None:
        """One more."""
        self.counts[defect.code] += 1
        truth = {name: json_value(self._columns[name], value) for name, value in sorted(defect.truth.items())}
        told = json.dumps(truth, ensure_ascii=False, separators=(",", ":"))
        self._table.writerow((self._kind, defect.record, defect.unit, defect.code, told))

    def close(self) -> None:
        self._file.close()


class Folder:
    """The files of a run, by the name of each; closed together."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._open: dict[str, tuple[str, Writer]] = {}

    def add(self, name: str, kind: Kind, form: Form) -> Writer:
        """A new file of a kind."""
        made = writer(self.home / name, kind, form)
        self._open[name] = kind.code, made
        return made

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        for _, made in self._open.values():
            made.close()

    def listed(self) -> list[dict[str, str | int]]:
        """Each file with its kind, its rows and its SHA-256, by name; asked after they were closed."""
        return [
            {"file": name, "kind": kind, "rows": made.rows, "sha256": _digest(self.home / name)}
            for name, (kind, made) in sorted(self._open.items())
        ]


def _digest(page: Path) -> str:
    with page.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _said(column: Column) -> Callable[[Any], str] | None:
    """How a value of the column is written in a cell; None: as it is."""
    if column.type == "moment":
        return moment
    if column.type == "day":
        return day
    if column.type == "flag":
        return _flag
    return (lambda value: _listed(column, value)) if column.type == "list" else None


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _entries(column: Column, entries: list[Row]) -> list[dict[str, str]]:
    written = {name: moment if typed == "moment" else day for name, typed in column.of.items()}
    return [{name: written[name](value) for name, value in entry.items()} for entry in entries]


def _listed(column: Column, entries: list[Row]) -> str:
    return json.dumps(_entries(column, entries), separators=(",", ":"))


def day(ordinal: int) -> str:
    """`2024-01-23`."""
    found = _DAYS.get(ordinal)
    if found is None:
        found = _DAYS[ordinal] = date.fromordinal(ordinal).isoformat()
    return found


def moment(at: int) -> str:
    """`2024-01-23T08:00:00`."""
    ordinal, second = divmod(at, DAY)
    try:
        return _DAYS[ordinal] + _SECONDS[second]
    except KeyError:
        _SECONDS[second] = f"T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
        return day(ordinal) + _SECONDS[second]
