"""Reported figures: which one speaks, what replaces what, and what is not let in."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from chitieu.period import Period
from chitieu.period import read as read_period
from chitieu.problem import Problem, Weight
from chitieu.records.accounting import Accounting, arrivals, deliver_figures, figures
from chitieu.records.figures import Figure, Figures
from chitieu.records.lake import Lake
from chitieu.records.reading import Reading, read_figures

NOW = datetime(2026, 11, 24, 10, 0)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@dataclass(frozen=True, kw_only=True)
class Indicator:
    code: str
    shape: str = "ratio"
    default: str | None = "m"
    methods: tuple["Indicator", ...] = ()


METHODS = (Indicator(code="m"), Indicator(code="m2"))
CATALOGUE = {
    "tasks": Indicator(code="tasks", methods=METHODS),
    "meetings": Indicator(code="meetings", shape="count", methods=METHODS),
    "new": Indicator(code="new", default=None),
}


@dataclass(frozen=True, kw_only=True)
class Unit:
    identity: Hashable


def the_unit(code: str, day: date) -> tuple[Unit, str | None] | None:
    """26041 was borne by one commune until 31/10/2024 and by another after; X is nobody's."""
    if code == "X":
        return None
    return Unit(identity="the old" if code == "26041" and day < date(2024, 11, 1) else code), None


def reading(table: str, **asked: object) -> Reading:
    found = read_figures(table.strip().encode(), "tệp.csv", catalogue=CATALOGUE, units=the_unit, **asked)  # type: ignore[arg-type]
    assert isinstance(found, Reading), found
    return found


def said(table: str, **asked: object) -> list[tuple[int, str, str]]:
    """Row, code and column of everything wrong in a table."""
    return [
        (rejected.row, found.code, found.place.field)
        for rejected in reading(table, **asked).quarantined
        for found in rejected.problems
    ]


def figure(captured: str, n: int = 1, **other: object) -> Figure:
    parts = {
        "source": "portal-766",
        "unit": "H44",
        "indicator": "tasks",
        "method": "m",
        "begins": YEAR[0],
        "ends": YEAR[1],
        "scope": "",
        "numerator": n,
        "denominator": 100,
        "captured_at": datetime.fromisoformat(captured),
        "document": "",
        "person": "",
    }
    return Figure(**{**parts, **other})  # type: ignore[arg-type]


def speaking(*arrived: Figure, as_of: str = "2026-12-31", unit: str = "H44", **other: object) -> list[int]:
    """The numerators of what speaks and of what stands beside it."""
    spoken = Figures(arrived, the_unit).speaking(
        unit,
        "tasks",
        "m",
        **{"first": YEAR[0], "last": YEAR[1], **other},  # type: ignore[arg-type]
        as_of=date.fromisoformat(as_of),
    )
    return [] if spoken is None else [one.numerator for one in (spoken.figure, *spoken.beside)]


CAPTURES = (figure("2026-10-10T14:00:40", 3), figure("2026-09-26T06:43:16", 1), figure("2026-09-28T00:00:00", 2))


@pytest.mark.parametrize(
    ("as_of", "speaks"),
    [("2026-09-25", []), ("2026-09-26", [1]), ("2026-09-27", [1]), ("2026-09-28", [2]), ("2026-10-09", [2])],
)
def test_of_one_key_the_capture_speaks_that_is_last_and_not_after_the_as_of_day(as_of: str, speaks: list[int]) -> None:
    assert speaking(*CAPTURES, as_of=as_of) == speaks


def test_the_latest_capture_speaks_in_whatever_order_they_came() -> None:
    assert speaking(*CAPTURES) == speaking(*reversed(CAPTURES)) == [3]


def test_a_published_figure_speaks_before_a_self_report_even_if_it_is_older_and_the_others_stand_beside() -> None:
    self_report = figure("2026-11-01T00:00:00", 9, source="self-report")
    older = figure("2026-09-01T00:00:00", 5, source="ii06a")
    assert speaking(self_report, older, figure("2026-10-01T00:00:00", 6)) == [6, 5, 9]


def test_of_two_published_sources_the_later_capture_speaks_then_the_code_of_the_source() -> None:
    at_once = [figure("2026-10-01T00:00:00", n, source=source) for n, source in ((2, "b"), (1, "a"))]
    assert speaking(*at_once) == [1, 2]
    assert speaking(*at_once, figure("2026-10-01T00:00:01", 3, source="c")) == [3, 1, 2]


