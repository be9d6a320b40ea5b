"""What the tests of the way in share: a lake of one's own, files given to it, and what stands in it afterwards."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from chitieu.acts.units import Tree
from chitieu.problem import Problem
from chitieu.records.current import current
from chitieu.records.delivery import Cover
from chitieu.records.kinds import kinds
from chitieu.records.lake import Lake
from chitieu.records.mapping import Mapping as Names
from chitieu.records.mapping import find_mapping
from chitieu.records.receiving import Coming, Received, receive
from tests.world import province

NOW = datetime(2026, 11, 24, 10, 0)
TREE: Tree = province().tree


@dataclass(frozen=True)
class Desk:
    """A lake in a folder, and the tree of units of the small province."""

    folder: Path
    tree: Tree = TREE

    @property
    def lake(self) -> Lake:
        return Lake(self.folder / "lake", patience=0.2)

    def give(self, kind: str, data: bytes | str | Path, name: str = "tệp", **said: Any) -> Received | Problem:
        """A file, given as its bytes, its text, or a path."""
        path = data if isinstance(data, Path) else self.folder / "given"
        if not isinstance(data, Path):
            path.write_bytes(data.encode() if isinstance(data, str) else data)
        mapping = said.pop("mapping", None)
        if isinstance(mapping, str):
            found = find_mapping(mapping, kinds()[kind], self.folder)
            assert isinstance(found, Names), found.sentence
            said["mapping"] = found
        return receive(self.lake, self.tree, Coming(kind=kind, file=name, path=path, now=NOW, **said))

    def took(self, kind: str, data: bytes | str | Path, **said: Any) -> Received:
        """A file that can be read."""
        found = self.give(kind, data, **said)
        assert isinstance(found, Received), found.sentence
        return found

    def counts(self, kind: str, data: bytes | str | Path, **said: Any) -> dict[str, int]:
        """The account of a file without what is 0."""
        account = self.took(kind, data, **said).account.counts()
        assert account["read"] == sum(account[name] for name in NAMES) + sum(account["not_taken"].values())
        return {name: account[name] for name in NAMES if account[name]}

    def records(self, kind: str, state: int | None = None) -> list[dict[str, Any]]:
        """The current records by key."""
        found = current(self.lake, kind, state)
        assert not isinstance(found, Problem), found.sentence
        keys = kinds()[kind].key
        return sorted(found.to_pylist(), key=lambda row: [str(row[name]) for name in keys])

    def one(self, kind: str, data: bytes | str, **said: Any) -> dict[str, Any]:
        """The one record of a file that is let in whole."""
        received = self.took(kind, data, **said)
        assert received.account.quarantined == 0, [found.sentence for found in received.rejected[0].problems]
        (record,) = self.records(kind)
        return record

    def codes(self, kind: str, data: bytes | str, **said: Any) -> list[tuple[str, str]]:
        """What is wrong with the one row of a file: the code, or that of the rule, and the field."""
        received = self.took(kind, data, **said)
        (row,) = received.rejected
        assert all(found.sentence for found in row.problems)
        return [(str(dict(found.values).get("rule", found.code)), found.place.field) for found in row.problems]


NAMES = ("accepted", "replaced", "unchanged", "older", "quarantined")


def lines(*records: Mapping[str, Any]) -> str:
    """Objects, one a line."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def dossier(number: str = "HS-1", **cells: Any) -> dict[str, Any]:
    """A dossier as one flat object."""
    return {"dossier_id": number, "unit": "X11", "received_at": "2024-03-01 08:00", **cells}


def csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as CSV; no cell holds a comma or a quote."""
    rows = list(rows)
    head = list(dict.fromkeys(name for row in rows for name in row))
    return "\n".join([",".join(head), *(",".join(str(row.get(name, "")) for name in head) for row in rows)]) + "\n"


def cover(unit: str = "X11", first: date = date(2024, 1, 1), last: date = date(2024, 3, 31)) -> Cover:
    return Cover(unit=unit, first=first, last=last)


def sync(number: str = "X11-240301-0001", **fields: Any) -> dict[str, Any]:
    """A dossier of the newer variant; nothing happened but its receipt."""
    return {
        "MaHoSo": number,
        "MaTTHC": "1.000001",
        "KenhThucHien": "2",
        "ChuHoSo": "NGUYỄN VĂN MẪU",
        "SoGiayToChuHoSo": "000000000001",
        "NgayTiepNhan": "20240301080000",
        "NgayHenTra": "20240315170000",
        "TrangThaiHoSo": "4",
        "NgayTra": "",
        "NgayKetThucXuLy": "",
        "DonViXuLy": "Đơn vị giả định",
        "TaiLieuNop": [],
        "DanhSachLePhi": [],
        "DanhSachHoSoBoSung": [],
        "DanhSachGiayToKetQua": [],
        "HoSoCoThanhPhanSoHoa": "0",
        "DuocThanhToanTrucTuyen": "0",
        "NgayTuChoi": "",
        "NgayNopHoSo": "20240229210000",
        **fields,
    }
