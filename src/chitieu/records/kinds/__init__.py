"""Family of record kinds: one TOML a kind, found by looking into this folder.

Knows the columns of each kind, its key and its version. Refuses to know where records are kept
and how foreign files name these columns.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

TYPES = ("text", "unit", "code", "integer", "money", "day", "moment", "flag")
EMPTIES = ("not_yet", "unknown", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `empty` says what an empty cell means; `filled_by` who gives the value of a file that does not."""

    name: str
    type: str
    label: str
    required: bool = False
    codes: tuple[str, ...] = ()
    longest: int | None = None
    empty: str | None = None
    filled_by: str | None = None
    example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of record. `unit_on`: columns the earliest day of which says which unit a code means."""

    code: str
    label: str
    key: tuple[str, ...]
    version: str
    unit_on: tuple[str, ...]
    mass: bool
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """The column of that name; an unknown one is an error of ours."""
        return next(column for column in self.columns if column.name == name)


@cache
def kinds() -> Mapping[str, Kind]:
    """Every built-in kind by its code, sorted. A malformed file is an error of ours and fails."""
    found = {}
    for page in sorted(files(__package__).iterdir(), key=lambda item: item.name):
        if page.name.endswith(".toml"):
            kind = _kind(tomllib.loads(page.read_text(encoding="utf-8")))
            if page.name != f"{kind.code}.toml":
                raise ValueError(f"kinds/{page.name} holds the kind {kind.code}")
            found[kind.code] = kind
    return found


def _kind(table: dict[str, Any]) -> Kind:
    columns = tuple(_column(name, given) for name, given in table["column"].items())
    names = {column.name for column in columns}
    unit_on = table["unit_on"]
    kind = Kind(
        code=table["kind"],
        label=table["name"]["vi"],
        key=tuple(table["key"]),
        version=table["version"],
        unit_on=tuple([unit_on] if isinstance(unit_on, str) else unit_on),
        mass=bool(table.get("mass", False)),
        columns=columns,
    )
    if missing := {*kind.key, *kind.unit_on, kind.version} - names:
        raise ValueError(f"kind {kind.code} names columns it has not: {sorted(missing)}")
    return kind


def _column(name: str, given: dict[str, Any]) -> Column:
    if given["type"] not in TYPES or given.get("empty", "none") not in EMPTIES:
        raise ValueError(f"column {name}: type {given['type']}, empty {given.get('empty')}")
    return Column(
        name=name,
        type=given["type"],
        label=given["vi"],
        required=bool(given.get("required", False)),
        codes=tuple(given.get("codes", ())),
        longest=given.get("max"),
        empty=given.get("empty"),
        filled_by=given.get("filled_by"),
        example=str(given.get("example", "")),
    )
