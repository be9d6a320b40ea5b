"""Bad files of figures at the door of `import`: what is quarantined, what cannot be read, and that nothing moves."""

import json
from pathlib import Path

import pytest

from tests.rooms.commands import (
    FIGURES,
    UNREADABLE,
    Case,
    book,
    copied,
    done,
    made,
    named,
    other,
    run,
    sentences,
    told_once,
    untouched,
)

OBJECT = {
    "unit": "H01.2", "indicator": "on-time-dossiers", "method": "resolved", "from": "2026-01-01", "to": "2026-06-30",
    "numerator": 97, "denominator": 100, "captured_at": "2026-10-01", "person": "Nguyễn Văn Mẫu", "document": "BC-1",
}  # fmt: skip
HEAD = tuple(OBJECT)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that holds the sound rows already: a file whose every other row is faulty brings nothing new."""
    return made(tmp_path_factory.mktemp("world") / "w")


def row(old: str, new: str) -> bytes:
    return other(FIGURES, old, new)


def said(value: str, key: str = "numerator") -> bytes:
    """One object of JSON, one of its values as it stands here."""
    found = json.dumps({**OBJECT, key: "HERE"}, ensure_ascii=False)
    return found.replace('"HERE"', value).encode()


def cells(**changed: object) -> bytes:
    return book(HEAD, tuple({**OBJECT, **changed}.values()))


FILES: list[Case] = [
    *UNREADABLE,
    ("a workbook cut short", cells()[:300], 3, "bảng tính"),
    ("an empty workbook", book(), 3, "tệp trống"),
    ("an old workbook that is none", b"\xd0\xcf\x11\xe0" + bytes(600), 3, "bảng tính"),
    ("a missing column", row("numerator", "n"), 3, "thiếu cột numerator"),
    ("another table", b"a,b\n1,2\n", 3, "không theo mẫu"),
    ("a column twice", row("unit,indicator", "unit,unit"), 3, "hai cột cùng tên (unit)"),
    ("a quote open", row("BC-1", '"BC-1'), 3, "dòng 2"),
    ("JSON cut short", said("97")[:-1], 3, "JSON hỏng"),
    ("two objects on a line", said("97") * 2, 3, "JSON hỏng"),
    ("a broken second line", said("97") + b"\n" + said("x"), 3, "dòng 2"),
    ("a key twice", said('97, "numerator": 98'), 3, "một khóa viết hai lần"),
    ("a key twice but for a blank", said('97, "numerator ": 98'), 3, "một khóa viết hai lần"),
    ("a list of numbers", b"[1, 2]", 3, "JSON hỏng"),
    ("a hundred thousand brackets", b"[" * 100_000, 3, "JSON hỏng"),
    ("an empty object", b"{}", 3, "tệp trống"),
    ("an answer without units", b'{"data": {}}', 3, "không có đơn vị"),
    ("an answer without a period", b'{"data": {"parent": {"overview": [{"departmentCode": "H01.2"}]}}}', 1, "--period"),
]

ROWS: list[Case] = [
    ("n above d", row(",97,", ",970,"), 1, "tử số 970 lớn hơn mẫu số 100"),
    ("words for a number", row(",97,", ",chín bảy,"), 1, "số nguyên"),
    ("a fraction", row(",97,", ",97.5,"), 1, "số nguyên"),
    ("a group of three", row(",97,", ",1.000,"), 1, "số nguyên"),
    ("an underscore", row(",97,", ",1_0,"), 1, "số nguyên"),
    ("full-width digits", row(",97,", ",９７,"), 1, "số nguyên"),
    ("a negative number", row(",97,", ",-3,"), 1, "âm"),
    ("no number", row(",97,", ",,"), 1, "bắt buộc"),
    ("a huge number", row(",97,", f",1{'0' * 40},"), 1, "18 chữ số"),
    ("an unknown unit", row("H01.2", "H77"), 1, "H77"),
    ("an unknown indicator", row("on-time-dossiers", "on-time"), 1, "mã này"),
    ("an unknown method", row("resolved", "x"), 1, "cách tính"),
    ("no such day", row("2026-01-01", "2026-02-30"), 1, "2026-02-30"),
    ("a period turned round", row("2026-01-01", "2027-02-28"), 1, "đứng trước"),
    ("a year nought", row("2026-10-01", "0001-01-01"), 1, "1990"),
    ("a row too long", row("BC-1", "BC-1,x"), 1, "số ô"),
    ("a text too long", row("BC-1", "x" * 5000), 1, "200"),
    ("an escape", row("BC-1", "\x1b[2J"), 1, "U+001B"),
    ("a NUL", row("BC-1", "B\0C"), 1, "U+0000"),
    ("an override", row("BC-1", "\u202e"), 1, "U+202E"),
    ("97.0 in JSON", said("97.0"), 1, "97.0"),
    ("1e3 in JSON", said("1e3"), 1, "1e3"),
    ("NaN in JSON", said("NaN"), 1, "NaN"),
    ("nothing in JSON", said("null"), 1, "bắt buộc"),
    ("a flag in JSON", said("true"), 1, "số nguyên"),
    ("a list in JSON", said("[97]"), 1, "danh sách"),
    ("nine hundred brackets in JSON", said("[" * 900 + "]" * 900), 1, "danh sách"),
    ("an endless number in JSON", said("1" + "0" * 9000), 1, "18 chữ số"),
    ("half of a pair in JSON", said('"\\ud800"', "document"), 1, "U+D800"),
    ("a fraction in a workbook", cells(numerator=97.5), 1, "97.5"),
    ("n above d in a workbook", cells(numerator=970), 1, "970"),
    ("an override in a workbook", cells(document="\u202e"), 1, "U+202E"),
]


@pytest.mark.parametrize(("fault", "data", "status", "word"), named(FILES))
def test_a_file_that_cannot_be_read_leaves_no_trace(
    world: Path, tmp_path: Path, fault: str, data: bytes, status: int, word: str
) -> None:
    page = tmp_path / "figures"
    page.write_bytes(data)
    with untouched(world):
        told_once(run("import", "figure", page, home=world), status, word)


@pytest.mark.parametrize(("fault", "data", "status", "word"), named(ROWS))
def test_a_faulty_row_is_named_and_counted_and_enters_nothing(
    world: Path, tmp_path: Path, fault: str, data: bytes, status: int, word: str
) -> None:
    page = tmp_path / "figures"
    page.write_bytes(data)
    with untouched(world):
        ended = run("import", "figure", page, "--format", "json", home=world)
    lines = sentences(ended)
    assert ended.status == status
    assert (len(lines), word in lines[0]) == (1, True), lines
    (account,) = ended.objects
    assert (account["quarantined"], account["accepted"], account["delivery"]) == (1, 0, None)


def test_a_cell_with_an_unlawful_character_is_one_fault(world: Path, tmp_path: Path) -> None:
    """Not also an unknown unit, nor also a number that is none."""
    for old, new in (("H01.2", "H01.\u202e2"), (",97,", ",9\u200b7,")):
        page = tmp_path / "figures"
        page.write_bytes(row(old, new))
        with untouched(world):
            ended = run("import", "figure", page, "--format", "json", home=world)
        assert len(sentences(ended)) == 1, ended.err


def test_of_many_files_each_ends_for_itself_and_the_worst_status_speaks(world: Path, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(FIGURES.replace("2026-12-31", "2026-06-30"), encoding="utf-8")
    bad.write_bytes(row(",97,", ",970,"))
    home = copied(world, tmp_path / "own")
    ended = run("import", "figure", good, tmp_path / "none.csv", tmp_path, bad, "--format", "json", home=home)
    assert ended.status == 3
    assert [(one["accepted"], one["quarantined"]) for one in ended.objects] == [(2, 0), (0, 1)]
    assert len(sentences(ended)) == 3


def test_twenty_rejected_rows_are_said_and_the_rest_counted_and_kept(world: Path, tmp_path: Path) -> None:
    head, *rows = FIGURES.splitlines()
    many = [rows[0].replace(",97,", ",970,").replace("2026-12-31", f"2026-12-{day:02}") for day in range(1, 31)]
    page = tmp_path / "many.csv"
    page.write_text("\n".join([head, rows[1].replace("2026-12-31", "2026-06-30"), *many]), encoding="utf-8")
    home = copied(world, tmp_path / "own")
    ended = run("import", "figure", page, home=home)
    lines = sentences(ended)
    assert (ended.status, len(lines)) == (1, 21)
    assert lines[-1] == "… và 10 nội dung nữa; dòng bị loại xem bằng lệnh: chitieu deliveries quarantine 2"
    assert len(done("deliveries", "quarantine", "2", "--format", "json", home=home).objects) == 30
