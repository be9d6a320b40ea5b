"""Lists become plain columns at the door: entries in the order of their first field, those of one value being one.

Said twice, plainly and in DuckDB; where the two differ the plain one is right: a test compares them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chitieu.records.kind import Flatten, Kind

Entry = Mapping[str, Any]


def flattened(kind: Kind, lists: Mapping[str, Sequence[Entry]], row: Mapping[str, Any]) -> dict[str, Any]:
    """The plain columns of a record. `lists`: entries by list, values already; `row`: the record's own columns."""
    found: dict[str, Any] = {}
    for name, flat in kind.flatten.items():
        first = next(iter(kind.column(flat.list).of))
        entries = [entry for entry in lists.get(flat.list, ()) if entry.get(first) is not None]
        found[name] = _flat(flat, first, entries, row)
    return found


def _flat(flat: Flatten, first: str, entries: Sequence[Entry], row: Mapping[str, Any]) -> Any:
    if flat.form == "last":
        return max((entry[flat.field] for entry in entries if entry.get(flat.field) is not None), default=None)
    ordered = [(value, _latest(entries, first, value, flat.field)) for value in sorted({one[first] for one in entries})]
    if flat.form == "entry":
        return ordered[flat.place - 1][1] if flat.place <= len(ordered) else None
    reached, done = row.get(flat.first), row.get(flat.done)
    for granted, new in ordered:
        in_time = reached is not None and granted <= reached and (done is None or granted <= done)
        if in_time and new is not None and new > reached:
            reached = new
    return reached


def _latest(entries: Sequence[Entry], first: str, value: Any, field: str) -> Any:
    same = [entry[field] for entry in entries if entry[first] == value and entry.get(field) is not None]
    return max(same, default=None)


def firsts(entries: str, first: str) -> str:
    """The different values of the first field in a column of lists, in order."""
    kept = f"list_filter({entries}, lambda e: e.{first} IS NOT NULL)"
    return f"list_sort(list_distinct(list_transform({kept}, lambda e: e.{first})))"


def flat(form: Flatten, first: str, entries: str, ordered: str) -> str:
    """A flattened column. `entries`: the column of lists; `ordered`: its `firsts`."""

    def latest(value: str, field: str) -> str:
        if field == first:
            return value
        same = f"list_filter({entries}, lambda e: e.{first} = {value})"
        return f"list_max(list_transform({same}, lambda e: e.{field}))"

    if form.form == "last":
        kept = f"list_filter({entries}, lambda e: e.{first} IS NOT NULL)"
        return f"CASE WHEN len({entries}) > 0 THEN list_max(list_transform({kept}, lambda e: e.{form.field})) END"
    if form.form == "entry":
        place = f"{ordered}[{form.place}]"
        return f"CASE WHEN len({ordered}) >= {form.place} THEN {latest(place, form.field)} END"
    steps = f"list_transform({ordered}, lambda g: struct_pack(g := g, n := {latest('g', form.field)}))"
    start = f'struct_pack(g := NULL::DATE, n := "{form.first}")'
    moves = f'x.g <= a.n AND ("{form.done}" IS NULL OR x.g <= "{form.done}") AND x.n > a.n'
    reached = f"list_reduce({steps}, lambda a, x: CASE WHEN {moves} THEN x ELSE a END, {start})"
    return f"CASE WHEN len({ordered}) > 0 THEN struct_extract({reached}, 'n') ELSE \"{form.first}\" END"
