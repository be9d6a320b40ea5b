"""What the tests of made-up records share: the province of the repository, a folder that was made, read back."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from chitieu.acts import calendar, unit_proofs, unit_tables
from chitieu.acts.tiers import Tiers
from chitieu.acts.units import Tree
from chitieu.generate import DEFECTS, MANIFEST, MARK, Generated, Order, generate
from chitieu.period import WorkingDays
from chitieu.records.kinds import Kind, kinds
from tests.conftest import ROOT

PROVINCE = ROOT / "provinces" / "dong-nai"
KINDS = sorted(code for code, kind in kinds().items() if not kind.population and code != "figure")
Row = dict[str, Any]


def dong_nai() -> tuple[Tree, WorkingDays]:
    """The tree and the calendar of the province in the repository."""
    tiers, working = Tiers.read((PROVINCE / "tiers.toml").read_bytes(), ""), calendar.national()
    rows, _ = unit_tables.read_units((PROVINCE / "units.csv").read_bytes(), "")
    moves, _ = unit_tables.read_successions((PROVINCE / "successions.csv").read_bytes(), "")
    assert isinstance(tiers, Tiers)
    return unit_proofs.build(rows, moves, tiers)[0], working


TREE, WORKING = dong_nai()


def ordered(out: Path, unit: str = "75", year: int = 2024, dossiers: int = 400, **more: Any) -> Path:
    """The folder of an order."""
    made = generate(TREE, WORKING, Order(unit=unit, year=year, dossiers=dossiers, **{"seed": 7, **more}), out)
    assert isinstance(made, Generated), made
    return made.folder


@dataclass(frozen=True, kw_only=True)
class Folder:
    """A folder of records, read back as a person would: cells by the types of their kinds."""

    home: Path

    @property
    def manifest(self) -> Row:
        return dict(json.loads((self.home / MANIFEST).read_text(encoding="utf-8")))

    def rows(self, kind: str) -> list[Row]:
        with (self.home / f"{kind}.{MARK}.csv").open(encoding="utf-8", newline="") as file:
            return [typed(kinds()[kind], row) for row in csv.DictReader(file)]

    def defects(self) -> list[dict[str, str]]:
        with (self.home / DEFECTS).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def listed(self, code: str) -> set[str]:
        return {row["record"] for row in self.defects() if row["defect"] == code}


READ: dict[str, Callable[[str], Any]] = {
    "integer": int,
    "money": int,
    "year": int,
    "day": date.fromisoformat,
    "moment": datetime.fromisoformat,
    "flag": lambda text: {"true": True, "false": False}[text],
    "list": json.loads,
}


def typed(kind: Kind, cells: dict[str, str]) -> Row:
    """A row by the types of its columns; an empty cell is None."""
    assert list(cells) == [column.name for column in kind.columns]
    return {
        column.name: None if cells[column.name] == "" else READ.get(column.type, str)(cells[column.name])
        for column in kind.columns
    }
