"""What an act says on a day: its rows with every amendment applied, and the rows its cascades hand on.

Each cell knows the act and row that hold its level, and the cell it took the place of. Knows
nothing of floors: which cell judges is said in `targets`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from chitieu.acts.decision import Line
from chitieu.acts.force import Acts, FiledAct, speaking_order
from chitieu.acts.level import Level
from chitieu.period import Period

RowKey = tuple[str, str | None]
"""An indicator and the method that counts it."""


class Naming(Protocol):
    """A text in the languages it is known in."""

    @property
    def vi(self) -> str: ...


class Coded(Protocol):
    """Anything with a code."""

    @property
    def code(self) -> str: ...


class Assignable(Protocol):
    """What acts must know of an indicator; the catalogue that is handed in has it."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> Naming: ...
    @property
    def unit(self) -> str: ...
    @property
    def better(self) -> str: ...
    @property
    def default(self) -> str | None: ...
    @property
    def methods(self) -> Sequence[Coded]: ...


Catalogue = Mapping[str, Assignable]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cell:
    """One level of one row for a tier or a unit. `place` is that tier or the unit's code as written."""

    level: Level
    act: FiledAct
    row: int
    place: str
    named: bool
    replaced: Cell | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Row:
    """A row in force: cells by tier, and by identity of the named units."""

    row: int
    indicator: str
    method: str | None
    method_named: bool
    line: Line
    act: FiledAct
    tiers: dict[str, Cell] = field(default_factory=dict)
    named: dict[str, Cell] = field(default_factory=dict)

    @property
    def key(self) -> RowKey:
        return self.indicator, self.method

    def cell(self, identity: str, tier: str) -> Cell | None:
        """The cell for a unit: its named value, else its tier's."""
        return self.named.get(identity) or self.tiers.get(tier)


class Tables:
    """The rows of acts by day, reckoned once each."""

    def __init__(self, acts: Acts, catalogue: Catalogue) -> None:
        self.acts, self.catalogue = acts, catalogue
        self._rows: dict[tuple[int, date, tuple[int, ...]], list[Row]] = {}
        self._methods: dict[tuple[int, int], str | None] = {}

    def rows(self, act: FiledAct, day: date, period: Period | None) -> list[Row]:
        """The rows of a decision or a cascade by itself on `day`, by row number, amendments applied."""
        changes = self.acts.amendments(act, day, period)
        key = (act.order, day, tuple(change.order for change in changes))
        if key not in self._rows:
            rows: dict[int, Row] = {}
            for line in act.decision.lines:
                self._apply(rows, line, act)
            for change in changes:
                for line in change.decision.lines:
                    self._apply(rows, line, change)
            self._rows[key] = sorted(rows.values(), key=lambda row: row.row)
        return self._rows[key]

    def handed(self, root: FiledAct, day: date, period: Period | None) -> dict[str, dict[RowKey, Row]]:
        """What the cascades in force under `root` hand on: by identity of the issuer, by indicator and method."""
        by_issuer: dict[str, list[tuple[FiledAct, FiledAct]]] = {}
        for act in self.acts.filed:
            if act.decision.kind != "cascade" or not self.acts.in_force(act, day):
                continue
            issuer = self.acts.issuer(act)
            if issuer is None or self.acts.root_on(act, day) is not root:
                continue
            changes = by_issuer.setdefault(issuer.identity, [])
            changes.append((act, act))
            changes += [(change, act) for change in self.acts.amendments(act, day, period)]
        handed: dict[str, dict[RowKey, Row]] = {}
        for identity, changes in by_issuer.items():
            rows: dict[RowKey, Row] = {}
            for change, act in sorted(changes, key=lambda pair: speaking_order(pair[0])):
                for line in change.decision.lines:
                    key = (line.indicator, self.method(act, line))
                    if key not in rows:
                        rows[key] = self._fresh(line, change, key[1])
                    self._write(rows[key], line, change)
            handed[identity] = rows
        return handed

    def method(self, act: FiledAct, line: Line) -> str | None:
        """The method a line is counted by: its own, else that of the row it changes or hands on, else the default."""
        if line.method is not None:
            return line.method
        key = (act.order, id(line))
        if key not in self._methods:
            self._methods[key] = self._method(act, line)
        return self._methods[key]

    def upper_rows(self, cascade: FiledAct) -> list[Row]:
        """The rows a cascade hands on: those of the act it names, on the first day both are in force."""
        upper = self.acts.find(cascade.decision.under)
        if upper is None:
            return []
        day = max(cascade.decision.in_force, upper.decision.in_force)
        rows = self.rows(upper, day, None)
        return rows if upper.decision.kind == "decision" else [*self.upper_rows(upper), *rows]

    def _method(self, act: FiledAct, line: Line) -> str | None:
        if act.decision.kind == "amendment":
            amended = self.acts.find(act.decision.amends)
            of_row = next((old for old in amended.decision.lines if old.row == line.row), None) if amended else None
            if amended is not None and of_row is not None and of_row.indicator == line.indicator:
                return self.method(amended, of_row)
            if amended is not None and amended.decision.kind == "cascade":
                act = amended
        if act.decision.kind == "cascade":
            handed_on = {row.method for row in self.upper_rows(act) if row.indicator == line.indicator}
            if len(handed_on) == 1:
                return handed_on.pop()
        indicator = self.catalogue.get(line.indicator)
        return indicator.default if indicator else None

    def _apply(self, rows: dict[int, Row], line: Line, change: FiledAct) -> None:
        row = rows.get(line.row)
        if row is None:
            row = rows[line.row] = self._fresh(line, change, self.method(change, line))
        self._write(row, line, change)

    def _fresh(self, line: Line, act: FiledAct, method: str | None) -> Row:
        return Row(
            row=line.row,
            indicator=line.indicator,
            method=method,
            method_named=line.method is not None,
            line=line,
            act=act,
        )

    def _write(self, row: Row, line: Line, act: FiledAct) -> None:
        for tier, level in line.tiers:
            old = row.tiers.get(tier)
            row.tiers[tier] = Cell(level=level, act=act, row=line.row, place=tier, named=False, replaced=old)
        for code, level in line.units:
            bearer = self.acts.tree.bearer(code, act.decision.in_force)
            if bearer is not None:
                old = row.named.get(bearer.identity)
                row.named[bearer.identity] = Cell(
                    level=level, act=act, row=line.row, place=code, named=True, replaced=old
                )
