"""The way in: what a file of records becomes, what is turned away and why, the account of every row (records.md)."""

import csv as tables
import io
import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from chitieu.problem import Problem
from chitieu.records.kinds import kinds
from tests.receiving import Desk, csv, dossier, lines
from tests.rooms.commands import book


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


# What a cell says.


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("20240301080000", "2024-03-01 08:00:00"),
        ("2024-03-01T08:00:15.999", "2024-03-01 08:00:15"),
        ("2024-03-01T01:00:00Z", "2024-03-01 08:00:00"),
        ("2024-02-29T23:00:00-02:00", "2024-03-01 08:00:00"),
        ("01/03/2024 08:00", "2024-03-01 08:00:00"),
        ("45352.333333333336", "2024-03-01 08:00:00"),
        ("2024-03-01", "2024-03-01 00:00:00"),
    ],
)
def test_a_moment_is_local_whatever_way_it_is_written(desk: Desk, written: str, meant: str) -> None:
    assert desk.one("dossier", lines(dossier(received_at=written)))["received_at"] == at(meant)


def test_a_day_without_time_is_its_end_in_a_due_column_and_its_start_elsewhere(desk: Desk) -> None:
    record = desk.one(
        "dossier", lines(dossier(received_at="01/03/2024", due_at="15/03/2024", first_due_at="2024-03-15"))
    )
    assert record["received_at"] == at("2024-03-01 00:00:00")
    assert record["due_at"] == record["first_due_at"] == at("2024-03-15 23:59:59")


def test_zeros_and_marks_are_an_empty_moment_and_a_year_outside_1990_to_2100_is_no_date(desk: Desk) -> None:
    assert desk.one("dossier", lines(dossier(finished_at="00000000000000")))["finished_at"] is None
    assert desk.codes("dossier", lines(dossier("HS-2", finished_at="0001-01-01T00:00:00"))) == [
        ("RECORD-MOMENT", "finished_at")
    ]


def test_numbers_booleans_and_money(desk: Desk) -> None:
    record = desk.one(
        "dossier", lines(dossier(state=9, fee_total="1.250.000", digitised_inputs=True, fee_bearing="false"))
    )
    assert (record["state"], record["fee_total"], record["digitised_inputs"], record["fee_bearing"]) == (
        9,
        1_250_000,
        True,
        False,
    )


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ({"dossier_id": ""}, ("RECORD-VALUE-MISSING", "dossier_id")),
        ({"unit": "X99"}, ("RECORD-UNKNOWN-UNIT", "unit")),
        ({"unit": ""}, ("RECORD-VALUE-MISSING", "unit")),
        ({"channel": "fax"}, ("NOT-IN-LIST", "channel")),
        ({"received_at": "2024-02-30"}, ("RECORD-MOMENT", "received_at")),
        ({"state": "11"}, ("RECORD-OUT-OF-RANGE", "state")),
        ({"state": "0"}, ("RECORD-OUT-OF-RANGE", "state")),
        ({"state": "9.0"}, ("RECORD-NOT-WHOLE", "state")),
        ({"fee_total": "-1"}, ("RECORD-NEGATIVE", "fee_total")),
        ({"fee_total": "20.00"}, ("RECORD-NOT-WHOLE", "fee_total")),
        ({"digitised_inputs": "yes"}, ("RECORD-FLAG", "digitised_inputs")),
        ({"procedure": "1" * 41}, ("RECORD-TEXT-LONG", "procedure")),
        ({"result_code": "a\u202eb"}, ("UNLAWFUL-CHARACTER", "result_code")),
        ({"result_code": "é\0b"}, ("UNLAWFUL-CHARACTER", "result_code")),
        ({"result_code": {"a": 1}}, ("RECORD-NESTED", "result_code")),
        ({"supplements": "hai lần"}, ("RECORD-LIST", "supplements")),
        ({"supplements": '[{"requested_at": "hôm qua"}]'}, ("RECORD-MOMENT", "supplements")),
        ({"finished_at": "2024-02-29 08:00"}, ("END-BEFORE-RECEIPT", "")),
    ],
)
def test_what_is_faulty_is_quarantined_with_its_field_and_the_rest_is_let_in(
    desk: Desk, cells: dict[str, Any], wrong: tuple[str, str]
) -> None:
    received = desk.took("dossier", lines(dossier("HS-0"), dossier(**cells), dossier("HS-2")))
    assert (received.account.accepted, received.account.quarantined) == (2, 1)
    (row,) = received.rejected
    assert row.row == 2
    assert [(dict(found.values).get("rule", found.code), found.place.field) for found in row.problems] == [wrong]


