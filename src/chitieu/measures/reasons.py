"""Why a record counts, or not: every clause of a method in the order in which they decide, and the one that decided.

Beside it what becomes of the record from day to day by the moments that are known. Reckons nothing anew: a fate is
that of `fate`, which a test holds it to. Refuses to know words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, Literal

from chitieu.language import Expression
from chitieu.measures.fate import FAILED, NUMERATOR, OUTSIDE, UNKNOWN, Fate, fate
from chitieu.measures.method import Asked, Definition, Numerator
from chitieu.measures.resting import Compared, Part, Record

Finding = Literal[
    "in-period", "in-stock", "empty", "before-period", "after-period", "ahead",
    "stock-ahead", "begins-after", "ended-before", "other-year",
    "counts", "not-yet", "stays", "left", "true", "false", "unknown",
    "met", "before-window", "after-window", "never-lost", "holds", "lost",
]  # fmt: skip
"""What a clause says: the first line of the population, the second of a fixed one, the third and fourth of the rest."""

KEEPS_IN: tuple[Finding, ...] = ("in-period", "in-stock", "counts", "stays")
SPEAKS: tuple[Finding, ...] = ("met", "never-lost", "holds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause: what it is called in the file, its text and value, what that says, and what it rests on.

    `asked`: whether it was come to before the fate was decided. `place`: which of several numerators it belongs to,
    from 1; 0 for none.
    """

    called: str
    text: str
    value: Any
    finding: Finding
    asked: bool = True
    place: int = 0
    rests_on: tuple[Part, ...] = ()
    compared: tuple[Compared, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """From this day on the record has this fate, as far as its moments are known; None: from the beginning."""

    on: date | None
    fate: Fate


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """The fate of a record for a period as of a day, the clause that decided, all clauses, and the course of fates."""

    asked: Asked
    fate: Fate
    decided_by: Clause
    clauses: tuple[Clause, ...]
    course: tuple[Turn, ...]


def reasons(record: Record, definition: Definition, asked: Asked) -> Reasons:
    """Why the record has its fate."""
    return _Reasoning(record, definition, asked).reasons()


def decided(record: Record, definition: Definition, asked: Asked) -> tuple[Clause, Fate]:
    """The clause that decides, without what it rests on, and the fate."""
    return _Reasoning(record, definition, asked).decided()


def course(record: Record, definition: Definition, asked: Asked) -> tuple[Turn, ...]:
    """The fates of a record as of every day, the day asked left aside: each turn on its day, in order.

    Exact, for a fate turns only on the day of a moment.
    """
    turns = [Turn(on=None, fate=OUTSIDE)]
    for day in sorted(_days(record, definition, asked)):
        found = fate(definition, record.whole, Asked(period=asked.period, as_of=day), record.working)
        if found != turns[-1].fate:
            turns.append(Turn(on=day, fate=found))
    return tuple(turns)


def moments(record: Record, definition: Definition) -> Iterator[tuple[str, date]]:
    """Every moment or day that a clause gives, by what it is called."""
    for called, clause in definition.clauses():
        value = record.value(clause)
        if isinstance(value, date):
            yield called, value


def day_of(value: Any) -> date | None:
    """The day of a moment or a day."""
    return value.date() if isinstance(value, datetime) else value


def _days(record: Record, definition: Definition, asked: Asked) -> set[date]:
    days = {value.date() if isinstance(value, datetime) else value for _, value in moments(record, definition)}
    return days | {date(asked.period.last.year, 1, 1)} if definition.population.fixed else days


class _Reasoning:
    def __init__(self, record: Record, definition: Definition, asked: Asked) -> None:
        self._record, self._definition, self._asked = record, definition, asked
        self._speaking_from, self._speaking_to = date.min, asked.as_of
        if definition.population.fixed:
            in_year = definition.population.window == "year"
            self._speaking_from = self._stock_day if in_year else asked.period.first
            self._speaking_to = asked.judged_on

    def decided(self) -> tuple[Clause, Fate]:
        return self._decide(list(self._clauses()))

    def reasons(self) -> Reasons:
        clauses = list(self._clauses())
        decided, found = self._decide(clauses)
        last = clauses.index(decided)
        asked = [place <= last or (decided.place > 0 and one.place > 0) for place, one in enumerate(clauses)]
        whole = [self._resting(one, is_asked) for one, is_asked in zip(clauses, asked, strict=True)]
        return Reasons(
            asked=self._asked,
            fate=found,
            decided_by=whole[last],
            clauses=tuple(whole),
            course=course(self._record, self._definition, self._asked),
        )

    def _resting(self, clause: Clause, is_asked: bool) -> Clause:
        expression = dict(self._definition.clauses()).get(clause.called)
        if expression is None:
            return replace(clause, asked=is_asked)
        rests_on, compared = self._record.rests_on(expression), self._record.compared(expression)
        return replace(clause, asked=is_asked, rests_on=rests_on, compared=compared)

    def _clauses(self) -> Iterator[Clause]:
        definition, population = self._definition, self._definition.population
        yield from self._stock() if population.fixed else self._period()
        for called, expression in (("counts_at", definition.counts_at), ("leaves_at", definition.leaves_at)):
            if expression is not None:
                yield self._clause(called, expression, self._entry(called, self._day(expression)))
        yield self._truth("denominator", definition.denominator)
        for name, expression in definition.exclusions:
            yield self._truth(f"exclusion.{name}", expression)
        several = len(definition.numerators) > 1
        for place, numerator in enumerate(definition.numerators, start=1):
            yield from self._numerator(numerator, place, f"[{place}]" if several else "")
        for name, expression in definition.unknowns:
            yield self._truth(f"unknown.{name}", expression)

    def _period(self) -> Iterator[Clause]:
        population, asked = self._definition.population, self._asked
        if population.at is None:
            return
        day = self._day(population.at)
        finding: Finding = "in-period"
        if day is None:
            finding = "empty"
        elif day < asked.period.first:
            finding = "before-period"
        elif day > asked.period.last:
            finding = "after-period"
        elif day > asked.as_of and not population.ahead:
            finding = "ahead"
        yield self._clause("population.at", population.at, finding)
        if population.begins is not None:
            begins = self._day(population.begins)
            out: Finding = (
                "empty" if begins is None else "before-period" if begins < asked.period.first else "in-period"
            )
            yield self._clause("population.from", population.begins, out)

    def _stock(self) -> Iterator[Clause]:
        population, day = self._definition.population, self._stock_day
        ahead: Finding = "stock-ahead" if day > self._asked.as_of else "in-stock"
        yield Clause(called="population.fixed", text="", value=day, finding=ahead)
        if population.year is not None:
            same = self._record.value(population.year) == day.year
            yield self._clause("population.year", population.year, "in-stock" if same else "other-year")
        for called, expression in (("population.from", population.begins), ("population.to", population.ends)):
            if expression is not None:
                yield self._clause(called, expression, self._in_stock(called, self._day(expression)))

    def _in_stock(self, called: str, day: date | None) -> Finding:
        if day is None:
            return "in-stock"
        if called == "population.from":
            return "begins-after" if day > self._stock_day else "in-stock"
        return "ended-before" if day < self._stock_day else "in-stock"

    def _entry(self, called: str, day: date | None) -> Finding:
        if called == "leaves_at":
            return "stays" if day is None or day > self._asked.as_of else "left"
        return "empty" if day is None else "not-yet" if day > self._asked.as_of else "counts"

    def _numerator(self, numerator: Numerator, place: int, mark: str) -> Iterator[Clause]:
        if numerator.meets_at is not None:
            day = self._day(numerator.meets_at)
            yield self._clause(f"meets_at{mark}", numerator.meets_at, self._meets(day), place)
        if numerator.lost_at is not None:
            day = self._day(numerator.lost_at)
            lost: Finding = "never-lost" if day is None else "holds" if day > self._speaking_to else "lost"
            yield self._clause(f"lost_at{mark}", numerator.lost_at, lost, place)
        yield self._truth(f"numerator{mark}", numerator.when, place)

    def _meets(self, day: date | None) -> Finding:
        if day is None:
            return "empty"
        if day < self._speaking_from:
            return "before-window"
        if day <= self._speaking_to:
            return "met"
        return "not-yet" if self._speaking_to == self._asked.as_of else "after-window"

    def _decide(self, clauses: list[Clause]) -> tuple[Clause, Fate]:
        """The first row of the table of fates that fits, and the clause that made it fit."""
        by_name = {one.called: one for one in clauses}
        for one in clauses:
            if one.called.startswith(("population.", "counts_at", "leaves_at")) and one.finding not in KEEPS_IN:
                return one, OUTSIDE
        denominator = by_name["denominator"]
        if denominator.finding == "false":
            return denominator, OUTSIDE
        excluded = [(name, by_name[f"exclusion.{name}"]) for name, _ in self._definition.exclusions]
        for name, one in excluded:
            if one.finding == "true":
                return one, Fate("excluded", name)
        met, truth = self._met(clauses)
        if truth is False:
            return met, FAILED
        for one in (denominator, *(clause for _, clause in excluded)):
            if one.finding == "unknown":
                return one, UNKNOWN
        for name, _ in self._definition.unknowns:
            if (one := by_name[f"unknown.{name}"]).finding != "false":
                return one, Fate("unknown", name)
        return met, UNKNOWN if truth is None else NUMERATOR

    def _met(self, clauses: list[Clause]) -> tuple[Clause, bool | None]:
        """What the numerators say together; of those that fail, the one that failed last decides."""
        failing: list[tuple[datetime, int, Clause]] = []
        unknown: Clause | None = None
        for place in range(1, len(self._definition.numerators) + 1):
            mine = [one for one in clauses if one.place == place]
            *when_it_speaks, requirement = mine
            silent = [one for one in when_it_speaks if one.finding not in SPEAKS]
            begins = self._begins(mine)
            if not silent and begins is not None:
                if requirement.finding == "true":
                    return requirement, True
                if requirement.finding == "unknown":
                    unknown = unknown or requirement
                    continue
            if begins is None and not silent:
                silent = [one for one in clauses if one.called == "population.at"]
            failing.append(_failing(silent, requirement, begins, place))
        if unknown is not None:
            return unknown, None
        return max(failing, key=lambda one: (one[0], -one[1]))[2], False

    def _begins(self, mine: list[Clause]) -> datetime | None:
        """From when the numerator speaks: its `meets_at`, else the population's moment; None if not by now."""
        meets = next((one for one in mine if one.called.startswith("meets_at")), None)
        if meets is not None:
            return _moment(meets.value) if meets.finding == "met" else None
        at = self._definition.population.at
        value = None if at is None else self._record.value(at)
        day = day_of(value)
        return _moment(value) if day is not None and day <= self._speaking_to else None

    @property
    def _stock_day(self) -> date:
        return date(self._asked.period.last.year, 1, 1)

    def _day(self, expression: Expression | None) -> date | None:
        return None if expression is None else day_of(self._record.value(expression))

    def _truth(self, called: str, expression: Expression, place: int = 0) -> Clause:
        value = self._record.value(expression)
        return self._clause(called, expression, "unknown" if value is None else "true" if value else "false", place)

    def _clause(self, called: str, expression: Expression, finding: Finding, place: int = 0) -> Clause:
        return Clause(
            called=called,
            text=expression.text,
            value=self._record.value(expression),
            finding=finding,
            place=place,
        )


def _failing(
    silent: list[Clause], requirement: Clause, begins: datetime | None, place: int
) -> tuple[datetime, int, Clause]:
    """When and by which clause a numerator fails: not met yet, then not lost, then not so."""
    if begins is None:
        return datetime.min, place, silent[0]
    if silent and requirement.finding != "false":
        return _moment(silent[0].value), place, silent[0]
    return begins, place, requirement


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time())
