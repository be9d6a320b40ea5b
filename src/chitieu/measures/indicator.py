"""Indicator and Method: what one file says, read strictly from its bytes.

Knows names, units of measure, dates and sources; how a method counts stands in `method`. Refuses to know which
level a unit was given (`acts`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Literal

from chitieu.measures.method import Definition, read_definition
from chitieu.measures.table import Table
from chitieu.problem import Problem
from chitieu.toml import load
from chitieu.words import say

Shape = Literal["ratio", "count", "duty"]
Unit = Literal["percent", "count", "duty", "days", "day"]
Better = Literal["higher", "lower"]
WhenEmpty = Literal["not_applicable", "met"]
Scope = Literal["subtree", "own"]
Same = Literal["yes", "no", "unknown"]

SCHEMAS: tuple[str, ...] = ("indicator/1",)
SHAPES: tuple[Shape, ...] = ("ratio", "count", "duty")
UNITS: tuple[Unit, ...] = ("percent", "count", "duty", "days", "day")
BETTER: tuple[Better, ...] = ("higher", "lower")
WHEN_EMPTY: tuple[WhenEmpty, ...] = ("not_applicable", "met")
SCOPES: tuple[Scope, ...] = ("subtree", "own")
SAME: tuple[Same, ...] = ("yes", "no", "unknown")
UNITS_OF_SHAPE: dict[Shape, tuple[Unit, ...]] = {
    "ratio": ("percent", "days"),
    "count": ("count", "days"),
    "duty": ("duty", "day"),
}
SUBTREE_RECORDS = frozenset({"dossier", "survey", "payment", "petition"})
"""Kinds whose indicators judge a unit with all below it; the others judge the unit alone (indicators, rule 6)."""

MOST_DECIMALS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One name in both languages; a province may leave out the English one, then it is the Vietnamese."""

    vi: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a definition comes from: a legal `act`, or a `text` that is none; exactly one. `certainty`: how we know."""

    act: str | None
    text: str | None
    certainty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedElsewhere:
    """Where else this figure is required, which method of ours is nearest, and whether by the same definition."""

    by: str
    method: str | None
    same: Same
    certainty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One exact reading of an indicator over one record kind, in force from `begins` to `ends`, both days included.

    An empty day is open: no act is known that gives one. Without a `definition` it has reported figures only.
    """

    code: str
    name: Words
    begins: date | None
    ends: date | None
    record: str
    sources: tuple[Source, ...]
    definition: Definition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """What is counted. Without a method it can be assigned and has no figure.

    `unit` is the unit of measure of its levels; `decimals` are those shown of a ratio; `scope` is how a target judges
    that says nothing else; `fixed`: its population is the stock of 1 January; `default`: the method that judges where
    an act names none; `order`: its place in Decision 194; `digest`: SHA-256 of the bytes of its file.
    """

    code: str
    name: Words
    shape: Shape
    unit: Unit
    better: Better
    decimals: int
    when_empty: WhenEmpty
    scope: Scope
    fixed: bool
    default: str | None
    methods: tuple[Method, ...]
    also_asked: tuple[AskedElsewhere, ...]
    digest: str
    built_in: bool
    order: int | None = None

    def method(self, code: str) -> Method | None:
        """The method of this code."""
        return next((method for method in self.methods if method.code == code), None)


def read(data: bytes, file: str) -> tuple[Indicator | None, list[Problem]]:
    """The indicator of one file, or what is wrong with it: all of it at once."""
    values, problems = load(data, file)
    if values is None:
        return None, problems
    indicator = _indicator(Table(file, "", values, problems), data)
    return (None, problems) if problems else (indicator, [])


