"""Bad input of every kind: one sentence a fault, the exit status of the contract, nothing half-done, no traceback.

A case is what is wrong, the bytes, the status, and a word of the sentence. Status 1: read and refused for what
it says; 3: it could not be read.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.rooms.commands import (
    ACT,
    CASCADE,
    FIGURES,
    NOW,
    UNITS,
    UNREADABLE,
    Case,
    Ended,
    copied,
    made,
    named,
    other,
    run,
    sentences,
    told_once,
    untouched,
)

DRAFT = ACT.replace('"MH-1"', '"MH-9"', 1)
LEVEL = '">= 95 %"'


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that no test of this page may change: each proves it."""
    return made(tmp_path_factory.mktemp("world") / "w")


def act(old: str, new: str) -> bytes:
    return other(DRAFT, old, new)


def cascade(old: str, new: str) -> bytes:
    return other(CASCADE, old, new)


ACTS: list[Case] = [
    *UNREADABLE,
    ("no equals sign", act("title = ", "title "), 3, "cú pháp TOML ở hàng 4"),
    ("a bracket open", DRAFT.encode() + b"[line", 3, "dở dang ở cuối tệp"),
    ("a key twice", act('kind = "decision"', 'kind = "decision"\nkind = "decision"'), 3, "khóa viết hai lần"),
    ("two spellings of a key", act("[[line]]", '"\u00e1" = 1\n"a\u0301" = 1\n[[line]]'), 3, "cú pháp TOML"),
    ("no such day", act("2026-01-15", "2026-02-30"), 3, "hàng 6"),
    ("a hundred thousand brackets", b"a = " + b"[" * 100_000, 3, "cú pháp TOML"),
    ("tables five thousand deep", (DRAFT + "\nx." + ".".join("a" * 5000) + " = 1").encode(), 3, "cú pháp TOML"),
    ("counts nine hundred deep", act("applies", f"counts.{'.'.join('a' * 900)} = 1\napplies"), 3, "cú pháp TOML"),
    ("five megabytes", b"a = 1\n" * 800_000, 3, "4194304 byte"),
    ("half of a pair", act("Chỉ tiêu mẫu", "\\ud800"), 3, "hàng 4"),
    ("a float", act(LEVEL, "97.5"), 1, "số thập phân"),
    ("infinity", act(LEVEL, "inf"), 1, "số thập phân"),
    ("a bare number", act(LEVEL, "97"), 1, "đứng một mình"),
    ("a bare day", act(LEVEL, "2026-06-30"), 1, '"by 2026-06-30"'),
    ("a list", act(LEVEL, "[97]"), 1, "không đọc được mức"),
    ("a large integer", act(LEVEL, "1" + "0" * 30), 1, "số lớn quá"),
    ("an endless integer", act(LEVEL, "1" + "0" * 9000), 1, "dòng 13"),
    ("an unknown key", act('applies = "2026"', 'applies = "2026"\nx = 1'), 1, "không có trong mẫu"),
    ("a misspelt tier", act("commune", "comune"), 1, "comune"),
    ("an unknown kind", act('"decision"', '"law"'), 1, "không có trong danh mục"),
    ("a kind of a million letters", act('"decision"', f'"{"x" * 10**6}"'), 1, "không có trong danh mục"),
    ("a number for a text", act('"Chỉ tiêu mẫu"', "3"), 1, "chữ trong dấu nháy"),
    ("an empty title", act("Chỉ tiêu mẫu", " "), 1, "thiếu nội dung"),
    ("a title too long", act("Chỉ tiêu mẫu", "x" * 5000), 1, "2000"),
    ("no period", act('applies = "2026"\n', ""), 1, "thiếu nội dung"),
    ("a period of two digits", act('"2026"', '"26"'), 1, "tên một kỳ"),
    ("a moment for a day", act("2026-01-15", "2026-01-15T10:00:00"), 1, "một ngày"),
    ("a day of 1700", act("2026-01-15", "1700-01-15"), 1, "1990"),
    ("row nought", act("row = 2", "row = 0"), 1, "số dòng"),
    ("a row twice", act("row = 2", "row = 1"), 1, "hai lần"),
    ("no row", act("row = 2\n", ""), 1, "thiếu nội dung"),
    ("an unknown indicator", act('"initiatives"', '"initiative"'), 1, "không có chỉ số"),
    ("an unknown method", act("row = 1", 'row = 1\nmethod = "x"'), 1, "cách tính"),
    ("an unknown issuer", act('"H01"', '"H77"'), 1, "H77"),
    ("an unknown unit", act('"none"', '"none"\n[line.units]\n"H77" = ">= 3"'), 1, "H77"),
    ("a Cyrillic letter", act('"H01"', '"Н01"'), 1, "La-tinh"),
    ("counts that differ", act('applies = "2026"', 'applies = "2026"\ncounts = { commune = 5 }'), 1, "5 chỉ tiêu"),
    ("an escape", act("mẫu", "\\u001b[31m"), 1, "U+001B"),
    ("a raw escape", act("mẫu", "\x1b[31m"), 1, "U+001B"),
    ("a NUL", act("mẫu", "\0"), 1, "U+0000"),
    ("a bidirectional override", act("mẫu", "\u202e"), 1, "U+202E"),
    ("an override in a comment", act("applies", "# \u202e\napplies"), 1, "dòng 7"),
    ("a zero-width blank in a level", act(LEVEL, '">= 95\u200b %"'), 1, "U+200B"),
]

