"""A command used wrongly: status 2, one sentence that says where to read on, and nothing done."""

from pathlib import Path

import pytest

from tests.rooms.commands import (
    ACT,
    UNITS,
    UNREADABLE,
    Case,
    book,
    copied,
    done,
    made,
    named,
    run,
    sentences,
    told_once,
    untouched,
)

NAME = ("--number", "MH-5", "--issuer", "H01.1", "--issued-on", "2026-02-01", "--under", "MH-1")
HEAD = "unit,tier,indicator,method,level\n"
REFUSED = "Văn bản không được lưu."


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that no test of this page may change."""
    return made(tmp_path_factory.mktemp("world") / "w")


WRONG: list[tuple[str, str]] = [
    # the line                                                        a word of the sentence
    ("bogus", 'Không có lệnh "bogus"'),
    ("--bogus", "Không có tùy chọn --bogus"),
    ("decision bogus", 'Không có lệnh "bogus"'),
    ("decision list --bogus", "Không có tùy chọn --bogus"),
    ("decision list extra", "thừa tham số"),
    ("decision list --format xml", "một trong: table, json, csv"),
    ("decision list --format", "--format thiếu giá trị"),
    ("decision list --debug=yes", "--debug không nhận giá trị"),
    ("decision load", "Thiếu TỆP…"),
    ("decision try x.toml", "Thiếu --period"),
    ("decision try x.toml --period 2026-Q5", "2026-Q5"),
    ("decision try x.toml --period 1800", "1990–2100"),
    ("decision try x.toml --period 2026-01-02..2026-01-01", "2026-01-02..2026-01-01"),
    ("decision show MH", "không có văn bản nào"),
    ("decision show MH-1@2020-01-01", "không có văn bản nào"),
    ("decision show MH-1 --on 2026-02-30", "YYYY-MM-DD"),
    ("decision show MH-1 --on 1-1-2026", "YYYY-MM-DD"),
    ("units show H77", '"H77": không có đơn vị'),
    ("units show H01 --on ２０２６-01-01", "YYYY-MM-DD"),
    ("units load x --correct=", "--correct không dùng được: để trống"),
    ("standing", "Thiếu --decision"),
    ("standing --decision MH", "không có văn bản nào"),
    ("standing --decision MH-1 --unit H77", "không có đơn vị"),
    ("standing --decision MH-1 --indicator on-time", "không có chỉ số"),
    ("standing --decision MH-1 --period 2026-13", "2026-13"),
    ("standing --decision MH-1 --as-of today", "YYYY-MM-DD"),
    ("explain on-time-dossiers", "Thiếu --unit"),
    ("explain on-time --unit H01.2 --decision MH-1", "không có chỉ số"),
    ("explain on-time-dossiers --unit H77 --decision MH-1", "không có đơn vị"),
    ("import", "Thiếu LOẠI"),
    ("import figure", "Thiếu TỆP…"),
    ("import meeting_cycle x.csv", "một trong: committee, dossier, figure"),
    ("import dossier x.csv --period 2024", "từng bản ghi tự nói"),
    ("import dossier x.csv --covers 26041", "ĐƠN_VỊ:TỪ_NGÀY:ĐẾN_NGÀY"),
    ("import dossier x.csv --covers x:2024-01-01:2024-12-31", "chưa từng có đơn vị nào"),
    ("import dossier x.csv --mapping không-có", "không có bảng đổi tên"),
    ("import figure x.csv --covers H01:2024-01-01:2024-12-31", "không khai phạm vi"),
    ("measure --period 2024 --all-methods --method due", "chỉ ghi một trong hai"),
    ("measure --method x", "không có cách tính"),
    ("measure --indicator x", "không có chỉ"),
    ("measure --data-state 7", "không có lần nhận số 7"),
    ("import figure x.csv --captured 0001-01-01T00:00:00+14:00", "thời điểm"),
    ("import figure x.csv --captured yesterday", "thời điểm"),
    ("import figure x.csv --captured 1989-12-31", "thời điểm"),
    ("import figure x.csv --captured 2101-01-01T00:00", "thời điểm"),
    ("deliveries show", "Thiếu K"),
    ("deliveries show 7", "không có lần nhận số 7"),
    ("deliveries show 0", "số nguyên từ 1"),
    ("deliveries show -1", "số nguyên từ 1"),
    ("deliveries show 1.0", "số nguyên từ 1"),
    ("deliveries show １", "số nguyên từ 1"),
    (f"deliveries show {'9' * 40}", "số nguyên từ 1"),
    ("deliveries withdraw -3", "số nguyên từ 1"),
    ("deliveries withdraw 7", "không có lần nhận số 7"),
    ("deliveries quarantine 7", "không có lần nhận số 7"),
    ("assign", "Thiếu --issuer"),
    ("assign --issuer H01.1 --under MH-1", "--number"),
    ("assign --issuer H01.1 --under MH", "không có văn bản nào"),
    ("assign --issuer H77 --under MH-1 --template", "không có đơn vị"),
    ("assign --issuer H01.1.1 --under MH-1 --template", "không có đơn vị trực thuộc"),
    ("assign x --issuer H01.1 --under MH-1 --issued-on 2026-1-1", "YYYY-MM-DD"),
    ("check extra", "thừa tham số"),
    ("demo extra", "thừa tham số"),
]


@pytest.mark.parametrize(("line", "word"), WRONG, ids=[line for line, _ in WRONG])
def test_wrong_use_is_said_in_one_sentence(world: Path, line: str, word: str) -> None:
    with untouched(world):
        ended = run("--home", world, *line.split())
    lines = sentences(ended)
    assert (ended.status, len(lines), ended.raw) == (2, 1, b"")
    assert word.casefold() in lines[0].casefold()
    assert "--help" in lines[0] or '"' in lines[0] or lines[0].endswith(".")


@pytest.mark.parametrize("option", ["--number", "--issuer", "--under", "--title", "--signed-as"])
@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a\x1bb", "U+001B"),
        ("a\nb", "U+000A"),
        ("\u202e", "U+202E"),
        ("\udcff", "U+DCFF"),
        ("", "để trống"),
        (" ", "để trống"),
        ("x" * 3000, "2000"),
    ],
)
def test_a_text_of_the_line_is_of_one_line_and_visible(world: Path, option: str, text: str, word: str) -> None:
    with untouched(world):
        ended = run("assign", "x.csv", *NAME, option, text, home=world)
    told_once(ended, 2, word)
    assert f"Giá trị của {option} không dùng được" in ended.err


@pytest.mark.parametrize("line", ["decision list", "decision load x", "units show", "units load x", "units check",
                                  "assign --issuer H01 --under x", "import figure x", "deliveries", "deliveries show 1",
                                  "standing --decision x", "explain x --unit y --decision z", "check"])  # fmt: skip
def test_without_a_workspace_each_command_says_which_one_makes_it(tmp_path: Path, line: str) -> None:
    for home in (tmp_path, tmp_path / "none", tmp_path / ("a" * 300)):
        with untouched(tmp_path):
            told_once(run(*line.split(), home=home), 2, "chitieu init")


def test_a_home_or_a_clock_that_is_none(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for home in ("", " ", "a\0b"):
        told_once(run("decision", "list", "--home", home), 2, "không phải tên một thư mục")
    monkeypatch.setattr("tests.rooms.commands.NOW", "0001-01-01T00:00:00+14:00")
    told_once(run("decision", "list", home=world), 2, "CHITIEU_NOW")


def test_a_number_that_two_acts_bear_is_told_with_both(world: Path, tmp_path: Path) -> None:
    home = copied(world, tmp_path / "own")
    page = tmp_path / "x.toml"
    page.write_text(ACT.replace("2026-01-15", "2026-01-16"), encoding="utf-8")
    done("decision", "load", page, home=home)
    with untouched(home):
        told_once(run("decision", "show", "MH-1", home=home), 2, "H01:MH-1@2026-01-15; H01:MH-1@2026-01-16")
        done("decision", "show", "MH-1@2026-01-16", home=home)


def test_a_delivery_is_withdrawn_once(world: Path, tmp_path: Path) -> None:
    home = copied(world, tmp_path / "own")
    done("deliveries", "withdraw", "1", home=home)
    with untouched(home):
        told_once(run("deliveries", "withdraw", "1", home=home), 2, "đã được rút")
        told_once(run("deliveries", "withdraw", "2", home=home), 2, "là một lần rút")


def filled(level: str, *, unit: str = "H01.1.1", tier: str = "", indicator: str = "on-time-dossiers") -> bytes:
    return f'{HEAD}{unit},{tier},{indicator},,"{level}"\n'.encode()


FILLED: list[Case] = [
    *((what, data, status, word) for what, data, status, word in UNREADABLE),
    ("a missing column", b"unit,tier\n1,2\n", 3, "thiếu cột indicator, level"),
    ("nothing filled", HEAD.encode(), 1, "không ô nào được điền"),
    ("a bare number", filled("97"), 1, "dòng 2, level"),
    ("97,5.0", filled("97,5.0 %"), 1, "dòng 2, level"),
    ("a workbook's number", book(("unit", "indicator", "level"), ("H01.1.1", "on-time-dossiers", 97)), 1, "97"),
    ("outside the subtree", filled(">= 98 %", unit="H01.2"), 1, "dòng 2, đơn vị H01.2"),
    ("an unknown unit", filled(">= 98 %", unit="H77"), 1, "dòng 2, đơn vị H77"),
    ("an unknown indicator", filled(">= 98 %", indicator="x"), 1, "dòng 2, indicator"),
    ("an unknown tier", filled(">= 98 %", unit="", tier="x"), 1, "dòng 2, tier"),
    ("a cell twice", filled(">= 98 %") + filled(">= 99 %").removeprefix(HEAD.encode()), 1, "dòng 3, unit"),
    ("a short row", HEAD.encode() + b"H01.1.1,,on-time-dossiers\n", 1, "dòng 2"),
    ("an escape in a code", filled(">= 98 %", unit="H01.1\x1b.1"), 1, "dòng 2, unit"),
    ("an override in a level", filled(">= 98\u202e %"), 1, "U+202E"),
]


@pytest.mark.parametrize(("fault", "data", "status", "word"), named(FILLED))
def test_a_faulty_table_hands_nothing_on(
    world: Path, tmp_path: Path, fault: str, data: bytes, status: int, word: str
) -> None:
    page = tmp_path / "filled"
    page.write_bytes(data)
    with untouched(world):
        told_once(run("assign", page, *NAME, home=world), status, word, REFUSED)


def test_a_value_below_its_floor_is_named_by_its_row_of_the_table(world: Path, tmp_path: Path) -> None:
    page = tmp_path / "filled.csv"
    page.write_bytes(f"{HEAD},division,initiatives,,>= 3\n\n".encode() + filled(">= 95,99 %").partition(b"\n")[2])
    with untouched(world):
        ended = run("assign", page, *NAME, home=world)
    lines = ended.err.splitlines()
    assert ended.status == 1
    assert lines[0].endswith('filled.csv, dòng 4, đơn vị H01.1.1: ">= 95,99 %"')
    assert "95,99 < 96 (Quyết định MH-1 ngày 15/01/2026, dòng 1, " in lines[1]
    assert lines[2] == f"{REFUSED} 1 ô bị từ chối."


def test_a_template_never_overwrites(world: Path, tmp_path: Path) -> None:
    page, form = tmp_path / "x.csv", ("--template", "--issuer", "H01.1", "--under", "MH-1")
    page.write_text(UNITS, encoding="utf-8")
    with untouched(tmp_path):
        told_once(run("assign", page, *form, home=world), 2, "đã có tệp này")
        told_once(run("assign", tmp_path / "none" / "x.csv", *form, home=world), 3, "không ghi được tệp này")
        told_once(run("assign", tmp_path / "a\0b", *form, home=world), 3, "không ghi được tệp này")
