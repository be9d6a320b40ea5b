"""Family of feeds: one module a foreign format of single records; their words become ours here and nowhere else.

The contract is `Format`; members are found by looking into this folder, and the one that knows most of a file's columns
reads it. A format names each column it reads: what it does not name, above all what is personal, never becomes a value.
It renames and sorts out, it does not judge: its columns are still texts.
"""

from __future__ import annotations

from collections.abc import Mapping as Names
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from chitieu.problem import Problem, Weight, problem
from chitieu.records.kind import Kind
from chitieu.records.mapping import Mapping
from chitieu.records.opened import Opened

JSON_ROWS = "json_rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """The records of a file as a query of DuckDB, in the order of the file.

    `query` gives for each column of ours it names a text; for a list with `lists` said to be so, a list of structs of
    texts; and where `has_row`, the number of the row in the file as `row`, else a record's number is its place; where
    `has_fault`, the code of a row broken as a row as `fault`. `table` is what the query calls the rows of a table.
    """

    query: str
    columns: tuple[str, ...]
    read: str = ""
    """What reads a file of JSON, as a table in SQL; `query` calls its rows `JSON_ROWS`."""
    names: Names[str, str] = field(default_factory=dict)
    """The foreign names of columns of ours: what a problem says, for people who look into their file."""
    lists: tuple[str, ...] = ()
    doubts: Names[str, str] = field(default_factory=dict)
    """Warnings the format itself gives: by code, a condition over columns of the query."""
    tidy: frozenset[str] = frozenset()
    """Columns whose texts are tidy and lawful already: the format wrote them itself."""
    wanted: tuple[str, ...] = ()
    """Columns a table is asked for."""
    has_row: bool = False
    has_fault: bool = False
    unit_of_body: str = ""
    is_unit_guessed: bool = False
    """Whether an unknown unit is taken for none, so that the number of the record and the body are asked."""
    unread: tuple[str, ...] = ()
    """Columns of the first records that nobody reads and that are not personal."""


class Format(Protocol):
    """What a module of this folder has. One that has not is no format and fails."""

    SOURCE: str
    """The source of a file of which the caller names none."""

    def fits(self, kind: Kind, opened: Opened, mapping: Mapping) -> int:
        """How many of the columns it knows the file has; 0: not its format."""

    def relation(self, kind: Kind, opened: Opened, mapping: Mapping, *, is_lenient: bool) -> Relation | Problem:
        """The records. `is_lenient`: lists are read as texts first, since one of them is not what the format says."""


@cache
def formats() -> Names[str, Format]:
    """Every format by its name, sorted."""
    names = sorted(module.name for module in iter_modules(__path__))
    return {name: cast(Format, import_module(f"{__name__}.{name}")) for name in names}


def format_of(kind: Kind, opened: Opened, mapping: Mapping) -> Format | Problem:
    """The format that knows most of a file, or why nobody can read it."""
    found = max(formats().values(), key=lambda member: member.fits(kind, opened, mapping))
    if found.fits(kind, opened, mapping) == 0:
        return problem(
            "FEED-UNKNOWN",
            file=opened.file,
            weight=Weight.UNREADABLE,
            kind=kind.label,
            columns=", ".join(opened.columns)[:200],
            wanted=", ".join((*kind.key, "unit")),
        )
    return found