LEVELS = ["97,5.0 %", "1.000", "1_000", ">= ９７ %", "97", "97 %", "> 97 %", ">= 101 %", ">= 97", "x", "-", "TX", "8.5",
          "2026-06-30", "by 30/06/2026", "top 5", "132 xã", ">= 1e2 %", ">= -3 %", "= NaN %", ""]  # fmt: skip

CASCADES: list[Case] = [
    ("outside its subtree", cascade("division", '[line.units]\n"H01.2"'), 1, "không trực thuộc Sở Một"),
    ("a tier that is not its to assign", cascade("division", "commune"), 1, "không được giao chỉ tiêu"),
    ("under an act that is not there", cascade('"MH-1"', '"MH-7"'), 1, "chưa lưu văn bản MH-7"),
    ("under nothing", cascade("under =", "# under ="), 1, "thiếu nội dung"),
    ("signed before the act", cascade("2026-02-01", "2026-01-01"), 1, "được ký sau văn bản này"),
    ("by one outside the act", cascade('issuer = "H01.1"', 'issuer = "H01"'), 1, "không thuộc phạm vi"),
    ("a key of decisions", cascade("[[line]]", 'applies = "2026"\n[[line]]'), 1, "không dùng trong"),
    ("another measure", cascade(">= 98 %", ">= 98"), 1, "đơn vị tính"),
]


@pytest.mark.parametrize(("fault", "data", "status", "word"), named(ACTS))
@pytest.mark.parametrize("command", ["load", "check", "try"])
def test_a_faulty_act_is_refused_at_every_door(
    world: Path, tmp_path: Path, command: str, fault: str, data: bytes, status: int, word: str
) -> None:
    page = tmp_path / "x.toml"
    page.write_bytes(data)
    more = ("--period", "2026", "--format", "json") if command == "try" else ()
    with untouched(world):
        ended = run("decision", command, page, *more, home=world)
    told_once(ended, status, word, "Văn bản không được lưu." if command == "load" else "")


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_that_could_mean_two_things_is_refused(world: Path, tmp_path: Path, level: str) -> None:
    page = tmp_path / "x.toml"
    page.write_bytes(act(LEVEL, f'"{level}"'))
    with untouched(world):
        told_once(run("decision", "check", page, home=world), 1, f'x.toml, dòng 1, cột UBND cấp xã: "{level}"')


@pytest.mark.parametrize(("fault", "data", "status", "word"), named(CASCADES))
def test_a_faulty_cascade_is_refused_whole(
    world: Path, tmp_path: Path, fault: str, data: bytes, status: int, word: str
) -> None:
    page = tmp_path / "x.toml"
    page.write_bytes(data)
    with untouched(world):
        told_once(run("decision", "load", page, home=world), status, word, "Văn bản không được lưu.")


def test_a_value_below_its_floor_names_cell_value_floor_act_and_row(world: Path, tmp_path: Path) -> None:
    """The one form of two lines, as the examples print it."""
    page = tmp_path / "x.toml"
    page.write_bytes(cascade(">= 98 %", ">= 95,99 %"))
    with untouched(world):
        ended = run("decision", "load", page, home=world)
    first, second, closing = ended.err.splitlines()
    assert first.endswith('x.toml, dòng 1, cột Phòng chuyên môn, đơn vị sự nghiệp, Trung tâm Phục vụ hành chính công: '
                          '">= 95,99 %"')  # fmt: skip
    assert second.startswith("  DƯỚI MỨC TỐI THIỂU  95,99 < 96 (Quyết định MH-1 ngày 15/01/2026, dòng 1, cột ")
    assert second.endswith("). Ghi 96 trở lên.")
    assert (ended.status, closing) == (1, "Văn bản không được lưu. 1 ô bị từ chối.")


