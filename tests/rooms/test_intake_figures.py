"""Readers of figures: which format a file is, how its cells become values, and what cannot be read at all."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from chitieu.payload import bytes_of
from chitieu.period import Period
from chitieu.period import read as read_period
from chitieu.problem import Problem, Weight
from chitieu.records import values
from chitieu.records.accounting import COLUMNS
from chitieu.records.intake import readers, source
from chitieu.records.kinds import kinds
from chitieu.records.reading import Reading, read_figures

CAPTURED = datetime(2026, 10, 10, 14, 0)


@dataclass(frozen=True, kw_only=True)
class Indicator:
    code: str
    shape: str = "ratio"
    default: str | None = "m"
    methods: Sequence["Indicator"] = ()


CATALOGUE = {
    "tasks": Indicator(code="tasks", methods=[Indicator(code="m")]),
    "on-time-dossiers": Indicator(code="on-time-dossiers", methods=[Indicator(code="portal-766")]),
}


def year() -> Period:
    found = read_period("2026")
    assert isinstance(found, Period)
    return found


def read(data: bytes, **asked: object) -> Reading | Problem:
    asked = {"period": year(), "captured": CAPTURED, **asked}
    return read_figures(data, "tệp", catalogue=CATALOGUE, units=lambda code, day: (code, None), **asked)  # type: ignore[arg-type]


def figures(data: bytes, **asked: object) -> list[tuple[str, int, int | None]]:
    found = read(data, **asked)
    assert isinstance(found, Reading), found.sentence
    assert found.quarantined == ()
    return [(one.unit, one.numerator, one.denominator) for one in found.figures]


def problem(data: bytes, **asked: object) -> Problem:
    found = read(data, **asked)
    assert isinstance(found, Problem), found
    assert found.sentence
    return found


FLAT = "unit,indicator,numerator,denominator\n26041,tasks,97,100\n"
ANSWER = {
    "code": "OK",
    "data": {
        "parent": {"departmentCode": "H44", "totalReceived": 3, "totalOnTime": 2, "ratio": 66.67},
        "children": [{"departmentCode": "H44.01", "totalReceived": 0, "totalOnTime": 0, "ratio": 0}],
        "monthlyChart": [{"month": "01", "onTimePct": 31.58}],
    },
    "message": "OK",
}
PORTAL = "captured_at,run_date,period_type,period_from,period_to,unit_code,indicator,numerator,denominator,percent\n"


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    into = io.BytesIO()
    with xlsxwriter.Workbook(into, {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return into.getvalue()


def answer(**changed: object) -> bytes:
    return json.dumps({**ANSWER, **changed}).encode()


def portal_row(times: str, key: str = "totalOnTime", counts: str = "2,3,66.67") -> bytes:
    return (PORTAL + f"{times},H44,{key},{counts}\n").encode()


def test_the_readers_are_the_modules_of_their_folder() -> None:
    assert list(readers()) == ["flat", "ii06a", "portal_answer", "portal_crawler", "portal_table"]


def test_the_kind_figure_has_the_columns_of_the_page_on_records_and_all_of_them_are_stored() -> None:
    kind = kinds()["figure"]
    columns = "source unit indicator method from to scope numerator denominator captured_at document person"
    assert " ".join(column.name for column in kind.columns) == columns == " ".join(COLUMNS)
    assert kind.key == ("source", "unit", "indicator", "method", "from", "to")
    assert all(column.required for column in kind.columns if column.name in kind.key)


@pytest.mark.parametrize(
    "data",
    [
        FLAT.encode(),
        FLAT.encode("utf-8-sig"),
        FLAT.replace("\n", "\r\n").encode(),
        FLAT.replace(",", ";").encode(),
        FLAT.replace(",", "\t").encode(),
        ("\n" + FLAT + "\n\n").encode(),
        b'{"unit":"26041","indicator":"tasks","numerator":97,"denominator":"100"}',
        b'[{"unit":"26041","indicator":"tasks","numerator":97,"denominator":100}]',
        workbook([["unit", "indicator", "numerator", "denominator"], [26041, "tasks", 97, 100]]),
        workbook([["unit", "indicator", "numerator", "denominator"], ["26041", "tasks", "97", 100.0]]),
    ],
    ids=["csv", "mark", "crlf", "semicolons", "tabs", "blank lines", "one line", "array", "numbers", "texts"],
)
def test_the_flat_columns_are_read_from_every_format(data: bytes) -> None:
    assert figures(data) == [("26041", 97, 100)]


def test_lines_of_json_are_rows_and_the_source_is_the_column_the_caller_or_the_unit_itself() -> None:
    rows = [
        {"unit": "A", "indicator": "tasks", "numerator": 1, "denominator": 2, "source": "ii06a"},
        {"unit": "B", "indicator": "tasks", "numerator": 1, "denominator": 2, "source": None},
    ]
    lines = "\n".join(json.dumps(row) for row in rows).encode()
    found, asked = read(lines), read(lines, source="web")
    assert isinstance(found, Reading)
    assert isinstance(asked, Reading)
    assert [one.source for one in found.figures] == ["ii06a", "self-report"]
    assert [one.source for one in asked.figures] == ["ii06a", "web"]


def test_what_the_file_says_of_period_and_moment_goes_before_the_caller() -> None:
    head = "unit,indicator,numerator,denominator,from,to,captured_at\n"
    found = read((head + "A,tasks,1,2,01/07/2026,30/09/2026,20261001\nA,tasks,1,2,,,\n").encode())
    assert isinstance(found, Reading)
    assert [rejected.problems[0].code for rejected in found.quarantined] == ["RECORD-MOMENT"]
    assert [(one.begins, one.ends, one.captured_at) for one in found.figures] == [(year().first, year().last, CAPTURED)]


def test_dates_of_a_workbook_are_read_as_days() -> None:
    head = ["unit", "indicator", "numerator", "denominator", "from", "to", "captured_at"]
    row = ["A", "tasks", 1, 2, date(2026, 7, 1), date(2026, 9, 30), datetime(2026, 10, 1, 18, 21)]
    found = read(workbook([head, row]), period=None, captured=None)
    assert isinstance(found, Reading)
    one = found.figures[0]
    assert (one.begins, one.ends, one.captured_at) == (row[4], row[5], row[6])


def test_a_misspelt_column_is_said_and_the_rest_is_read() -> None:
    found = read(b"unit,indicator,numerator,denominator,documnet\nA,tasks,1,2,1/BC\n", source="ii06a")
    assert isinstance(found, Reading)
    assert [(one.code, one.place.field) for one in found.warnings] == [("RECORD-COLUMN-UNKNOWN", "documnet")]


@pytest.mark.parametrize(
    ("times", "begins", "ends", "captured"),
    [
        (
            "2026-09-25T23:43:16Z,2026-09-26,year,2026-01-01,2026-12-31",
            "2026-01-01",
            "2026-12-31",
            "2026-09-26 06:43:16",
        ),
        (",2026-09-28,quarter,2026-07-01,2026-09-30", "2026-07-01", "2026-09-30", "2026-09-28 00:00:00"),
        (",10102026,month,2026-02-01,", "2026-02-01", "2026-02-28", "2026-10-10 00:00:00"),
        (",2026-10-10,quarter,2026-07-01,", "2026-07-01", "2026-09-30", "2026-10-10 00:00:00"),
        (",2026-10-10,year,2026-01-01,", "2026-01-01", "2026-12-31", "2026-10-10 00:00:00"),
        (",,year,2026-01-01,2026-12-31", "2026-01-01", "2026-12-31", str(CAPTURED)),
    ],
)
def test_a_portal_row_says_its_period_and_the_first_moment_that_is_there(
    times: str, begins: str, ends: str, captured: str
) -> None:
    found = read(portal_row(times))
    assert isinstance(found, Reading)
    assert [(str(one.begins), str(one.ends), str(one.captured_at)) for one in found.figures] == [
        (begins, ends, captured)
    ]


def test_a_portal_row_with_a_period_nobody_knows_is_quarantined_under_its_own_column() -> None:
    found = read(portal_row(",2026-10-10,week,2026-01-05,"))
    assert isinstance(found, Reading)
    places = [(one.code, one.place.field, one.place.value) for one in found.quarantined[0].problems]
    assert places == [("RECORD-MOMENT", "period_type", "week")]


@pytest.mark.parametrize(
    ("key", "counts", "not_taken"),
    [
        ("totalScore", ",,79.27", {"no-counts": 1}),
        ("totalOnTime", ",,", {"no-counts": 1}),
        ("DOSSIER_SYNC", "547,547,100", {"no-indicator": 1}),
        ("DOSSIER_SYNC", "547,,", {"no-indicator": 1}),
    ],
)
def test_a_portal_row_without_counts_or_indicator_is_counted_by_the_reason_asked_first(
    key: str, counts: str, not_taken: dict[str, int]
) -> None:
    found = read(portal_row(",2026-10-10,year,2026-01-01,2026-12-31", key, counts))
    assert isinstance(found, Reading)
    assert (found.read, found.not_taken, found.figures, found.quarantined) == (1, not_taken, (), ())


def test_half_a_count_of_an_indicator_of_ours_is_an_error_and_not_left_out() -> None:
    found = read(portal_row(",2026-10-10,year,2026-01-01,2026-12-31", counts="547,,"))
    assert isinstance(found, Reading)
    assert [one.code for one in found.quarantined[0].problems] == ["RECORD-VALUE-MISSING"]


def test_the_answer_of_the_portal_is_one_row_a_department_of_its_source() -> None:
    assert figures(answer()) == [("H44", 2, 3), ("H44.01", 0, 0)]
    other = {"overview": ANSWER["data"]["parent"], "evaluation": ANSWER["data"]["children"]}  # type: ignore[index]
    assert figures(answer(data=other)) == [("H44", 2, 3), ("H44.01", 0, 0)]
    found = read(answer())
    assert isinstance(found, Reading)
    assert found.source == "portal-766"
    assert (found.percentages.checked, found.percentages.agree) == (1, 1)


def test_a_department_without_a_key_or_counts_of_ours_is_counted_by_reason() -> None:
    children = [{"departmentCode": "A"}, {"departmentCode": "B", "totalOnTime": None, "totalReceived": None}]
    found = read(answer(data={"children": children}))
    assert isinstance(found, Reading)
    assert (found.read, found.not_taken) == (2, {"no-counts": 1, "no-indicator": 1})


@pytest.mark.parametrize(
    ("department", "code"),
    [
        ({"departmentCode": "A", "totalOnTime": 2.0, "totalReceived": 3}, "RECORD-NOT-WHOLE"),
        ({"departmentCode": "A", "totalOnTime": True, "totalReceived": 3}, "RECORD-NOT-WHOLE"),
        ({"departmentCode": "A", "totalOnTime": -2, "totalReceived": 3}, "RECORD-NEGATIVE"),
        ({"departmentCode": "A", "totalOnTime": [2], "totalReceived": 3}, "RECORD-NESTED"),
        ({"departmentCode": "A", "totalOnTime": float("nan"), "totalReceived": 3}, "RECORD-NOT-WHOLE"),
        ({"departmentCode": "A", "totalOnTime": 4, "totalReceived": 3}, "FIGURE-ABOVE-DENOMINATOR"),
        ({"departmentCode": "\u202eA", "totalOnTime": 2, "totalReceived": 3}, "UNLAWFUL-CHARACTER"),
        ({"departmentCode": "\ud800", "totalOnTime": 2, "totalReceived": 3}, "UNLAWFUL-CHARACTER"),
        ({"totalOnTime": 2, "totalReceived": 3}, "RECORD-VALUE-MISSING"),
    ],
)
def test_a_faulty_department_is_quarantined(department: dict[str, object], code: str) -> None:
    found = read(answer(data={"children": [department]}))
    assert isinstance(found, Reading)
    assert [one.code for one in found.quarantined[0].problems] == [code]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "EMPTY-FILE"),
        (b" \n\t\n", "EMPTY-FILE"),
        (b"\xef\xbb\xbf", "EMPTY-FILE"),
        (b"[]", "EMPTY-FILE"),
        (FLAT.encode("utf-16"), "WRONG-ENCODING"),
        ("đơn vị,unit\n".encode("cp1258", "replace") + b"\xc6\xa1", "WRONG-ENCODING"),
        (b"unit,indicator,numerator\nA,tasks,1\n", "RECORD-COLUMN-MISSING"),
        (b"unit_code,period_type,period_from,indicator,numerator\nA,year,2026-01-01,x,1\n", "RECORD-COLUMN-MISSING"),
        (b"unit,unit,indicator,numerator,denominator\n", "RECORD-COLUMN-TWICE"),
        (b"unit,,indicator,numerator,denominator\n", "RECORD-COLUMN-TWICE"),
        (b'unit,indicator,numerator,denominator\n"A,tasks,1,2\n', "RECORD-CSV"),
        (b"ten,tuoi\nA,1\n", "RECORD-FORMAT"),
        (b'{"metadata": {}, "provinces": []}', "CRAWL-WITHOUT-UNITS"),
        (b'{"metadata": {}, "others": []}', "RECORD-FORMAT"),
        (b'{"code": "OK", "data"', "RECORD-JSON"),
        (b'{"unit": "A"} {"unit": "B"}', "RECORD-JSON"),
        (b'{"unit": "A"}\n{"unit": ', "RECORD-JSON"),
        (b'{"unit": "A", "unit": "B"}', "RECORD-JSON"),
        (b"[1, 2]", "RECORD-JSON"),
        (b"[" * 100_000, "RECORD-JSON"),
        (b'{"data":' * 100_000, "RECORD-JSON"),
        (b'{"code": "ERROR", "data": null}', "ANSWER-WITHOUT-UNITS"),
        (b"PK\x03\x04 no workbook", "RECORD-WORKBOOK"),
        (workbook([]), "EMPTY-FILE"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_problem_and_nothing_of_it_is_taken(data: bytes, code: str) -> None:
    found = problem(data)
    assert (found.code, found.weight) == (code, Weight.UNREADABLE)


def test_a_folder_and_a_missing_file_are_problems(tmp_path: Path) -> None:
    found = [bytes_of(tmp_path, "f"), bytes_of(tmp_path / "none", "f"), bytes_of(Path("\0"), "f")]
    codes = ["RECORD-FILE-FOLDER", "RECORD-FILE-ABSENT", "RECORD-FILE-CLOSED"]
    assert [one.code for one in found if isinstance(one, Problem)] == codes
    (tmp_path / "there").write_bytes(b"x")
    assert bytes_of(tmp_path / "there", "f") == b"x"


def test_a_source_is_a_code() -> None:
    found = problem(FLAT.encode(), source="Cổng 766")
    assert (found.code, found.weight) == ("FIGURE-SOURCE", Weight.MISUSED)


def test_every_key_of_the_portal_names_an_indicator_and_a_method() -> None:
    portal = source("portal-766")
    assert len(portal.figure) == 8
    assert portal.captured == ("captured_at", "extractedAt", "run_date", "runDateStr")
    assert set(portal.raw) <= set(portal.figure)


@pytest.mark.parametrize(
    ("cell", "at"),
    [
        ("20260926182100", "2026-09-26 18:21:00"),
        ("2026-09-26", "2026-09-26 00:00:00"),
        ("2026-09-26T18:21", "2026-09-26 18:21:00"),
        ("2026-09-26 18:21:59.999", "2026-09-26 18:21:59"),
        ("2026-09-25T23:43:16Z", "2026-09-26 06:43:16"),
        ("2026-09-26T18:21:00+07:00", "2026-09-26 18:21:00"),
        ("2026-09-26T06:21:00-0500", "2026-09-26 18:21:00"),
        ("26/09/2026", "2026-09-26 00:00:00"),
        ("26/09/2026 18:21", "2026-09-26 18:21:00"),
        ("46291", "2026-09-26 00:00:00"),
        ("46291.764583333333", "2026-09-26 18:21:00"),
        ("26/9/2026", None),
        ("2026-02-30", None),
        ("2026-09-26T24:01", None),
        ("1989-12-31", None),
        ("2101-01-01", None),
        ("2100-12-31T23:00:00Z", None),
        ("2026092618210", None),
        ("２０２６-09-26", None),
        ("2026", None),
    ],
)
def test_a_moment_is_local_whole_seconds_between_1990_and_2100(cell: str, at: str | None) -> None:
    assert values.moment(cell) == (datetime.fromisoformat(at) if at else None)


@pytest.mark.parametrize(
    "cell", ["", "0000-00-00", "00000000000000", "00/00/0000 00:00:00", "0000-00-00T00:00", " - / "]
)
def test_a_moment_of_nothing_but_zeros_is_empty(cell: str) -> None:
    assert values.is_no_moment(cell)


@given(st.integers(0, values.LARGEST))
def test_every_whole_number_is_read_as_itself(number: int) -> None:
    assert values.integer(str(number)) == number


@given(st.text(max_size=20))
def test_whatever_is_read_as_a_number_is_ascii_digits(cell: str) -> None:
    assert isinstance(values.integer(cell), int) == (cell.isascii() and cell.isdigit() and len(cell) <= 18)


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.integers(0, 4))
def test_a_percentage_is_rounded_half_up_as_on_paper(n: int, d: int, places: int) -> None:
    exact = (Decimal(n) * 100 / Decimal(d)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    compared = values.percent_of(n, d, f"{exact:f}")
    assert compared == (True, f"{exact:f}".replace(".", ","))


@given(st.binary(max_size=200))
def test_no_bytes_make_a_traceback(data: bytes) -> None:
    for begin in (b"", b"unit,indicator,numerator,denominator\n", b"{", b"PK\x03\x04"):
        assert isinstance(read(begin + data), Reading | Problem)


CELL = st.sampled_from(["", "A", "tasks", "x", "1", "2", "97.0", "-1", "\u202e", "2026-01-01", '"', ";"])


@given(st.lists(st.lists(CELL, min_size=3, max_size=5), max_size=8))
def test_every_row_read_is_a_figure_quarantined_or_not_taken(rows: list[list[str]]) -> None:
    lines = [
        json.dumps(dict(zip(("unit", "indicator", "numerator", "denominator", "scope"), row, strict=False)))
        for row in rows
    ]
    found = read("\n".join(lines).encode())
    if isinstance(found, Reading):
        assert found.read == len(rows)
        assert found.read == len(found.figures) + len(found.quarantined) + sum(found.not_taken.values())
    else:
        assert not rows or found.code == "RECORD-COLUMN-MISSING"
