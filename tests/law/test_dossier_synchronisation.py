"""The national synchronisation of dossiers: what each field of both variants becomes (records.md, formats.md)."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.receiving import Desk, lines, sync


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_dossier_of_the_newer_variant(desk: Desk) -> None:
    record = desk.one(
        "dossier",
        lines(
            sync(
                TrangThaiHoSo="10",
                NgayKetThucXuLy="20240314150000",
                NgayTra="20240315090000",
                DuocThanhToanTrucTuyen="1",
                DanhSachLePhi=[{"Gia": "20000"}, {"Gia": "5.000"}],
                DanhSachGiayToKetQua=[
                    {"MaGiayToKetQua": "", "DuongDanTepTinKetQua": "a"},
                    {"MaGiayToKetQua": "K", "DuongDanTepTinKetQua": "b"},
                ],
                TaiLieuNop=[
                    {"IsDeleted": "1", "DuocSoHoa": "0"},
                    {"IsDeleted": "0", "DuocSoHoa": "1", "DuocTaiSuDung": "2"},
                ],
            )
        ),
    )
    said = {name: value for name, value in record.items() if value is not None and name not in ("row", "delivery")}
    assert said == {
        "dossier_id": "X11-240301-0001",
        "unit": "X11",
        "procedure": "1.000001",
        "channel": "online",
        "submitted_at": at("2024-02-29 21:00"),
        "received_at": at("2024-03-01 08:00"),
        "first_due_at": at("2024-03-15 17:00"),
        "due_at": at("2024-03-15 17:00"),
        "finished_at": at("2024-03-14 15:00"),
        "returned_at": at("2024-03-15 09:00"),
        "state": 10,
        "digitised_inputs": True,
        "reused_inputs": True,
        "result_code": "K",
        "result_file": "b",
        "fee_total": 25_000,
        "paid_online": "portal",
    }


def test_in_the_older_variant_what_is_absent_is_unknown(desk: Desk) -> None:
    record = desk.one(
        "dossier",
        lines(
            {
                "MaHoSo": "X11-230601-3",
                "SoBienNhan": "3",
                "NgayTiepNhan": "20230601080000",
                "TrangThaiHoSo": "4",
                "TaiLieuNop": [],
            }
        ),
    )
    unknown = (
        "channel",
        "submitted_at",
        "digitised_inputs",
        "reused_inputs",
        "fee_total",
        "paid_online",
        "first_due_at",
    )
    assert [record[name] for name in unknown] == [None] * len(unknown)
    assert (record["unit"], record["state"]) == ("X11", 4)


def test_numbers_booleans_texts_and_both_forms_of_a_date_are_the_same(desk: Desk) -> None:
    request = {
        "HoSoBoSungId": 1,
        "NgayBoSung": "2024-03-05T08:00:00",
        "NgayTiepNhanBoSung": "20240307080000",
        "TrangThaiBoSung": True,
        "NgayHenTraTruoc": "2024-03-15T17:00:00+07:00",
    }
    record = desk.one(
        "dossier",
        lines(
            sync(
                TrangThaiHoSo=4,
                KenhThucHien=2,
                DuocThanhToanTrucTuyen=0,
                NgayHenTra="2024-03-19T17:00:00.000",
                DanhSachHoSoBoSung=[request],
                DanhSachLePhi=[{"Gia": 0}],
                TaiLieuNop=[{"IsDeleted": False, "DuocSoHoa": True}],
            )
        ),
    )
    assert (record["state"], record["channel"], record["paid_online"], record["fee_total"]) == (4, "online", "none", 0)
    assert record["digitised_inputs"] is True and record["reused_inputs"] is None
    assert record["first_due_at"] == at("2024-03-15 17:00") and record["due_at"] == at("2024-03-19 17:00")
    assert record["supplement1_requested_at"] == at("2024-03-05 08:00")
    assert record["supplement1_supplied_at"] == at("2024-03-07 08:00")


def test_the_first_due_moment_is_that_before_the_first_request_in_order_of_time(desk: Desk) -> None:
    requests = [
        {"NgayBoSung": "20240310080000", "NgayHenTraTruoc": "20240320170000"},
        {"NgayBoSung": "2024-03-05T08:00:00", "NgayHenTraTruoc": "20240315170000"},
    ]
    record = desk.one("dossier", lines(sync(NgayHenTra="20240325170000", DanhSachHoSoBoSung=requests)))
    assert (record["first_due_at"], record["due_at"]) == (at("2024-03-15 17:00"), at("2024-03-25 17:00"))


@pytest.mark.parametrize(
    ("given", "number", "body", "unit"),
    [
        ("X12", "X11-240301-1", "X13", "X12"),
        ("Xã Tây", "X11-240301-1", "X13", "X11"),
        ("", "X11-240301-1", "X13", "X11"),
        ("Xã Tây", "Z9-240301-1", "X13", "X13"),
        ("Xã Tây", "X11", "X13", "X13"),
        ("Xã Tây", "Z9-240301-1", "Z8", None),
    ],
)
def test_the_unit_is_who_handles_it_else_the_number_says_it_else_the_body(
    desk: Desk, given: str, number: str, body: str, unit: str | None
) -> None:
    data = json.dumps({"session": "s", "madonvi": body, "data": [sync(number, DonViXuLy=given)]})
    if unit is None:
        assert desk.codes("dossier", data) == [("RECORD-UNKNOWN-UNIT", "DonViXuLy")]
    else:
        assert desk.one("dossier", data)["unit"] == unit


def test_the_one_moment_of_the_end_is_that_of_a_stop_or_a_withdrawal_in_their_states(desk: Desk) -> None:
    ended = {"NgayKetThucXuLy": "20240310080000"}
    desk.took(
        "dossier", lines(*(sync(f"X11-240301-{state}", TrangThaiHoSo=state, **ended) for state in ("7", "8", "9")))
    )
    found = [(row["withdrawn_at"], row["stopped_at"], row["finished_at"]) for row in desk.records("dossier")]
    end = at("2024-03-10 08:00")
    assert found == [(end, None, None), (None, end, None), (None, None, end)]


@pytest.mark.parametrize(
    ("lines_of_fees", "total"),
    [([], None), (None, None), ([{"Gia": "0"}], 0), ([{"Gia": "0"}, {"Gia": "20000"}], 20_000), ([{"Gia": ""}], None)],
)
def test_fees_are_added_and_without_a_line_or_a_price_unknown(
    desk: Desk, lines_of_fees: Any, total: int | None
) -> None:
    assert desk.one("dossier", lines(sync(DanhSachLePhi=lines_of_fees)))["fee_total"] == total


@pytest.mark.parametrize(
    ("inputs", "flag", "digitised"),
    [
        ([{"DuocSoHoa": "0"}, {"DuocSoHoa": "1"}], "1", True),
        ([{"DuocSoHoa": "0"}], "0", False),
        ([{"DuocSoHoa": "0"}, {}], "0", None),
        ([{"IsDeleted": "1", "DuocSoHoa": "1"}], "0", False),
        ([{"IsDeleted": "1", "DuocSoHoa": "1"}], "1", None),
        ([], "0", False),
        ([], None, None),
        (None, "1", None),
    ],
)
def test_inputs_that_were_not_deleted_say_whether_any_is_digitised(
    desk: Desk, inputs: Any, flag: str | None, digitised: bool | None
) -> None:
    record = desk.one("dossier", lines(sync(TaiLieuNop=inputs, HoSoCoThanhPhanSoHoa=flag)))
    assert record["digitised_inputs"] is digitised


def test_a_result_that_is_an_input_is_a_warning(desk: Desk) -> None:
    same = sync(
        TaiLieuNop=[{"DuongDanTaiTepTin": "a"}],
        DanhSachGiayToKetQua=[{"MaGiayToKetQua": "K", "DuongDanTepTinKetQua": "a"}],
    )
    assert desk.took("dossier", lines(same)).warnings["RESULT-IS-INPUT"] == 1


def test_a_list_of_the_wrong_shape_rejects_its_record_alone(desk: Desk) -> None:
    received = desk.took(
        "dossier",
        lines(
            sync("X11-1"),
            sync("X11-2", DanhSachLePhi="miễn phí"),
            sync("X11-3", TaiLieuNop=["tệp"]),
            sync("X11-4", DanhSachLePhi="", TaiLieuNop=None),
        ),
    )
    assert [(row.row, row.problems[0].code) for row in received.rejected] == [
        (2, "RECORD-NESTED"),
        (3, "RECORD-NESTED"),
    ]
    assert received.account.accepted == 2


def test_a_problem_names_the_field_people_see_in_their_file(desk: Desk) -> None:
    received = desk.took("dossier", lines(sync(NgayTiepNhan="hôm qua")))
    assert [found.place.field for found in received.rejected[0].problems] == ["NgayTiepNhan"]


def test_no_personal_field_of_the_synchronisation_is_kept(desk: Desk) -> None:
    received = desk.took("dossier", lines(sync(NgayTiepNhan="x"), sync("X11-2")))
    assert received.delivery is not None and received.unread == ()
    kept = b"".join(page.read_bytes() for page in (desk.folder / "lake").rglob("*.parquet"))
    assert b"NGUY" not in kept and b"000000000001" not in kept and "MẪU".encode() not in kept


def test_the_sample_of_the_synchronisation(desk: Desk, shared: Path) -> None:
    sample = shared / "data" / "samples" / "dossiers.json"
    if not sample.is_file():
        pytest.skip("The sample of the dossier synchronisation is absent from the shared data.")
    units = sample.read_text(encoding="utf-8").replace("H99.99-", "X11-")
    assert desk.counts("dossier", units) == {"accepted": 3}
    states = [(row["state"], row["unit"], row["fee_total"]) for row in desk.records("dossier")]
    assert states == [(4, "X11", None), (10, "X11", 20_000), (5, "X11", 0)]