def test_an_act_filed_twice_is_refused_by_its_bytes_and_by_its_name(world: Path, tmp_path: Path) -> None:
    for text, word in ((ACT, "không vào sổ lần nữa"), (ACT + "# khác\n", "sửa đổi hoặc thay thế")):
        page = tmp_path / "x.toml"
        page.write_text(text, encoding="utf-8")
        with untouched(world):
            told_once(run("decision", "load", page, home=world), 1, word, "Văn bản không được lưu.")


def test_of_two_acts_one_faulty_neither_is_filed(world: Path, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(CASCADE, encoding="utf-8")
    bad.write_bytes(act('"initiatives"', '"x"'))
    for order in ((good, bad), (bad, good)):
        with untouched(world):
            told_once(run("decision", "load", *order, home=world), 1, "bad.toml, dòng 2", "Văn bản không được lưu.")


def unit(old: str, new: str) -> bytes:
    return other(UNITS, old, new)


TABLES: list[Case] = [
    *((what, data, status, word) for what, data, status, word in UNREADABLE if "16 without" not in what),
    ("a workbook's bytes", b"PK\x03\x04" + bytes(300), 3, "CSV"),
    ("a missing column", unit("code,", "mã,"), 3, "thiếu cột: code"),
    ("semicolons", UNITS.replace(",", ";").encode(), 3, "dấu phẩy"),
    ("a column twice", unit("code,name", "code,code,name"), 3, "hai lần"),
    ("an unknown column", unit(",certainty", ",certainty,x"), 1, '"x"'),
    ("a short row", unit("Xã Ba,commune", "Xã Ba"), 3, "dòng 6"),
    ("a quote open", unit("Xã Ba", '"Xã Ba'), 3, "hàng 6"),
    ("a huge cell", unit("Xã Ba", "x" * 200_000), 3, "hàng 6"),
    ("an escape", unit("Xã Ba", "Xã \x1b[2J"), 1, "U+001B"),
    ("an override", unit("Xã Ba", "Xã \u202e"), 1, "U+202E"),
    ("a Cyrillic letter", unit("H01.3", "Н01.3"), 1, "La-tinh"),
    ("full-width digits", unit("H01.3", "H０1.3"), 1, "La-tinh"),
    ("no such day", unit("Xã Ba,commune,H01,", "Xã Ba,commune,H01,2026-02-30"), 1, "2026-02-30"),
    ("an old row gone", unit("H01.3,Xã Ba,commune,H01,,,,\n", ""), 1, "--correct"),
    ("an old row changed", unit("Xã Ba", "Xã Bốn"), 1, "--correct"),
]


@pytest.mark.parametrize(("fault", "data", "status", "word"), named(TABLES))
def test_a_faulty_table_of_units_changes_nothing(
    world: Path, tmp_path: Path, fault: str, data: bytes, status: int, word: str
) -> None:
    page = tmp_path / "units.csv"
    page.write_bytes(data)
    with untouched(world):
        told_once(run("units", "load", page, home=world), status, word, "Bảng đơn vị giữ nguyên.")


def in_a_process(*arguments: str | bytes, home: Path) -> Ended:
    """The program itself, as a shell starts it."""
    ended = subprocess.run(
        (sys.executable, "-m", "chitieu", *arguments, "--home", str(home)),
        env={"PYTHONPATH": str(ROOT / "src"), "CHITIEU_NOW": NOW, "PATH": os.environ["PATH"], "LC_ALL": "C"},
        capture_output=True, check=False, cwd=home.parent,
    )  # fmt: skip
    return Ended(status=ended.returncode, raw=ended.stdout, err=ended.stderr.decode("utf-8"))


def test_the_program_itself_says_the_same_also_in_a_poor_locale(world: Path, tmp_path: Path) -> None:
    page = tmp_path / "x.toml"
    page.write_bytes(act("mẫu", "\x1b[31m"))
    odd = os.fsencode(tmp_path) + b"/\xff\x1b[31m\xe2\x80\xae.csv"
    Path(os.fsdecode(odd)).write_bytes(other(FIGURES, ",97,", ",970,"))
    with untouched(world):
        told_once(in_a_process("decision", "load", str(page), home=world), 1, "U+001B", "Văn bản không được lưu.")
        told_once(in_a_process("decision", "check", str(tmp_path), home=world), 3, "thư mục")
        told_once(in_a_process("standing", "--decision", b"\xff", home=world), 2, '"\\udcff"')
        ended = in_a_process("import", "figure", odd, "--format", "json", home=world)
    assert [ended.status, len(ended.objects), len(sentences(ended))] == [1, 1, 1]
    assert "\\udcff\\u001b[31m\\u202e.csv" in ended.err


def test_a_file_that_is_none(world: Path, tmp_path: Path) -> None:
    doors = (("decision", "load"), ("decision", "check"), ("units", "load"), ("import", "figure"))
    loop, long = tmp_path / "loop", tmp_path / ("a" * 300)
    loop.symlink_to(loop)
    for door in doors:
        with untouched(world):
            told_once(run(*door, tmp_path, home=world), 3, "đây là một thư mục")
            told_once(run(*door, tmp_path / "none", home=world), 3, "không có tệp này")
            told_once(run(*door, tmp_path / "a\0b", home=world), 3, "không mở được")
            told_once(run(*door, loop, home=world), 3, "không mở được")
            told_once(run(*door, long, home=world), 3, "không mở được")
            ended = run(*door, "-", home=world)
        assert (ended.status, "đầu vào chuẩn: tệp trống" in sentences(ended)[0]) == (3, True)


def test_a_workspace_is_made_whole_or_not_at_all(tmp_path: Path) -> None:
    source = tmp_path / "source"
    cases: list[tuple[str, bytes, int, str]] = [
        ("units.csv", b"x\n", 3, "units.csv: dòng đầu thiếu cột"),
        ("units.csv", unit("commune", "xa"), 1, "units.csv, dòng 5, tier"),
        ("units.csv", "é".encode("latin-1"), 3, "UTF-8"),
        ("tiers.toml", b"tier = 1.5\n", 1, "số thập phân"),
        ("calendar.toml", b"year = [", 3, "calendar.toml"),
        ("province.toml", b"name = 'A'\n", 1, "province.toml, unit"),
        ("indicators/x.toml", b"code = ", 3, "indicators/x.toml"),
        ("acts/2026-01-15-x.toml", act("title = ", "title "), 3, "acts/2026-01-15-x.toml"),
        ("acts/2026-01-15-x.toml", act('"initiatives"', '"x"'), 1, "acts/2026-01-15-x.toml, dòng 2"),
    ]
    for name, data, status, word in cases:
        page = source / name
        page.parent.mkdir(parents=True, exist_ok=True)
        if name.startswith("acts/"):
            (source / "units.csv").write_text(UNITS, encoding="utf-8")
        page.write_bytes(data)
        ended = run("init", "--from", source, home=tmp_path / "new" / "home")
        assert (ended.status, word in ended.err) == (status, True), ended.err
        assert sentences(ended)[-1] == "Không tạo thư mục làm việc."
        assert not (tmp_path / "new").exists()
        page.unlink()
    for where, word in ((tmp_path / "none", "không có thư mục này"), (tmp_path / ("a" * 300), "không có thư mục này")):
        told_once(run("init", "--from", where, home=tmp_path / "new"), 3, word, "Không tạo thư mục làm việc.")


def test_a_workspace_is_not_made_where_something_is(world: Path, tmp_path: Path) -> None:
    page = tmp_path / "page"
    page.write_text("x", encoding="utf-8")
    refused = "Không tạo thư mục làm việc."
    with untouched(world):
        told_once(run("init", home=world), 2, "đã có thư mục làm việc", refused)
    told_once(run("init", home=tmp_path), 2, "không trống", refused)
    told_once(run("init", home=page), 2, "không trống", refused)
    told_once(run("init", home=page / "below"), 4, "có một tệp", refused)
    told_once(run("init", home=tmp_path / ("a" * 300)), 4, "tên dài", refused)
    own = copied(world, tmp_path / "own")
    (own / "acts" / "FILED").write_bytes(b"x\n")
    assert run("decision", "list", home=own).status == 4
