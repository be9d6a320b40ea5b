"""Working days in the words of the database: looked up in texts of numbers around the calendar's days, else reckoned.

A text is one constant of which the database finds a part at once; a list of so many numbers would be copied by each
step of its planning. Every word more takes planning too, whether it is ever asked or not: so what is reckoned far from
the calendar's days stands in lambdas, which name a number instead of saying it again, and are slow.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate, compress
from typing import TYPE_CHECKING

from chitieu.language.plain import FIRST_DAY, LAST_DAY, MOST_WORKING_DAYS
from chitieu.period import ONE_DAY, WorkingDays

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_DIGITS = 5
_AROUND = timedelta(days=2 * 366)
"""How far before the first of the calendar's days and after the last days are looked up."""
_NO_DAY = date(2024, 1, 1)


class Days:
    """A calendar as two texts: how many working days there are up to each day, and which day each of them is."""

    def __init__(self, working: WorkingDays) -> None:
        special = {day for day in working.off | working.worked if working.is_working(day) != (day.weekday() < 5)}
        first, last = min(special, default=_NO_DAY), max(special, default=_NO_DAY)
        self._first = max(first - _AROUND, FIRST_DAY)
        self._last = min(last + _AROUND, LAST_DAY)
        self._before = working.count(FIRST_DAY - ONE_DAY, self._first - ONE_DAY)
        self._more = working.count(FIRST_DAY - ONE_DAY, self._last) - _weekdays(_ordinal(self._last))
        self._most = working.count(FIRST_DAY - ONE_DAY, LAST_DAY)
        days = range((self._last - self._first).days + 1)
        worked = [int(working.is_working(self._first + place * ONE_DAY)) for place in days]
        self._texts = {"working_numbers": _text(accumulate(worked)), "working_days": _text(compress(days, worked))}

    def install(self, session: DuckDBPyConnection) -> None:
        """The texts as variables of a session."""
        for name, text in self._texts.items():
            session.execute(f"SET VARIABLE {name} = '{text}'")

    def after(self, day: str, n: str) -> str:
        """The n-th working day after a day, null where `plain` gives none."""
        number = _part("working_numbers", f"{day} - DATE '{self._first}'")
        near = f"DATE '{self._first}' + {_part('working_days', f'{number} + {n} - 1')}"
        return (
            f"(CASE WHEN NOT {day} BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}' THEN NULL WHEN {n} = 0 THEN {day} "
            f"WHEN {n} BETWEEN 1 AND {MOST_WORKING_DAYS} THEN coalesce(CASE WHEN {day} BETWEEN DATE '{self._first}' "
            f"AND DATE '{self._last}' THEN {near} END, {self._far(day, n)}) END)"
        )

    def _far(self, day: str, n: str) -> str:
        """The same, reckoned; `d` and `k` are the number of a day and of a working day, from 1 for the first."""
        weekdays, weekday = "d // 7 * 5 + least(d % 7, 5)", "({0} + ({0} - 1) // 5 * 2)"
        first, last = _ordinal(self._first), _ordinal(self._last)
        looked_up = _part("working_numbers", f"d - {first}")
        number = (
            f"CASE WHEN d < {first} THEN {weekdays} WHEN d > {last} THEN {weekdays} + {self._more} "
            f"ELSE {self._before} + {looked_up} END"
        )
        looked_up = _part("working_days", f"k - {self._before + 1}")
        reached = (
            f"CASE WHEN k <= {self._before} THEN {weekday.format('k')} "
            f"WHEN k <= {self._most} THEN coalesce({first} + {looked_up}, {weekday.format(f'(k - {self._more})')}) END"
        )
        before = f"DATE '{FIRST_DAY - ONE_DAY}'"
        k = f"list_transform([{day} - {before}], lambda d: {n} + {number})"
        return f"{before} + CAST(list_transform({k}, lambda k: {reached})[1] AS INTEGER)"


days = lru_cache(maxsize=4)(Days)
"""Those of a calendar, made once."""


def _ordinal(day: date) -> int:
    """A day's number from 1 for the first, a Monday."""
    return (day - FIRST_DAY).days + 1


def _weekdays(ordinal: int) -> int:
    """How many Mondays to Fridays there are up to and with a day."""
    return ordinal // 7 * 5 + min(ordinal % 7, 5)


def _part(text: str, place: str) -> str:
    """The number at a place of a text, null beyond its end."""
    return f"TRY_CAST(substr(getvariable('{text}'), ({place}) * {_DIGITS} + 1, {_DIGITS}) AS INTEGER)"


def _text(numbers: Iterable[int]) -> str:
    return "".join(f"{number:0{_DIGITS}}" for number in numbers)
