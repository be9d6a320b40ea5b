"""Records beside a tree of units, counted as a data state would be, for tests that read as law.

    deck = Deck(dossier='''
        dossier_id | unit | received_at      | first_due_at     | finished_at
        d1         | X11  | 2024-03-01 08:00 | 2024-03-10 17:00 | 2024-03-10 17:00
    ''', covers={"dossier": ["H1:2024-01-01:2024-12-31"]})
    assert deck.tally("X11", "on-time-dossiers", "2024").numerator == 1

Every figure is counted by both engines, and they must agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from importlib import import_module
from typing import Any

import pyarrow as pa

from chitieu import period as periods
from chitieu.acts.calendar import national
from chitieu.acts.units import Tree
from chitieu.measures import indicators
from chitieu.measures.engines import Counts, Job
from chitieu.measures.jobs import Counting
from chitieu.measures.measured import Measured
from chitieu.measures.method import Asked
from chitieu.measures.tally import Tally
from chitieu.period import Period
from chitieu.records.delivery import Cover
from chitieu.records.kind import Column, Kind
from chitieu.records.kinds import kinds
from tests.world import province

ENGINES = ("plain", "duckdb")
CATALOGUE = indicators.built_in()
TYPES = {"integer": pa.int64(), "money": pa.int64(), "year": pa.int64(), "flag": pa.bool_()}
TYPES |= {"day": pa.date32(), "moment": pa.timestamp("us")}


def both(job: Job) -> Counts:
    """The counts of a job, if every engine gives the same."""
    first, *others = (import_module(f"chitieu.measures.engines.{name}").count(job) for name in ENGINES)
    for other in others:
        assert other == first
    counts: Counts = first
    return counts


class Deck:
    """Records by kind, given as tables of cells. `covers` by kind: `UNIT:FROM:TO`; `sent`: kinds that came empty."""

    def __init__(
        self,
        tree: Tree | None = None,
        *,
        covers: Mapping[str, Sequence[str]] | None = None,
        sent: Sequence[str] = (),
        **tables: str,
    ) -> None:
        self.tree = tree if tree is not None else province().tree
        self._rows = {kind: rows_of(kinds()[kind], text) for kind, text in tables.items()}
        self._covers = {kind: [_cover(text) for text in texts] for kind, texts in (covers or {}).items()}
        self._sent = {*self._rows, *self._covers, *sent}

    def table(self, kind: str) -> pa.Table:
        """The newest version of each key, in order of arrival."""
        return table(kinds()[kind], newest(kinds()[kind], self._rows.get(kind, [])))

    def records(self, kind: str) -> pa.Table:
        return self.table(kind)

    def covers(self, kind: str) -> list[Cover]:
        return self._covers.get(kind, [])

    def delivered(self, kind: str) -> bool:
        return kind in self._sent

    def measured(self, indicator: str, method: str | None, asked: Asked) -> Measured:
        """Every tally of one method."""
        counted = CATALOGUE[indicator]
        counting = Counting(tree=self.tree, working=national(), records=self, count=both, engine="both")
        found = counting.measured([(counted, method or counted.default or "")], [asked])
        assert isinstance(found, dict)
        return found[asked]

    def tally(
        self,
        unit: str,
        indicator: str,
        period: str,
        as_of: str | None = None,
        *,
        method: str | None = None,
        scope: str | None = None,
    ) -> Tally:
        """The measured tally of a unit that stands on the deciding day; `as_of` is the period's last day."""
        of = periods.read(period)
        assert isinstance(of, Period)
        asked = Asked(period=of, as_of=date.fromisoformat(as_of) if as_of else of.last)
        counted = CATALOGUE[indicator]
        code = method or counted.default
        own = (scope or counted.scope) == "own"
        standing = self.tree.on(asked.judged_on).units[unit]
        found = self.measured(indicator, code, asked).tally(standing, counted, code, "own" if own else "subtree")
        assert found is not None
        return found

    def counts(self, unit: str, indicator: str, period: str, as_of: str | None = None, **more: Any) -> str:
        """`n/d`, `n` for a count, or the status where there is no figure."""
        found = self.tally(unit, indicator, period, as_of, **more)
        if found.numerator is None:
            return found.status
        return f"{found.numerator}" if found.denominator is None else f"{found.numerator}/{found.denominator}"


def rows_of(kind: Kind, text: str) -> list[dict[str, Any]]:
    """The records of a table of cells between bars, its first line the names of columns."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    columns = {column.name: column for column in kind.stored}
    head = [columns[name] for name in lines[0]]
    return [{column.name: value(column, cell) for column, cell in zip(head, line, strict=True)} for line in lines[1:]]


def value(column: Column, cell: str) -> Any:
    """A cell in the type of its column."""
    if not cell:
        return None
    if column.type in ("integer", "money", "year"):
        return int(cell)
    if column.type == "flag":
        return {"true": True, "false": False}[cell]
    if column.type == "day":
        return date.fromisoformat(cell)
    return datetime.fromisoformat(cell) if column.type == "moment" else cell


def newest(kind: Kind, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of each key the row of the greatest version, of equal ones the later; in order of arrival."""
    latest: dict[tuple[Any, ...], tuple[tuple[datetime, int], Mapping[str, Any]]] = {}
    for place, row in enumerate(rows):
        version = (row.get(kind.version) if kind.version else None) or datetime.min
        key = tuple(row[name] for name in kind.key)
        if key not in latest or latest[key][0] <= (version, place):
            latest[key] = (version, place), row
    return [row for (_, _), row in sorted(latest.values(), key=lambda found: found[0][1])]


def table(kind: Kind, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows as the lake keeps them, absent columns empty."""
    schema = pa.schema([pa.field(column.name, TYPES.get(column.type, pa.string())) for column in kind.stored])
    return pa.Table.from_pylist([{column.name: row.get(column.name) for column in kind.stored} for row in rows], schema)


def _cover(text: str) -> Cover:
    unit, first, last = text.split(":")
    return Cover(unit=unit, first=date.fromisoformat(first), last=date.fromisoformat(last))
