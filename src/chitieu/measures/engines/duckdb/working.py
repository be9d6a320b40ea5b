"""Working days in the words of the database: weeks are reckoned, the days around those off are looked up in a text.

A day is a number from 1 for Monday 01/01/0001. Its working number is how many working days there are up to and with
it; the n-th working day after it is the day whose working number is that plus n. A text of digits is one constant,
of which the database finds a part at once; a list of so many numbers would be copied by every step of its planning.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from chitieu.language.plain import MOST_WORKING_DAYS
from chitieu.period import LAST_YEAR, ONE_DAY, WorkingDays

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_DIGITS = 6
_BEFORE = "(DATE '0001-01-01' - 1)"
_LAST = date(LAST_YEAR, 12, 31)
_NO_DAY = date(2000, 1, 3)
"""A day like others, where no day is off."""


def install(session: DuckDBPyConnection, working: WorkingDays) -> None:
    """The macro `working_day(day, n)`: the n-th working day after a day, null where `plain` gives none."""
    special = {day for day in working.off | working.worked if working.is_working(day) != (day.weekday() < 5)}
    first, last = min(special, default=_NO_DAY), max(special, default=_NO_DAY)
    days = [first + timedelta(number) for number in range((last - first).days + 1)]
    worked = [day for day in days if working.is_working(day)]
    before, by_last = _number(working, first - ONE_DAY), _number(working, last)
    session.execute(f"SET VARIABLE working_numbers = '{_text(_number(working, day) - before for day in days)}'")
    session.execute(f"SET VARIABLE working_days = '{_text((day - first).days for day in worked)}'")
    more = by_last - _number(WorkingDays(), last)
    macros = {
        "weekday_number(day)": "day // 7 * 5 + least(day % 7, 5)",
        "weekday(number)": "(number - 1) // 5 * 7 + (number - 1) % 5 + 1",
        "digits(whole, place)": f"CAST(substr(whole, place * {_DIGITS} + 1, {_DIGITS}) AS INTEGER)",
        "working_number(day)": f"""CASE WHEN day < {first.toordinal()} THEN weekday_number(day)
            WHEN day > {last.toordinal()} THEN weekday_number(day) + {more}
            ELSE {before} + digits(getvariable('working_numbers'), day - {first.toordinal()}) END""",
        "of_working_number(number)": f"""CASE WHEN number <= {before} THEN weekday(number)
            WHEN number > {by_last} THEN weekday(number - {more})
            ELSE {first.toordinal()} + digits(getvariable('working_days'), number - {before + 1}) END""",
        "reached(number)": f"""CASE WHEN number <= {_number(working, _LAST)}
            THEN {_BEFORE} + CAST(of_working_number(number) AS INTEGER) END""",
        "working_day(day, n)": f"""CASE WHEN n = 0 AND day <= DATE '{_LAST}' THEN day
            WHEN n BETWEEN 1 AND {MOST_WORKING_DAYS} THEN reached(working_number(day - {_BEFORE}) + n) END""",
    }
    for name, means in macros.items():
        session.execute(f"CREATE TEMP MACRO {name} AS {means}")


def _number(working: WorkingDays, day: date) -> int:
    """The working number of a day."""
    return working.count(date.min, day) + working.is_working(date.min)


def _text(numbers: Iterable[int]) -> str:
    return "".join(f"{number:0{_DIGITS}}" for number in numbers)
