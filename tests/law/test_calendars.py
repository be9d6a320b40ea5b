"""The two calendars: which day lies in which period, and what an announcement in the other calendar is (W10)."""

from __future__ import annotations

from datetime import date

import pytest

from chitieu.period import Period, read
from tests.judging import figure, standings
from tests.world import decision, province


def period(name: str) -> Period:
    found = read(name)
    assert isinstance(found, Period)
    return found


@pytest.mark.parametrize(
    ("day", "inside", "outside"),
    [
        (date(2024, 6, 14), "report:2024-H1", "report:2024-Q3"),
        (date(2024, 6, 15), "report:2024-Q3", "report:2024-H1"),
        (date(2024, 12, 14), "report:2024", "report:2025"),
        (date(2024, 12, 15), "report:2025", "report:2024"),
        (date(2024, 12, 15), "2024", "2025"),
    ],
)
def test_a_day_lies_in_the_period_of_its_calendar(day: date, inside: str, outside: str) -> None:
    """W10: a fact of 14/6 is in the half-year report, of 15/6 in the third quarter; 15/12/2024 is in the year 2025."""
    assert period(inside).holds(day)
    assert not period(outside).holds(day)


def test_nine_months_are_a_period_of_their_own_and_no_sum_of_reports() -> None:
    """W10: the third quarter is not added to the half-year; what is asked for is answered by its own figure alone."""
    world = province().file(
        decision("1/QĐ", "P", "2024-01-02", "2024", "1 | on-time-dossiers | commune >= 97 %", calendar="report")
    )
    parts = [
        figure("X11", "on-time-dossiers", 98, 100, "2024-09-20", period=name)
        for name in ("report:2024-H1", "report:2024-Q3")
    ]
    found = standings(world, parts, period="report:2024-9M")["X11", "on-time-dossiers"]
    assert (found.verdict, found.tally.numerator) == ("no_data", None)
    nine = figure("X11", "on-time-dossiers", 290, 300, "2024-09-20", period="report:2024-9M")
    found = standings(world, [*parts, nine], period="report:2024-9M")["X11", "on-time-dossiers"]
    assert (found.verdict, found.tally.numerator, found.assigned.compare_only) == ("not_met", 290, False)
