"""The tables of units and successions, and the portal's table of units: bytes ↔ rows, every fault with its cell.

Strict about the form (UTF-8, one head, as many cells as columns, days as YYYY-MM-DD), silent about
what the rows mean together: that is proved in `unit_proofs`, whose `build` is offered here.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Literal, TypeVar

from chitieu.acts.names import LONGEST_CODE, fold, lawful_code, unlawful
from chitieu.acts.stretches import UnitRow
from chitieu.acts.tiers import Tiers
from chitieu.acts.unit_proofs import build
from chitieu.acts.units import Succession, move_order
from chitieu.payload import WORKBOOKS
from chitieu.period import read_day
from chitieu.problem import Problem, Weight, problem

__all__ = (
    "Difference",
    "Sort",
    "UnitRow",
    "build",
    "difference",
    "kind_of",
    "read_portal_units",
    "read_successions",
    "read_units",
    "together",
    "write_successions",
    "write_units",
)

Sort = Literal["units", "successions", "portal"]
UNITS = ("code", "name", "tier", "parent", "from", "act", "also", "certainty")
SUCCESSIONS = ("old", "new", "extent", "on", "act", "certainty")
_REQUIRED: dict[Sort, tuple[str, ...]] = {
    "units": UNITS[:5],
    "successions": SUCCESSIONS[:4],
    "portal": ("unit_code", "unit_name", "unit_level", "parent_code"),
}
_KNOWN: dict[Sort, tuple[str, ...] | None] = {"units": UNITS, "successions": SUCCESSIONS, "portal": None}
LARGEST = 32 * 1024 * 1024
LONGEST_TEXT = 500

Row = TypeVar("Row", UnitRow, Succession)
Cells = dict[str, str]


def kind_of(data: bytes, file: str) -> Sort | Problem:
    """Which of the three tables a file is, by its head; else the columns that the nearest of them lacks."""
    table, problems = _records(data, file)
    if problems:
        return problems[0]
    head = _head(table[0]) if table else []
    lacking = {sort: [name for name in names if name not in head] for sort, names in _REQUIRED.items()}
    nearest = min(lacking, key=lambda sort: (len(lacking[sort]), sort))
    return nearest if not lacking[nearest] else _missing(file, lacking[nearest], head)


def read_units(data: bytes, file: str) -> tuple[list[UnitRow], list[Problem]]:
    """The rows of a `units.csv` in their order, with what is wrong in single cells."""
    problems: list[Problem] = []
    rows: list[UnitRow] = []
    for number, cells in _cells(data, file, "units", problems):
        faults = _Faults(file, number)
        row = UnitRow(
            code=faults.code(cells, "code") or "",
            name=faults.text(cells, "name", required=True),
            tier=faults.text(cells, "tier", required=True),
            parent=faults.code(cells, "parent", required=False),
            begins=faults.day(cells, "from"),
            act=faults.text(cells, "act"),
            also=faults.codes(cells, "also"),
            certainty=faults.text(cells, "certainty"),
            file=file,
            row=number,
        )
        problems += faults.found
        if not faults.found:
            rows.append(row)
    return rows, problems


def read_successions(data: bytes, file: str) -> tuple[list[Succession], list[Problem]]:
    """The rows of a `successions.csv` in their order, with what is wrong in single cells."""
    problems: list[Problem] = []
    rows: list[Succession] = []
    for number, cells in _cells(data, file, "successions", problems):
        faults = _Faults(file, number)
        row = Succession(
            old=faults.code(cells, "old", required=False),
            new=faults.code(cells, "new", required=False),
            extent=faults.text(cells, "extent", required=True),
            on=faults.day(cells, "on", required=True) or date.max,
            act=faults.text(cells, "act"),
            certainty=faults.text(cells, "certainty"),
            file=file,
            row=number,
        )
        problems += faults.found
        if not faults.found:
            rows.append(row)
    return rows, problems


def read_portal_units(
    data: bytes, file: str, today: date, tiers: Tiers, known: Collection[str] = ()
) -> tuple[list[UnitRow], list[Problem]]:
    """The units of a table with the portal's columns: one row a unit, from its latest run, standing always.

    `known`: codes that are there already. A parent in no row becomes a unit named by its code, without a
    parent, in the highest tier that may assign today to one of its children's tiers; with a warning.
    """
    problems: list[Problem] = []
    latest: dict[str, tuple[tuple[str, str, int], UnitRow]] = {}
    for number, cells in _cells(data, file, "portal", problems):
        faults = _Faults(file, number)
        row = UnitRow(
            code=faults.code(cells, "unit_code") or "",
            name=faults.text(cells, "unit_name", required=True),
            tier=faults.text(cells, "unit_level", required=True),
            parent=faults.code(cells, "parent_code", required=False),
            certainty="portal",
            file=file,
            row=number,
        )
        problems += faults.found
        run = (cells.get("run_date", ""), cells.get("captured_at", ""), number)
        if not faults.found and (fold(row.code) not in latest or latest[fold(row.code)][0] < run):
            latest[fold(row.code)] = run, row
    rows = {key: row for key, (_, row) in sorted(latest.items())}
    there = {fold(code) for code in known}
    orphans: dict[str, list[UnitRow]] = {}
    for row in rows.values():
        if row.parent is not None and fold(row.parent) not in rows and fold(row.parent) not in there:
            orphans.setdefault(row.parent, []).append(row)
    found = list(rows.values())
    for code, children in sorted(orphans.items()):
        below = {child.tier for child in children}
        giving = (tier for tier in tiers.codes if any(tiers.may_assign(tier, child, today) for child in below))
        tier = next(giving, None)
        if tier is None:
            problems += [_orphan(child, code) for child in children]
        else:
            found.append(UnitRow(code=code, name=code, tier=tier, certainty="portal", file=file, row=children[0].row))
            problems.append(
                problem("PORTAL-PARENT-MADE", file=file, value=code, weight=Weight.WARNING, tier=tiers.name(tier))
            )
    return sorted(found, key=lambda row: row.code), problems


def write_units(rows: Iterable[UnitRow]) -> bytes:
    """A `units.csv` by code and day."""
    return _written(
        UNITS,
        (
            (row.code, row.name, row.tier, row.parent, row.begins, row.act, ";".join(row.also), row.certainty)
            for row in sorted(rows, key=lambda row: (row.code, row.begins or date.min))
        ),
    )


def write_successions(rows: Iterable[Succession]) -> bytes:
    """A `successions.csv` by day and code."""
    return _written(
        SUCCESSIONS,
        ((row.old, row.new, row.extent, row.on, row.act, row.certainty) for row in sorted(rows, key=move_order)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference(Generic[Row]):
    """What a new version of a table adds, changes (before, after) and drops."""

    added: tuple[Row, ...] = ()
    changed: tuple[tuple[Row, Row], ...] = ()
    dropped: tuple[Row, ...] = ()

    @property
    def only_adds(self) -> bool:
        """Whether every old row is there as it was: such a version needs no reason."""
        return not self.changed and not self.dropped


def difference(old_rows: Sequence[Row], new_rows: Sequence[Row]) -> Difference[Row]:
    """What differs between two versions: unit rows are told apart by code and day, successions by sides and day."""
    old, new = _keyed(old_rows), _keyed(new_rows)
    return Difference(
        added=tuple(row for key, row in new.items() if key not in old),
        changed=tuple((old[key], row) for key, row in new.items() if key in old and old[key] != row),
        dropped=tuple(row for key, row in old.items() if key not in new),
    )


def together(there: Sequence[Row], loaded: Sequence[Row]) -> list[Row]:
    """The rows that are there with the loaded ones added; a loaded row takes the place of its older version."""
    return list({**_keyed(there), **_keyed(loaded)}.values())


def _keyed(rows: Sequence[Row]) -> dict[tuple[str, str, date], Row]:
    return {_key(row): row for row in rows}


def _key(row: UnitRow | Succession) -> tuple[str, str, date]:
    if isinstance(row, UnitRow):
        return fold(row.code), "", row.begins or date.min
    return fold(row.old or ""), fold(row.new or ""), row.on


def _written(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(["" if cell is None else str(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8")


def _records(data: bytes, file: str) -> tuple[list[list[str]], list[Problem]]:
    """All records of a CSV file with its head, blank ones too, so that their numbers are those of a spreadsheet."""

    if len(data) > LARGEST:
        return [], [problem("FILE-TOO-LARGE", file=file, weight=Weight.UNREADABLE, limit=LARGEST)]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        return [], [problem("WRONG-ENCODING", file=file, weight=Weight.UNREADABLE, position=fault.start)]
    if data.startswith(WORKBOOKS):
        return [], [problem("UNITS-MALFORMED", file=file, weight=Weight.UNREADABLE, line=1)]
    if not text.strip():
        return [], [problem("EMPTY-FILE", file=file, weight=Weight.UNREADABLE)]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        records = [[unicodedata.normalize("NFC", cell.strip()) for cell in record] for record in reader]
    except csv.Error:
        return [], [problem("UNITS-MALFORMED", file=file, weight=Weight.UNREADABLE, line=reader.line_num)]
    return records, []


def _cells(data: bytes, file: str, sort: Sort, problems: list[Problem]) -> Iterator[tuple[int, Cells]]:
    """Number (the head is 1) and cells by column of each row that is not blank; what is wrong goes to `problems`."""
    records, faults = _records(data, file)
    problems += faults
    if faults:
        return
    head, known = _head(records[0]), _KNOWN[sort]
    lacking = [name for name in _REQUIRED[sort] if name not in head]
    if lacking:
        problems.append(_missing(file, lacking, head))
        return
    strange = [name for name in head if known is not None and name not in known]
    twice = sorted({name for name in head if head.count(name) > 1 and (known is None or name in known)})
    problems += [
        problem("UNITS-UNKNOWN-COLUMN", file=file, value=name, known=", ".join(known or ())) for name in strange
    ]
    problems += [problem("UNITS-COLUMN-TWICE", file=file, value=name, weight=Weight.UNREADABLE) for name in twice]
    if strange or twice:
        return
    for number, record in enumerate(records[1:], 2):
        if not any(record):
            continue
        if len(record) != len(head):
            given, wanted = len(record), len(head)
            problems.append(
                problem(
                    "UNITS-WRONG-CELLS", file=file, row=number, weight=Weight.UNREADABLE, given=given, wanted=wanted
                )
            )
            continue
        yield number, dict(zip(head, record, strict=True))


def _head(record: Sequence[str]) -> list[str]:
    return [name.casefold() for name in record]


def _missing(file: str, lacking: list[str], head: list[str]) -> Problem:
    code = "UNITS-SEPARATOR" if len(head) == 1 and (";" in head[0] or "\t" in head[0]) else "UNITS-MISSING-COLUMN"
    return problem(code, file=file, weight=Weight.UNREADABLE, columns=", ".join(lacking))


def _orphan(child: UnitRow, parent: str) -> Problem:
    return problem("PORTAL-PARENT-UNKNOWN", file=child.file, row=child.row, field="parent_code", value=parent)


class _Faults:
    """What is wrong in the cells of one row."""

    def __init__(self, file: str, row: int) -> None:
        self._file, self._row = file, row
        self.found: list[Problem] = []

    def text(self, cells: Cells, field: str, *, required: bool = False) -> str:
        """A cell of one line without invisible characters."""
        value = cells.get(field, "")
        character = unlawful(value)
        if required and not value:
            self._say("UNITS-MISSING-CELL", field)
        elif len(value) > LONGEST_TEXT:
            self._say("UNITS-TOO-LONG", field, value, limit=LONGEST_TEXT)
        elif character is not None:
            self._say("UNLAWFUL-CHARACTER", field, value, character=character)
        return value

    def code(self, cells: Cells, field: str, *, required: bool = True) -> str | None:
        """A code, or None for an empty cell."""
        before = len(self.found)
        value = self.text(cells, field, required=required)
        if value and len(self.found) == before and not lawful_code(value):
            self._say("UNIT-CODE", field, value, limit=LONGEST_CODE)
        return value or None

    def codes(self, cells: Cells, field: str) -> tuple[str, ...]:
        """Several codes with `;`, `,` or a space between them, each once."""
        parts = self.text(cells, field).replace(";", " ").replace(",", " ").split()
        for part in parts:
            if not lawful_code(part):
                self._say("UNIT-CODE", field, part, limit=LONGEST_CODE)
        return tuple({fold(part): part for part in parts}.values())

    def day(self, cells: Cells, field: str, *, required: bool = False) -> date | None:
        """A day, or None for an empty cell."""
        value = self.text(cells, field, required=required)
        found = read_day(value)
        if value and found is None:
            self._say("UNIT-DAY", field, value)
        return found

    def _say(self, code: str, field: str, value: str | None = None, **values: str | int) -> None:
        at = problem(code, file=self._file, row=self._row, field=field, value=value, weight=Weight.REFUSED, **values)
        self.found.append(at)
