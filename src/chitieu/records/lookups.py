"""Look-ups: a column of a record that another kind's record gives, going up the tree of the record's own day.

The record's own value goes first; then the row under its own unit, then under each unit above it; an empty cell is
passed over, and the row's dates are not asked. A record without an own day has its own unit's row only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chitieu.acts.units import Tree
from chitieu.records.kind import Kind
from chitieu.records.kinds import kinds
from chitieu.records.own_day import own_day, unit_of

Row = Mapping[str, Any]


class Lookups:
    """The look-ups of one kind over the current records of the kinds it looks into."""

    def __init__(self, kind: Kind, records: Mapping[str, Iterable[Row]], tree: Tree) -> None:
        """`records`: by kind, in the order of arrival; of two rows about one unit the later stands."""
        self._kind, self._tree = kind, tree
        self._found: dict[tuple[str, str, str], Row] = {}
        for code, on in sorted({(lookup.kind, lookup.on) for lookup in kind.lookups.values()}):
            for row in records.get(code, ()):
                meant = unit_of(kinds()[code], row, tree)
                if meant is not None:
                    self._found[code, meant[0].identity, row[on]] = row

    def values(self, row: Row) -> dict[str, Any]:
        """Every looked-up column of a record by name, None for unknown."""
        units = self._units(row) if self._kind.lookups else ()
        found: dict[str, Any] = {}
        for name, lookup in self._kind.lookups.items():
            value = row.get(name)
            for identity in units if value is None else ():
                there = self._found.get((lookup.kind, identity, row[lookup.on] or ""))
                value = None if there is None else there[lookup.column]
                if value is not None:
                    break
            found[name] = value
        return found

    def _units(self, row: Row) -> list[str]:
        """The identities to ask, the nearest first."""
        meant = unit_of(self._kind, row, self._tree)
        if meant is None:
            return []
        unit, warning = meant
        day = own_day(self._kind, row)
        if day is None or warning is not None:
            return [unit.identity]
        snapshot = self._tree.on(day)
        return [unit.identity, *(snapshot.units[code].identity for code in snapshot.above(unit.code))]
