"""Periods and working days: names, the two calendars, and days counted as an office counts them."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chitieu.period import Period, WorkingDays, holding, read, read_day, say_day, say_period
from chitieu.problem import Problem, Weight

PARTS = ["", "-H1", "-H2", "-9M", *(f"-Q{q}" for q in range(1, 5)), *(f"-M{m:02d}" for m in range(1, 13))]
NAMES = st.builds("{}{}{}".format, st.sampled_from(["", "report:"]), st.integers(1990, 2100), st.sampled_from(PARTS))
DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


def period(name: str) -> Period:
    found = read(name)
    assert isinstance(found, Period), found.sentence
    return found


@pytest.mark.parametrize(
    ("name", "first", "last", "said"),
    [
        ("2024", "2024-01-01", "2024-12-31", "năm 2024"),
        ("2024-H1", "2024-01-01", "2024-06-30", "6 tháng đầu năm 2024"),
        ("2024-H2", "2024-07-01", "2024-12-31", "6 tháng cuối năm 2024"),
        ("2024-9M", "2024-01-01", "2024-09-30", "9 tháng năm 2024"),
        ("2024-Q3", "2024-07-01", "2024-09-30", "quý III năm 2024"),
        ("2024-M02", "2024-02-01", "2024-02-29", "tháng 02 năm 2024"),
        ("2024-01-01..2024-03-14", "2024-01-01", "2024-03-14", "từ 01/01/2024 đến 14/03/2024"),
        ("report:2024", "2023-12-15", "2024-12-14", "năm 2024 (kỳ báo cáo 15/12–14/12)"),
        ("report:2024-H1", "2023-12-15", "2024-06-14", "6 tháng đầu năm 2024 (kỳ báo cáo 15/12–14/06)"),
        ("report:2024-Q3", "2024-06-15", "2024-09-14", "quý III năm 2024 (kỳ báo cáo 15/06–14/09)"),
        ("report:2024-9M", "2023-12-15", "2024-09-14", "9 tháng năm 2024 (kỳ báo cáo 15/12–14/09)"),
        ("report:2024-M01", "2023-12-15", "2024-01-14", "tháng 01 năm 2024 (kỳ báo cáo 15/12–14/01)"),
    ],
)
def test_a_name_means_its_days_and_is_said_as_an_office_says_it(name: str, first: str, last: str, said: str) -> None:
    found = period(name)
    assert (found.name, str(found.first), str(found.last), say_period(found)) == (name, first, last, said)


def test_a_month_is_also_read_without_its_letter() -> None:
    assert period("2024-07") == period("2024-M07")
    assert period("report:2024-07") == period("report:2024-M07")


@pytest.mark.parametrize(
    "name",
    [
        "", " 2024", "2024\n", "24", "2024-", "2024-Q5", "2024-q3", "2024-M13", "2024-00", "2024-M7", "2024-9m",
        "1989", "2101", "٢٠٢٤", "report:", "report:report:2024", "2024..2025", "2024-03-14..2024-01-01",
        "2023-02-29..2024-01-01", "report:2024-01-01..2024-03-14", "2024-01-01..", "1989-12-31..1990-01-01",
    ],
)  # fmt: skip
def test_anything_else_is_a_wrong_use_that_says_what_to_write(name: str) -> None:
    found = read(name)
    assert isinstance(found, Problem)
    assert (found.code, found.weight, found.place.value) == ("BAD-PERIOD", Weight.MISUSED, name)
    assert "2024-Q3" in found.sentence


def test_each_fault_of_a_period_has_its_own_reason() -> None:
    names = ["x", "1989", "2024-1-1..x", "2024-02-01..2024-01-01", "report:2024-01-01..2024-01-02"]
    faults = [found for found in map(read, names) if isinstance(found, Problem)]
    assert len({fault.says for fault in faults}) == 5


def test_in_the_reporting_calendar_14_june_is_in_the_half_year_and_15_december_in_the_next_year() -> None:
    assert period("report:2024-H1").holds(date(2024, 6, 14))
    assert not period("report:2024-H1").holds(date(2024, 6, 15))
    assert period("report:2024-Q3").holds(date(2024, 6, 15))
    assert period("report:2025").holds(date(2024, 12, 15))
    assert not period("report:2024").holds(date(2024, 12, 15))


def test_a_whole_year_is_told_by_its_days_however_it_is_written() -> None:
    assert all(
        period(name).is_whole_year
        for name in ("2024", "report:2024", "2024-01-01..2024-12-31", "2023-12-15..2024-12-14")
    )
    assert not any(
        period(name).is_whole_year
        for name in (
            "2024-9M",
            "report:2024-H1",
            "2024-01-01..2025-12-31",
            "2024-12-15..2024-12-31",
            "2023-12-15..2025-12-14",
        )
    )


def test_the_same_name_is_read_in_the_other_calendar_and_a_range_stays() -> None:
    assert period("2024-Q1").in_calendar("report") == period("report:2024-Q1")
    assert period("report:2024-Q1").in_calendar("civil") == period("2024-Q1")
    span = period("2024-01-01..2024-03-31")
    assert span.in_calendar("report") is span


@given(NAMES)
def test_two_days_give_back_the_name_they_were_read_from(name: str) -> None:
    found = period(name)
    assert holding(found.first, found.last) == found


@given(DAYS, DAYS)
def test_two_days_of_no_named_period_are_a_range_that_can_be_read(one: date, other: date) -> None:
    found = holding(min(one, other), max(one, other))
    assert (found.first, found.last) == (min(one, other), max(one, other))
    assert period(found.name) == found


@given(st.integers(1990, 2100), st.sampled_from(["civil", "report"]))
def test_months_quarters_and_halves_make_up_the_year_without_gap(year: int, calendar: str) -> None:
    prefix = "report:" if calendar == "report" else ""
    whole = period(f"{prefix}{year}")
    for parts in (["H1", "H2"], ["Q1", "Q2", "Q3", "Q4"], ["9M", "Q4"], [f"M{m:02d}" for m in range(1, 13)]):
        periods = [period(f"{prefix}{year}-{part}") for part in parts]
        assert (periods[0].first, periods[-1].last) == (whole.first, whole.last)
        for before, after in pairwise(periods):
            assert before.last + timedelta(days=1) == after.first


def test_a_day_is_written_in_one_way_and_said_in_another() -> None:
    assert read_day("2024-01-23") == date(2024, 1, 23)
    assert [read_day(text) for text in ("23/01/2024", "2024-1-23", "20240123", "2024-02-30", "1989-12-31", "")] == [
        None
    ] * 6
    assert say_day(date(2024, 1, 3)) == "03/01/2024"


TET = WorkingDays(
    off=frozenset(date(2024, 2, day) for day in range(8, 15)) | {date(2024, 4, 29)},
    worked=frozenset({date(2024, 5, 4)}),
    years=frozenset({2024}),
)


@pytest.mark.parametrize(
    ("day", "n", "reached"),
    [
        ("2024-02-07", 1, "2024-02-15"),  # over Tết
        ("2024-02-10", 1, "2024-02-15"),  # from a day off
        ("2024-05-03", 1, "2024-05-04"),  # a Saturday worked
        ("2024-04-26", 1, "2024-04-30"),  # the Monday given in exchange
        ("2024-03-01", 5, "2024-03-08"),
        ("2024-03-02", 0, "2024-03-02"),
    ],
)
def test_a_term_counts_working_days_after_the_day_it_begins(day: str, n: int, reached: str) -> None:
    assert TET.add(date.fromisoformat(day), n) == date.fromisoformat(reached)


def test_a_working_day_is_a_weekday_not_off_or_a_weekend_day_worked() -> None:
    days = ["2024-02-08", "2024-05-04", "2024-05-05", "2024-05-06"]
    assert [TET.is_working(date.fromisoformat(day)) for day in days] == [False, True, False, True]


@given(
    st.dates(date(2024, 1, 1), date(2024, 3, 1)),
    st.integers(0, 40),
    st.frozensets(st.dates(date(2024, 1, 1), date(2024, 4, 30))),
    st.frozensets(st.dates(date(2024, 1, 1), date(2024, 4, 30))),
)
def test_the_nth_working_day_is_the_one_found_by_counting_on_the_fingers(
    day: date, n: int, off: frozenset[date], worked: frozenset[date]
) -> None:
    calendar = WorkingDays(off=off, worked=frozenset(d for d in worked if d.weekday() >= 5))
    reached, missing = day, n
    while missing:
        reached += timedelta(days=1)
        missing -= calendar.is_working(reached)
    assert calendar.add(day, n) == reached
