"""The national dossier synchronisation (DongBoHoSoMC): an array, one object a line, or wrapped in its body.

Knows the fields that say what happened, in the newer and the older variant; names, identity numbers, addresses and
free text are not among them. Numbers, booleans and texts are the same to it; a newer field that is absent is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping as Names

from chitieu.language.sql import quoted
from chitieu.problem import Problem
from chitieu.records.feeds import JSON_ROWS, Relation
from chitieu.records.kind import Kind
from chitieu.records.mapping import Mapping
from chitieu.records.opened import Opened

SOURCE = "dong-bo-ho-so"
LEAST_NAMES = 3
"""Fields of the format by which a file is known to be of it."""

_TEXTS: Names[str, str] = {
    "dossier_id": "MaHoSo",
    "unit": "DonViXuLy",
    "procedure": "MaTTHC",
    "field": "MaLinhVuc",
    "channel": "KenhThucHien",
    "applicant_kind": "LoaiDoiTuong",
    "submitted_at": "NgayNopHoSo",
    "received_at": "NgayTiepNhan",
    "due_at": "NgayHenTra",
    "finished_at": "NgayKetThucXuLy",
    "returned_at": "NgayTra",
    "refused_at": "NgayTuChoi",
    "state": "TrangThaiHoSo",
    "paid_online": "DuocThanhToanTrucTuyen",
}
_ALSO = ("HoSoCoThanhPhanSoHoa",)
_LISTS: Names[str, tuple[str, ...]] = {
    "TaiLieuNop": ("IsDeleted", "DuocSoHoa", "DuocTaiSuDung", "DuongDanTaiTepTin"),
    "DanhSachLePhi": ("Gia",),
    "DanhSachHoSoBoSung": ("NgayBoSung", "NgayTiepNhanBoSung", "NgayHenTraTruoc"),
    "DanhSachGiayToKetQua": ("MaGiayToKetQua", "DuongDanTepTinKetQua"),
}
_CODES: Names[str, Names[str, str]] = {
    "channel": {"1": "counter", "2": "online", "3": "post"},
    "paid_online": {"0": "none", "1": "portal", "2": "gateway", "3": "other"},
    "applicant_kind": {"1": "citizen", "2": "business", "3": "agency", "4": "other"},
}
_OTHER_NAMES = {
    "first_due_at": "NgayHenTraTruoc",
    "stopped_at": "NgayKetThucXuLy",
    "withdrawn_at": "NgayKetThucXuLy",
    "supplements": "DanhSachHoSoBoSung",
    "digitised_inputs": "DuocSoHoa",
    "reused_inputs": "DuocTaiSuDung",
    "result_code": "MaGiayToKetQua",
    "result_file": "DuongDanTepTinKetQua",
    "fee_total": "Gia",
}


def fits(kind: Kind, opened: Opened, mapping: Mapping) -> int:
    """Fields of the format that are there."""
    if kind.code != "dossier" or not opened.is_json:
        return 0
    found = len({*_TEXTS.values(), *_LISTS} & set(opened.columns))
    return found if found >= LEAST_NAMES else 0


def relation(kind: Kind, opened: Opened, mapping: Mapping, *, is_lenient: bool) -> Relation | Problem:
    """Every dossier under our names."""
    columns = [*_TEXTS, *_OTHER_NAMES]
    return Relation(
        query=_query(is_lenient=is_lenient),
        read=opened.records(_types(is_lenient=is_lenient)),
        columns=tuple(column.name for column in kind.columns if column.name in columns),
        names={**_TEXTS, **_OTHER_NAMES},
        lists=("supplements",),
        tidy=frozenset({*_CODES, "digitised_inputs", "reused_inputs", "fee_total", "state"}),
        # An input sent as the result makes a dossier without a result look like one that has it (domain.md 2.1, 3).
        doubts={"RESULT-IS-INPUT": "is_result_an_input"},
        has_fault=is_lenient,
        unit_of_body=opened.body.get("madonvi", ""),
        is_unit_guessed=True,
    )


def _types(*, is_lenient: bool) -> dict[str, str]:
    types = dict.fromkeys((*_TEXTS.values(), *_ALSO), "VARCHAR")
    return types | {name: "VARCHAR" if is_lenient else _struct(fields) for name, fields in _LISTS.items()}


def _query(*, is_lenient: bool) -> str:
    rows = JSON_ROWS
    if is_lenient:
        rows = f"(SELECT * REPLACE ({', '.join(map(_parsed, _LISTS))}), {_fault()} AS fault FROM {rows})"
    rows = f"(SELECT *, {_RESULT} AS result FROM {rows})"
    return f"SELECT {_COLUMNS}{', fault' if is_lenient else ''} FROM (SELECT *, {_PREPARED} FROM {rows})"


def _struct(fields: tuple[str, ...]) -> str:
    return f"STRUCT({', '.join(f'{name} VARCHAR' for name in fields)})[]"


def _parsed(name: str) -> str:
    """A list out of its JSON; null where it is no list of objects."""
    shape = quoted('[{"' + '":"VARCHAR","'.join(_LISTS[name]) + '":"VARCHAR"}]')
    return f"CASE WHEN is_entries({name}) THEN json_transform({name}, {shape}) END AS {name}"


def _fault() -> str:
    wrong = " OR ".join(f"(coalesce({name}, '') <> '' AND NOT is_entries({name}))" for name in _LISTS)
    return f"CASE WHEN {wrong} THEN 'RECORD-NESTED' END"


def _yes(text: str) -> str:
    """Whether a flag is set: 1, 2 (reused from another source), true; null for what does not say it."""
    return (
        f"CASE {text} WHEN '0' THEN false WHEN '1' THEN true WHEN '2' THEN true "
        f"ELSE CASE lower({text}) WHEN 'true' THEN true WHEN 'false' THEN false END END"
    )


def _given(text: str) -> str:
    """A text of a moment, null where it says nothing."""
    return f"CASE WHEN is_nothing(tidy({text})) THEN NULL ELSE nullif({text}, '') END"


def _code(name: str) -> str:
    whens = " ".join(f"WHEN {quoted(code)} THEN {quoted(ours)}" for code, ours in _CODES[name].items())
    return f"CASE {_TEXTS[name]} {whens} ELSE CASE tidy({_TEXTS[name]}) {whens} ELSE tidy({_TEXTS[name]}) END END"


_THERE, _DIGITISED, _REUSED, _RESULT_TOO = 1, 2, 8, 32
"""Bits of what is said of the inputs; that a flag is not said lies one above it. The last: one is the result too."""


def _bits(flag: str, bit: int) -> str:
    whens = f"WHEN '0' THEN 0 WHEN '1' THEN {bit} WHEN '2' THEN {bit}"
    words = f"CASE lower({flag}) WHEN 'true' THEN {bit} WHEN 'false' THEN 0 ELSE {2 * bit} END"
    return f"CASE {flag} {whens} ELSE {words} END"


# All that is asked of the inputs, in one number: a list for each question would be made for every dossier.
_INPUTS = f"""CASE WHEN TaiLieuNop IS NOT NULL THEN coalesce(list_bit_or(list_transform(TaiLieuNop, lambda e:
    CASE WHEN {_yes("e.IsDeleted")} THEN 0
    ELSE {_THERE} + {_bits("e.DuocSoHoa", _DIGITISED)} + {_bits("e.DuocTaiSuDung", _REUSED)}
        + CASE WHEN result.DuongDanTepTinKetQua = e.DuongDanTaiTepTin AND e.DuongDanTaiTepTin <> '' THEN {_RESULT_TOO}
            ELSE 0 END END)), 0) END"""


def _any(bit: int) -> str:
    """Whether one of the inputs has a flag; unknown where one does not say it and none has it.

    Without an input it is unknown too, unless the dossier itself says that it has nothing digitised.
    """
    none = f"CASE WHEN {_yes('HoSoCoThanhPhanSoHoa')} = false THEN 'false' END"
    return f"""CASE
        WHEN inputs IS NULL THEN NULL
        WHEN inputs = 0 THEN {none}
        WHEN inputs & {bit} <> 0 THEN 'true'
        WHEN inputs & {2 * bit} = 0 THEN 'false'
    END"""


_FIRST_REQUEST = """CASE
    WHEN DanhSachHoSoBoSung IS NULL OR len(DanhSachHoSoBoSung) = 0 THEN NULL
    WHEN len(DanhSachHoSoBoSung) = 1 THEN DanhSachHoSoBoSung[1].NgayHenTraTruoc
    ELSE list_sort(list_filter(
        list_transform(
            list_transform(DanhSachHoSoBoSung,
                lambda e: struct_pack(at := tidy(e.NgayBoSung), due := e.NgayHenTraTruoc)),
            lambda e, i: struct_pack(at := moment_of(e.at), place := i, due := e.due)),
        lambda e: e.at IS NOT NULL))[1].due
