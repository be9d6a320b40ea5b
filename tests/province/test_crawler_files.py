"""Files of a crawler of the portal: the same figures as the tidy table has, of the same units and keys."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from chitieu.period import Period
from chitieu.period import read as read_period
from chitieu.problem import Problem
from chitieu.records.figures import Figure
from chitieu.records.intake import source
from chitieu.records.reading import Percentages, Reading, read_figures

PORTAL = source("portal-766")
RAW = "data/portal766/raw"


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


def read(data: bytes, **asked: Any) -> Reading | Problem:
    return read_figures(data, "tệp", catalogue=CATALOGUE, units=lambda code, day: (code, None), **asked)


def taken(found: Reading | Problem) -> Reading:
    assert isinstance(found, Reading), found.sentence
    assert (found.quarantined, found.warnings) == ((), ())
    assert found.read == len(found.figures) + sum(found.not_taken.values())
    return found


def said(figures: Sequence[Figure]) -> list[tuple[Any, ...]]:
    return sorted((*figure.record, figure.numerator, figure.denominator, figure.scope) for figure in figures)


# Real files


def test_the_departments_of_gia_lai_give_the_98_figures_the_table_gives_for_them(shared: Path) -> None:
    raw = taken(read((shared / RAW / "agencies_detail_GiaLai_10102026.json").read_bytes()))
    table = taken(read((shared / "data/portal766/results.csv").read_bytes()))
    departments = {figure.unit for figure in raw.figures}
    assert (len(departments), len(raw.figures), raw.source) == (14, 14 * 7, "portal-766")
    assert said(raw.figures) == said([figure for figure in table.figures if figure.unit in departments])


def test_every_row_of_theirs_is_accounted_for_and_every_percentage_recomputes(shared: Path) -> None:
    raw = taken(read((shared / RAW / "agencies_detail_GiaLai_10102026.json").read_bytes()))
    assert (raw.read, raw.not_taken) == (14 * 18, {"no-counts": 14, "no-indicator": 14 * 10})
    assert raw.percentages == Percentages(checked=175, agree=175, of_figures=60)


def test_a_file_of_scores_has_no_counts_and_the_table_has_none_for_them_either(shared: Path) -> None:
    raw = taken(read((shared / RAW / "scores_Provinces_10102026.json").read_bytes()))
    assert (raw.read, raw.figures, raw.not_taken) == (35, (), {"no-counts": 35})  # the country and 34 provinces


# Made-up files


def group(**counts: Any) -> dict[str, Any]:
    return {"score": 1, "maxScore": 20, **counts}


UNIT = {
    "departmentCode": "A.1",
    "departmentName": "Sở A",
    "totalScore": 79.27,
    "componentIndicators": {
        "TDGQ_TienDoGiaiQuyet": group(totalReceived=3, totalOnTime=2, totalOverdue=1, ratio=66.67),
        "TTTT_ThanhToanTrucTuyen": group(
            totalDossierOnlinePaymentSuccess=1, totalDossierFinancialObligation=4, ratio=86.1
        ),
        "MDSH_SoHoaHoSo": group(
            metrics=[
                {"code": "ORIGINAL_RESULT_AVAILABLE", "numerator": 1, "denominator": 3, "ratio": 33.33},
                {"code": "REUSED_DIGITIZED_DATA", "numerator": 1, "denominator": 3, "ratio": 33.33},
                {"code": "SO_HOA_GIAY_TO_GIAI_QUYET", "numerator": None, "denominator": None, "ratio": 100},
            ]
        ),
    },
}
METADATA = {"runDateStr": "10102026", "timeType": "year", "year": 2026, "period": None}


def crawled(*units: Any, under: str = "communesDetail", **metadata: Any) -> bytes:
    return json.dumps({"metadata": METADATA | metadata, "count": len(units), under: list(units)}).encode()


@pytest.mark.parametrize(
    "under", ["provinces", "agencies", "agenciesDetail", "communes", "communesDetail", "unitsDetail"]
)
def test_a_unit_gives_a_figure_for_each_key_of_ours_with_counts_under_whatever_list_it_stands(under: str) -> None:
    found = taken(read(crawled(UNIT, under=under)))
    assert [(one.indicator, one.method, one.numerator, one.denominator) for one in found.figures] == [
        ("on-time-dossiers", "portal-766", 2, 3),
        ("cashless-payments", "dossiers-online", 1, 4),
        ("electronic-results", "portal-766", 1, 3),
    ]
    assert found.not_taken == {"no-counts": 1, "no-indicator": 1}


def test_the_ratio_beside_a_payment_is_one_of_points_and_is_not_checked() -> None:
    assert taken(read(crawled(UNIT))).percentages == Percentages(checked=3, agree=3, of_figures=2)


@pytest.mark.parametrize(
    ("metadata", "begins", "ends"),
    [
        ({}, date(2026, 1, 1), date(2026, 12, 31)),
        ({"timeType": "quarter", "period": 3}, date(2026, 7, 1), date(2026, 9, 30)),
        ({"timeType": "month", "period": "2"}, date(2026, 2, 1), date(2026, 2, 28)),
        ({"timeType": "month", "period": None}, date(2025, 1, 1), date(2025, 12, 31)),
        ({"timeType": "quarter", "period": 5}, date(2025, 1, 1), date(2025, 12, 31)),
        ({"timeType": "week", "period": 5}, date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_the_file_says_its_period_and_the_caller_where_it_does_not(
    metadata: dict[str, Any], begins: date, ends: date
) -> None:
    of = read_period("2025")
    assert isinstance(of, Period)
    figure = taken(read(crawled(UNIT, **metadata), period=of)).figures[0]
    assert (figure.begins, figure.ends) == (begins, ends)


@pytest.mark.parametrize(
    ("metadata", "captured"),
    [
        ({"extractedAt": "2026-10-10T20:00:18Z"}, datetime(2026, 10, 11, 3, 0, 18)),
        ({}, datetime(2026, 10, 10)),
        ({"runDateStr": None}, datetime(2026, 12, 1, 9)),
    ],
)
def test_the_moment_is_the_one_of_the_crawl_its_day_or_the_one_asked(
    metadata: dict[str, Any], captured: datetime
) -> None:
    found = taken(read(crawled(UNIT, **metadata), captured=datetime(2026, 12, 1, 9)))
    assert {figure.captured_at for figure in found.figures} == {captured}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (crawled(UNIT, timeType="week"), "NO-PERIOD"),
        (crawled(UNIT, runDateStr=None), "NO-CAPTURE"),
        (crawled(), "CRAWL-WITHOUT-UNITS"),
        (crawled("A", 3), "CRAWL-WITHOUT-UNITS"),
    ],
)
def test_a_file_that_does_not_say_enough_is_refused(data: bytes, code: str) -> None:
    found = read(data)
    assert isinstance(found, Problem)
    assert found.code == code


@pytest.mark.parametrize(
    ("metric", "code", "field"),
    [
        ({"numerator": 4, "denominator": 3}, "FIGURE-ABOVE-DENOMINATOR", "ORIGINAL_RESULT_AVAILABLE numerator"),
        ({"numerator": 1}, "RECORD-VALUE-MISSING", "ORIGINAL_RESULT_AVAILABLE denominator"),
        ({"numerator": 1.5, "denominator": 3}, "RECORD-NOT-WHOLE", "ORIGINAL_RESULT_AVAILABLE numerator"),
        ({"numerator": [1], "denominator": 3}, "RECORD-NESTED", ""),
    ],
)
def test_a_faulty_count_of_ours_is_quarantined_under_its_own_key(metric: dict[str, Any], code: str, field: str) -> None:
    groups = {"MDSH": {"metrics": [{"code": "ORIGINAL_RESULT_AVAILABLE", **metric}]}}
    found = read(crawled({"departmentCode": "A", "componentIndicators": groups}))
    assert isinstance(found, Reading)
    problems = [wrong for row in found.quarantined for wrong in row.problems]
    assert [(wrong.code, wrong.place.field) for wrong in problems] == [(code, field)]


@pytest.mark.parametrize("groups", [None, [], {"TDGQ": 3}, {"TDGQ": {"metrics": [1, "a"]}}, "x"])
def test_a_unit_without_counts_is_counted_and_not_taken(groups: Any) -> None:
    found = taken(read(crawled({"departmentCode": "A", "componentIndicators": groups})))
    assert (found.read, found.not_taken) == (1, {"no-counts": 1})
