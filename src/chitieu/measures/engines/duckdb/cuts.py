"""Only days matter: a moment becomes an *atom*, the number of cuts that are not after its day.

A cut is the first day after one on which something is asked: the first day of a period, the day after its last, the
day after an as-of day. Between two cuts no question tells two moments apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from chitieu.language import Type
from chitieu.measures.method import Asked
from chitieu.period import ONE_DAY


def stock_day(asked: Asked) -> date:
    """The day on which a fixed population stood."""
    return date(asked.period.last.year, 1, 1)


_COLUMN = "?"


class Cuts:
    """The cuts of all that is asked, in order."""

    def __init__(self, asked: Iterable[Asked], *, fixed: bool) -> None:
        days = set()
        for one in asked:
            days |= {one.period.first, one.period.last + ONE_DAY, one.as_of + ONE_DAY}
            if fixed:
                days |= {stock_day(one), stock_day(one) + ONE_DAY}
        self.days = tuple(sorted(days))
        self._places = {day: place for place, day in enumerate(self.days)}
        self._steps: dict[Type, str] = {}

    @property
    def never(self) -> int:
        """The atom of a moment after all cuts, and of one that has not come."""
        return len(self.days)

    def since(self, day: date) -> int:
        """The least atom of moments from the day on, which must be a cut."""
        return self._places[day] + 1

    def until(self, day: date) -> int:
        """The greatest atom of moments up to the end of the day, the day after which must be a cut."""
        return self._places[day + ONE_DAY]

    def atom(self, column: str, of: Type) -> str:
        """The atom of a column of days or moments; `never` for null."""
        if of not in self._steps:
            self._steps[of] = steps(_COLUMN, [said(day, of) for day in self.days])
        return self._steps[of].replace(_COLUMN, column)


def said(day: date, of: Type) -> str:
    """The start of a day as a constant to compare a day or a moment with."""
    return f"{'TIMESTAMP' if of == 'moment' else 'DATE'} '{day.isoformat()}'"


_BRANCHES = 4


def steps(column: str, bounds: Sequence[str]) -> str:
    """How many of the rising bounds are not above the column, found in a tree of few branches; all of them for null."""

    def between(least: int, most: int) -> str:
        step = max(1, -(-(most - least + 1) // _BRANCHES))
        parts = [(first, min(first + step - 1, most)) for first in range(least, most + 1, step)]
        if len(parts) == 1:
            return str(least)
        whens = " ".join(f"WHEN {column} < {bounds[last]} THEN {between(first, last)}" for first, last in parts[:-1])
        return f"CASE {whens} ELSE {between(*parts[-1])} END"

    return between(0, len(bounds))