END"""
_FIRST_DUE = f"""CASE
    WHEN DanhSachHoSoBoSung IS NULL OR len(DanhSachHoSoBoSung) = 0 THEN NgayHenTra
    ELSE coalesce({_given("first_due")}, NgayHenTra)
END"""
_PLAIN = "coalesce(CAST(try_cast({0} AS BIGINT) AS VARCHAR) = {0} AND {0} >= '0', false)"
"""Whether a price is digits as they are printed: it needs no second look."""
_READ_PRICE = """CASE
    WHEN regexp_full_match(p, '[0-9]{1,15}') THEN try_cast(p AS BIGINT)
    WHEN regexp_full_match(p, '[0-9]{1,3}(?:\\.[0-9]{3}){1,4}') THEN try_cast(replace(p, '.', '') AS BIGINT)
END"""
# The sum of the lines; unknown without a line, or where one does not say its price; else the first that is no price.
_FEE_TOTAL = f"""CASE
    WHEN prices IS NULL THEN NULL
    WHEN len(prices) = 1 THEN prices[1]
    WHEN list_bool_and(list_transform(prices, lambda p: {_PLAIN.format("p")})) THEN
        CAST(list_sum(list_transform(prices, lambda p: try_cast(p AS BIGINT))) AS VARCHAR)
    WHEN list_bool_or(list_transform(prices, lambda p: p IS NULL)) THEN NULL
    WHEN list_bool_and(list_transform(prices, lambda p: {_READ_PRICE} IS NOT NULL)) THEN
        CAST(list_sum(list_transform(prices, lambda p: {_READ_PRICE})) AS VARCHAR)
    ELSE list_filter(prices, lambda p: {_READ_PRICE} IS NULL)[1]
