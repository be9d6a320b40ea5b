"""Form II.06a as figures (records.md, domain.md 3): four sums must hold, the total row is the unit's n and d."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from chitieu.payload import Payload, opened
from chitieu.period import holding
from chitieu.period import read as read_period
from chitieu.problem import Problem
from chitieu.records.figures import Figure
from chitieu.records.intake.ii06a import form
from chitieu.records.reading import Reading, read_figures

CAPTURED = datetime(2024, 3, 20, 8, 30)
IDS = (
    "STT,TenLinhVuc,TongSo,TiepNhanTrucTuyen,TiepNhanTrucTiep,KyTruocChuyenSang,DaXuLy,DaXuLyTruocHan,DaXuLyDungHan,"
    "DaXuLyQuaHan,DangXuLy,DangXuLyTrongHan,DangXuLyQuaHan"
)
LAND = ("1", "Đất đai", 120, 80, 30, 10, 100, 60, 36, 4, 20, 18, 2)
JUSTICE = ("2", "Hộ tịch", 45, 20, 20, 5, 40, 20, 20, 0, 5, 5, 0)
TOTAL = ("", "Tổng", 165, 100, 50, 15, 140, 80, 56, 4, 25, 23, 2)
NAMED = "Đơn vị báo cáo: UBND xã Đông (26041)"
PERIOD = "Kỳ báo cáo: Quý I (Từ ngày 15/12/2023 đến ngày 14/3/2024)"

Row = Sequence[str | int]


@dataclass(frozen=True, kw_only=True)
class Indicator:
    code: str
    shape: str = "ratio"
    default: str = "resolved"
    methods: Sequence["Indicator"] = ()


CATALOGUE = {"on-time-dossiers": Indicator(code="on-time-dossiers", methods=[Indicator(code="resolved")])}


def read(data: bytes, period: str | None = None, unit: str | None = None, **asked: object) -> Reading | Problem:
    of = None if period is None else read_period(period)
    assert not isinstance(of, Problem)
    asked = {"captured": CAPTURED, "period": of, "unit": unit, **asked}
    return read_figures(data, "biểu", catalogue=CATALOGUE, units=lambda code, day: (code, None), **asked)  # type: ignore[arg-type]


def with_ids(*rows: Row) -> bytes:
    """The form as a file with element ids for heads."""
    text = io.StringIO()
    csv.writer(text).writerows([IDS.split(","), *rows])
    return text.getvalue().encode()


def of_form(*rows: Row, above: Sequence[str] = (PERIOD, NAMED), numbers: Sequence[str | int] = range(1, 14)) -> bytes:
    """The form as it is printed: a title, merged heads over three lines, the numbers of the columns, the rows."""
    into = io.BytesIO()
    with xlsxwriter.Workbook(into) as book:
        sheet = book.add_worksheet("II.06a")
        sheet.write_row(0, 0, ["Biểu số II.06a/VPCP/KSTT", "", "TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH"])
        for at, cell in enumerate(above, 1):
            sheet.write(at, 0, cell)
        at = len(above) + 1
        groups = ((2, 5, "Tiếp nhận"), (6, 9, "Đã giải quyết"), (10, 12, "Đang giải quyết"))
        for first, last, head in groups:
            sheet.merge_range(at, first, at, last, head)
        for column, head in ((0, "TT"), (1, "Lĩnh vực")):
            sheet.merge_range(at, column, at + 2, column, head)
        sheet.merge_range(at + 1, 3, at + 1, 4, "Trong đó")
        heads = {2: "Tổng số", 5: "Từ kỳ trước", 6: "Tổng số", 7: "Trước hạn", 8: "Đúng hạn", 9: "Quá hạn"}
        for column, head in (heads | {10: "Tổng số", 11: "Trong hạn", 12: "Quá hạn"}).items():
            sheet.merge_range(at + 1, column, at + 2, column, head)
        sheet.write_row(at + 2, 3, ["Trực tuyến", "Trực tiếp, dịch vụ bưu chính"])
        sheet.write_row(at + 3, 0, numbers)
        for number, row in enumerate(rows, at + 4):
            sheet.write_row(number, 0, row)
    return into.getvalue()


def figures(found: Reading | Problem) -> tuple[Figure, ...]:
    assert isinstance(found, Reading), found.sentence
    assert found.quarantined == ()
    return found.figures


def rejected(found: Reading | Problem) -> list[tuple[int, str, str]]:
    """Row, column and sentence of everything that is wrong."""
    assert isinstance(found, Reading), found.sentence
    problems = [(row.row, wrong) for row in found.quarantined for wrong in row.problems]
    return [(row, wrong.place.field, wrong.says) for row, wrong in problems]


BOTH = pytest.mark.parametrize(
    "data", [with_ids(LAND, JUSTICE, TOTAL), of_form(LAND, JUSTICE, TOTAL)], ids=["element ids", "merged heads"]
)


@BOTH
def test_the_total_row_is_the_figure_of_the_unit_columns_8_and_9_of_column_7(data: bytes) -> None:
    (figure,) = figures(read(data, "report:2024-Q1", "26041"))
    assert (figure.numerator, figure.denominator) == (80 + 56, 140)
    assert (figure.source, figure.unit, figure.indicator, figure.method, figure.scope) == (
        "ii06a",
        "26041",
        "on-time-dossiers",
        "resolved",
        "",
    )
    assert (figure.begins, figure.ends, figure.captured_at) == (date(2023, 12, 15), date(2024, 3, 14), CAPTURED)


@BOTH
def test_rows_by_field_are_no_figures_of_a_unit_and_are_counted(data: bytes) -> None:
    found = read(data, "report:2024-Q1", "26041")
    assert isinstance(found, Reading)
    assert (found.read, found.not_taken, len(found.figures)) == (3, {"field-row": 2}, 1)


# The four sums


@pytest.mark.parametrize(
    ("column", "counts", "broken"),
    [
        ("TongSo", (12, 8, 3, 0, 10, 6, 3, 1, 2, 2, 0), ["không khớp 3 = 4 + 5 + 6: 12 khác 8 + 3 + 0 = 11."]),
        ("DaXuLy", (12, 8, 3, 1, 10, 6, 3, 0, 2, 2, 0), ["không khớp 7 = 8 + 9 + 10: 10 khác 6 + 3 + 0 = 9."]),
        ("DangXuLy", (12, 8, 3, 1, 10, 6, 3, 1, 2, 2, 1), ["không khớp 11 = 12 + 13: 2 khác 2 + 1 = 3."]),
        ("TongSo", (13, 8, 3, 2, 10, 6, 3, 1, 2, 2, 0), ["không khớp 3 = 7 + 11: 13 khác 10 + 2 = 12."]),
    ],
)
def test_a_row_that_breaks_one_sum_is_rejected_with_the_sum_and_both_sides(
    column: str, counts: Sequence[int], broken: Sequence[str]
) -> None:
    found = read(with_ids(("1", "Đất đai", *counts), TOTAL), "2024-Q1", "26041")
    assert rejected(found) == [(2, column, sentence) for sentence in broken]
    assert isinstance(found, Reading) and len(found.figures) == 1
    total = read(with_ids(LAND, ("", "Tổng", *counts)), "2024-Q1", "26041")
    assert rejected(total) == [(3, column, sentence) for sentence in broken]
    assert isinstance(total, Reading) and total.figures == ()


def test_a_column_of_the_printed_form_is_named_by_its_number() -> None:
    broken = ("2", "Hộ tịch", 46, *JUSTICE[3:])
    assert rejected(read(of_form(LAND, broken, TOTAL))) == [
        (9, "cột 3", "không khớp 3 = 4 + 5 + 6: 46 khác 20 + 20 + 5 = 45."),
        (9, "cột 3", "không khớp 3 = 7 + 11: 46 khác 40 + 5 = 45."),
    ]


COUNT = st.integers(0, 10**6)


@given(st.tuples(COUNT, COUNT, COUNT), st.tuples(COUNT, COUNT), st.tuples(COUNT, COUNT), st.integers(2, 12), COUNT)
def test_a_total_whose_four_sums_hold_is_the_figure_and_one_with_another_cell_is_none(
    done: tuple[int, int, int], left: tuple[int, int], split: tuple[int, int], cell: int, changed: int
) -> None:
    received = sum(done) + sum(left)
    online, direct = min(split[0], received), min(split[1], max(0, received - split[0]))
    parts = (online, direct, received - online - direct)
    row = ["", "Tổng", received, *parts, sum(done), *done, sum(left), *left]
    (figure,) = figures(read(with_ids(row), "2024-Q1", "26041"))
    assert (figure.numerator, figure.denominator) == (done[0] + done[1], sum(done))
    other = [changed if at == cell else value for at, value in enumerate(row)]
    found = read(with_ids(other), "2024-Q1", "26041")
    assert isinstance(found, Reading)
    assert len(found.figures) == (other == row)


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("", "để trống nội dung bắt buộc."),
        ("1.234", "không phải số nguyên viết bằng các chữ số 0–9."),
        (-3, "số đếm không thể âm."),
        (2.5, "không phải số nguyên viết bằng các chữ số 0–9."),
    ],
)
def test_a_cell_that_is_no_count_rejects_its_row_and_no_sum_is_asked(cell: str | int, says: str) -> None:
    found = read(with_ids((*TOTAL[:7], cell, *TOTAL[8:])), "2024-Q1", "26041")
    assert rejected(found) == [(2, "DaXuLyTruocHan", says)]


# The row of the total


@pytest.mark.parametrize("said", [("", "Tổng"), ("", "TỔNG SỐ"), ("Tổng cộng:", ""), ("II", "Tổng số")])
def test_the_total_is_known_by_its_word_in_either_of_the_first_columns(said: tuple[str, str]) -> None:
    (figure,) = figures(read(with_ids(LAND, (*said, *TOTAL[2:])), "2024-Q1", "26041"))
    assert figure.denominator == 140


def test_a_form_without_a_total_is_refused_whole_and_a_second_total_is_rejected() -> None:
    without = read(with_ids(LAND, JUSTICE), "2024-Q1", "26041")
    assert isinstance(without, Problem)
    assert without.code == "FORM-WITHOUT-TOTAL"
    twice = read(with_ids(LAND, TOTAL, TOTAL), "2024-Q1", "26041")
    assert rejected(twice) == [(4, "", "biểu có hai dòng Tổng; dòng kia là dòng 3.")]
    assert isinstance(twice, Reading) and len(twice.figures) == 1


def test_lines_of_words_below_the_table_are_counted_and_not_taken() -> None:
    found = read(of_form(("I", "Sở, ban, ngành"), LAND, TOTAL, ("Người lập biểu",)))
    assert isinstance(found, Reading)
    assert (found.read, found.not_taken, found.quarantined) == (4, {"field-row": 1, "form-text": 2}, ())


# What the head says


def test_the_head_says_the_period_and_the_code_of_the_reporting_unit() -> None:
    (figure,) = figures(read(of_form(TOTAL)))
    assert (holding(figure.begins, figure.ends).name, figure.unit) == ("report:2024-Q1", "26041")


@pytest.mark.parametrize(
    ("line", "ends"),
    [
        ("(Từ ngày 15/12/2023 đến ngày 14/03/2024)", date(2024, 3, 14)),
        ("(từ ngày 15 tháng 12 năm 2023 đến hết ngày 14 tháng 3 năm 2024)", date(2024, 3, 14)),
        ("Từ ngày 15-12-2023 đến ngày 31.12.2024", date(2024, 12, 31)),
    ],
)
def test_the_period_is_read_as_offices_write_it_and_goes_before_the_one_asked(line: str, ends: date) -> None:
    (figure,) = figures(read(of_form(TOTAL, above=(line, NAMED)), "2024"))
    assert (figure.begins, figure.ends) == (date(2023, 12, 15), ends)


def test_a_period_left_to_be_filled_in_is_asked_for() -> None:
    blank = of_form(TOTAL, above=("(Từ ngày ……… đến ngày ………)", NAMED))
    found = read(blank)
    assert isinstance(found, Problem)
    assert found.code == "NO-PERIOD"
    assert figures(read(blank, "2024"))[0].ends == date(2024, 12, 31)


def test_a_day_that_is_none_rejects_the_total() -> None:
    found = read(of_form(TOTAL, above=("(Từ ngày 15/12/2023 đến ngày 31/02/2024)", NAMED)))
    assert rejected(found) == [(8, "to", "không phải ngày, giờ từ năm 1990 đến năm 2100.")]


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        (NAMED, "26041"),
        ("Đơn vị báo cáo: 26041", "26041"),
        ("Đơn vị báo cáo: UBND xã Đông, mã đơn vị: 26041", "26041"),
        ("Đơn vị báo cáo: Sở Nội vụ (75-noi-vu)\nĐơn vị nhận báo cáo: UBND tỉnh (75)", "75-noi-vu"),
        ("ĐƠN VỊ BÁO CÁO: ………", "H19"),
        ("Đơn vị nhận báo cáo: UBND tỉnh (75)", "H19"),
    ],
)
def test_the_reporting_unit_is_the_code_in_the_head_else_the_one_asked(line: str, unit: str) -> None:
    assert figures(read(of_form(TOTAL, above=(PERIOD, line)), unit="H19"))[0].unit == unit


@pytest.mark.parametrize(
    ("line", "code"),
    [("Đơn vị báo cáo: UBND xã Đông", "FORM-UNIT-BY-NAME"), ("Đơn vị báo cáo: ……", "FORM-WITHOUT-UNIT")],
)
def test_a_form_that_does_not_say_the_code_of_its_unit_is_refused_and_told_what_to_give(line: str, code: str) -> None:
    found = read(of_form(TOTAL, above=(PERIOD, line)))
    assert isinstance(found, Problem)
    assert found.code == code
    assert "--unit 26041" in found.sentence


@BOTH
def test_the_moment_is_asked_for_because_no_form_says_it(data: bytes) -> None:
    found = read(data, "2024-Q1", "26041", captured=None)
    assert isinstance(found, Problem)
    assert found.code == "NO-CAPTURE"


# The printed head


@pytest.mark.parametrize(
    "numbers",
    [
        [f"({number})" for number in range(1, 14)],
        ["1", "2", "3=4+5+6", 4, 5, 6, "7 = 8+9+10", 8, 9, 10, "(11)=(12)+(13)", 12, 13],
    ],
)
def test_the_numbers_of_the_columns_are_known_as_forms_print_them(numbers: Sequence[str | int]) -> None:
    assert figures(read(of_form(LAND, TOTAL, numbers=numbers)))[0].denominator == 140


@pytest.mark.parametrize("numbers", [range(1, 13), range(2, 15), [*range(1, 6), *range(7, 15)]])
def test_another_form_is_not_taken_for_this_one(numbers: Sequence[int]) -> None:
    found = read(of_form(LAND, TOTAL, numbers=numbers))
    assert isinstance(found, Problem)
    assert found.code in ("RECORD-FORMAT", "RECORD-COLUMN-TWICE")


def test_a_form_saved_as_csv_keeps_its_head() -> None:
    lines = [["Biểu số II.06a", "", ""], [PERIOD], [NAMED], ["", "Lĩnh vực", "Tiếp nhận, trước hạn, đúng hạn, quá hạn"]]
    text = io.StringIO()
    csv.writer(text).writerows([*lines, range(1, 14), LAND, JUSTICE[:12], TOTAL, ["Người lập biểu"]])
    found = read(text.getvalue().encode())
    assert isinstance(found, Reading)
    assert [(figure.row, figure.denominator) for figure in found.figures] == [(8, 140)]
    assert [(row.row, row.problems[0].code) for row in found.quarantined] == [(7, "RECORD-ROW-LENGTH")]
    assert found.not_taken == {"field-row": 1, "form-text": 1}


def test_a_table_with_a_head_as_wide_is_no_form_though_a_row_counts_from_one() -> None:
    names = [chr(ord("a") + at) for at in range(13)]
    text = io.StringIO()
    csv.writer(text).writerows([names, range(1, 14)])
    found = opened(text.getvalue().encode(), "bảng")
    assert isinstance(found, Payload)
    assert (found.columns, len(found.rows), found.heading) == (tuple(names), 1, ())


def test_the_form_names_thirteen_columns_and_its_figure_stands_in_the_sums() -> None:
    assert sorted(form().columns) == list(range(1, 14))
    assert list(form().columns.values()) == IDS.split(",")
    assert {*form().numerator, form().denominator} <= set(form().counts)
