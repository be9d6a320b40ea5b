"""Office time in whole seconds: working days by number, hours of an office, days and moments as numbers.

A day is its ordinal, a moment its ordinal × 86.400 + the second of the day, both local. Knows no record.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date

from chitieu.generate.dice import Dice
from chitieu.period import WorkingDays

DAY = 86_400
OPENS, NOON, AFTERNOON, CLOSES = 27_000, 41_400, 46_800, 61_200
"""07:30, 11:30, 13:00 and 17:00 in seconds of the day."""

_MORNING = NOON - OPENS
_HOURS = _MORNING + CLOSES - AFTERNOON


class Clock:
    """The working days around a year. A position is the number of a working day; before the first it is -1."""

    __slots__ = ("days",)

    def __init__(self, working: WorkingDays, year: int) -> None:
        first, last = date(year - 1, 1, 1).toordinal(), date(year + 2, 6, 30).toordinal()
        self.days = [day for day in range(first, last + 1) if working.is_working(date.fromordinal(day))]

    def position(self, day: int) -> int:
        """The position of the last working day up to and with `day`."""
        return bisect_right(self.days, day) - 1

    def closing(self, position: int) -> int:
        """The moment at which the office closes on a working day."""
        return self.days[position] * DAY + CLOSES

    def moment(self, dice: Dice, position: int) -> int:
        """A moment within the hours of a working day."""
        return self.days[position] * DAY + office_second(dice)

    def between(self, dice: Dice, after: int, to: int) -> int:
        """A moment of office hours later than `after` and up to `to`; where there is none, shortly after `after`."""
        least, most = self.position(after // DAY) + 1, self.position(to // DAY)
        if least <= most:
            found = self.moment(dice, dice.between(least, most))
            if found <= to:
                return found
        return after + min(dice.between(60, 1800), max(to - after, 1))


def office_second(dice: Dice) -> int:
    """A second of the day within the hours of an office."""
    second = dice.below(_HOURS)
    return OPENS + second if second < _MORNING else AFTERNOON + second - _MORNING
