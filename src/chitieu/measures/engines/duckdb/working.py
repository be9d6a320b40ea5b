"""Working days in the words of the database: weeks are reckoned, the days around those off are looked up in a text.

A day is a number from 1 for Monday 01/01/0001. Its working number is how many working days there are up to and with
it; the n-th working day after it is the day whose working number is that plus n. A text of digits is one constant,
of which the database finds a part at once; a list of so many numbers would be copied by every step of its planning.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate, compress
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
    session.execute(_statements(working))


@lru_cache(maxsize=4)
def _statements(working: WorkingDays) -> str:
    special = {day for day in working.off | working.worked if working.is_working(day) != (day.weekday() < 5)}
    first, last = min(special, default=_NO_DAY), max(special, default=_NO_DAY)
    days = [first + timedelta(number) for number in range((last - first).days + 1)]
    worked = [int(working.is_working(day)) for day in days]
    before, by_last = _number(working, first - ONE_DAY), _number(working, last)
    more = by_last - _number(WorkingDays(), last)

    def part(whole: str, place: str) -> str:
        return f"TRY_CAST(substr(getvariable('{whole}'), ({place}) * {_DIGITS} + 1, {_DIGITS}) AS INTEGER)"

    def weekday(number: str) -> str:
        return f"({number} - 1) // 5 * 7 + ({number} - 1) % 5 + 1"

    day = f"(day - {_BEFORE})"
    weekdays = f"({day} // 7 * 5 + least({day} % 7, 5))"
    # From the first of the days on: in a part of a text, or after its end; so a number is reckoned once.
    later = f"coalesce({before} + {part('working_numbers', f'{day} - {first.toordinal()}')}, {weekdays} + {more}) + n"
    in_reach = "CASE WHEN {0} <= " + str(_number(working, _LAST)) + " THEN " + weekday(f"({{0}} - {more})") + " END"

    def later_day(number: str) -> str:
        place = f"{number} - {before + 1}"
        return f"coalesce({first.toordinal()} + {part('working_days', place)}, {in_reach.format(f'({number})')})"

    early = f"({weekdays} + n)"
    early_day = f"CASE WHEN {early} <= {before} THEN {weekday(early)} ELSE {later_day(early)} END"
    reached = f"CASE WHEN {day} >= {first.toordinal()} THEN {later_day(later)} ELSE {early_day} END"
    texts = {"working_numbers": accumulate(worked), "working_days": compress(range(len(worked)), worked)}
    return "; ".join(
        [
            *(f"SET VARIABLE {name} = '{_text(numbers)}'" for name, numbers in texts.items()),
            f"""CREATE TEMP MACRO working_day(day, n) AS
            CASE WHEN n BETWEEN 1 AND {MOST_WORKING_DAYS} THEN {_BEFORE} + CAST({reached} AS INTEGER)
            WHEN n = 0 AND day <= DATE '{_LAST}' THEN day END""",
        ]
    )


def _number(working: WorkingDays, day: date) -> int:
    """The working number of a day."""
    return working.count(date.min, day) + working.is_working(date.min)


def _text(numbers: Iterable[int]) -> str:
    return "".join(f"{number:0{_DIGITS}}" for number in numbers)
