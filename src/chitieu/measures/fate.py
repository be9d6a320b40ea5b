"""What becomes of one record under one method, for a period as of a day: exactly one fate, the first that fits.

The table of fates by the letter, for one record at a time: every engine is judged by it. Null is unknown. Days
decide: a moment has come by D when its day is not after D.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chitieu.language import Expression
from chitieu.language.plain import evaluate
from chitieu.measures.method import Asked, Definition, Numerator, Outcome
from chitieu.period import WorkingDays


@dataclass(frozen=True, slots=True)
class Fate:
    """The outcome, and the name of the exclusion or the unknown, empty where it has none."""

    outcome: Outcome
    name: str = ""

    @property
    def in_d(self) -> bool:
        """Whether the record counts in d."""
        return self.outcome in ("failed", "unknown", "numerator")


OUTSIDE = Fate("outside")
FAILED = Fate("failed")
UNKNOWN = Fate("unknown")
NUMERATOR = Fate("numerator")


def fate(definition: Definition, row: Mapping[str, Any], asked: Asked, working: WorkingDays) -> Fate:
    """The fate of a record, given with all its derived columns (`records.derived.Whole`)."""
    return _Deciding(definition, row, asked, working).fate()


class _Deciding:
    def __init__(self, definition: Definition, row: Mapping[str, Any], asked: Asked, working: WorkingDays) -> None:
        self._definition, self._row, self._asked, self._working = definition, row, asked, working

    def fate(self) -> Fate:
        definition = self._definition
        if not (self._in_the_stock() if definition.population.fixed else self._in_the_period()):
            return OUTSIDE
        if not self._counts_by_now():
            return OUTSIDE
        counts = self._value(definition.denominator)
        if counts is False:
            return OUTSIDE
        excluded = [(name, self._value(clause)) for name, clause in definition.exclusions]
        for name, truth in excluded:
            if truth is True:
                return Fate("excluded", name)
        met = self._met()
        if met is False:
            return FAILED
        if counts is None or any(truth is None for _, truth in excluded):
            return UNKNOWN
        for name, clause in definition.unknowns:
            if self._value(clause) is not False:
                return Fate("unknown", name)
        return UNKNOWN if met is None else NUMERATOR

    def _in_the_period(self) -> bool:
        population, asked = self._definition.population, self._asked
        day = self._day(population.at)
        if day is None or not asked.period.holds(day):
            return False
        if population.begins is not None:
            begins = self._day(population.begins)
            if begins is None or begins < asked.period.first:
                return False
        return population.ahead or day <= asked.as_of

    def _in_the_stock(self) -> bool:
        population, day = self._definition.population, self._stock_day
        if day > self._asked.as_of:
            return False
        if population.year is not None:
            return bool(self._value(population.year) == day.year)
        begins, ends = self._day(population.begins), self._day(population.ends)
        return (begins is None or begins <= day) and (ends is None or ends >= day)

    def _counts_by_now(self) -> bool:
        definition, day = self._definition, self._asked.as_of
        if definition.counts_at is not None:
            counts = self._day(definition.counts_at)
            if counts is None or counts > day:
                return False
        leaves = self._day(definition.leaves_at)
        return leaves is None or leaves > day

    def _met(self) -> bool | None:
        """True, None for unknown, or False: the best of the numerators that speak by now."""
        speaking = [self._value(one.when) for one in self._definition.numerators if self._speaks(one)]
        return True if True in speaking else None if None in speaking else False

    def _speaks(self, numerator: Numerator) -> bool:
        first, last = date.min, self._asked.as_of
        if self._definition.population.fixed:
            in_year = self._definition.population.window == "year"
            first, last = self._stock_day if in_year else self._asked.period.first, self._asked.judged_on
        meets = self._day(numerator.meets_at or self._definition.population.at)
        lost = self._day(numerator.lost_at)
        return meets is not None and first <= meets <= last and (lost is None or lost > last)

    @property
    def _stock_day(self) -> date:
        return date(self._asked.period.last.year, 1, 1)

    def _value(self, expression: Expression) -> Any:
        return evaluate(expression, self._row, self._working)

    def _day(self, expression: Expression | None) -> date | None:
        at = None if expression is None else self._value(expression)
        return at.date() if isinstance(at, datetime) else at
