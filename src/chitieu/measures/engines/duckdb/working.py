"""Working days in the words of the database: weeks are reckoned, what days off and worked change is looked up.

A number of working days is the number of weekdays, and of the n-th working day the n-th weekday, but for what is added
in a text of numbers around the days that differ. A text is one constant of which the database finds a part at once; a
list of so many numbers would be copied by each step of its planning, and every word more takes planning too.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING

from chitieu.language.plain import FIRST_DAY, LAST_DAY, MOST_WORKING_DAYS
from chitieu.period import ONE_DAY, WorkingDays

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_DIGITS = 4
_WEEK = 5


class Days:
    """A calendar as two texts, and where they begin: the words for its n-th working day after a day."""

    def __init__(self, working: WorkingDays) -> None:
        special = {day for day in working.off | working.worked if working.is_working(day) != (day.weekday() < _WEEK)}
        special = {day for day in special if FIRST_DAY <= day <= LAST_DAY} or {FIRST_DAY}
        first, last = min(special), max(special)
        self._first = first
        self._before = working.count(FIRST_DAY - ONE_DAY, first - ONE_DAY)
        # What a day's number is more than that of its weekday; after the last it stays.
        self._more = [0]
        number, day = self._before, first
        found: list[int] = []
        self._later = -(-(working.count(first - ONE_DAY, last) + 1) // _WEEK) * _WEEK
        for day in (first + place * ONE_DAY for place in count()):
            if working.is_working(day):
                number += 1
                found.append(_ordinal(day) - _nth_weekday(number))
            if day <= last:
                self._more.append(number - _weekdays(_ordinal(day)))
            if len(found) == self._later + _WEEK - 1:
                break
        # What the day of a number is more than the weekday of that number; later it comes again each week.
        self._shifts = [0, *found]

    def install(self, session: DuckDBPyConnection) -> None:
        """The texts as variables of a session."""
        session.execute(f"SET VARIABLE working_more = '{_text(self._more)}'")
        session.execute(f"SET VARIABLE working_shifts = '{_text(self._shifts)}'")

    def after(self, day: str, n: str) -> str:
        """The n-th working day after a day, null where `plain` gives none."""
        ordinal = f"({day} - DATE '{FIRST_DAY - ONE_DAY}')"
        place = f"greatest(least({ordinal} - {_ordinal(self._first) - 1}, {len(self._more) - 1}), 0)"
        number = f"({ordinal} // 7 * 5 + least({ordinal} % 7, 5) + {_part('working_more', place)} + {n})"
        after = f"({number} - {self._before})"
        place = f"greatest(least({after}, {self._later} + {after} % {_WEEK}), 0)"
        reached = f"{number} + ({number} - 1) // 5 * 2 + {_part('working_shifts', place)}"
        never = _ordinal(LAST_DAY) + 1
        return (
            f"(CASE WHEN NOT {day} BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}' THEN NULL WHEN {n} = 0 THEN {day} "
            f"WHEN {n} BETWEEN 1 AND {MOST_WORKING_DAYS} THEN DATE '{FIRST_DAY - ONE_DAY}' "
            f"+ CAST(nullif(least({reached}, {never}), {never}) AS INTEGER) END)"
        )


days = lru_cache(maxsize=4)(Days)
"""Those of a calendar, made once."""


def _ordinal(day: date) -> int:
    """A day's number from 1 for the first, a Monday."""
    return (day - FIRST_DAY).days + 1


def _weekdays(ordinal: int) -> int:
    """How many Mondays to Fridays there are up to and with a day."""
    return ordinal // 7 * _WEEK + min(ordinal % 7, _WEEK)


def _nth_weekday(number: int) -> int:
    return number + (number - 1) // _WEEK * 2


def _part(text: str, place: str) -> str:
    return f"CAST(substr(getvariable('{text}'), {place} * {_DIGITS} + 1, {_DIGITS}) AS INTEGER)"


def _text(numbers: Iterable[int]) -> str:
    return "".join(f"{number:0{_DIGITS}}" for number in numbers)
