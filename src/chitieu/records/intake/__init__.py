"""Family of readers: one module a foreign format, one TOML a source; their words become ours here and nowhere else.

The contract is `Reader`; members are found by looking into this folder, and the one that knows most
of a payload reads it. A reader renames and sorts out, it does not judge: its rows are still texts.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.resources import files
from pkgutil import iter_modules
from typing import Protocol, cast

from chitieu.payload import Payload
from chitieu.period import Period
from chitieu.problem import Problem, Weight, problem

NO_COUNTS, NO_INDICATOR = "no-counts", "no-indicator"
"""Why a row of a portal's table is not taken: no n and d (asked first), or a key that is no indicator of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the caller says of a file that does not say it itself; `captured` is local time without zone."""

    source: str | None = None
    period: Period | None = None
    captured: datetime | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One row as its reader understood it: our columns, still texts. `not_taken` is a reason, else empty.

    `cells` is the row as it came; `names` gives the foreign name of a column of ours, so that a
    problem says the name people see in their file. `fault` is the code of a row broken as a row,
    `wrong` what the format itself finds wrong with a whole one.
    """

    row: int
    cells: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)
    not_taken: str = ""
    fault: str = ""
    wrong: tuple[Problem, ...] = ()
    source: str = ""
    unit: str = ""
    indicator: str = ""
    method: str = ""
    begins: str = ""
    ends: str = ""
    scope: str = ""
    numerator: str = ""
    denominator: str = ""
    percent: str = ""
    captured: str = ""
    document: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A publisher of figures as data: which of its keys is which indicator and method of ours.

    `raw` and `percent`: where the denominator and the percentage of a key stand in its own answer.
    """

    code: str
    name: str
    captured: tuple[str, ...]
    figure: Mapping[str, tuple[str, str]]
    raw: Mapping[str, str]
    percent: Mapping[str, str]


class Reader(Protocol):
    """What a module of this folder has: two functions. One that has not is no reader and fails."""

    def fits(self, payload: Payload) -> int:
        """How many of the names it knows the payload has; 0: not its format."""

    def read(self, payload: Payload, asked: Asked) -> Iterable[Found] | Problem:
        """Every row of the payload, or why the file as a whole cannot be read."""


@cache
def readers() -> Mapping[str, Reader]:
    """Every reader by its name, sorted."""
    names = sorted(module.name for module in iter_modules(__path__))
    return {name: cast(Reader, import_module(f"{__name__}.{name}")) for name in names}


@cache
def source(code: str) -> Source:
    """The source of a TOML in this folder by its code; an unknown code is an error of ours."""
    for page in files(__package__).iterdir():
        if page.name.endswith(".toml"):
            table = tomllib.loads(page.read_text(encoding="utf-8"))
            if table["code"] == code:
                return Source(
                    code=code,
                    name=table["name"],
                    captured=tuple(table["captured"]),
                    figure={key: (indicator, method) for key, (indicator, method) in table["figure"].items()},
                    raw=dict(table.get("raw", {})),
                    percent=dict(table.get("percent", {})),
                )
    raise KeyError(code)


def understood(payload: Payload, asked: Asked) -> list[Found] | Problem:
    """The rows of a payload by the reader that knows most of it, or why nobody can read it."""
    reader = max(readers().values(), key=lambda member: member.fits(payload))
    if reader.fits(payload) == 0:
        columns = ", ".join(payload.columns)[:200]
        return problem("RECORD-FORMAT", file=payload.file, weight=Weight.UNREADABLE, columns=columns)
    found = reader.read(payload, asked)
    return found if isinstance(found, Problem) else list(found)


def first_given(cells: Mapping[str, str], names: Iterable[str]) -> tuple[str, str]:
    """The first of the columns that is there and not empty, with its cell; two empty texts where none is."""
    return next(((name, cells[name]) for name in names if cells.get(name)), ("", ""))


def run_day(cell: str) -> str:
    """A day a crawler wrote as ddMMyyyy, as a date of ours; any other cell as it is."""
    return f"{cell[:2]}/{cell[2:4]}/{cell[4:]}" if re.fullmatch("[0-9]{8}", cell) else cell