END"""
# Of several results the one that has a code and a file speaks, else the first that has either.
_RESULT = """CASE
    WHEN len(DanhSachGiayToKetQua) = 1 THEN DanhSachGiayToKetQua[1]
    WHEN len(DanhSachGiayToKetQua) > 1 THEN coalesce(
        list_filter(DanhSachGiayToKetQua, lambda e:
            tidy(e.MaGiayToKetQua) IS NOT NULL AND tidy(e.DuongDanTepTinKetQua) IS NOT NULL)[1],
        list_filter(DanhSachGiayToKetQua, lambda e:
            tidy(e.MaGiayToKetQua) IS NOT NULL OR tidy(e.DuongDanTepTinKetQua) IS NOT NULL)[1])
END"""
_PREPARED = f"""
    {_INPUTS} AS inputs,
    tidy(TrangThaiHoSo) AS state,
    CASE WHEN len(DanhSachLePhi) > 0 THEN list_transform(DanhSachLePhi, lambda e: tidy(e.Gia)) END AS prices,
    {_FIRST_REQUEST} AS first_due"""
_SUPPLEMENTS = """CASE WHEN len(DanhSachHoSoBoSung) > 0 THEN list_transform(DanhSachHoSoBoSung, lambda e:
    struct_pack(requested_at := e.NgayBoSung, supplied_at := e.NgayTiepNhanBoSung))
END"""
# The format has one moment for the end of handling, NgayKetThucXuLy, and none for a withdrawal (state 7) or a stop
# (state 8) of their own: in these states that moment is the one of the withdrawal or the stop, and no result was made.
_COLUMNS = ", ".join(
    [
        *(f"{_TEXTS[name]} AS {name}" for name in ("dossier_id", "unit", "procedure", "field")),
        *(f"{_code(name)} AS {name}" for name in _CODES),
        *(
            f"{_TEXTS[name]} AS {name}"
            for name in ("submitted_at", "received_at", "due_at", "returned_at", "refused_at")
        ),
        f"{_FIRST_DUE} AS first_due_at",
        "state",
        "CASE WHEN state = '7' OR state = '8' THEN NULL ELSE NgayKetThucXuLy END AS finished_at",
        "CASE WHEN state = '7' THEN NgayKetThucXuLy END AS withdrawn_at",
        "CASE WHEN state = '8' THEN NgayKetThucXuLy END AS stopped_at",
        f"{_SUPPLEMENTS} AS supplements",
        f"{_any(_DIGITISED)} AS digitised_inputs",
        f"{_any(_REUSED)} AS reused_inputs",
        "result.MaGiayToKetQua AS result_code",
        "result.DuongDanTepTinKetQua AS result_file",
        f"{_FEE_TOTAL} AS fee_total",
        f"inputs & {_RESULT_TOO} <> 0 AS is_result_an_input",
    ]
)
