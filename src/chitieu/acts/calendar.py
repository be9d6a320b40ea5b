"""The calendar of a province: `calendar.toml` → working days. Knows holidays only as an act fixed them.

Days off are written one by one or as `first..last`, within their year; a day worked is a
Saturday or Sunday given in exchange.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from importlib.resources import files

from chitieu import toml
from chitieu.period import FIRST_YEAR, LAST_YEAR, ONE_DAY, WorkingDays, read_day
from chitieu.problem import Problem, Weight, problem
from chitieu.words import say

NATIONAL = "national/calendar.toml"


def national_text() -> bytes:
    """The bytes of the national calendar, which a folder without its own is given."""
    return files("chitieu.acts").joinpath(NATIONAL).read_bytes()


def national() -> WorkingDays:
    """The national working days."""
    found = read(national_text(), NATIONAL)
    if not isinstance(found, WorkingDays):
        raise ValueError("; ".join(fault.sentence for fault in found))
    return found


def read(data: bytes, file: str) -> WorkingDays | tuple[Problem, ...]:
    """The working days of a `calendar.toml`, or what is wrong with it."""
    table, problems = toml.load(data, file)
    if table is None:
        return tuple(problems)
    days = _Reader(file, problems).calendar(table)
    return tuple(problems) if problems else days


class _Reader:
    """One `calendar.toml` being read; all faults are collected."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self._file, self._problems = file, problems
        self._off: set[date] = set()
        self._worked: set[date] = set()
        self._years: set[int] = set()

    def calendar(self, table: dict[str, object]) -> WorkingDays:
        top = toml.Keys(table, self._complain(""))
        rows = top.take("year", list, required=True, say=say("unit.type.tables")) or []
        top.done()
        for number, row in enumerate(rows, 1):
            if isinstance(row, dict):
                self._year(row, f"year[{number}]")
            else:
                self._say("WRONG-TYPE", f"year[{number}]", given=str(row), wanted=say("unit.type.tables"))
        return WorkingDays(off=frozenset(self._off), worked=frozenset(self._worked), years=frozenset(self._years))

    def _year(self, row: dict[str, object], path: str) -> None:
        keys = toml.Keys(row, self._complain(path))
        year = keys.take("year", int, required=True, say=say("unit.type.year"))
        off = keys.take("off", list, say=say("unit.type.days")) or []
        worked = keys.take("worked", list, say=say("unit.type.days")) or []
        keys.take("act", str, say=say("unit.type.words"))
        keys.take("certainty", str, say=say("unit.type.words"))
        keys.done()
        if year is None:
            return
        if not FIRST_YEAR <= year <= LAST_YEAR:
            self._say("CALENDAR-YEAR", f"{path}.year", value=str(year))
            return
        if year in self._years:
            self._say("CALENDAR-YEAR-TWICE", f"{path}.year", value=str(year))
            return
        self._years.add(year)
        days_off = set(self._days(off, f"{path}.off", year))
        days_worked = set(self._days(worked, f"{path}.worked", year))
        for day in sorted(days_worked):
            if day.weekday() < 5:
                self._say("CALENDAR-NO-WEEKEND", f"{path}.worked", value=str(day))
            elif day in days_off:
                self._say("CALENDAR-OFF-AND-WORKED", f"{path}.worked", value=str(day))
        self._off |= days_off
        self._worked |= days_worked

    def _days(self, written: list[object], path: str, year: int) -> Iterator[date]:
        for given in written:
            span = _span(given)
            if span is None:
                self._say("CALENDAR-DAY", path, value=str(given))
            elif not span[0].year == span[1].year == year:
                self._say("CALENDAR-OTHER-YEAR", path, value=str(given), year=year)
            else:
                day, last = span
                while day <= last:
                    yield day
                    day += ONE_DAY

    def _say(self, code: str, field: str, *, value: str | None = None, **values: str | int) -> None:
        self._problems.append(
            problem(code, file=self._file, row=None, field=field, value=value, weight=Weight.REFUSED, **values)
        )

    def _complain(self, path: str) -> Callable[..., None]:
        def collect(code: str, key: str, **values: str | int) -> None:
            self._say(code, f"{path}.{key}" if path else key, value=None, **values)

        return collect


def _span(given: object) -> tuple[date, date] | None:
    """First and last day of `2024-02-08..2024-02-14`, of one day, or of a TOML day."""
    if isinstance(given, date) and not isinstance(given, datetime):
        return given, given
    if not isinstance(given, str):
        return None
    begins, _, ends = given.partition("..")
    first, last = read_day(begins.strip()), read_day((ends if ".." in given else begins).strip())
    return (first, last) if first and last and first <= last else None
