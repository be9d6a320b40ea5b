"""A made-up province-year as it was sent and imported, and the same with the truth of its planted defects put back."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from chitieu.generate import COVERS, DEFECTS, MARK
from chitieu.language import Expression, Fault, Type, read
from chitieu.language.plain import evaluate
from chitieu.measures.engines import duckdb
from chitieu.measures.jobs import Counting
from chitieu.measures.method import Asked
from chitieu.period import holding
from chitieu.problem import Problem
from chitieu.records import cells, flattening
from chitieu.records.derived import Whole
from chitieu.records.feed import Feed
from chitieu.records.kinds import kinds
from chitieu.records.lookups import Lookups
from chitieu.walk import Workspace, open_workspace

if TYPE_CHECKING:
    import pyarrow as pa

ROOT = Path(__file__).resolve().parents[1]
Row = dict[str, Any]
Form = Literal["csv", "sync"]
FORMS: tuple[Form, ...] = ("sync", "csv")
ENDING: Mapping[Form, str] = {"sync": "sync.ndjson", "csv": "csv"}
NOW = "2025-01-05T08:00:00+07:00"
YEAR = Asked(period=holding(date(2024, 1, 1), date(2024, 12, 31)), as_of=date(2024, 12, 31))
SEED = 194
DOSSIER = kinds()["dossier"]


@dataclass(frozen=True)
class Sent:
    """A province-year as it was made, sent in one form and imported: what is stored, turned away and said of it."""

    form: Form
    workspace: Workspace
    unit: str
    planted: Sequence[Mapping[str, str]]
    warned: Mapping[str, int]
    delivery: int

    @cached_property
    def stored(self) -> pa.Table:
        return _given(self.workspace.feed().table("dossier"))

    @cached_property
    def rows(self) -> dict[str, Row]:
        """The current dossiers by number."""
        return {row["dossier_id"]: row for row in self.stored.to_pylist()}

    @cached_property
    def turned_away(self) -> dict[str, Row]:
        """The rows of the quarantine by number, as far as their cells can be read; with the codes of their rules."""
        found = {}
        for one in _given(self.workspace.lake.quarantine(self.delivery)):
            row = {column.name: _value(column.name, one["cells"].get(column.name)) for column in DOSSIER.columns}
            lists = {"supplements": row.pop("supplements")}
            found[row["dossier_id"]] = row | flattening.flattened(DOSSIER, lists, row)
        return found

    @cached_property
    def wholes(self) -> dict[str, Whole]:
        """The current dossiers with everything that an expression may name."""
        procedures = _given(self.workspace.feed().table("procedure")).to_pylist()
        lookups = Lookups(DOSSIER, {"procedure": procedures}, self.workspace.tree)
        working = self.workspace.opened.calendar
        return {number: Whole(DOSSIER, row | lookups.values(row), working) for number, row in self.rows.items()}

    @cached_property
    def means(self) -> dict[str, str | None]:
        """How the fee of each dossier was paid, as the payments say."""
        payments = _given(self.workspace.feed().table("payment")).to_pylist()
        return {row["dossier_id"]: row["means"] for row in payments}

    def records(self, *codes: str) -> set[str]:
        """The numbers of the dossiers that carry a planted defect."""
        return {one["record"] for one in self.planted if one["defect"] in codes}

    def where(self, text: str) -> set[str]:
        """The stored dossiers for which a condition is true."""
        truth: tuple[Type, ...] = ("truth",)
        condition = read(text, DOSSIER.names, truth)
        if isinstance(condition, Fault):
            raise ValueError(f"{text}: {condition.reason}")
        return self._for_which(condition)

    def breaking(self, code: str) -> set[str]:
        """The stored dossiers for which a rule of the kind gives a warning."""
        return self._for_which(next(rule.when for rule in DOSSIER.rules if rule.code == code))

    def _for_which(self, condition: Expression) -> set[str]:
        working = self.workspace.opened.calendar
        return {number for number, whole in self.wholes.items() if evaluate(condition, whole, working) is True}

    def restored(self, *codes: str) -> pa.Table:
        """The current dossiers with the truth put back for those that carry one of the defects."""
        rows = dict(self.rows)
        for one in self.planted:
            if one["defect"] not in codes:
                continue
            sent = rows.pop(one["record"], None) or self.turned_away[one["record"]]
            told: dict[str, Any] = json.loads(one["truth"])
            row = sent | {name: _value(name, cell) for name, cell in told.items()}
            rows[row["dossier_id"]] = {**row, "row": sent.get("row", 0), "delivery": sent.get("delivery", 0)}
        return type(self.stored).from_pylist(list(rows.values()), schema=self.stored.schema)


def _given(found: Any) -> Any:
    if isinstance(found, Problem):
        raise RuntimeError(found.sentence)
    return found


def _value(name: str, cell: Any) -> Any:
    """A cell of a file, or a value of JSON, as the column keeps it."""
    column = DOSSIER.column(name)
    if column.type != "list":
        text = json.dumps(cell) if isinstance(cell, bool | int) else cell
        return cells.read(column, text)[0]
    entries = json.loads(cell or "null") or [] if isinstance(cell, str | None) else cell
    return [{field: cells.read(_moment(), value)[0] for field, value in entry.items()} for entry in entries]


def _moment() -> Any:
    return DOSSIER.column("received_at")


@dataclass(frozen=True)
class _Restored:
    """A data state with other dossiers in it."""

    feed: Feed
    dossiers: pa.Table

    def table(self, kind: str) -> Any:
        return self.dossiers if kind == "dossier" else self.feed.table(kind)

    records = table

    def covers(self, kind: str) -> Any:
        return self.feed.covers(kind)

    def delivered(self, kind: str) -> bool:
        return self.feed.delivered(kind)


def counts(sent: Sent, dossiers: pa.Table, method: tuple[str, str]) -> tuple[int, int]:
    """n and d of the unit with all below in the year, under one method."""
    indicator = sent.workspace.catalogue[method[0]]
    counting = Counting(
        tree=sent.workspace.tree,
        working=sent.workspace.opened.calendar,
        records=_Restored(sent.workspace.feed(), dossiers),
        count=duckdb.count,
        engine="duckdb",
    )
    measured = _given(counting.measured([(indicator, method[1])], [YEAR]))[YEAR]
    unit = sent.workspace.tree.on(YEAR.judged_on).units[sent.unit]
    tally = measured.tally(unit, indicator, method[1], "subtree")
    return tally.numerator or 0, tally.denominator or 0


def command(home: Path, *arguments: str) -> tuple[int, str]:
    """One command of the program in a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "CHITIEU_NOW": NOW}
    typed = [sys.executable, "-m", "chitieu", *arguments, "--home", str(home)]
    done = subprocess.run(typed, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    return done.returncode, done.stdout


def sent(folder: Path, form: Form, size: tuple[str, int]) -> Sent:
    """A province-year made and imported in one form."""
    unit, dossiers = size
    home, out = folder / f"home-{form}", folder / f"files-{form}"
    command(home, "init", "--from", str(ROOT / "provinces" / "dong-nai"))
    ordered = ("--units", unit, "--year", "2024", "--dossiers", str(dossiers), "--seed", str(SEED))
    command(home, "generate", *ordered, "--format", form, "--out", str(out))
    said: dict[str, Any] = {}
    for kind in ("procedure", "payment", "dossier"):
        ending = ENDING[form] if kind == "dossier" else "csv"
        covers = [part for cover in (out / COVERS).read_text().split() for part in ("--covers", cover)]
        _, printed = command(home, "import", kind, str(out / f"{kind}.{MARK}.{ending}"), *covers, "--format", "json")
        said = json.loads(printed)[0]
    workspace, problems = open_workspace(home)
    if workspace is None:
        raise RuntimeError("; ".join(found.sentence for found in problems))
    with (out / DEFECTS).open(encoding="utf-8", newline="") as file:
        planted = list(csv.DictReader(file))
    return Sent(
        form=form, workspace=workspace, unit=unit, planted=planted, warned=said["warnings"], delivery=said["delivery"]
    )
