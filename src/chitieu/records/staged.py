"""A file is checked into one file of columns: every row with its values, its errors and its doubts, in their order.

The order of the rows of a JSON file is the number of its records: nothing on the way may lose it. Knows what a failing
query says of the file it read; refuses to know what is in the lake.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from chitieu.acts.names import fold
from chitieu.acts.units import Tree
from chitieu.problem import Problem, Weight, problem
from chitieu.records import checked
from chitieu.records.feeds import JSON_ROWS, Format, Relation
from chitieu.records.kind import Kind
from chitieu.records.mapping import Mapping as Names
from chitieu.records.opened import Opened, literal, target
from chitieu.records.own_day import in_sql as own_day
from chitieu.records.staging import Staging, connected
from chitieu.records.tidied import Codes

TABLE = "table_rows"
_AT_ONCE = 20_480
"""Rows that are held before they are written."""
_LINE = re.compile(r"(Malformed JSON|JSON transform error)[^\n]* in (line|record/value) (\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A checked file: how many rows it has, how many of them are turned away, what is doubted of the others.

    `rows`: the table in SQL, with `row`, `errors`, `cells` and the stored columns; `names`: foreign names of columns.
    """

    rows: str
    read: int
    quarantined: int
    warnings: Mapping[str, int]
    names: Mapping[str, str]
    unread: tuple[str, ...]


class _WrongShape(Exception):
    """The file could not be read as the format says."""

    def __init__(self, found: Problem) -> None:
        super().__init__(found.code)
        self.found = found


def stage(place: Staging, kind: Kind, opened: Opened, format_: Format, mapping: Names, tree: Tree) -> Staged | Problem:
    """The file, checked. One list that is not what the format says does not spoil it: lists are then read as texts."""
    opened = opened.unwrapped(place.path("unwrapped.json"))
    into = place.path("all.parquet")
    for is_lenient in (False, True):
        relation = format_.relation(kind, opened, mapping, is_lenient=is_lenient)
        if isinstance(relation, Problem):
            return relation
        try:
            codes = _checked(place, kind, opened, relation, tree, into)
        except _WrongShape as fault:
            if is_lenient or not opened.is_json or fault.found.code != "RECORD-JSON":
                return fault.found
            continue
        if opened.table is not None and opened.table.broken is not None:
            return opened.table.broken
        return _staged(place, kind, opened, relation, tree, into, codes)
    raise AssertionError("a second reading either fails or not")


def _checked(place: Staging, kind: Kind, opened: Opened, relation: Relation, tree: Tree, into: Path) -> Sequence[str]:
    """Write the answer of the check into a file; what the bits of its warnings mean."""
    import duckdb

    if opened.table is not None:
        place.connection.register(TABLE, opened.table.batches(relation.wanted))
    body = relation.unit_of_body
    codes = Codes(folded=tuple(sorted(tree.codes)), body=body if fold(body) in tree.codes else "")
    check = checked.check(kind, relation, codes)
    form = f"FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {_AT_ONCE}"
    try:
        with _read(place, opened, relation), place.writing() as connection:
            connection.execute(f"COPY ({check.query}) TO {target(into)} ({form})")
    except duckdb.Error as fault:
        raise _WrongShape(_fault(fault, opened, place)) from fault
    return check.warnings


@contextmanager
def _read(place: Staging, opened: Opened, relation: Relation) -> Iterator[None]:
    """The rows of a file of JSON are there for the query.

    An array is read by one thread alone: it has a connection to itself, so that the check goes on beside it.
    """
    if opened.form != "array":
        if relation.read:
            place.connection.execute(f"CREATE OR REPLACE TEMP VIEW {JSON_ROWS} AS SELECT * FROM {relation.read}")
        yield
        return
    reader = connected(place.path("spill-of-array"))
    try:
        rows = reader.sql(f"SELECT * FROM {relation.read}").to_arrow_reader(_AT_ONCE)
        place.connection.register(JSON_ROWS, rows)
        yield
    finally:
        place.connection.unregister(JSON_ROWS)
        reader.close()


