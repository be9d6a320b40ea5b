"""Random records beside a random province for Hypothesis: small sets near days of change, ends of periods and terms.

A record begins as an example of a method, is moved so that its own day lies at a boundary, and has some cells filled
otherwise or emptied. Nothing is drawn that a kind cannot hold.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from chitieu.acts.calendar import national
from chitieu.acts.units import Tree, Unit
from chitieu.measures.engines import Counts, Job, plain
from chitieu.measures.indicator import Indicator
from chitieu.measures.jobs import Counting
from chitieu.measures.measured import Measured
from chitieu.measures.method import Asked
from chitieu.measures.tally import Tally
from chitieu.records.delivery import Cover
from chitieu.records.kind import Column, Kind
from chitieu.records.kinds import kinds
from chitieu.records.lookups import Lookups
from chitieu.records.own_day import own_day
from tests.counting import CATALOGUE, newest, table
from tests.worlds import trees

Row = dict[str, Any]
WORKING = national()
METHODS: tuple[tuple[Indicator, str], ...] = tuple(
    (indicator, method.code)
    for indicator in CATALOGUE.values()
    for method in indicator.methods
    if method.definition is not None
)
SUBTREE = tuple((indicator, code) for indicator, code in METHODS if indicator.scope == "subtree")
FED = tuple(code for code, kind in kinds().items() if code != "figure" and not kind.population)
NEAR = tuple(
    date(*day)
    for day in [
        (2023, 12, 31), (2024, 1, 1), (2024, 2, 14), (2024, 2, 15), (2024, 3, 31), (2024, 6, 30), (2024, 7, 1),
        (2024, 9, 30), (2024, 10, 1), (2024, 12, 31), (2025, 1, 1),
    ]
)  # fmt: skip
"""Days on which units change and periods begin or end, and the days before."""
TIMES = (time(), time(8), time(17), time(17, 0, 1), time(23, 59, 59))
ALL_DAYS = date(2020, 1, 1), date(2030, 12, 31)
"""Covers of these days leave none of a period out."""
NOBODY = "Z9"
"""A code that nobody ever bore."""
_OTHER_EXAMPLES: Mapping[str, tuple[Row, ...]] = {
    "meeting": ({"held_on": date(2024, 2, 20), "minutes_document": "5/TB"}, {"held_on": date(2024, 2, 20)}),
    "committee": ({}, {"valid_from": date(2024, 1, 1)}, {"changed_on": date(2024, 2, 20)}),
    "inspection_scope": ({"year": 2024}, {"year": 2025}),
}


@cache
def examples(kind: str) -> tuple[Row, ...]:
    """The stored cells of every example of the methods that count a kind."""
    stored = {column.name for column in kinds()[kind].stored}
    found = [
        {name: value for name, value in example.record.items() if name in stored}
        for indicator, code in METHODS
        for method in indicator.methods
        if method.code == code and method.definition is not None and method.record == kind
        for example in method.definition.examples
    ]
    return (*_OTHER_EXAMPLES.get(kind, ()), *found)


@dataclass(frozen=True)
class Held:
    """Records of every kind in order of arrival, and covers, on a tree: what a data state holds."""

    tree: Tree
    rows: Mapping[str, Sequence[Row]]
    stated: Mapping[str, Sequence[Cover]] = field(default_factory=dict)

    def table(self, kind: str) -> pa.Table:
        return table(kinds()[kind], newest(kinds()[kind], self.rows.get(kind, ())))

    def records(self, kind: str) -> pa.Table:
        return self.table(kind)

    def covers(self, kind: str) -> Sequence[Cover]:
        return self.stated.get(kind, ())

    def delivered(self, kind: str) -> bool:
        return bool(self.rows.get(kind)) or bool(self.stated.get(kind))

    def covered(self) -> Held:
        """The same, everything having been sent."""
        everything = Cover(unit="P", first=ALL_DAYS[0], last=ALL_DAYS[1])
        return replace(self, stated={kind: [everything] for kind in FED})

    def measured(
        self,
        asked: Iterable[Asked],
        count: Callable[[Job], Counts] = plain.count,
        methods: Iterable[tuple[Indicator, str]] = METHODS,
    ) -> dict[Asked, Measured]:
        """Every tally of all methods, counted as told."""
        counting = Counting(tree=self.tree, working=WORKING, records=self, count=count, engine="test")
        found = counting.measured(methods, list(asked))
        assert isinstance(found, dict)
        return found

    def jobs(self, asked: Iterable[Asked]) -> list[Job]:
        """What an engine is asked to count."""
        jobs: list[Job] = []

        def count(job: Job) -> Counts:
            jobs.append(job)
            return {}

        self.measured(asked, count)
        return jobs

    def looked_up(self, row: Row, kind: Kind) -> dict[str, Any]:
        """What other records give a record."""
        there = {code: self.table(code).to_pylist() for code in {one.kind for one in kind.lookups.values()}}
        return Lookups(kind, there, self.tree).values(row)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """What Hypothesis prints: the units and the filled cells of each record."""
        lines = [f"{one.code} {one.tier} < {one.parent} {one.begins}–{one.ends}" for one in self.tree.units]
        lines += [f"{one.old} → {one.new} {one.extent} {one.on}" for one in self.tree.successions]
        lines += [f"{kind} {_filled(row)}" for kind, rows in self.rows.items() for row in rows]
        lines += [f"cover of {kind}: {cover}" for kind, covers in self.stated.items() for cover in covers]
        printer.text("\n".join(lines))


def _filled(row: Row) -> dict[str, str]:
    return {name: str(value) for name, value in row.items() if value is not None}


def tally(measured: Measured, unit: Unit, method: tuple[Indicator, str], *, own: bool = False) -> Tally:
    """The tally of a unit under a method that was counted."""
    found = measured.tally(unit, method[0], method[1], "own" if own else "subtree")
    assert found is not None
    return found


def n_and_d(found: Tally) -> tuple[int, int]:
    """n and d, 0 where there is no figure; d of a count is 0."""
    return found.numerator or 0, found.denominator or 0


def dumped(kind: Kind, rows: Iterable[Row]) -> str:
    """Rows as a file of CSV: plain columns only."""
    columns = [column.name for column in kind.columns if column.type != "list"]
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    table.writerows([_cell(row[name]) for name in columns] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


@st.composite
def records(draw: st.DrawFn, kind: str, codes: Sequence[str]) -> Row:
    """One record of a kind about one of the codes; of few keys, so that some are versions of one another."""
    of = kinds()[kind]
    row: Row = {column.name: None for column in of.stored} | draw(st.sampled_from(examples(kind)))
    day = own_day(of, row)
    if day is not None and kind != "inspection_scope":
        shift = draw(st.sampled_from(NEAR)) - day
        row = {name: value + shift if isinstance(value, date) else value for name, value in row.items()}
    for name, place in draw(st.lists(st.tuples(st.sampled_from(_free(kind)), st.integers(0, 99)), max_size=3)):
        values = _values(of.column(name) if name not in of.flatten else _flat(of, name), row)
        row[name] = values[place % len(values)]
    for name in of.key:
        if of.column(name).type == "text":
            row[name] = draw(st.sampled_from("pqr" if kind == "procedure" else "abcdefgh"))
    for column in of.columns:
        if column.type == "unit":
            row[column.name] = draw(st.sampled_from(codes))
    if kind == "dossier":
        row["procedure"] = draw(st.sampled_from([None, "p", "q"]))
    if of.version is not None:
        row[of.version] = draw(st.sampled_from([None, datetime(2024, 5, 1, 8), datetime(2024, 5, 1, 8, 0, 1)]))
    return row


@cache
def _free(kind: str) -> tuple[str, ...]:
    """The columns that are drawn by themselves: neither key nor unit nor version."""
    of = kinds()[kind]
    taken = {*of.key, "unit", "inspected_unit", "procedure", of.version} - {"year"}
    return tuple(column.name for column in of.stored if column.name not in taken)


def _flat(kind: Kind, name: str) -> Column:
    return next(column for column in kind.stored if column.name == name)


def _values(column: Column, row: Row) -> list[Any]:
    """What a cell may hold: empty, and values at boundaries, those of the record itself among them."""
    if column.codes:
        return [None, *column.codes]
    if column.type == "flag":
        return [None, True, False]
    if column.type == "year":
        return [2024, 2025]
    if column.type in ("integer", "money"):
        least, most = column.least or 0, column.most or 10
        return [None, *(value for value in (0, 1, 3, 4, 5, 9, 10) if least <= value <= most)]
    if column.type in ("day", "moment"):
        moments = [value for value in row.values() if isinstance(value, datetime)]
        if column.type == "moment":
            near = [at + timedelta(seconds=shift) for at in moments for shift in (-1, 0, 1)]
            return [None, *near, *(datetime.combine(day, at) for day in NEAR[:6] for at in TIMES)]
        days = [value for value in row.values() if isinstance(value, date) and not isinstance(value, datetime)]
        return [None, *(day + timedelta(days=shift) for day in days for shift in (-1, 0, 1, 30)), *NEAR]
    return [None, "a", "b"]


@st.composite
def held(draw: st.DrawFn, *, most: int = 6) -> Held:
    """A province, up to `most` records of some kinds in it, some of a code that nobody bore, without covers."""
    tree = draw(trees())
    codes = [*sorted({unit.code for unit in tree.units}), NOBODY]
    chosen = draw(st.lists(st.sampled_from(FED), min_size=1, max_size=3, unique=True))
    if "dossier" in chosen:
        chosen = [*chosen, "procedure"]
    rows = {kind: draw(st.lists(records(kind, codes), min_size=1, max_size=most)) for kind in dict.fromkeys(chosen)}
    return Held(tree, rows)