def test_a_figure_is_about_the_unit_that_bore_the_code_on_the_earlier_of_period_end_and_capture() -> None:
    year_2024 = {"begins": date(2024, 1, 1), "ends": date(2024, 12, 31), "unit": "26041"}
    asked = {"first": date(2024, 1, 1), "last": date(2024, 12, 31)}
    before, after = figure("2024-10-31T00:00:00", 1, **year_2024), figure("2025-02-01T00:00:00", 2, **year_2024)
    assert speaking(before, after, unit="the old", **asked) == [1]
    assert speaking(before, after, unit="26041", **asked) == [2]
    of_2023 = figure("2025-02-01T00:00:00", 4, unit="26041", begins=date(2023, 1, 1), ends=date(2023, 12, 31))
    assert speaking(of_2023, unit="the old", first=date(2023, 1, 1), last=date(2023, 12, 31)) == [4]


def test_a_figure_about_other_days_another_method_or_another_scope_does_not_answer() -> None:
    assert speaking(figure("2026-10-01T00:00:00", begins=date(2026, 7, 1))) == []
    assert speaking(figure("2026-10-01T00:00:00", method="m2")) == []
    own, whole = figure("2026-10-02T00:00:00", 1, scope="own"), figure("2026-10-01T00:00:00", 2, scope="subtree")
    assert speaking(own, whole, scopes=("", "subtree")) == [2]
    assert speaking(own, whole, scopes=("own",)) == [1]


def test_a_figure_of_a_code_that_no_unit_bears_is_kept_apart() -> None:
    known = Figures([figure("2026-10-01T00:00:00", unit="X")], the_unit)
    assert [one.unit for one in known.unplaced] == ["X"]
    assert len(known) == 0


HEAD = "unit,indicator,numerator,denominator,from,to,captured_at,person,document\n"
ROW = "H44,tasks,{n},100,2026-01-01,2026-12-31,{at},Nguyễn A,1/BC\n"


def deliver(lake: Lake, *rows: tuple[int, str]) -> Accounting:
    account = deliver_figures(
        lake, reading(HEAD + "".join(ROW.format(n=n, at=at) for n, at in rows)), person="Nguyễn A", now=NOW
    )
    assert isinstance(account, Accounting)
    return account


def counts(account: Accounting) -> tuple[int | None, int, int, int]:
    return account.delivery, account.accepted, account.replaced, account.unchanged


def stored(lake: Lake, state: int | None = None) -> list[tuple[int, int]]:
    found = arrivals(lake, state)
    assert not isinstance(found, Problem)
    return [(one.delivery, one.numerator) for one in found]


def answers(lake: Lake, state: int | None = None) -> int | None:
    found = figures(lake, the_unit, state)
    assert isinstance(found, Figures)
    spoken = found.speaking("H44", "tasks", "m", first=YEAR[0], last=YEAR[1], as_of=date(2026, 12, 31))
    return spoken.figure.numerator if spoken else None


