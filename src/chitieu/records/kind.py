"""Kind: what one file of `kinds/` says of a sort of record, read strictly.

Knows columns, keys, what an empty cell means, and the expressions over them. Refuses to know where records are
kept, how foreign files name these columns, and what is counted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from chitieu.language import Expression, Fault, Name, Type, read

TYPES = ("text", "unit", "code", "integer", "money", "day", "moment", "flag", "year", "list")
EMPTIES = ("not_yet", "unknown", "none", "always")
SEVERITIES = ("error", "warning")
TYPE_OF_VALUE: Mapping[str, Type] = {
    "text": "text",
    "unit": "text",
    "code": "text",
    "integer": "number",
    "money": "number",
    "year": "number",
    "day": "day",
    "moment": "moment",
    "flag": "truth",
}
_TRUTH: tuple[Type, ...] = ("truth",)
_EVERY: tuple[Type, ...] = ("text", "number", "day", "moment", "truth")
_ENTRY = re.compile(r"([a-z_]+)\[([1-9])\]\.([a-z_]+)")
_LAST = re.compile(r"last\(([a-z_]+)\.([a-z_]+)\)")
_CHAIN = re.compile(r"chain\(([a-z_]+), ([a-z_]+), ([a-z_]+), ([a-z_]+), ([a-z_]+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `empty` says what an empty cell means; `filled_by` who gives the value of a file that does not.

    `bare_day`: which end of a day a moment without time is; `of`: the fields of a list with their types.
    """

    name: str
    type: str
    label: str
    required: bool = False
    codes: tuple[str, ...] = ()
    longest: int | None = None
    least: int | None = None
    most: int | None = None
    empty: str | None = None
    bare_day: Literal["start", "end"] = "start"
    filled_by: str | None = None
    of: Mapping[str, str] = field(default_factory=dict)
    example: str = ""

    @property
    def named(self) -> Name:
        """What an expression may say of it."""
        return Name(type=TYPE_OF_VALUE[self.type], codes=self.codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flatten:
    """A plain column made from a list at the door.

    `entry`: a field of the k-th entry that has the list's first field, in its order, those of one value being one.
    `last`: the greatest value of a field. `chain`: `first`, moved on by each entry granted on or before the day then
    in force, not after `done`, and to a later day.
    """

    form: Literal["entry", "last", "chain"]
    list: str
    type: str
    field: str
    place: int = 0
    first: str = ""
    granted: str = ""
    done: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """A column of another kind's record, found by the column `on`; the record's own value goes before it."""

    kind: str
    on: str
    column: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is wrong or doubtful when `when` is true. An error is quarantined, a warning enters and is counted.

    `says` and `fix` are sentences in Vietnamese with `{column}` for the value of a column.
    """

    code: str
    severity: Literal["error", "warning"]
    when: Expression
    says: str
    fix: str


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of record. `unit_on`: columns the earliest day of which says which unit a code means.

    `population`: its rows follow from acts and the tree, no file brings them. `feeds`: the kinds whose records it is
    measured from, the first being the one whose covers are asked. `joined` columns are filled with the measure.
    `derived` may name every column, and those derived before.
    """

    code: str
    label: str
    key: tuple[str, ...]
    version: str | None
    unit_on: tuple[str, ...]
    mass: bool
    population: bool
    feeds: tuple[str, ...]
    columns: tuple[Column, ...]
    flatten: Mapping[str, Flatten]
    lookups: Mapping[str, Lookup]
    joined: Mapping[str, Column]
    derived: Mapping[str, Expression]
    rules: tuple[Rule, ...]
    personal: tuple[str, ...]

    def column(self, name: str) -> Column:
        """The column of that name; an unknown one is an error of ours."""
        return next(column for column in self.columns if column.name == name)

    @cached_property
    def stored(self) -> tuple[Column, ...]:
        """What the lake keeps of a record: the columns that are no lists, then the flattened ones."""
        plain = [column for column in self.columns if column.type != "list"]
        made = [
            Column(name=name, type=flat.type, label=self.column(flat.list).label, filled_by="flatten")
            for name, flat in self.flatten.items()
        ]
        return (*plain, *made)

    @cached_property
    def names(self) -> Mapping[str, Name]:
        """Everything an expression may name."""
        found = {column.name: column.named for column in (*self.stored, *self.joined.values())}
        for name, lookup in self.lookups.items():
            found.setdefault(name, Name(type=TYPE_OF_VALUE[lookup.type]))
        return found | {name: Name(type=expression.type) for name, expression in self.derived.items()}


def kind_of(table: Mapping[str, Any], types_elsewhere: Mapping[tuple[str, str], str]) -> Kind:
    """The kind of a file. `types_elsewhere`: the type of a column of another kind, for look-ups. Raises on a fault."""
    columns = tuple(_column(name, given) for name, given in table["column"].items())
    names = {column.name for column in columns}
    unit_on = table["unit_on"]
    lookups = {
        name: Lookup(**given, type=types_elsewhere[given["kind"], given["column"]])
        for name, given in table.get("lookup", {}).items()
    }
    made: dict[str, Any] = {
        "code": table["kind"],
        "label": table["name"]["vi"],
        "key": tuple(table["key"]),
        "version": table.get("version"),
        "unit_on": tuple([unit_on] if isinstance(unit_on, str) else unit_on),
        "mass": bool(table.get("mass", False)),
        "population": bool(table.get("population", False)),
        "feeds": tuple(table.get("feeds", [table["kind"]])),
        "columns": columns,
        "flatten": {name: _flatten(form, columns) for name, form in table.get("flatten", {}).items()},
        "lookups": lookups,
        "joined": {name: _column(name, given) for name, given in table.get("joined", {}).items()},
        "personal": tuple(table.get("personal", {}).get("drop", ())),
    }
    kind = Kind(**made, derived={}, rules=())
    version = () if kind.version is None else (kind.version,)
    if missing := {*kind.key, *kind.unit_on, *version, *(lookup.on for lookup in lookups.values())} - names:
        raise ValueError(f"kind {kind.code} names columns it has not: {sorted(missing)}")
    derived: dict[str, Expression] = {}
    for name, text in table.get("derived", {}).items():
        if name in kind.names:
            raise ValueError(f"kind {kind.code} derives {name}, which it has")
        known = Kind(**made, derived=dict(derived), rules=()).names
        derived[name] = _read(text, known, _EVERY, f"{kind.code}.derived.{name}")
    known = Kind(**made, derived=derived, rules=()).names
    rules = tuple(_rule(given, known, kind.code) for given in table.get("rule", ()))
    return Kind(**made, derived=derived, rules=rules)


def _column(name: str, given: Mapping[str, Any]) -> Column:
    if given["type"] not in TYPES or given.get("empty", "none") not in EMPTIES:
        raise ValueError(f"column {name}: type {given['type']}, empty {given.get('empty')}")
    return Column(
        name=name,
        type=given["type"],
        label=given["vi"],
        required=bool(given.get("required", False)),
        codes=tuple(given.get("codes", ())),
        longest=given.get("max"),
        least=given.get("from"),
        most=given.get("to"),
        empty=given.get("empty"),
        bare_day=given.get("bare_day", "start"),
        filled_by=given.get("filled_by"),
        of=dict(given.get("of", {})),
        example=str(given.get("example", "")),
    )


def _flatten(form: str, columns: Collection[Column]) -> Flatten:
    lists = {column.name: column.of for column in columns if column.type == "list"}
    if entry := _ENTRY.fullmatch(form):
        name, place, inner = entry.groups()
        return Flatten(form="entry", list=name, type=lists[name][inner], field=inner, place=int(place))
    if last := _LAST.fullmatch(form):
        name, inner = last.groups()
        return Flatten(form="last", list=name, type=lists[name][inner], field=inner)
    if chain := _CHAIN.fullmatch(form):
        first, name, granted, new, done = chain.groups()
        return Flatten(
            form="chain", list=name, type=lists[name][new], field=new, first=first, granted=granted, done=done
        )
    raise ValueError(f"no form of flattening: {form}")


def _rule(given: Mapping[str, Any], names: Mapping[str, Name], kind: str) -> Rule:
    code = given["code"]
    if given["severity"] not in SEVERITIES:
        raise ValueError(f"rule {code} of {kind}: severity {given['severity']}")
    when = _read(given["when"], names, _TRUTH, f"{kind}.rule.{code}")
    for named in re.findall(r"{([a-z0-9_]+)}", given["vi"] + given["fix"]):
        if named not in names:
            raise ValueError(f"rule {code} of {kind} says {{{named}}}, which it has not")
    return Rule(code=code, severity=given["severity"], when=when, says=given["vi"], fix=given["fix"])


def _read(text: str, names: Mapping[str, Name], wants: Collection[Type], place: str) -> Expression:
    found = read(text, names, wants)
    if isinstance(found, Fault):
        raise ValueError(f"{place}, {found.at}: {found.reason}")
    return found
