"""A reading of figures is delivered: what is new of it, what was there already, and the account of every row.

Knows when two arrivals are one record. Nothing new: nothing is written, and the delivery has no number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from chitieu.problem import Problem
from chitieu.records.delivery import Cover, Delivery
from chitieu.records.figures import Figure, Figures, LookUp, standing
from chitieu.records.kinds import kinds
from chitieu.records.lake import Lake
from chitieu.records.reading import Reading

if TYPE_CHECKING:
    import pyarrow as pa

KIND = "figure"
COLUMNS = tuple(column.name for column in kinds()[KIND].columns)
EPOCH = datetime(1970, 1, 1)
"""Where the store counts days and microseconds from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounting:
    """Every row of a file: read = accepted + replaced + unchanged + older + quarantined + not taken.

    `delivery` is the number given, None where nothing was new. `replaced`: another figure for the
    same key and capture, the later arrival speaks. No figure is `older`: every capture stands.
    """

    file: str
    delivery: int | None
    read: int
    accepted: int
    replaced: int
    unchanged: int
    older: int
    quarantined: int
    not_taken: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        """The object the command `import` prints for a file."""
        return {"file": self.file, "delivery": self.delivery, **self.counts()}

    def counts(self) -> dict[str, Any]:
        """The counts alone, as the register keeps them."""
        return {
            "read": self.read,
            "accepted": self.accepted,
            "replaced": self.replaced,
            "unchanged": self.unchanged,
            "older": self.older,
            "quarantined": self.quarantined,
            "not_taken": dict(self.not_taken),
        }


def deliver_figures(
    lake: Lake, reading: Reading, *, person: str, now: datetime, covers: tuple[Cover, ...] = ()
) -> Accounting | Problem:
    """The account of a reading, after everything new in it is in the lake.

    A delivery that brings something new keeps all its figures, also those that were there already:
    withdrawing the earlier one then takes nothing from the later.
    """
    with lake.writing() as locked:
        if locked is not None:
            return locked
        there = arrivals(lake)
        if isinstance(there, Problem):
            return there
        latest = {figure.record: figure for figure in standing(there)}
        accepted = replaced = unchanged = 0
        for figure in reading.figures:
            before = latest.get(figure.record)
            if before is None:
                accepted += 1
            elif before.said == figure.said:
                unchanged += 1
            else:
                replaced += 1
            latest[figure.record] = figure
        account = Accounting(
            file=reading.file,
            delivery=None,
            read=reading.read,
            accepted=accepted,
            replaced=replaced,
            unchanged=unchanged,
            older=0,
            quarantined=len(reading.quarantined),
            not_taken=reading.not_taken,
        )
        if not accepted + replaced:
            return account
        draft = Delivery(
            what="records",
            kind=KIND,
            source=reading.source,
            person=person,
            delivered_at=now,
            file=reading.file,
            sha256=reading.sha256,
            covers=covers,
            counts=account.counts(),
        )
        delivered = lake.deliver(draft, [_row(figure) for figure in reading.figures], reading.quarantined)
        return delivered if isinstance(delivered, Problem) else replace(account, delivery=delivered.number)


def arrivals(lake: Lake, state: int | None = None) -> list[Figure] | Problem:
    """Every figure of a data state in order of arrival."""
    rows = lake.rows(KIND, state)
    return rows if isinstance(rows, Problem) else list(_figures(rows))


def figures(lake: Lake, look_up: LookUp, state: int | None = None) -> Figures | Problem:
    """The figures of a data state by the units they are about."""
    found = arrivals(lake, state)
    return found if isinstance(found, Problem) else Figures(found, look_up)


def _row(figure: Figure) -> dict[str, Any]:
    return {
        "source": figure.source,
        "unit": figure.unit,
        "indicator": figure.indicator,
        "method": figure.method,
        "from": figure.begins,
        "to": figure.ends,
        "scope": figure.scope or None,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "captured_at": figure.captured_at,
        "document": figure.document or None,
        "person": figure.person or None,
        "row": figure.row,
    }


def _figures(rows: pa.Table) -> Iterator[Figure]:
    """By columns: a table of a hundred thousand rows is read in one pass."""
    columns = [_cells(rows.column(name)) for name in (*COLUMNS, "row", "delivery")]
    for values in zip(*columns, strict=True):
        source, unit, indicator, method, begins, ends, scope, n, d, captured, document, person, row, delivery = values
        yield Figure(
            source=source,
            unit=unit,
            indicator=indicator,
            method=method,
            begins=begins,
            ends=ends,
            scope=scope or "",
            numerator=n,
            denominator=d,
            captured_at=captured,
            document=document or "",
            person=person or "",
            row=row,
            delivery=delivery,
        )


def _cells(column: pa.ChunkedArray) -> list[Any]:
    """The cells of a column. Few texts, days and moments stand in many rows: each is made once.

    Days and moments come as their numbers: to ask pyarrow for distinct values would import its compute
    functions, which take a small command longer than all it reads.
    """
    import pyarrow as pa

    numbers: pa.DataType | None = None
    made: Callable[[Any], Any] = _itself
    if pa.types.is_date32(column.type):
        numbers, made = pa.int32(), _day
    elif pa.types.is_timestamp(column.type):
        numbers, made = pa.int64(), _moment
    known: dict[Any, Any] = {None: None}
    cells: list[Any] = []
    for chunk in column.chunks:
        values = (chunk if numbers is None else chunk.view(numbers)).to_pylist()
        known |= {value: made(value) for value in set(values) - known.keys()}
        cells += [known[value] for value in values]
    return cells


def _itself(value: Any) -> Any:
    return value


def _day(days: int) -> date:
    return EPOCH.date() + timedelta(days=days)


def _moment(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)
