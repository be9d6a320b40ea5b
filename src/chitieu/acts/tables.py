"""What an act says on a day: its rows with every amendment applied, and the rows its cascades hand on.

Each cell knows the act and row that hold its level, and the cell it took the place of. Knows
nothing of floors: which cell judges is said in `targets`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    def scope(self) -> str: ...
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
        self._rows: dict[tuple[int, tuple[int, ...]], list[Row]] = {}
        self._methods: dict[tuple[int, int], str | None] = {}

    def rows(self, act: FiledAct, day: date, period: Period | None) -> list[Row]:
        """The rows of a decision or a cascade by itself on `day`, by row number, amendments applied.

        Before the act they are those of its first day, after it those of its last.
        """
        changes = self.acts.amendments(act, self.acts.shown_on(act, day), period)
        key = (act.order, tuple(change.order for change in changes))
        if key not in self._rows:
            rows: dict[int, Row] = {}
            for change in (act, *changes):
                for line in change.decision.lines:
                    if line.row not in rows:
                        rows[line.row] = self._fresh(line, change)
                    self._write(rows[line.row], line, change)
            self._rows[key] = sorted(rows.values(), key=lambda row: row.row)
        return self._rows[key]

    def handed(
        self, root: FiledAct, day: date, period: Period | None, last: FiledAct | None = None
    ) -> dict[str, dict[RowKey, Row]]:
        """What the cascades in force under `root` hand on: by identity of the issuer, by indicator and method.

        `last` is a change that speaks after all others, whatever its days: an act that is being checked.
        """
        by_issuer: dict[str, list[FiledAct]] = {}
        for act in self.acts.cascades:
            if not self.acts.in_force(act, day) or self.acts.root_on(act, day) is not root:
                continue
            issuer = self.acts.issuer(act)
            if issuer is not None:
                by_issuer.setdefault(issuer.identity, []).extend((act, *self.acts.amendments(act, day, period)))
        handed: dict[str, dict[RowKey, Row]] = {}
        for identity, changes in by_issuer.items():
            rows: dict[RowKey, Row] = {}
            for change in sorted(changes, key=lambda change: (change is last, *speaking_order(change))):
                for line in change.decision.lines:
                    key = (line.indicator, self.method(change, line))
                    if key not in rows:
                        rows[key] = self._fresh(line, change)
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

    def changed(self, amendment: FiledAct, number: int) -> tuple[FiledAct, Line] | None:
        """The line of a row that an amendment changes, with the act that brought it; None for a row it adds."""
        amended = self.acts.find(amendment.decision.amends)
        if amended is None:
            return None
        earlier = [
            change
            for change in self.acts.amendments(amended, amendment.decision.in_force, None)
            if speaking_order(change) < speaking_order(amendment)
        ]
        for change in (amended, *earlier):
            for line in change.decision.lines:
                if line.row == number:
                    return change, line
        return None

    def upper_rows(self, cascade: FiledAct, change: FiledAct) -> list[Row]:
        """The rows that a cascade or its amendment hands on: of the act above, and of those above that one.

        They are those of the first day on which all of them speak.
        """
        day = max(change.decision.in_force, self.acts.begins(cascade))
        upper = self.acts.upper_on(cascade, day)
        if upper is None:
            return []
        rows = self.rows(upper, day, None)
        return rows if upper.decision.kind == "decision" else [*self.upper_rows(upper, change), *rows]

    def _method(self, act: FiledAct, line: Line) -> str | None:
        cascade = act
        if act.decision.kind == "amendment":
            changed = self.changed(act, line.row)
            if changed is not None and changed[1].indicator == line.indicator:
                return self.method(*changed)
            cascade = self.acts.find(act.decision.amends) or act
        if cascade.decision.kind == "cascade":
            handed_on = {row.method for row in self.upper_rows(cascade, act) if row.indicator == line.indicator}
            if len(handed_on) == 1:
                return handed_on.pop()
        indicator = self.catalogue.get(line.indicator)
        return indicator.default if indicator else None

    def _fresh(self, line: Line, act: FiledAct) -> Row:
        return Row(
            row=line.row,
            indicator=line.indicator,
            method=self.method(act, line),
            method_named=line.method is not None,
            line=line,
            act=act,
        )

    def _write(self, row: Row, line: Line, act: FiledAct) -> None:
        """The levels of a line into a row; of what else a row says, only what stands in the line changes."""
        row.line = said_over(row.line, line)
        for tier, level in line.tiers:
            old = row.tiers.get(tier)
            row.tiers[tier] = Cell(level=level, act=act, row=line.row, place=tier, named=False, replaced=old)
        for code, level in line.units:
            bearer = self.acts.tree.bearer(code, act.codes_on)
            if bearer is not None:
                of_tier = row.tiers.get(bearer.tier)
                if of_tier is not None and of_tier.act is act:
                    of_tier = of_tier.replaced
                old = row.named.get(bearer.identity) or of_tier
                row.named[bearer.identity] = Cell(
                    level=level, act=act, row=line.row, place=code, named=True, replaced=old
                )


SAID_OF_A_ROW = ("wording", "scope", "monitor", "report_by", "evidence", "when_empty", "weight")


def said_over(line: Line, change: Line) -> Line:
    """A line with what another says beside its levels put over it."""
    said = {key: value for key in SAID_OF_A_ROW if (value := getattr(change, key)) is not None}
    return replace(line, **said) if said and change is not line else line
