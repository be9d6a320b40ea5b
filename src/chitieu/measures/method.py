"""How a method counts, as data: population, clauses, moments and examples, read strictly over one kind of record.

Knows which clauses there are and of which type each is. Refuses to know how they are evaluated (`fate`, `engines`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from chitieu import period as periods
from chitieu.language import Expression, Fault, Name, Type
from chitieu.language import read as read_expression
from chitieu.language.tree import Constant
from chitieu.measures.table import Table
from chitieu.period import Period
from chitieu.problem import Problem
from chitieu.records.kinds import kinds
from chitieu.words import say

Window = Literal["period", "year"]
Outcome = Literal["outside", "excluded", "failed", "unknown", "numerator"]

WINDOWS: tuple[Window, ...] = ("period", "year")
OUTCOMES: tuple[Outcome, ...] = ("outside", "excluded", "failed", "unknown", "numerator")
TRUTH: tuple[Type, ...] = ("truth",)
TIME: tuple[Type, ...] = ("moment", "day")
NUMBER: tuple[Type, ...] = ("number",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One period as of one day: D is the end of `as_of`."""

    period: Period
    as_of: date

    @property
    def judged_on(self) -> date:
        """J: the day whose tree decides, the earlier of D and the period's last day."""
        return min(self.as_of, self.period.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """In which period a record falls.

    Moving: by the day of `at`; with `begins` that day must lie in the period too; `ahead`: also after D. Fixed: the
    stock of 1 January of the year of the period's last day, by `begins` and `ends` (null: always), or by `year`;
    its numerators speak from the first day of the `window` to J.
    """

    at: Expression | None = None
    begins: Expression | None = None
    ends: Expression | None = None
    year: Expression | None = None
    ahead: bool = False
    fixed: bool = False
    window: Window = "period"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numerator:
    """One way to meet the requirement; without `meets_at` from the population's moment on, until `lost_at`."""

    when: Expression
    meets_at: Expression | None = None
    lost_at: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A small record and what becomes of it, to be signed by a specialist and run as a test."""

    why: str
    period: Period
    as_of: date
    outcome: Outcome
    name: str
    because: str
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """Everything by which a method decides about a record of its kind.

    `apart`: a column by which the figure is also shown apart, never judged; `sample`: only some were asked, so an
    interval stands beside the figure.
    """

    record: str
    population: Population
    denominator: Expression
    numerators: tuple[Numerator, ...]
    counts_at: Expression | None = None
    leaves_at: Expression | None = None
    exclusions: tuple[tuple[str, Expression], ...] = ()
    unknowns: tuple[tuple[str, Expression], ...] = ()
    apart: str | None = None
    sample: bool = False
    examples: tuple[Example, ...] = ()

    def clauses(self) -> list[tuple[str, Expression]]:
        """Every clause with what it is called in the file, in the order in which they decide."""
        population = self.population
        found: list[tuple[str, Expression | None]] = [
            ("population.at", population.at),
            ("population.from", population.begins),
            ("population.to", population.ends),
            ("population.year", population.year),
            ("counts_at", self.counts_at),
            ("leaves_at", self.leaves_at),
            ("denominator", self.denominator),
            *((f"exclusion.{name}", clause) for name, clause in self.exclusions),
            *((f"unknown.{name}", clause) for name, clause in self.unknowns),
        ]
        several = len(self.numerators) > 1
        for place, numerator in enumerate(self.numerators, start=1):
            mark = f"[{place}]" if several else ""
            found += [
                (f"numerator{mark}", numerator.when),
                (f"meets_at{mark}", numerator.meets_at),
                (f"lost_at{mark}", numerator.lost_at),
            ]
        return [(called, clause) for called, clause in found if clause is not None]


def read_definition(table: Table, record: str) -> Definition | None:
    """The definition that stands in a method's table; None where it has none, or a faulty one (in its problems)."""
    keys = ("population", "denominator", "numerator", "counts_at", "leaves_at", "exclusion", "unknown", "example")
    if not any(key in table.values for key in keys):
        return None
    kind = kinds().get(record)
    if kind is None:
        table.wrong("METHOD-RECORD-UNKNOWN", "record", value=record, kinds=", ".join(kinds()))
        for key in (*keys, "meets_at", "lost_at", "apart", "sample"):
            table.take(key, object)
        return None
    clauses = _Clauses(table, kind.names)
    population = clauses.population()
    denominator = clauses.of(table, "denominator", TRUTH, required=True)
    definition = Definition(
        record=record,
        population=population,
        denominator=denominator or _NEVER,
        numerators=clauses.numerators(needs_meeting=population.fixed),
        counts_at=clauses.of(table, "counts_at", TIME),
        leaves_at=clauses.of(table, "leaves_at", TIME),
        exclusions=clauses.named("exclusion"),
        unknowns=clauses.named("unknown"),
        apart=clauses.apart(),
        sample=bool(table.take("sample", bool, say=say("indicator.type.truth"))),
        examples=tuple(clauses.example(inner) for inner in table.tables("example")),
    )
    return None if clauses.faulty else definition


_NEVER = Expression(text="false", type="truth", tree=Constant(False, "truth"), uses=frozenset())
"""Stands in for a clause that could not be read; the definition that holds it is not given out."""


class _Clauses:
    """The clauses of one method's table, each read over the names of its kind."""

    def __init__(self, table: Table, names: Mapping[str, Name]) -> None:
        self._table, self._names = table, names
        self._before = len(table.problems)

    @property
    def faulty(self) -> bool:
        return len(self._table.problems) > self._before

    def of(self, table: Table, key: str, wants: Collection[Type], *, required: bool = False) -> Expression | None:
        """The expression under a key; a fault is said with its character."""
        text = table.text(key, required=required)
        if not text:
            return None
        found = read_expression(text, self._names, wants)
        if isinstance(found, Fault):
            table.wrong("METHOD-EXPRESSION", key, value=text, reason=found.reason, at=found.at + 1)
            return None
        return found

    def population(self) -> Population:
        table = self._table.table("population", required=True)
        fixed: bool = bool(table.take("fixed", bool, say=say("indicator.type.truth")))
        ahead: bool = bool(table.take("ahead", bool, say=say("indicator.type.truth")))
        at = self.of(table, "at", TIME, required=not fixed)
        begins, ends = self.of(table, "from", TIME), self.of(table, "to", TIME)
        year = self.of(table, "year", NUMBER)
        window = table.pick("window", WINDOWS, "period")
        if fixed and (at is not None or ahead or (year is not None and (begins is not None or ends is not None))):
            table.wrong("METHOD-POPULATION", "at" if at is not None else "year")
        if not fixed and (ends is not None or year is not None or "window" in table.values):
            table.wrong("METHOD-POPULATION", "fixed")
        table.done()
        return Population(at=at, begins=begins, ends=ends, year=year, ahead=ahead, fixed=fixed, window=window)

    def numerators(self, *, needs_meeting: bool) -> tuple[Numerator, ...]:
        table = self._table
        if not isinstance(table.values.get("numerator"), list):
            return (self._numerator(table, "numerator", needs_meeting=needs_meeting),)
        found = []
        for inner in table.tables("numerator"):
            found.append(self._numerator(inner, "when", needs_meeting=needs_meeting))
            inner.done()
        return tuple(found)

    def _numerator(self, table: Table, key: str, *, needs_meeting: bool) -> Numerator:
        when = self.of(table, key, TRUTH, required=True)
        meets_at = self.of(table, "meets_at", TIME, required=needs_meeting)
        return Numerator(when=when or _NEVER, meets_at=meets_at, lost_at=self.of(table, "lost_at", TIME))

    def named(self, key: str) -> tuple[tuple[str, Expression], ...]:
        table = self._table.table(key, required=False)
        found = [(name, self.of(table, name, TRUTH)) for name in list(table.values)]
        table.done()
        return tuple((name, clause) for name, clause in found if clause is not None)

    def apart(self) -> str | None:
        name = self._table.text("apart", required=False)
        if name and not self._names.get(name, Name(type="truth")).codes:
            self._table.wrong("METHOD-APART", "apart", value=name)
        return name or None

    def example(self, table: Table) -> Example:
        why, outcome = table.text("why"), table.pick("fate", OUTCOMES)
        name, because = table.text("name", required=False), table.text("because", required=False)
        period = periods.read(table.text("period"))
        if isinstance(period, Problem):
            table.wrong("METHOD-EXAMPLE-PERIOD", "period")
            period = periods.holding(date(2024, 1, 1), date(2024, 12, 31))
        as_of = table.day("as_of") or period.last
        record: dict[str, Any] = table.take("record", dict, required=True, say=say("indicator.type.table")) or {}
        for column in record:
            if column not in self._names:
                table.wrong("METHOD-EXAMPLE-COLUMN", f"record.{column}", value=column)
        table.done()
        return Example(
            why=why, period=period, as_of=as_of, outcome=outcome, name=name, because=because, record=dict(record)
        )
