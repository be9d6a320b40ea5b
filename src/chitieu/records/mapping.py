"""Mapping: what the columns and codes of a source are called with us, as data. A file of the source's own, or built in.

Knows names and codes, no record. A mapping renames; it does not judge what it renames.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Names
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from chitieu import toml
from chitieu.problem import Problem, Weight, problem
from chitieu.records.kind import Kind

DAYS = {
    "yyyyMMdd": (r"^([0-9]{4})([0-9]{2})([0-9]{2})$", r"\1-\2-\3"),
    "ddMMyyyy": (r"^([0-9]{2})([0-9]{2})([0-9]{4})$", r"\3-\2-\1"),
}
"""How a source may write a day that could be read two ways: the pattern, and the same day as we write it."""
_KEYS = {"kind", "source", "ignore", "column", "value", "day"}
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """Foreign names of columns → ours; foreign codes → ours, by our column; the form of days, by our column.

    `ignored`: columns of the source that nobody reads and nobody needs to be told of.
    """

    name: str = ""
    source: str = ""
    columns: Names[str, str] = field(default_factory=dict)
    values: Names[str, Names[str, str]] = field(default_factory=dict)
    days: Names[str, Literal["yyyyMMdd", "ddMMyyyy"]] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()


def built_in() -> tuple[str, ...]:
    """The names of the mappings that come with the program, sorted."""
    return tuple(sorted(page.name.removesuffix(".toml") for page in _folder().iterdir() if page.name.endswith(".toml")))


def find_mapping(named: str, kind: Kind, workspace: Path) -> Mapping | Problem:
    """The mapping of a name: a path, else a file of the workspace's `mappings/`, else a built-in one."""
    given = Path(named)
    own = workspace / "mappings" / f"{named}.toml"
    try:
        if given.is_file():
            return _read(given.read_bytes(), named, given.stem, kind)
        if _CODE.fullmatch(named) and own.is_file():
            return _read(own.read_bytes(), str(own), named, kind)
    except (OSError, ValueError):
        return problem("RECORD-FILE-CLOSED", file=named, weight=Weight.UNREADABLE)
    if named in built_in():
        return _read(_folder().joinpath(f"{named}.toml").read_bytes(), f"{named}.toml", named, kind)
    return problem("NO-SUCH-MAPPING", value=named, weight=Weight.MISUSED, known=", ".join(built_in()))


def _folder() -> Any:
    return files(__package__).joinpath("mappings")


def _read(data: bytes, file: str, name: str, kind: Kind) -> Mapping | Problem:
    tables, problems = toml.load(data, file)
    if problems or tables is None:
        return problems[0]
    ours = {column.name for column in kind.columns}

    def wrong(place: str, value: object = None) -> Problem:
        return problem("MAPPING-WRONG", file=file, field=place, value=None if value is None else str(value))

    if unknown := sorted(tables.keys() - _KEYS):
        return wrong(unknown[0])
    if tables.get("kind", kind.code) != kind.code:
        return problem("MAPPING-OF-ANOTHER-KIND", file=file, field="kind", value=str(tables["kind"]), kind=kind.code)
    source, ignored = tables.get("source", name), tables.get("ignore", [])
    if not isinstance(source, str):
        return wrong("source", source)
    if not isinstance(ignored, list) or not all(isinstance(one, str) for one in ignored):
        return wrong("ignore")
    columns, days, values = (tables.get(key, {}) for key in ("column", "day", "value"))
    for place, table in (("column", columns), ("day", days), ("value", values)):
        if not isinstance(table, dict):
            return wrong(place)
    for foreign, own in columns.items():
        if own not in ours:
            return wrong(f"column.{foreign}", own)
    if twice := sorted(own for own in set(columns.values()) if list(columns.values()).count(own) > 1):
        return wrong("column", twice[0])
    for own, form in days.items():
        if own not in ours or form not in DAYS:
            return wrong(f"day.{own}", form)
    for own, codes in values.items():
        if own not in ours or not isinstance(codes, dict) or not all(isinstance(one, str) for one in codes.values()):
            return wrong(f"value.{own}")
    return Mapping(name=name, source=source, columns=columns, values=values, days=days, ignored=tuple(ignored))
