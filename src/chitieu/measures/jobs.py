"""Which records are counted by which methods: jobs for an engine, one a kind of record, and their counts by period.

Is handed the data state and the engine. Refuses to know where records are kept and how they are counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from chitieu.acts.units import Tree
from chitieu.measures.coverage import Coverage, Covering
from chitieu.measures.engines import Counts, Job
from chitieu.measures.indicator import Indicator
from chitieu.measures.measured import KindCounts, Measured, MethodKey
from chitieu.measures.method import Asked, Definition
from chitieu.period import Calendar, WorkingDays
from chitieu.problem import Problem
from chitieu.records.kind import Kind
from chitieu.records.kinds import kinds
from chitieu.records.populations import inspection_scope, meeting_cycles

if TYPE_CHECKING:
    import pyarrow as pa

Count = Callable[[Job], Counts]


class Records(Protocol):
    """A data state, kind by kind."""

    def table(self, kind: str) -> pa.Table | Problem: ...
    def records(self, kind: str) -> pa.Table | Path | Problem: ...
    def covers(self, kind: str) -> Sequence[Covering]: ...
    def delivered(self, kind: str) -> bool: ...


@dataclass(frozen=True, kw_only=True)
class Counting:
    """What counting needs: who stands where, the working days, the data state, the engine and its name."""

    tree: Tree
    working: WorkingDays
    records: Records
    count: Count
    engine: str

    def measured(
        self, methods: Iterable[tuple[Indicator, str]], asked: Sequence[Asked]
    ) -> dict[Asked, Measured] | Problem:
        """The measured tallies of all methods that have a definition, for each period and day asked."""
        by_kind: dict[str, dict[MethodKey, Definition]] = {}
        for indicator, code in methods:
            method = indicator.method(code)
            if method is not None and method.definition is not None:
                by_kind.setdefault(method.record, {})[indicator.code, code] = method.definition
        found: list[KindCounts] = []
        for kind in sorted(by_kind):
            counted = self._of_kind(kinds()[kind], by_kind[kind], asked)
            if isinstance(counted, Problem):
                return counted
            found += counted
        return {one: Measured(self.tree, found, one, self.engine) for one in asked}

    def _of_kind(
        self, kind: Kind, definitions: dict[MethodKey, Definition], asked: Sequence[Asked]
    ) -> list[KindCounts] | Problem:
        delivered = any(self.records.delivered(feed) for feed in kind.feeds)
        coverage = Coverage(self.tree, self.records.covers(kind.feeds[0]))
        found = []
        for group in _by_calendar(asked) if kind.population else [list(asked)]:
            counts: Counts | Problem = {}
            if delivered or kind.feeds != (kind.code,):
                counts = self._counts(kind, tuple(definitions.values()), tuple(group))
            if isinstance(counts, Problem):
                return counts
            found.append(
                KindCounts(
                    methods={key: place for place, key in enumerate(definitions)},
                    samples={key for key, definition in definitions.items() if definition.sample},
                    counts=counts,
                    coverage=coverage,
                    delivered=delivered,
                    feed=kind.feeds[0],
                    follows=kind.feeds != (kind.code,),
                    asked={one: place for place, one in enumerate(group)},
                )
            )
        return found

    def _counts(self, kind: Kind, definitions: tuple[Definition, ...], asked: tuple[Asked, ...]) -> Counts | Problem:
        records = self.rows_of(kind, asked)
        if isinstance(records, Problem):
            return records
        looked_up = {}
        for code in sorted({lookup.kind for lookup in kind.lookups.values()}):
            there = self.records.table(code)
            if isinstance(there, Problem):
                return there
            looked_up[code] = there
        return self.count(
            Job(
                kind=kind,
                definitions=definitions,
                asked=asked,
                tree=self.tree,
                working=self.working,
                records=records,
                looked_up=looked_up,
            )
        )

    def rows_of(self, kind: Kind, asked: Sequence[Asked]) -> pa.Table | Path | Problem:
        """The records of a kind, or the rows of a population that the periods may ask for."""
        if kind.feeds == (kind.code,):
            return self.records.records(kind.code)
        tables: list[list[dict[str, Any]]] = []
        for feed in kind.feeds:
            table = self.records.table(feed)
            if isinstance(table, Problem):
                return table
            tables.append(table.to_pylist())
        if kind.code == "meeting_cycle":
            calendar: Calendar = asked[0].period.calendar or "civil"
            first, last = min(one.period.first for one in asked), max(one.period.last for one in asked)
            rows = meeting_cycles(self.tree, calendar, first, last, *tables)
        else:
            inspections, plans = tables
            rows = inspection_scope(self.tree, {one.period.last.year for one in asked}, plans, inspections)
        return _table(kind, rows)


def _by_calendar(asked: Iterable[Asked]) -> list[list[Asked]]:
    """The periods of each calendar; a range is counted in civil quarters."""
    groups: dict[str, list[Asked]] = {}
    for one in asked:
        groups.setdefault(one.period.calendar or "civil", []).append(one)
    return list(groups.values())


def _table(kind: Kind, rows: list[dict[str, Any]]) -> pa.Table:
    import pyarrow as pa

    types = {
        "text": pa.string(),
        "number": pa.int64(),
        "day": pa.date32(),
        "moment": pa.timestamp("us"),
        "truth": pa.bool_(),
    }
    columns = [*kind.stored, *kind.joined.values()]
    return pa.Table.from_pylist(rows, schema=pa.schema([(one.name, types[one.named.type]) for one in columns]))