def test_a_rule_says_the_values_it_is_about(desk: Desk) -> None:
    received = desk.took("dossier", lines(dossier(received_at="2024-03-01 08:00", returned_at="2024-02-29 08:00")))
    sentence = received.rejected[0].problems[0].sentence
    assert "08:00:00 29/02/2024" in sentence and "08:00:00 01/03/2024" in sentence


def test_everything_wrong_with_a_row_is_said_at_once(desk: Desk) -> None:
    row = dossier(unit="X99", channel="fax", received_at="x")
    assert {code for code, _ in desk.codes("dossier", lines(row))} == {
        "RECORD-UNKNOWN-UNIT",
        "NOT-IN-LIST",
        "RECORD-MOMENT",
    }


def test_warnings_enter_and_are_counted(desk: Desk) -> None:
    received = desk.took(
        "dossier",
        lines(
            dossier("1", unit="H1", received_at="2025-08-01 08:00", channel="online", due_at="2025-08-09"),
            dossier("2", state=9, channel="online", due_at="2024-03-09"),
            dossier("3", due_at="2024-02-01", channel="online"),
            dossier("4", channel="online"),
            dossier("5", due_at="2024-03-09"),
            dossier("6", finished_at="2024-03-01 08:00", due_at="2024-03-09", channel="online"),
        ),
    )
    assert received.account.accepted == 6
    assert dict(received.warnings) == {
        "UNIT-OLD-CODE": 1,
        "FINISHED-WITHOUT-MOMENT": 1,
        "DUE-BEFORE-RECEIPT": 1,
        "NO-DUE-DATE": 1,
        "UNKNOWN-CHANNEL": 1,
        "FINISHED-AT-RECEIPT": 1,
    }


def test_the_inspected_unit_must_have_been_known_too(desk: Desk) -> None:
    row = {"inspection_id": "K1", "unit": "S1", "inspected_unit": "X99", "inspected_on": "2024-03-01"}
    assert desk.codes("inspection", lines(row)) == [("RECORD-UNKNOWN-UNIT", "inspected_unit")]


def test_a_code_of_a_unit_is_known_however_it_is_spaced_and_capitalised(desk: Desk) -> None:
    assert desk.one("dossier", lines(dossier(unit="x11")))["unit"] == "x11"


def test_the_unit_of_a_dossier_is_read_from_its_number_where_it_is_empty(desk: Desk) -> None:
    assert desk.one("dossier", lines(dossier("X11-240301-0001", unit="")))["unit"] == "X11"


# Lists are flattened at the door.


def test_requests_are_put_in_order_and_those_of_one_moment_are_one(desk: Desk) -> None:
    entries = [
        {"requested_at": "2024-03-09 08:00", "supplied_at": ""},
        {"requested_at": "2024-03-05 08:00", "supplied_at": "2024-03-06 08:00"},
        {"requested_at": "05/03/2024 08:00", "supplied_at": "2024-03-07 08:00"},
        {"supplied_at": "2024-03-01 08:00"},
    ]
    record = desk.one("dossier", lines(dossier(supplements=entries)))
    assert record["supplement1_requested_at"] == at("2024-03-05 08:00")
    assert record["supplement1_supplied_at"] == at("2024-03-07 08:00")
    assert record["supplement2_requested_at"] == at("2024-03-09 08:00")


