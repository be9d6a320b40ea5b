"""The records a question is about: one by its key, or those of some units; each whole, with what it looks up.

Is handed a data state and its rows. Refuses to know methods and what is asked of a record.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chitieu.acts.units import Tree, Unit
from chitieu.measures.jobs import Counting
from chitieu.measures.method import Asked
from chitieu.measures.resting import Record
from chitieu.period import WorkingDays
from chitieu.problem import Problem
from chitieu.records.derived import Whole
from chitieu.records.kind import Kind
from chitieu.records.lookups import Lookups
from chitieu.records.own_day import unit_of

if TYPE_CHECKING:
    import pyarrow as pa

SEPARATOR = "@"
"""Between the parts of a key of several columns, and before it: `NV-2024-017@75-noi-vu`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A record with everything that was stored, looked up and joined, and the unit its code means on its own day."""

    kind: Kind
    values: Mapping[str, Any]
    looked_up: frozenset[str]
    unit: Unit | None

    @property
    def key(self) -> tuple[str, ...]:
        """The parts of its key as text, days in ISO 8601."""
        return tuple(_text(self.values[name]) for name in self.kind.key)

    def record(self, working: WorkingDays) -> Record:
        """The record with its derived columns."""
        whole = Whole(self.kind, self.values, working)
        return Record(kind=self.kind, whole=whole, working=working, looked_up=self.looked_up)


def key_of(kind: Kind, text: str) -> tuple[str, ...] | None:
    """The key a text writes; None where it has not as many parts."""
    parts = tuple(text.rsplit(SEPARATOR, len(kind.key) - 1)) if len(kind.key) > 1 else (text,)
    return parts if len(parts) == len(kind.key) and all(parts) else None


def by_key(kind: Kind, key: Sequence[str], asked: Sequence[Asked], counting: Counting) -> Found | Problem | None:
    """The record of a key; None where there is none."""
    table = counting.rows_of(kind, asked)
    if isinstance(table, Problem):
        return table
    is_text = kind.column(kind.key[0]).type in ("text", "unit", "code")
    rows = _taken(table, kind.key[0], [key[0]] if is_text else None)
    found = _whole(kind, (row for row in rows if [_text(row[name]) for name in kind.key] == list(key)), counting)
    return found if isinstance(found, Problem) else next(iter(found), None)


def of_units(
    kind: Kind, identities: Collection[str], asked: Sequence[Asked], counting: Counting
) -> list[Found] | Problem:
    """The records whose unit, on their own day, is one of these; in the order in which they are kept."""
    table, tree = counting.rows_of(kind, asked), counting.tree
    if isinstance(table, Problem):
        return table
    codes = [code for code in _codes(table) if _may_mean(code, identities, tree)]
    meant = ((row, unit_of(kind, row, tree)) for row in _taken(table, "unit", codes))
    wanted = (row for row, unit in meant if unit is not None and unit[0].identity in identities)
    return _whole(kind, wanted, counting)


def counted_for(tree: Tree, unit: Unit, day: date, *, own: bool) -> frozenset[str]:
    """The identities whose records count for a unit on a day: its own, those below, those held of the past."""
    snapshot, held = tree.on(day), tree.held_by(day)
    units = [unit, *(() if own else (snapshot.units[code] for code in snapshot.below(unit.code)))]
    past = (one.identity for member in units for one in held.get(member.identity, ()))
    return frozenset([member.identity for member in units]) | frozenset(past)


def _whole(kind: Kind, wanted: Iterable[Mapping[str, Any]], counting: Counting) -> list[Found] | Problem:
    looked_into: dict[str, list[dict[str, Any]]] = {}
    for code in sorted({lookup.kind for lookup in kind.lookups.values()}):
        table = counting.records.table(code)
        if isinstance(table, Problem):
            return table
        looked_into[code] = table.to_pylist()
    lookups = Lookups(kind, looked_into, counting.tree)
    found = []
    for row in wanted:
        values = lookups.values(row)
        meant = unit_of(kind, row, counting.tree)
        given = frozenset(name for name, value in values.items() if value is not None and row.get(name) is None)
        unit = None if meant is None else meant[0]
        found.append(Found(kind=kind, values={**row, **values}, looked_up=given, unit=unit))
    return found


def _taken(table: pa.Table | Path, column: str, values: Collection[str] | None) -> list[dict[str, Any]]:
    """The rows whose column is one of the values; all where none are given."""
    from pyarrow import array, compute, parquet, string

    if isinstance(table, Path):
        filters = None if values is None else [(column, "in", set(values))]
        taken = [] if filters and not values else parquet.read_table(table, filters=filters).to_pylist()
    elif values is None:
        taken = table.to_pylist()
    else:
        taken = table.filter(compute.is_in(table[column], array(list(values), string()))).to_pylist()
    rows: list[dict[str, Any]] = taken
    return rows


def _codes(table: pa.Table | Path) -> list[str]:
    """Every code of a unit that stands in the rows."""
    from pyarrow import parquet

    column = (parquet.read_table(table, columns=["unit"]) if isinstance(table, Path) else table)["unit"]
    return sorted(code for code in column.unique().to_pylist() if code is not None)


def _may_mean(code: str, identities: Collection[str], tree: Tree) -> bool:
    """Whether the code means one of the units on any day; between two changes of the tree it means one and the same."""
    days: list[date | None] = [None, date.min, *tree.days_of_change]
    meant = (tree.look_up(code, day) for day in days)
    return any(unit is not None and unit[0].identity in identities for unit in meant)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
