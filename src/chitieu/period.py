"""Periods and days: names of periods, the civil and the reporting calendar, working days.

A period is a closed range of days in Asia/Ho_Chi_Minh. The reporting calendar runs from the 15th
to the 14th (Nghị định 09/2019/NĐ-CP, Điều 12). Knows no clock: today is always an argument.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from chitieu.problem import Problem, Weight, problem
from chitieu.words import say

Kind = Literal["year", "half", "nine-months", "quarter", "month", "range"]
Calendar = Literal["civil", "report"]

FIRST_YEAR, LAST_YEAR = 1990, 2100
ONE_DAY = timedelta(days=1)
REPORT = "report:"
ROMAN = ("I", "II", "III", "IV")

# What may stand behind the year: kind, first and last month.
_PARTS: dict[str, tuple[Kind, int, int]] = {
    "": ("year", 1, 12),
    "H1": ("half", 1, 6),
    "H2": ("half", 7, 12),
    "9M": ("nine-months", 1, 9),
    **{f"Q{quarter}": ("quarter", 3 * quarter - 2, 3 * quarter) for quarter in range(1, 5)},
    **{f"M{month:02d}": ("month", month, month) for month in range(1, 13)},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A closed range of days with its name. `calendar` is None for a range, which has none."""

    name: str
    first: date
    last: date
    kind: Kind
    calendar: Calendar | None

    @property
    def is_whole_year(self) -> bool:
        """Whether its days are a civil or a reporting year, also where they were written as a range."""
        begins, ends = (self.first.month, self.first.day), (self.last.month, self.last.day)
        civil = begins == (1, 1) and ends == (12, 31) and self.first.year == self.last.year
        return civil or (begins == (12, 15) and ends == (12, 14) and self.first.year + 1 == self.last.year)

    def holds(self, day: date) -> bool:
        """Whether the day lies in the period."""
        return self.first <= day <= self.last

    def in_calendar(self, calendar: Calendar) -> Period:
        """The same name read in `calendar`; a range stays as it is."""
        if self.kind == "range":
            return self
        year, part = _year_and_part(self)
        return _named(year, part, calendar)


def read(text: str) -> Period | Problem:
    """The period of a name: `2024`, `2024-Q3`, `2024-H1`, `2024-9M`, `2024-M07`, a range, or a name after `report:`."""
    plain = text.removeprefix(REPORT)
    if ".." in plain:
        return _bad(text, "range-calendar") if plain != text else _range(text)
    written = re.fullmatch(r"([0-9]{4})(?:-([A-Z0-9]{2,3}))?", plain)
    if written is None:
        return _bad(text, "name")
    year, part = int(written[1]), written[2] or ""
    if re.fullmatch(r"[01][0-9]", part):
        part = f"M{part}"
    if part not in _PARTS:
        return _bad(text, "name")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return _bad(text, "years")
    return _named(year, part, "civil" if plain == text else "report")


def read_day(text: str) -> date | None:
    """The day written `YYYY-MM-DD` in the years 1990–2100; None for anything else."""
    written = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    if written is None or not FIRST_YEAR <= int(written[1]) <= LAST_YEAR:
        return None
    try:
        return date(int(written[1]), int(written[2]), int(written[3]))
    except ValueError:
        return None


def holding(first: date, last: date) -> Period:
    """The period of two days: named where they are exactly a civil or else a reporting one, else a range."""
    if last < first:
        raise ValueError(f"a period that ends on {last} before it begins on {first}")
    for calendar in _CALENDARS:
        for part, (_, begins, ends) in _PARTS.items():
            if _days(last.year, begins, ends, calendar) == (first, last):
                return _named(last.year, part, calendar)
    return Period(name=f"{first}..{last}", first=first, last=last, kind="range", calendar=None)


def say_day(day: date) -> str:
    """`23/01/2024`."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def say_period(period: Period) -> str:
    """What a person calls the period: `quý III năm 2024`, `từ 01/01/2024 đến 14/03/2024`."""
    if period.kind == "range":
        return say("period.range", first=say_day(period.first), last=say_day(period.last))
    year, part = _year_and_part(period)
    key = f"period.half-{part[1]}" if period.kind == "half" else f"period.{period.kind}"
    said = say(
        key,
        year=year,
        quarter=ROMAN[int(part[1]) - 1] if period.kind == "quarter" else "",
        month=part[1:],
    )
    if period.calendar == "report":
        said += " " + say("period.reporting", first=say_day(period.first)[:5], last=say_day(period.last)[:5])
    return said


_CALENDARS: tuple[Calendar, ...] = ("civil", "report")


def _year_and_part(period: Period) -> tuple[int, str]:
    year, _, part = period.name.removeprefix(REPORT).partition("-")
    return int(year), part


def _named(year: int, part: str, calendar: Calendar) -> Period:
    kind, begins, ends = _PARTS[part]
    first, last = _days(year, begins, ends, calendar)
    name = (REPORT if calendar == "report" else "") + str(year) + (f"-{part}" if part else "")
    return Period(name=name, first=first, last=last, kind=kind, calendar=calendar)


def _days(year: int, begins: int, ends: int, calendar: Calendar) -> tuple[date, date]:
    """The first and last day from month to month; a reporting month is named by its last day."""
    if calendar == "civil":
        return date(year, begins, 1), date(year, ends, monthrange(year, ends)[1])
    first = date(year - 1, 12, 15) if begins == 1 else date(year, begins - 1, 15)
    return first, date(year, ends, 14)


def _range(text: str) -> Period | Problem:
    begins, _, ends = text.partition("..")
    first, last = read_day(begins), read_day(ends)
    if first is None or last is None:
        return _bad(text, "range-days")
    if last < first:
        return _bad(text, "range-order")
    return Period(name=text, first=first, last=last, kind="range", calendar=None)


def _bad(text: str, reason: str) -> Problem:
    return problem("BAD-PERIOD", value=text, weight=Weight.MISUSED, reason=say(f"period.bad.{reason}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingDays:
    """Monday to Friday without the days `off`, and the weekend days `worked` in their place.

    `years` are those an act fixed; in other years only the weekends are known.
    """

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()
    _lost: tuple[date, ...] = field(init=False, repr=False, compare=False)
    _gained: tuple[date, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        weekday_off = sorted(day for day in self.off - self.worked if day.weekday() < 5)
        object.__setattr__(self, "_lost", tuple(weekday_off))
        object.__setattr__(self, "_gained", tuple(sorted(day for day in self.worked if day.weekday() >= 5)))

    def is_working(self, day: date) -> bool:
        """Whether the day is worked."""
        return day in self.worked or (day.weekday() < 5 and day not in self.off)

    def count(self, after: date, to: date) -> int:
        """How many working days lie after the first day up to and with the second."""
        weekdays = _weekdays_to(to) - _weekdays_to(after)
        lost = bisect_right(self._lost, to) - bisect_right(self._lost, after)
        return weekdays - lost + bisect_right(self._gained, to) - bisect_right(self._gained, after)

    def add(self, day: date, n: int) -> date:
        """The n-th working day after `day`, which itself is never counted; the day itself for 0."""
        if n < 0:
            raise ValueError(f"{n} working days after a day")
        # A step of as many days as are missing never passes the n-th: each day brings one at most.
        reached, missing = day, n
        while missing:
            reached += missing * ONE_DAY
            missing = n - self.count(day, reached)
        return reached


def _weekdays_to(day: date) -> int:
    """Mondays to Fridays from 01/01/0001, which was a Monday, up to and with `day`."""
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * 5 + min(rest, 5)
