"""`schema`: what is said of the columns of a kind, and a sheet that is filled in and read by our own readers."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from python_calamine import CalamineWorkbook

from chitieu.cli.table import long
from chitieu.payload import Payload, opened
from chitieu.records import values
from chitieu.records.kinds import Column, Kind, importable, kinds
from chitieu.records.reading import Reading, read_figures
from chitieu.words import catalogue
from tests.rooms.commands import Ended, done, run, told_once

KINDS = pytest.mark.parametrize("kind", [kinds()[code] for code in importable()], ids=importable())
EPOCH = datetime(1899, 12, 30)
TEXT = "@"
"""The format that keeps a cell the text that was typed."""


def schema(*arguments: str | Path) -> Ended:
    return done("schema", *arguments)


def template(folder: Path, kind: str) -> bytes:
    file = folder / f"{kind}.xlsx"
    schema(kind, "--template", file)
    return file.read_bytes()


def part(book: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        return parts.read(name).decode()


def letters(at: int) -> str:
    return (chr(ord("A") + at // 26 - 1) if at >= 26 else "") + chr(ord("A") + at % 26)


def styles(book: bytes) -> list[str]:
    """The number of the style of each column."""
    columns = r'<col min="([0-9]+)" max="([0-9]+)" [^>]*?style="([0-9]+)"'
    found = re.findall(columns, part(book, "xl/worksheets/sheet1.xml"))
    return [style for first, last, style in found for _ in range(int(first), int(last) + 1)]


def filled(book: bytes, *rows: Sequence[str | int | date]) -> bytes:
    """The sheet with rows typed into it: each cell keeps the format its column was given."""
    style_of = styles(book)
    lines = "".join(
        f'<row r="{number}">{"".join(_cell(at, number, style_of[at], value) for at, value in enumerate(row))}</row>'
        for number, row in enumerate(rows, 2)
    )
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(into, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data = data.decode().replace("</sheetData>", f"{lines}</sheetData>").encode()
            new.writestr(name, data)
    return into.getvalue()


def _cell(at: int, row: int, style: str, value: str | int | date) -> str:
    place = f'<c r="{letters(at)}{row}" s="{style}"'
    if isinstance(value, str):
        return f'{place} t="inlineStr"><is><t>{escape(value)}</t></is></c>' if value else f"{place}/>"
    if isinstance(value, datetime):
        spent = value - EPOCH
        return f"{place}><v>{spent.days + spent.seconds / 86_400}</v></c>"
    return f"{place}><v>{(value - EPOCH.date()).days if isinstance(value, date) else value}</v></c>"


# What is printed


@KINDS
def test_every_column_is_said_with_its_type_codes_meaning_and_example(kind: Kind) -> None:
    objects = schema(kind.code, "--format", "json").objects
    assert [one["name"] for one in objects] == [column.name for column in kind.columns]
    for column, said in zip(kind.columns, objects, strict=True):
        assert (said["type"], said["meaning"], said["example"]) == (column.type, column.label, column.example or None)
        assert (said["key"], said["empty"]) == (column.name in kind.key, column.empty)
        assert said["codes"] == (["true", "false"] if column.type == "flag" else list(column.codes))
        assert said["required"] == (column.required and column.filled_by is None)


@KINDS
def test_the_table_says_every_column_in_vietnamese_and_fits_a_line(kind: Kind) -> None:
    printed = schema(kind.code).out
    assert printed.startswith(f"{kind.label} ({kind.code}). Khóa: {', '.join(kind.key)}.\n")
    assert all(re.search(rf"^\s*{column.name}\b", printed, re.MULTILINE) for column in kind.columns)
    assert all(long(line) <= 120 for line in printed.splitlines())


@KINDS
def test_csv_has_the_columns_of_json_with_the_codes_in_one_cell(kind: Kind) -> None:
    rows = list(csv.DictReader(io.StringIO(schema(kind.code, "--format", "csv").out.removeprefix("\ufeff"))))
    objects = schema(kind.code, "--format", "json").objects
    assert [row["name"] for row in rows] == [one["name"] for one in objects]
    assert list(rows[0]) == list(objects[0])
    assert [row["codes"] for row in rows] == ["|".join(one["codes"]) for one in objects]


def test_what_empty_means_is_said_in_words() -> None:
    lines = {line.split()[0]: line for line in schema("dossier").out.splitlines() if line[:1].islower()}
    assert "chưa xảy ra" in lines["finished_at"]
    assert "không rõ" in lines["channel"]
    assert "không có" in lines["result_code"]
    assert "không giới hạn" in schema("committee").out


def test_a_due_moment_of_a_day_alone_is_said_to_be_its_end() -> None:
    assert (
        "hết ngày ấy" in schema("dossier").out.replace("\n", " ").replace("  ", " ") or "hết" in schema("dossier").out
    )
    bare = {one["name"]: one["bare_day"] for one in schema("dossier", "--format", "json").objects}
    assert (bare["due_at"], bare["received_at"], bare["channel"]) == ("end", "start", None)


def test_the_help_names_every_kind_a_file_may_bring() -> None:
    said = catalogue()["cli.schema.help"]
    assert re.findall(r"[a-z_]{4,}", said.partition("Loại:")[2]) == sorted(importable(), key=said.index)
    assert set(re.findall(r"[a-z_]{4,}", said.partition("Loại:")[2])) == set(importable())


@pytest.mark.parametrize("kind", ["meeting_cycle", "hồ sơ", "x"])
def test_a_kind_that_no_file_brings_is_refused_with_those_that_may_be(kind: str) -> None:
    ended = run("schema", kind)
    assert (ended.status, ended.raw) == (2, b"")
    assert all(code in ended.err for code in importable())


# The sheet to fill in


@KINDS
def test_the_heads_are_the_columns_a_file_may_have_frozen_and_with_a_note_each(kind: Kind, tmp_path: Path) -> None:
    book = template(tmp_path, kind.code)
    first, second = CalamineWorkbook.from_filelike(io.BytesIO(book)).sheet_names
    assert (first, second) == (kind.code, "Giải thích")
    names = [column.name for column in kind.columns if column.filled_by != "reader"]
    read = opened(filled(book, ["x"]), "mẫu.xlsx")
    assert isinstance(read, Payload)
    assert read.columns == tuple(names)
    sheet, notes = part(book, "xl/worksheets/sheet1.xml"), part(book, "xl/comments1.xml")
    assert 'ySplit="1"' in sheet and 'state="frozen"' in sheet
    assert notes.count("<comment ") == len(names)
    assert all(escape(kind.column(name).label) in notes for name in names)


@KINDS
def test_codes_and_flags_have_drop_downs_and_nothing_else_has(kind: Kind, tmp_path: Path) -> None:
    sheet = part(template(tmp_path, kind.code), "xl/worksheets/sheet1.xml")
    lists = r'<dataValidation type="list"[^>]*sqref="([A-Z]+)2:[A-Z]+1048576"[^>]*><formula1>"([^"]*)"'
    rules = dict(re.findall(lists, sheet))
    columns = [column for column in kind.columns if column.filled_by != "reader"]
    expected = {
        letters(at): ",".join(column.codes or ("true", "false"))
        for at, column in enumerate(columns)
        if column.codes or column.type == "flag"
    }
    assert rules == expected


@KINDS
def test_texts_stay_texts_and_days_are_days(kind: Kind, tmp_path: Path) -> None:
    book = template(tmp_path, kind.code)
    cells = part(book, "xl/styles.xml").partition("<cellXfs")[2].partition("</cellXfs>")[0]
    formats = re.findall(r'<xf numFmtId="(\d+)"', cells)
    own = dict(re.findall(r'<numFmt numFmtId="(\d+)" formatCode="([^"]*)"', part(book, "xl/styles.xml")))
    shown = {"day": "dd/mm/yyyy", "moment": "dd/mm/yyyy hh:mm:ss", "integer": "0", "money": "0", "year": "0"}
    columns = [column for column in kind.columns if column.filled_by != "reader"]
    for column, style in zip(columns, styles(book), strict=True):
        number = formats[int(style)]
        assert (own | {"1": "0"})[number] == shown.get(column.type, TEXT), column.name


@KINDS
def test_the_second_sheet_explains_every_column(kind: Kind, tmp_path: Path) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(template(tmp_path, kind.code)))
    head, *rows = book.get_sheet_by_index(1).to_python()
    assert head == ["cột", "kiểu", "bắt buộc", "mã", "để trống", "nghĩa", "ví dụ"]
    explained = {row[0]: row[5] for row in rows}
    assert explained == {column.name: column.label for column in kind.columns if column.filled_by != "reader"}


def typed(column: Column) -> str | int | date:
    """What a person would type into a cell of the column."""
    if column.type == "day":
        return date(2024, 3, 15)
    if column.type == "moment":
        return datetime(2024, 3, 15, 16, 45, 30)
    if column.type in ("integer", "money", "year"):
        return 2024 if column.type == "year" else 7
    if column.type in ("code", "flag"):
        return [*column.codes, "false"][0]
    return "0012" if column.type != "list" else column.example


@KINDS
def test_a_sheet_filled_in_is_read_back_as_it_was_typed(kind: Kind, tmp_path: Path) -> None:
    columns = [column for column in kind.columns if column.filled_by != "reader"]
    row = [typed(column) for column in columns]
    read = opened(filled(template(tmp_path, kind.code), row, [""] * len(row), row[:1]), "mẫu.xlsx")
    assert isinstance(read, Payload)
    assert [one.number for one in read.rows] == [2, 4]
    assert {one.fault for one in read.rows} == {""}
    for column, value in zip(columns, row, strict=True):
        cell = read.rows[0].cells[column.name]
        if isinstance(value, date):
            at = values.moment(cell)
            assert at == value if isinstance(value, datetime) else values.day(cell) == value
        else:
            assert cell == str(value)


def test_a_day_alone_typed_where_a_moment_is_due_stays_a_day_alone(tmp_path: Path) -> None:
    columns = [column.name for column in kinds()["dossier"].columns]
    row = [date(2024, 3, 15) if name == "due_at" else "" for name in columns]
    read = opened(filled(template(tmp_path, "dossier"), row), "mẫu.xlsx")
    assert isinstance(read, Payload)
    assert read.rows[0].cells["due_at"] == "2024-03-15"


@dataclass(frozen=True, kw_only=True)
class Indicator:
    code: str
    shape: str = "ratio"
    default: str | None = "m"
    methods: Sequence["Indicator"] = ()


def test_the_sheet_of_figures_filled_in_gives_figures(tmp_path: Path) -> None:
    given: Mapping[str, str | int | date] = {
        "unit": "0012",
        "indicator": "tasks",
        "from": date(2024, 1, 1),
        "to": date(2024, 3, 31),
        "scope": "own",
        "numerator": 9,
        "denominator": 10,
        "captured_at": datetime(2024, 4, 1, 8, 0),
        "person": "Nguyễn Văn Mẫu",
        "document": "1/BC",
    }
    columns = [column.name for column in kinds()["figure"].columns if column.filled_by != "reader"]
    data = filled(template(tmp_path, "figure"), [given.get(name, "") for name in columns])
    catalogue_of = {"tasks": Indicator(code="tasks", methods=[Indicator(code="m")])}
    found = read_figures(data, "mẫu.xlsx", catalogue=catalogue_of, units=lambda code, day: (code, None))
    assert isinstance(found, Reading)
    (figure,) = found.figures
    assert (figure.unit, figure.numerator, figure.denominator, figure.scope) == ("0012", 9, 10, "own")
    assert (figure.begins, figure.ends, figure.captured_at) == (
        date(2024, 1, 1),
        date(2024, 3, 31),
        datetime(2024, 4, 1, 8),
    )
    assert found.warnings == ()


def test_the_same_sheet_is_the_same_bytes_and_none_is_written_over(tmp_path: Path) -> None:
    file = tmp_path / "task.xlsx"
    data = template(tmp_path, "task")
    told_once(run("schema", "task", "--template", file), 2, "đã có tệp này")
    assert file.read_bytes() == data
    (tmp_path / "again").mkdir()
    assert template(tmp_path / "again", "task") == data


@pytest.mark.parametrize(
    ("name", "status", "word"),
    [("mau.csv", 2, ".xlsx"), ("mau", 2, ".xlsx"), ("không-có/mau.xlsx", 3, "không ghi được")],
)
def test_a_sheet_that_cannot_be_written_is_one_sentence(tmp_path: Path, name: str, status: int, word: str) -> None:
    told_once(run("schema", "task", "--template", tmp_path / name), status, word)
    assert list(tmp_path.iterdir()) == []


def test_an_example_is_one_the_column_takes() -> None:
    wrong = [
        f"{kind.code}.{column.name}"
        for kind in kinds().values()
        for column in kind.columns
        if column.example
        and (
            (column.type in ("integer", "money", "year") and not column.example.isdecimal())
            or (column.type in ("day", "moment") and values.moment(column.example) is None)
            or (column.codes and column.example not in column.codes)
            or (column.type == "flag" and column.example not in ("true", "false"))
            or (column.type == "list" and not isinstance(json.loads(column.example), list))
        )
    ]
    assert wrong == []