def _staged(
    place: Staging, kind: Kind, opened: Opened, relation: Relation, tree: Tree, into: Path, codes: Sequence[str]
) -> Staged | Problem:
    rows = f"read_parquet({literal(into)}, file_row_number = true)"
    rows = f"(SELECT * FROM {rows})" if relation.has_row else f"(SELECT *, file_row_number + 1 AS row FROM {rows})"
    groups = _grouped(place, kind, rows, tree)
    read = sum(one.rows for one in groups)
    quarantined = sum(one.rows for one in groups if not one.enters)
    may_lack = opened.is_json and read and read == quarantined
    if absent := [name for name in _needed(kind) if may_lack and _is_absent(place, rows, name, read)]:
        return problem(
            "RECORD-COLUMN-MISSING",
            file=opened.file,
            weight=Weight.UNREADABLE,
            columns=", ".join(absent),
            given=", ".join(opened.columns)[:200],
        )
    return Staged(
        rows=rows,
        read=read,
        quarantined=quarantined,
        warnings=_warned(groups, codes, tree),
        names=relation.names,
        unread=relation.unread,
    )


def _needed(kind: Kind) -> list[str]:
    """The key and the unit; the number of a dossier says its unit too."""
    return list(dict.fromkeys(kind.key if kind.key == ("dossier_id",) else (*kind.key, "unit")))


def _is_absent(place: Staging, rows: str, name: str, read: int) -> bool:
    wrong = f"lambda e: e.code = 'RECORD-VALUE-MISSING' AND e.field = '{name}'"
    missing = f"SELECT count(*) FROM {rows} WHERE len(list_filter(errors, {wrong})) > 0"
    return place.connection.execute(missing).fetchone() == (read,)


class _Group(NamedTuple):
    """Rows alike: whether they enter, the bits of their warnings, their unit and one of their days."""

    enters: bool
    warnings: int
    unit: str | None
    day: date | None
    rows: int


def _grouped(place: Staging, kind: Kind, rows: str, tree: Tree) -> list[_Group]:
    """All rows. Between two days on which the tree changes a code means the same: one of the days speaks for all."""
    day, changes = own_day(kind), ", ".join(f"DATE '{change}'" for change in tree.days_of_change)
    span = f"list_count(list_filter([{changes}]::DATE[], lambda change: change <= {day}))"
    said = f"errors IS NULL AS enters, warnings, unit, min({day}), count(*)"
    query = f"SELECT {said} FROM {rows} GROUP BY enters, warnings, unit, {span}, {day} IS NULL"
    return [_Group(*group) for group in place.connection.execute(query).fetchall()]


def _warned(groups: Sequence[_Group], codes: Sequence[str], tree: Tree) -> dict[str, int]:
    """How many rows that enter carry each warning, and how many name a unit that does not stand on their day."""
    found: Counter[str] = Counter()
    for group in groups:
        if not group.enters:
            continue
        for bit, code in enumerate(codes):
            found[code] += group.rows if group.warnings >> bit & 1 else 0
        meant = None if group.unit is None else tree.look_up(group.unit, group.day)
        if meant is not None and meant[1] is not None:
            found[f"UNIT-{meant[1]}"] += group.rows
    return {code: found[code] for code in sorted(found) if found[code]}


def _fault(fault: Exception, opened: Opened, place: Staging) -> Problem:
    """What a failed query says: of the file, with the line of a record if it names one, or of where it writes to."""
    import duckdb

    text = str(fault)
    if isinstance(fault, duckdb.OutOfMemoryException):
        return problem("RECORD-MEMORY", file=opened.file, weight=Weight.UNREADABLE)
    if isinstance(fault, duckdb.IOException) and (place.folder.name in text or "No space left" in text):
        return problem("LAKE-NOT-WRITTEN", file=str(place.folder), weight=Weight.DAMAGED)
    if not opened.is_json:
        code = "RECORD-PARQUET" if opened.form == "parquet" else "RECORD-CSV"
        return problem(code, file=opened.file, weight=Weight.UNREADABLE)
    if "UTF-8" in text and not isinstance(fault, duckdb.IOException):
        return problem("RECORD-ENCODING", file=opened.file, row=_row(text, opened), weight=Weight.UNREADABLE)
    return problem("RECORD-JSON", file=opened.file, row=_row(text, opened), weight=Weight.UNREADABLE)


def _row(text: str, opened: Opened) -> int | None:
    """The line of the record the reader stopped at, the number of the record where records are no lines.

    Of text that is no JSON the reader names the record after it.
    """
    found = _LINE.search(text)
    if found is None:
        return None
    number = int(found[3]) - (1 if found[1].startswith("Malformed") else 0)
    return opened.line_of(max(number, 1))