def test_the_due_day_in_force_of_a_task_follows_from_its_extensions(desk: Desk) -> None:
    task = {"task_id": "T1", "unit": "S1", "due_on": "2024-03-10", "assigned_on": "2024-02-01"}
    extended = {**task, "extensions": '[{"granted_on": "2024-03-10", "new_due_on": "2024-03-20"}]'}
    assert desk.one("task", lines(extended))["due_in_force"] == date(2024, 3, 20)


# Every form of a file, one meaning.


def _parquet(rows: list[dict[str, Any]]) -> bytes:
    into = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows), into)
    return into.getvalue()


FORMS: dict[str, Callable[[list[dict[str, Any]]], bytes]] = {
    "CSV": lambda rows: csv(rows).encode(),
    "CSV with a mark and semicolons": lambda rows: b"\xef\xbb\xbf" + csv(rows).replace(",", ";").encode(),
    "one object a line": lambda rows: lines(*rows).encode(),
    "an array": lambda rows: json.dumps(rows).encode(),
    "an array over many lines": lambda rows: json.dumps(rows, indent=2).encode(),
    "objects over many lines": lambda rows: "\n".join(json.dumps(row, indent=2) for row in rows).encode(),
    "wrapped": lambda rows: json.dumps({"session": "s", "data": rows, "madonvi": "X11"}).encode(),
    "XLSX": lambda rows: book(tuple(rows[0]), *(tuple(row.values()) for row in rows)),
    "Parquet": _parquet,
}


@pytest.mark.parametrize("form", FORMS)
def test_a_file_of_any_form_gives_the_same_records(desk: Desk, form: str) -> None:
    rows = [
        {"dossier_id": "HS-1", "unit": "X11", "received_at": "2024-03-01 08:00", "state": 9, "fee_total": "1.000"},
        {"dossier_id": "HS-2", "unit": "X12", "received_at": "04/03/2024", "state": 4, "fee_total": "0"},
    ]
    assert desk.counts("dossier", FORMS[form](rows)) == {"accepted": 2}
    found = [
        (row["dossier_id"], row["unit"], row["received_at"], row["state"], row["fee_total"])
        for row in desk.records("dossier")
    ]
    assert found == [
        ("HS-1", "X11", at("2024-03-01 08:00"), 9, 1000),
        ("HS-2", "X12", at("2024-03-04 00:00"), 4, 0),
    ]


def test_times_numbers_and_lists_of_a_parquet_file_keep_their_types(desk: Desk) -> None:
    row = {
        "dossier_id": "HS-1",
        "unit": "X11",
        "received_at": at("2024-03-01 01:00+00:00"),
        "due_at": date(2024, 3, 15),
        "state": 9.0,
        "digitised_inputs": True,
        "supplements": [{"requested_at": at("2024-03-05 08:00"), "supplied_at": None}],
    }
    record = desk.one("dossier", _parquet([row]))
    assert record["received_at"] == at("2024-03-01 08:00")
    assert record["due_at"] == at("2024-03-15 23:59:59")
    assert (record["state"], record["digitised_inputs"]) == (9, True)
    assert record["supplement1_requested_at"] == at("2024-03-05 08:00")


def test_rows_are_numbered_as_a_person_sees_them(desk: Desk) -> None:
    table = "dossier_id,unit,received_at\nHS-1,X11,2024-03-01\n\n,,\nHS-2,X11,x\nHS-3,X11\n"
    rejected = desk.took("dossier", table).rejected
    assert [(row.row, row.problems[0].code) for row in rejected] == [(5, "RECORD-MOMENT"), (6, "RECORD-ROW-LENGTH")]


def test_a_quarantine_can_be_corrected_and_sent_again(desk: Desk) -> None:
    first = desk.took(
        "dossier", lines(dossier("1"), dossier("2", received_at="30/02/2024", result_code="-7", supplements=[]))
    )
    assert first.delivery is not None
    kept = desk.lake.quarantine(first.delivery)
    assert not isinstance(kept, Problem)
    (row,) = kept
    assert row["cells"]["received_at"] == "30/02/2024"
    into = io.StringIO()
    writer = tables.DictWriter(into, list(row["cells"]))
    writer.writeheader()
    writer.writerow({**row["cells"], "received_at": "29/02/2024"})
    assert desk.counts("dossier", into.getvalue()) == {"accepted": 1}
    assert desk.records("dossier")[1]["result_code"] == "-7"