def test_the_same_again_changes_nothing_and_gets_no_number(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    assert counts(deliver(lake, (97, "2026-10-10"))) == (1, 1, 0, 0)
    assert counts(deliver(lake, (97, "10/10/2026"))) == (None, 0, 0, 1)
    assert stored(lake) == [(1, 97)]


def test_another_figure_for_the_same_capture_replaces_and_a_later_capture_leaves_the_earlier(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    deliver(lake, (97, "2026-10-10"))
    assert counts(deliver(lake, (96, "2026-10-10"))) == (2, 0, 1, 0)
    assert counts(deliver(lake, (98, "2026-10-11"))) == (3, 1, 0, 0)
    assert counts(deliver(lake, (95, "2026-10-09"))) == (4, 1, 0, 0)
    assert [answers(lake, state) for state in range(5)] == [None, 97, 96, 98, 98]
    assert stored(lake) == [(1, 97), (2, 96), (3, 98), (4, 95)]


def test_within_one_file_the_later_row_speaks(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    assert counts(deliver(lake, (97, "2026-10-10"), (96, "2026-10-10"), (96, "2026-10-10"))) == (1, 1, 1, 1)
    assert answers(lake) == 96


def test_a_withdrawn_delivery_is_there_in_the_states_before_and_not_from_the_withdrawal_on(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    deliver(lake, (97, "2026-10-10"))
    deliver(lake, (96, "2026-10-10"), (90, "2026-10-01"))
    withdrawal = lake.withdraw(2, person="Trần B", now=NOW)
    assert not isinstance(withdrawal, Problem)
    assert (withdrawal.number, withdrawal.what, withdrawal.withdraws) == (3, "withdrawal", 2)
    assert [answers(lake, state) for state in range(4)] == [None, 97, 96, 97]
    assert counts(deliver(lake, (96, "2026-10-10"))) == (4, 0, 1, 0)


def test_withdrawing_a_delivery_takes_nothing_from_a_later_one_that_said_the_same_and_more(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    deliver(lake, (97, "2026-10-10"))
    assert counts(deliver(lake, (97, "2026-10-10"), (90, "2026-10-01"))) == (2, 1, 0, 1)
    lake.withdraw(1, person="Trần B", now=NOW)
    assert answers(lake) == 97


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (",tasks,1,2", ("RECORD-VALUE-MISSING", "unit")),
        ("H44,,1,2", ("RECORD-VALUE-MISSING", "indicator")),
        ("X,tasks,1,2", ("FIGURE-UNKNOWN-UNIT", "unit")),
        ("H44,taskz,1,2", ("FIGURE-UNKNOWN-INDICATOR", "indicator")),
        ("H44,new,1,2", ("FIGURE-NO-METHOD", "indicator")),
        ("H44,tasks,3,2", ("FIGURE-ABOVE-DENOMINATOR", "numerator")),
        ("H44,tasks,-1,2", ("RECORD-NEGATIVE", "numerator")),
        ("H44,tasks,một,2", ("RECORD-NOT-WHOLE", "numerator")),
        ("H44,tasks,97.0,100", ("RECORD-NOT-WHOLE", "numerator")),
        ("H44,tasks,1,1.000", ("RECORD-NOT-WHOLE", "denominator")),
        ("H44,tasks,1,1_000", ("RECORD-NOT-WHOLE", "denominator")),
        ("H44,tasks,1,1e3", ("RECORD-NOT-WHOLE", "denominator")),
        ("H44,tasks,１２,100", ("RECORD-NOT-WHOLE", "numerator")),
        ("H44,tasks,1,1234567890123456789", ("RECORD-NUMBER-LARGE", "denominator")),
        ("H44,tasks,,100", ("RECORD-VALUE-MISSING", "numerator")),
        ("H44,tasks,1,", ("RECORD-VALUE-MISSING", "denominator")),
        ("H44,meetings,1,2", ("FIGURE-COUNT-DENOMINATOR", "denominator")),
        ("H44\u202e,tasks,1,2", ("UNLAWFUL-CHARACTER", "unit")),
        ("\x1b[31mH44,tasks,1,2", ("UNLAWFUL-CHARACTER", "unit")),
        ("H44,tasks,1", ("RECORD-ROW-LENGTH", "")),
        ("H44,tasks,1,2,3", ("RECORD-ROW-LENGTH", "")),
    ],
)
def test_a_row_with_a_fault_is_quarantined_with_its_place(row: str, wrong: tuple[str, str]) -> None:
    period = read_period("2026")
    table = f"unit,indicator,numerator,denominator\nH44,tasks,1,2\n{row}\n"
    assert (3, *wrong) in said(table, period=period, captured=NOW)
    found = reading(table, period=period, captured=NOW)
    assert (found.read, len(found.figures), len(found.quarantined)) == (2, 1, 1)
    assert all(one.weight is Weight.REFUSED and one.sentence for one in found.quarantined[0].problems)


@pytest.mark.parametrize(
    ("times", "wrong"),
    [
        ("2026-13-01,2026-12-31,2026-10-10", "RECORD-MOMENT"),
        ("1989-01-01,2026-12-31,2026-10-10", "RECORD-MOMENT"),
        ("2026-01-01,2025-12-31,2026-10-10", "FIGURE-PERIOD-REVERSED"),
        ("2026-01-01,,2026-10-10", "RECORD-VALUE-MISSING"),
        (",,2026-10-10", "NO-PERIOD"),
        ("2026-01-01,2026-12-31,", "NO-CAPTURE"),
        ("2026-01-01,2026-12-31,hôm qua", "RECORD-MOMENT"),
    ],
)
def test_a_row_without_its_period_or_moment_is_quarantined(times: str, wrong: str) -> None:
    table = f"unit,indicator,numerator,denominator,from,to,captured_at\nH44,tasks,1,2,{times}\n"
    assert [code for _, code, _ in said(table)] == [wrong]


def test_an_empty_method_is_the_default_and_an_unknown_one_is_quarantined_with_those_there_are() -> None:
    table = "unit,indicator,method,numerator,denominator\nH44,tasks,,1,2\nH44,tasks,m2,1,2\nH44,tasks,m3,1,2\n"
    found = reading(table, period=read_period("2026"), captured=NOW)
    assert [one.method for one in found.figures] == ["m", "m2"]
    assert "m, m2" in found.quarantined[0].problems[0].sentence


def test_a_count_has_no_denominator_and_a_count_of_nothing_is_a_figure() -> None:
    table = "unit,indicator,numerator,denominator\nH44,meetings,0,\n"
    found = reading(table, period=read_period("2026"), captured=NOW)
    assert [(one.numerator, one.denominator) for one in found.figures] == [(0, None)]


def test_a_self_report_without_person_or_document_enters_with_a_warning() -> None:
    table = "unit,indicator,numerator,denominator,person,document\nH44,tasks,1,2,A,\nH44,tasks,1,2,,1/BC\n"
    table += "H44,tasks,1,2,A,1/BC\n"
    asked = {"period": read_period("2026"), "captured": NOW}
    assert [(one.code, one.place.row, one.place.field) for one in reading(table, **asked).warnings] == [
        ("FIGURE-UNSIGNED", 2, "document"),
        ("FIGURE-UNSIGNED", 3, "person"),
    ]
    assert reading(table, source="ii06a", **asked).warnings == ()


def test_a_code_that_stands_no_more_on_the_own_day_enters_with_a_warning() -> None:
    asked_on: list[date] = []

    def old(code: str, day: date) -> tuple[Unit, str | None]:
        asked_on.append(day)
        return Unit(identity=code), "OLD-CODE"

    period = read_period("2026")
    assert isinstance(period, Period)
    table = b"unit,indicator,numerator,denominator,source\nH44,tasks,1,2,ii06a\n"
    found = read_figures(table, "t", period=period, captured=NOW, catalogue=CATALOGUE, units=old)
    assert isinstance(found, Reading)
    assert [(one.code, one.weight) for one in found.warnings] == [("FIGURE-OLD-CODE", Weight.WARNING)]
    assert asked_on == [NOW.date()]


@pytest.mark.parametrize(
    ("n", "d", "percent", "agrees"),
    [
        (540_748, 670_009, "80.71", True),
        (540_748, 670_009, "80,71", True),
        (540_748, 670_009, "80.7", True),
        (540_748, 670_009, "81", True),
        (540_748, 670_009, "80.70", False),
        (204_847, 207_030, "98.94", False),  # cut off where half up is 98,95
        (1, 8, "12.5", True),
        (1, 200, "1", True),  # 0,5 rounds up
        (2, 2, "100", True),
    ],
)
def test_a_published_percentage_is_compared_half_up_at_its_own_decimals(
    n: int, d: int, percent: str, agrees: bool
) -> None:
    cell = f'"{percent}"'
    table = f"unit,indicator,numerator,denominator,percent,source\nH44,tasks,{n},{d},{cell},portal-766\n"
    found = reading(table, period=read_period("2026"), captured=NOW)
    assert (found.percentages.checked, found.percentages.agree, found.percentages.of_figures) == (1, agrees, agrees)
    assert [one.code for one in found.warnings] == ([] if agrees else ["FIGURE-PERCENT-DIFFERS"])
    assert len(found.figures) == 1


def test_a_percentage_of_0_on_0_of_0_is_no_contradiction() -> None:
    table = "unit,indicator,numerator,denominator,percent,source\nH44,tasks,0,0,0,portal-766\n"
    found = reading(table, period=read_period("2026"), captured=NOW)
    assert (found.percentages.checked, found.warnings) == (0, ())


def test_a_differing_percentage_is_said_with_both_values() -> None:
    table = "unit,indicator,numerator,denominator,percent,source\nH44,tasks,204847,207030,98.94,portal-766\n"
    sentence = reading(table, period=read_period("2026"), captured=NOW).warnings[0].sentence
    assert "98.94" in sentence
    assert "98,95" in sentence
