"""Files of every form with something changed in their bytes: each is read or refused in a sentence, none ends badly."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from chitieu.problem import Problem, Weight
from tests.receiving import Desk, csv, dossier, lines, sync
from tests.rooms.commands import book

DOSSIERS = [
    dossier("HS-1", channel="online", fee_total="20.000", state=9, finished_at="2024-03-14 15:00"),
    dossier("HS-2", channel="counter", fee_total="0", state=4, finished_at=""),
    dossier("HS-3", channel="", fee_total="x", state=12, finished_at="2024-02-14 15:00"),
]
TASKS = [
    {
        "task_id": "NV-1",
        "unit": "S1",
        "due_on": "2024-03-10",
        "extensions": '[{"granted_on": "2024-03-09", "new_due_on": "2024-03-30"}]',
    },
    {"task_id": "NV-2", "unit": "S2", "due_on": "10/03/2024", "extensions": "[]"},
]
REQUEST = {"HoSoBoSungId": 1, "NgayBoSung": "2024-03-05T08:00:00", "NgayTiepNhanBoSung": "20240307080000"}
SYNCED = [
    sync("X11-1", DanhSachLePhi=[{"Gia": "20000"}], DanhSachHoSoBoSung=[REQUEST]),
    sync("X11-2", TaiLieuNop=[{"IsDeleted": "0", "DuocSoHoa": "1"}], TrangThaiHoSo=9),
    sync("X11-3", DanhSachGiayToKetQua=[{"MaGiayToKetQua": "K", "DuongDanTepTinKetQua": "b"}]),
]


def _parquet(rows: list[dict[str, Any]]) -> bytes:
    into = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist([{name: str(cell) for name, cell in row.items()} for row in rows]), into)
    return into.getvalue()


def _book(rows: list[dict[str, Any]]) -> bytes:
    return book(tuple(rows[0]), *(tuple(row.values()) for row in rows))


FILES: Mapping[str, tuple[str, bytes]] = {
    "dossiers, CSV": ("dossier", csv(DOSSIERS).encode()),
    "dossiers, one object a line": ("dossier", lines(*DOSSIERS).encode()),
    "dossiers, an array": ("dossier", json.dumps(DOSSIERS).encode()),
    "dossiers, XLSX": ("dossier", _book(DOSSIERS)),
    "dossiers, Parquet": ("dossier", _parquet(DOSSIERS)),
    "tasks, one object a line": ("task", lines(*TASKS).encode()),
    "tasks, Parquet": ("task", _parquet(TASKS)),
    "synchronisation, lines": ("dossier", lines(*SYNCED).encode()),
    "synchronisation, an array": ("dossier", json.dumps(SYNCED, ensure_ascii=False).encode()),
    "synchronisation, wrapped": ("dossier", json.dumps({"session": "s", "madonvi": "X11", "data": SYNCED}).encode()),
}
PIECES = [
    *(
        b"",
        b"\0",
        b'"',
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b";",
        b":",
        b"\n",
        b"\r\n",
        b"\\",
        b"\xff",
        b"\xc3",
        b"\xe2\x80\xae",
    ),
    *(
        b"null",
        b"true",
        b"-1",
        b"1e999",
        b"NaN",
        b"9" * 30,
        b'"\\ud800"',
        b'{"a":',
        b"[[[[[[[[",
        b"a" * 5000,
        b"\xef\xbb\xbf",
    ),
    *(
        b'"supplements": "[1, 2]"',
        b'"DanhSachLePhi": 5,',
        b'"DanhSachLePhi": [5],',
        b'"MaHoSo": ["x"],',
        b"PAR1",
        b"PK\x03\x04",
    ),
]


@st.composite
def changed(draw: st.DrawFn) -> tuple[str, bytes]:
    """A kind and a file of it, with up to three pieces cut out, put in or put in the place of others."""
    kind, data = draw(st.sampled_from(list(FILES.values())))
    for _ in range(draw(st.integers(1, 3))):
        begins = draw(st.integers(0, len(data)))
        length = draw(st.sampled_from([0, 0, 1, 2, 7, 40]))
        piece = draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=4)))
        data = data[:begins] + piece + data[begins + length :]
    return kind, data[: draw(st.one_of(st.just(len(data)), st.integers(0, len(data))))]


@settings(max_examples=300)
@given(file=changed())
def test_a_changed_file_is_read_or_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, file: tuple[str, bytes]
) -> None:
    kind, data = file
    desk = Desk(tmp_path_factory.mktemp("changed"))
    found = desk.give(kind, data)
    if isinstance(found, Problem):
        assert found.sentence and found.weight is Weight.UNREADABLE, found
        assert desk.lake.deliveries() == []
        return
    account = found.account
    assert account.read == account.accepted + account.replaced + account.unchanged + account.older + account.quarantined
    assert all(problem.sentence for row in found.rejected for problem in row.problems)
    assert len(found.rejected) == account.quarantined
    assert len(desk.records(kind)) == account.accepted
    assert desk.lake.check() == []


@pytest.mark.parametrize("name", FILES)
def test_the_unchanged_files_are_read(tmp_path: Path, name: str) -> None:
    kind, data = FILES[name]
    account = Desk(tmp_path).took(kind, data).account
    assert account.read == account.accepted + account.quarantined > 1


def test_a_list_that_is_not_what_the_format_says_spoils_no_other_record_of_a_long_file(tmp_path: Path) -> None:
    records = [sync(f"X11-{n}") for n in range(3000)]
    records[1500]["TaiLieuNop"] = "không có"
    received = Desk(tmp_path).took("dossier", lines(*records))
    assert (received.account.accepted, [row.row for row in received.rejected]) == (2999, [1501])


@pytest.mark.parametrize("broken", [1, 777, 60_000])
def test_the_line_of_a_broken_record_is_named_however_far_down_it_is(tmp_path: Path, broken: int) -> None:
    text = [json.dumps(dossier(str(n))) for n in range(1, 60_001)]
    text[broken - 1] = text[broken - 1][:-1]
    found = Desk(tmp_path).give("dossier", "\n".join(text))
    assert isinstance(found, Problem)
    assert (found.code, found.place.row) == ("RECORD-JSON", broken)


def test_a_column_that_only_a_late_record_has_is_read(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.took("dossier", lines(*(dossier(str(n)) for n in range(200)), dossier("200", rating="neutral")))
    assert [row["rating"] for row in desk.records("dossier") if row["rating"]] == ["neutral"]


def test_rows_keep_their_numbers_in_a_long_file_of_any_form(tmp_path: Path) -> None:
    rows = [dossier(str(n)) for n in range(1, 40_001)]
    for place in (0, 20_000, 39_999):
        rows[place]["received_at"] = "x"
    desk = Desk(tmp_path)
    for data, head in ((lines(*rows), 0), (json.dumps(rows), 0), (csv(rows), 1)):
        assert [row.row for row in desk.took("dossier", data).rejected] == [1 + head, 20_001 + head, 40_000 + head]


def test_names_of_files_and_folders_are_no_patterns(tmp_path: Path) -> None:
    folder = tmp_path / "kho 'số liệu' #1 ? *"
    folder.mkdir()
    given = folder / "tệp [a]*.json"
    given.write_text(lines(dossier()), encoding="utf-8")
    desk = Desk(folder)
    assert desk.counts("dossier", given) == {"accepted": 1}
    assert desk.counts("dossier", given) == {"unchanged": 1}


def test_a_folder_and_a_missing_file_are_named(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for path, code in ((tmp_path, "RECORD-FILE-FOLDER"), (tmp_path / "x", "RECORD-FILE-ABSENT")):
        found = desk.give("dossier", path)
        assert isinstance(found, Problem) and found.code == code