def test_personal_fields_and_columns_of_nobody_are_not_read(desk: Desk) -> None:
    received = desk.took(
        "dossier", lines(dossier(ChuHoSo="Nguyễn Văn Mẫu", GhiChu="gấp", mau_sac="đỏ", received_at="x"))
    )
    assert received.unread == ("mau_sac",)
    kept = json.dumps([dict(row.cells) for row in received.rejected], ensure_ascii=False)
    assert "Mẫu" not in kept and "gấp" not in kept and "đỏ" not in kept


# A file that cannot be read leaves nothing.


@pytest.mark.parametrize(
    ("data", "code", "row"),
    [
        (b"", "EMPTY-FILE", None),
        (b'{"dossier_id": "1"}\n{"dossier_id": "2"}\n\n{"dossier_id": \n{"dossier_id": "4"}\n', "RECORD-JSON", 4),
        (b'{"dossier_id": "1", "unit": "X11"}\n5\n', "RECORD-JSON", 2),
        (b'[{"dossier_id": "1"}, {"dossier_id": "2"}, {"dossier_id": }]', "RECORD-JSON", 3),
        (b'[{"dossier_id": "1"}', "RECORD-JSON", None),
        (b'{"data": [{"dossier_id": "1"}', "RECORD-JSON", 1),
        (b'dossier_id,unit\n"1,X11\n', "RECORD-CSV", 2),
        ("dossier_id,unit\n1,Xã\n".encode("cp1258", "replace") + b"\xe3\n", "WRONG-ENCODING", None),
        (b"dossier_id,state\n,1\n", None, None),
        (b"unit,state\nX11,1\n", "RECORD-COLUMN-MISSING", None),
        (b'{"unit": "X11"}\n{"unit": "X12"}\n', "RECORD-COLUMN-MISSING", None),
        (b"a,b\n1,2\n", "FEED-UNKNOWN", None),
        (b"PAR1" + b"\0" * 60, "RECORD-PARQUET", None),
        (b"PK\x03\x04" + b"\0" * 60, "RECORD-WORKBOOK", None),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_line_and_nothing_is_kept(
    desk: Desk, data: bytes, code: str | None, row: int | None
) -> None:
    found = desk.give("dossier", data)
    if code is None:
        assert not isinstance(found, Problem)
        return
    assert isinstance(found, Problem)
    assert found.code == code
    if row is not None:
        assert found.place.row == row
    assert desk.lake.deliveries() == []
    assert desk.records("dossier") == []


# Names of a source.


def test_a_mapping_gives_our_names_and_codes(desk: Desk) -> None:
    table = "phieu,don_vi,ky,kenh,muc_hai_long,ngay\n"
    table += "F-1,X11,2024-Q1,phieu_giay,5,20240310\nF-2,X11,2024-Q1,truc_tuyen,,20240312\n"
    received = desk.took("survey", table, mapping="phieu-khao-sat")
    assert (received.account.accepted, received.unread) == (2, ())
    found = [(row["answer_id"], row["method"], row["score"], row["answered_at"]) for row in desk.records("survey")]
    assert found == [("F-1", "one-stop", 5, at("2024-03-10")), ("F-2", "online", None, at("2024-03-12"))]


def test_every_kind_that_a_file_may_bring_is_let_in_by_its_own_examples(desk: Desk) -> None:
    for kind in kinds().values():
        if kind.code == "figure" or kind.population:
            continue
        row = {column.name: column.example for column in kind.columns if column.example}
        units = {column.name: "S1" for column in kind.columns if column.type == "unit"}
        assert desk.counts(kind.code, lines({**row, **units})) == {"accepted": 1}, kind.code