def _indicator(table: Table, data: bytes) -> Indicator:
    """The whole file. Where `table.problems` ends up with anything in it, what is returned is not to be used."""
    table.pick("schema", SCHEMAS)
    code, order, name = table.code("code"), table.whole("order", 1, 999), _words(table)
    shape, unit = table.pick("shape", SHAPES), table.pick("unit", UNITS)
    said = table.values.get("shape") == shape and table.values.get("unit") == unit
    if said and unit not in UNITS_OF_SHAPE[shape]:
        table.wrong("INDICATOR-UNIT-UNFIT", "unit", value=unit, shape=shape, lawful=", ".join(UNITS_OF_SHAPE[shape]))
    better = table.pick("better", BETTER, "higher" if shape == "duty" else None)
    decimals = table.whole("decimals", 0, MOST_DECIMALS)
    when_empty = table.pick("when_empty", WHEN_EMPTY, "not_applicable")
    fixed: bool | None = table.take("fixed", bool, say=say("indicator.type.truth"))
    methods = tuple(_method(inner) for inner in table.tables("method"))
    codes = [method.code for method in methods]
    for place, method in enumerate(methods, start=1):
        if method.code in codes[: place - 1]:
            table.wrong("INDICATOR-METHOD-TWICE", f"method[{place}].code", value=method.code)
    default = _one_of_its_methods(table, "default", codes)
    judged_alone = shape == "duty" or any(method.record not in SUBTREE_RECORDS for method in methods)
    scope = table.pick("scope", SCOPES, "own" if judged_alone else "subtree")
    also_asked = tuple(_asked(inner, codes) for inner in table.tables("also_asked"))
    table.done()
    return Indicator(
        code=code,
        name=name,
        shape=shape,
        unit=unit,
        better=better,
        decimals=(2 if shape == "ratio" else 0) if decimals is None else decimals,
        when_empty=when_empty,
        scope=scope,
        fixed=bool(fixed),
        default=default or (codes[0] if codes else None),
        methods=methods,
        also_asked=also_asked,
        digest=f"sha256:{hashlib.sha256(data).hexdigest()}",
        built_in=False,
        order=order,
    )


def _one_of_its_methods(table: Table, key: str, methods: list[str]) -> str | None:
    found = table.text(key, required=False)
    if found and found not in methods:
        table.wrong("INDICATOR-METHOD-UNKNOWN", key, value=found, methods=", ".join(methods) or "-")
    return found or None


def _words(table: Table) -> Words:
    inner = table.table("name", required=True)
    vi = inner.text("vi", required=isinstance(table.values.get("name"), dict))
    en = inner.text("en", required=False)
    inner.done()
    return Words(vi=vi, en=en or vi)


def _method(table: Table) -> Method:
    code, name = table.code("code"), _words(table)
    in_force = table.table("in_force", required=False)
    begins, ends = in_force.day("from"), in_force.day("to")
    if begins is not None and ends is not None and ends < begins:
        in_force.wrong("INDICATOR-IN-FORCE", "to", value=str(ends), begins=f"{begins:%d/%m/%Y}")
    in_force.done()
    record = table.code("record", signs="a-z0-9_")
    if not table.values.get("source"):
        table.wrong("INDICATOR-SOURCE-MISSING", "source")
    sources = tuple(_source(inner) for inner in table.tables("source"))
    definition = read_definition(table, record)
    table.done()
    return Method(code=code, name=name, begins=begins, ends=ends, record=record, sources=sources, definition=definition)


def _source(table: Table) -> Source:
    act, text = table.text("act", required=False), table.text("text", required=False)
    certainty = table.text("certainty")
    if ("act" in table.values) == ("text" in table.values):
        table.wrong("INDICATOR-SOURCE-ONE", "act")
    table.done()
    return Source(act=act or None, text=text or None, certainty=certainty)


def _asked(table: Table, methods: list[str]) -> AskedElsewhere:
    by, method = table.text("by"), _one_of_its_methods(table, "method", methods)
    same, certainty = table.pick("same", SAME), table.text("certainty")
    if table.values.get("same") == "yes" and "method" not in table.values:
        table.wrong("MISSING-KEY", "method")
    table.done()
    return AskedElsewhere(by=by, method=method, same=same, certainty=certainty)
