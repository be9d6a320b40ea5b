"""The published results of real units: every row accounted for, every percentage recomputed, both shapes alike."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import pytest

from chitieu.period import Period
from chitieu.period import read as read_period
from chitieu.problem import Problem, Weight
from chitieu.records.accounting import Accounting, deliver_figures, figures
from chitieu.records.figures import Figures
from chitieu.records.intake import source
from chitieu.records.lake import Lake
from chitieu.records.reading import Percentages, Reading, read_figures

NOW = datetime(2026, 11, 24, 10, 0)
PORTAL = source("portal-766")


@dataclass(frozen=True, kw_only=True)
class Indicator:
    code: str
    shape: str = "ratio"
    default: str | None = None
    methods: Sequence["Indicator"] = ()


CATALOGUE = {
    indicator: Indicator(code=indicator, methods=[Indicator(code=method)])
    for indicator, method in PORTAL.figure.values()
}


@dataclass(frozen=True, kw_only=True)
class Unit:
    identity: str


def the_unit(code: str, _: date) -> tuple[Unit, str | None]:
    return Unit(identity=code), None


@pytest.fixture(scope="module")
def table(shared: Path) -> Reading:
    data = (shared / "data/portal766/results.csv").read_bytes()
    found = read_figures(data, "results.csv", catalogue=CATALOGUE, units=the_unit)
    assert isinstance(found, Reading)
    return found


@pytest.fixture(scope="module")
def answer(shared: Path) -> bytes:
    return (shared / "data/portal766/raw/dvc-progress-tree.year-all.json").read_bytes()


@pytest.fixture(scope="module")
def lake(table: Reading, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    made = Lake(tmp_path_factory.mktemp("workspace") / "lake")
    account = deliver_figures(made, table, person="Nguyễn A", now=NOW)
    assert isinstance(account, Accounting)
    assert account.as_json() == {
        "file": "results.csv",
        "delivery": 1,
        "read": 3368,
        "accepted": 575,
        "replaced": 0,
        "unchanged": 0,
        "older": 0,
        "quarantined": 0,
        "not_taken": {"no-counts": 2195, "no-indicator": 598},
    }
    return made


def test_sent_again_all_575_are_unchanged_and_nothing_is_written(lake: Lake, table: Reading) -> None:
    again = deliver_figures(lake, table, person="Nguyễn A", now=NOW)
    assert isinstance(again, Accounting)
    assert (again.delivery, again.accepted, again.replaced, again.unchanged) == (None, 0, 0, 575)
    deliveries = lake.deliveries()
    assert not isinstance(deliveries, Problem)
    assert len(deliveries) == 1


def test_917_of_917_percentages_recompute_449_of_them_of_figures(table: Reading) -> None:
    assert table.percentages == Percentages(checked=917, agree=917, of_figures=449)
    assert table.warnings == ()


def test_the_575_figures_have_533_keys(lake: Lake) -> None:
    known = figures(lake, the_unit)
    assert isinstance(known, Figures)
    assert (len(known), len({figure.key for _, figure in known})) == (575, 533)


@pytest.mark.parametrize(
    ("as_of", "speaks"),
    [
        ("2026-09-25", None),
        ("2026-09-26", (460_279, 565_120)),
        ("2026-10-09", (529_258, 657_928)),
        ("2026-12-31", (540_748, 670_009)),
    ],
)
def test_dong_nai_is_answered_by_the_capture_known_on_the_day(
    lake: Lake, as_of: str, speaks: tuple[int, int] | None
) -> None:
    known = figures(lake, the_unit)
    assert isinstance(known, Figures)
    spoken = known.speaking(
        "H19",
        "on-time-dossiers",
        "portal-766",
        first=date(2026, 1, 1),
        last=date(2026, 12, 31),
        as_of=date.fromisoformat(as_of),
    )
    assert (spoken and (spoken.figure.numerator, spoken.figure.denominator)) == speaks


def test_captures_are_local_and_a_day_alone_is_its_start(table: Reading) -> None:
    captured = {figure.captured_at for figure in table.figures if figure.unit == "H19"}
    assert datetime(2026, 9, 26, 6, 43, 16) in captured  # 23:43:16 UTC of the day before
    assert datetime(2026, 9, 28) in captured


def test_the_third_quarter_of_phu_tho_is_a_figure_of_its_own_period(table: Reading) -> None:
    quarter = [figure for figure in table.figures if figure.begins == date(2026, 7, 1) and figure.unit == "H44"]
    assert [(one.numerator, one.denominator, one.ends) for one in quarter] == [(403_016, 464_494, date(2026, 9, 30))]


def test_the_raw_answer_gives_the_same_integers_as_the_table(table: Reading, answer: bytes) -> None:
    period = read_period("2026")
    assert isinstance(period, Period)
    captured = datetime(2026, 9, 26, 18, 21)
    raw = read_figures(answer, "a.json", period=period, captured=captured, catalogue=CATALOGUE, units=the_unit)
    assert isinstance(raw, Reading)
    assert (raw.read, len(raw.figures), raw.quarantined) == (164, 164, ())
    assert raw.percentages.checked == raw.percentages.agree
    in_table = {
        figure.key: (figure.numerator, figure.denominator)
        for figure in table.figures
        if figure.unit.split(".")[0] == "H44" and figure.captured_at.date() == captured.date()
    }
    assert {figure.key: (figure.numerator, figure.denominator) for figure in raw.figures}.items() <= in_table.items()


@pytest.mark.parametrize(("period", "captured", "refused"), [(None, NOW, "NO-PERIOD"), ("2026", None, "NO-CAPTURE")])
def test_the_raw_answer_without_its_period_or_moment_is_refused(
    answer: bytes, period: str | None, captured: datetime | None, refused: str
) -> None:
    named = read_period(period) if period else None
    assert not isinstance(named, Problem)
    found = read_figures(answer, "a.json", period=named, captured=captured, catalogue=CATALOGUE, units=the_unit)
    assert isinstance(found, Problem)
    assert (found.code, found.weight) == (refused, Weight.REFUSED)


def test_one_changed_digit_is_found_by_the_published_percentage(shared: Path) -> None:
    data = (shared / "data/portal766/results.csv").read_bytes()
    changed = read_figures(
        data.replace(b"540748,670009", b"540848,670009", 1), "results.csv", catalogue=CATALOGUE, units=the_unit
    )
    assert isinstance(changed, Reading)
    assert replace(changed.percentages, of_figures=0) == Percentages(checked=917, agree=916, of_figures=0)
    assert [(one.code, one.place.field) for one in changed.warnings] == [("FIGURE-PERCENT-DIFFERS", "percent")]
