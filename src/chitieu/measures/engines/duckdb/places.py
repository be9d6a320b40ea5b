"""Which unit a record's code means on its own day, and the units above it then, found once for each code and span.

Between two days on which the tree changes a code means the same: so a code and a span decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from chitieu.acts.units import Tree
from chitieu.language import Type
from chitieu.measures.engines import UNPLACED
from chitieu.measures.engines.duckdb.cuts import said, steps
from chitieu.measures.engines.duckdb.source import Source
from chitieu.period import ONE_DAY
from chitieu.records.kind import Kind

T = TypeVar("T")
_NO_SPAN = -1
Chain = tuple[str, ...]
"""Identities to ask for a look-up, the nearest first."""


class Places:
    """The places of a job: `rows` are code, span, slot and chain; a slot stands for an identity."""

    def __init__(self, source: Source, kind: Kind, tree: Tree) -> None:
        self._tree = tree
        self.slots: list[str] = [UNPLACED]
        self.chains: list[Chain] = [()]
        self._slot = {UNPLACED: 0}
        self._chain: dict[Chain, int] = {(): 0}
        codes = source.distinct("unit")
        first = tree.days_of_change[0] - ONE_DAY if tree.days_of_change else date(2000, 1, 1)
        changes: list[date] = []
        spans = [self._column(codes, first)]
        for day in tree.days_of_change:
            column = self._column(codes, day)
            if column != spans[-1]:
                spans.append(column)
                changes.append(day)
        self._own_day = _own_day(source, kind)
        numbers = list(range(len(spans)))
        without = self._column(codes, None) if all(map(source.may_be_empty, kind.unit_on)) else spans[-1]
        # Null ends in the last span: where it means what that means, nothing need be asked of it.
        if without != spans[-1]:
            spans.append(without)
            numbers.append(_NO_SPAN)
        self.span = self._said(changes, null_apart=_NO_SPAN in numbers) if len(spans) > 1 else None
        self.rows = [
            (code, span, *place)
            for span, column in zip(numbers, spans, strict=True)
            for code, place in zip(codes, column, strict=True)
        ]

    def _column(self, codes: Sequence[str], day: date | None) -> list[tuple[int, int]]:
        """Slot and chain of every code on a day."""
        above: dict[str | None, Chain] = {None: ()}
        snapshot = self._tree.on(day) if day is not None else None

        def chain(code: str | None) -> Chain:
            if code not in above:
                above[code] = ()
                unit = snapshot.units.get(code or "") if snapshot is not None else None
                above[code] = () if unit is None else (unit.identity, *chain(unit.parent))
            return above[code]

        found = []
        for code in codes:
            meant = self._tree.look_up(code, day)
            if meant is None:
                found.append((0, 0))
                continue
            unit, warning = meant
            asked = chain(unit.code) if snapshot is not None and warning is None else (unit.identity,)
            found.append((_number(self.slots, self._slot, unit.identity), _number(self.chains, self._chain, asked)))
        return found

    def _said(self, changes: Sequence[date], *, null_apart: bool) -> str:
        column, of = self._own_day
        if of == "number":
            bounds = [str(day.year if (day.month, day.day) == (1, 1) else day.year + 1) for day in changes]
        else:
            bounds = [said(day, of) for day in changes]
        found = steps(column, bounds)
        return f"CASE WHEN {column} IS NULL THEN {_NO_SPAN} ELSE {found} END" if null_apart else found


def _number(known: list[T], numbers: dict[T, int], one: T) -> int:
    """The number of one among those known, which it is from now on."""
    if one not in numbers:
        numbers[one] = len(known)
        known.append(one)
    return numbers[one]


def _own_day(source: Source, kind: Kind) -> tuple[str, Type]:
    """The own day of a record as a column, and its type: a number is a year, meaning its 1 January."""
    columns = [(source.column(name), kind.names[name].type) for name in kind.unit_on]
    if len(columns) == 1:
        return columns[0]
    days = [f"make_date({column}, 1, 1)" if of == "number" else f"CAST({column} AS DATE)" for column, of in columns]
    return f"least({', '.join(days)})", "day"
