"""A dossier as the national synchronisation says it (DongBoHoSoMC): texts, numbered codes, moments of 14 digits.

Persons, identity numbers and addresses are fields of that form; here they are always empty.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from typing import Any

from chitieu.generate.clock import DAY
from chitieu.generate.courses import STOPPED, WITHDRAWN
from chitieu.generate.defects import input_of
from chitieu.words import say

Row = dict[str, Any]

_CHANNELS = {"counter": "1", "online": "2", "post": "3"}
_APPLICANTS = {"citizen": "1", "business": "2"}
_PAID = {"none": "0", "portal": "1", "gateway": "2", "other": "3"}
_DAYS: dict[int, str] = {}


@cache
def _mark() -> str:
    return say("generate.illustration")


def line(row: Row) -> str:
    """One record of the form, as one line of JSON."""
    ended = row.get("finished_at")
    if ended is None and row["state"] in (WITHDRAWN, STOPPED):
        ended = row.get("withdrawn_at", row.get("stopped_at"))
    supplements = row.get("supplements", ())
    first_due, due = row.get("first_due_at"), row.get("due_at")
    record = {
        "MaHoSo": row["dossier_id"],
        "MaTTHC": row["procedure"],
        "TenTTHC": _mark(),
        "MaLinhVuc": row["field"],
        "TenLinhVuc": _mark(),
        "KenhThucHien": _CHANNELS.get(row.get("channel") or ""),
        "SoGiayToChuHoSo": "",
        "ChuHoSo": "",
        "LoaiDoiTuong": _APPLICANTS[row["applicant_kind"]],
        "MaDoiTuong": "",
        "TrichYeuHoSo": "",
        "NgayTiepNhan": _moment(row.get("received_at")),
        "NgayHenTra": _moment(due),
        "TrangThaiHoSo": str(row["state"]),
        "NgayTra": _moment(row.get("returned_at")),
        "HinhThuc": "0",
        "NgayKetThucXuLy": _moment(ended),
        "DonViXuLy": row["unit"],
        "TaiLieuNop": [_input(row)],
        "DanhSachLePhi": _fees(row),
        "DanhSachHoSoBoSung": [
            _supplement(number, one, first_due, due if number == 1 else None)
            for number, one in enumerate(supplements, 1)
        ],
        "DanhSachGiayToKetQua": _results(row),
        "NoiNopHoSo": "2",
        "HoSoCoThanhPhanSoHoa": _flag(row.get("digitised_inputs")),
        "TaiKhoanDuocXacThucVoiVNeID": "0",
        "DuocThanhToanTrucTuyen": _PAID.get(row.get("paid_online") or "", ""),
        "NgayTuChoi": _moment(row.get("refused_at")),
        "DinhDanhCHS": [],
        "NgayNopHoSo": _moment(row.get("submitted_at")),
        "DSKetNoiCSDL": [],
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _moment(at: int | None) -> str:
    if at is None:
        return ""
    day, second = divmod(at, DAY)
    if day not in _DAYS:
        _DAYS[day] = f"{date.fromordinal(day):%Y%m%d}"
    return f"{_DAYS[day]}{second // 3600:02d}{second // 60 % 60:02d}{second % 60:02d}"


def _flag(value: bool | None) -> str:
    return "" if value is None else str(int(value))


def _input(row: Row) -> dict[str, str]:
    return {
        "TepDinhKemId": "1",
        "TenTepDinhKem": "1.pdf",
        "IsDeleted": "0",
        "MaThanhPhanHoSo": "1",
        "DuongDanTaiTepTin": input_of(row["dossier_id"]),
        "DuocSoHoa": _flag(row.get("digitised_inputs")),
        "DuocTaiSuDung": _flag(row.get("reused_inputs")),
        "DuocLayTuKhoDMQG": "0",
    }


def _fees(row: Row) -> list[dict[str, str]]:
    amount = row.get("fee_total")
    if amount is None:
        return []
    fee = {"TenPhiLePhi": _mark(), "MaPhiLePhi": "MH", "HinhThucThu": "1"}
    return [{**fee, "Gia": str(amount), "LoaiPhiLePhi": "1"}]


def _supplement(number: int, one: Row, first_due: int | None, due: int | None) -> dict[str, Any]:
    supplied = one.get("supplied_at")
    return {
        "HoSoBoSungId": number,
        "NgayBoSung": _moment(one["requested_at"]),
        "NgayTiepNhanBoSung": _moment(supplied),
        "TrangThaiBoSung": supplied is not None,
        "NgayHenTraTruoc": _moment(first_due),
        "NgayHenTraMoi": _moment(due if supplied is not None and due != first_due else None),
    }


def _results(row: Row) -> list[dict[str, str]]:
    if row.get("result_code") is None:
        return []
    address = row.get("result_file") or ""
    return [{"TenGiayTo": "", "DuongDanTepTinKetQua": address, "MaGiayToKetQua": row["result_code"]}]
