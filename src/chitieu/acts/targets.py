"""Which target judges a unit, for a period, as of a day. The rules carry the numbers of acts.md.

Several decisions may speak: the families of all of them are asked. There is exactly one effective
target for a unit, an indicator, a method and an operator.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chitieu.acts.family import Family, Target
from chitieu.acts.force import Acts, FiledAct, speaks_for
from chitieu.acts.level import more_demanding
from chitieu.acts.tables import Catalogue, Cell, Row, RowKey, Tables
from chitieu.acts.units import Snapshot, Unit
from chitieu.period import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Another act that speaks of the same: TWO-ACTS (same method and operator) or TWO-DEFINITIONS."""

    code: str
    act: FiledAct
    cell: Cell


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Assigned:
    """One cell of the table of a decision: a unit, a row, and the target that judges it, or why there is none."""

    unit: Unit
    row: Row
    target: Target | None
    none: Cell | None = None
    """The cell that says `none` for the unit."""
    later_act: FiledAct | None = None
    """The act that gives the unit this indicator only after the as-of day."""
    retroactive: bool = False
    also: tuple[Beside, ...] = ()
    compare_only: bool = False


class Assignment:
    """All decisions on the tree of one deciding day (J), for one period and one as-of day."""

    def __init__(self, acts: Acts, catalogue: Catalogue, period: Period, as_of: date) -> None:
        self.acts, self.period, self.as_of = acts, period, as_of
        self.judged_on = min(as_of, period.last)
        self.snapshot: Snapshot = acts.tree.on(self.judged_on)
        self._tables = Tables(acts, catalogue)
        self._families: dict[tuple[int, date], Family] = {}
        self._speaking = [root for root in acts.roots() if speaks_for(root, period)]
        self._later: list[date] = sorted(
            {
                max(act.decision.in_force, self.acts.root_on(act, act.decision.in_force).decision.in_force)
                for act in acts.filed
                if act.decision.kind != "annulment"
            }
        )

    def family(self, root: FiledAct, day: date) -> Family:
        """A decision with all that hangs on it, on `day`."""
        key = (root.order, day)
        if key not in self._families:
            self._families[key] = Family(self._tables, root, day, self.period, self.judged_on)
        return self._families[key]

    def shown_on(self, root: FiledAct) -> date:
        """The day whose rows a table shows: the act's last day in force up to J; before it, its first day (rule 5)."""
        span = self.acts.span(root)
        day = self.judged_on if span.ended_on is None else min(self.judged_on, span.ended_on)
        return max(day, span.begins)

    def units(self, root: FiledAct) -> list[Unit]:
        """The units the decision reaches that stand on J: in the tiers it names, and those it names."""
        family = self.family(root, self.shown_on(root))
        if family.holder is None:
            return []
        tiers = {tier for row in family.rows for tier in row.tiers}
        named = {identity for row in family.rows for identity in row.named}
        found = []
        for code in (family.holder.code, *self.snapshot.below(family.holder.code)):
            unit = self.snapshot.units[code]
            if unit.tier in tiers or unit.identity in named or self._own_keys(family, unit):
                found.append(unit)
        return found

    def table(self, root: FiledAct, units: Iterable[Unit] | None = None) -> list[Assigned]:
        """Every unit the decision reaches × every row, then the own targets on its indicators."""
        family = self.family(root, self.shown_on(root))
        tiers = {tier for row in family.rows for tier in row.tiers}
        found: list[Assigned] = []
        for unit in self.units(root) if units is None else units:
            reached = unit.tier in tiers or any(unit.identity in row.named for row in family.rows)
            shown: set[RowKey] = set()
            for row in family.rows:
                if not reached:
                    break
                shown.add(row.key)
                if unit.code in family.below or family.reaches(unit, row):
                    found.append(self.assigned(root, family, unit, row))
            for key in self._own_keys(family, unit):
                if key not in shown:
                    target = family.target(unit, key)
                    found.append(self.assigned(root, family, unit, target.row if target else family.rows[0]))
        return found

    def assigned(self, root: FiledAct, shown: Family, unit: Unit, row: Row) -> Assigned:
        """The cell of one unit and row."""
        compare_only = self.period.calendar is not None and self.period.calendar != root.decision.calendar
        cell = shown.floor(unit, row)
        none = cell if cell is not None and cell.level.is_none else None
        if not speaks_for(root, self.period):
            return Assigned(unit=unit, row=row, target=None, none=none, compare_only=compare_only)
        day, later_act = self._giving_day(unit, row.indicator)
        target = None
        if day is not None and self.acts.in_force(root, day):
            target = self.family(root, day).target(unit, row.key)
        if target is None or day is None:
            return Assigned(unit=unit, row=row, target=None, none=none, later_act=later_act, compare_only=compare_only)
        judge, also = self._side_by_side(root, target, day)
        return Assigned(
            unit=unit,
            row=row,
            target=judge,
            retroactive=day != self.judged_on,
            also=also,
            compare_only=compare_only,
        )

    def _own_keys(self, family: Family, unit: Unit) -> list[RowKey]:
        indicators = {row.indicator for row in family.rows}
        return [key for key in family.own_keys(unit) if key[0] in indicators] if family.handed else []

    def _giving_day(self, unit: Unit, indicator: str) -> tuple[date | None, FiledAct | None]:
        """Rule 2: J where an act in force gives the unit this indicator, else the first later day not after D."""
        if self._givers(unit, indicator, self.judged_on):
            return self.judged_on, None
        for day in self._later:
            if day <= self.judged_on:
                continue
            givers = self._givers(unit, indicator, day)
            if givers and day <= self.as_of:
                return day, None
            if givers:
                return None, givers[0].cell.act
        return None, None

    def _givers(self, unit: Unit, indicator: str, day: date) -> list[Target]:
        found = []
        for root in self._speaking:
            if not self.acts.in_force(root, day):
                continue
            family = self.family(root, day)
            keys = {row.key for row in family.rows if row.indicator == indicator}
            parent = self.snapshot.parent(unit.code)
            if family.handed and parent is not None:
                keys |= {key for key in family.handed.get(parent.identity, {}) if key[0] == indicator}
            found += [
                target
                for key in sorted(keys, key=lambda key: (key[0], key[1] or ""))
                if (target := family.target(unit, key)) is not None
            ]
        return found

    def _side_by_side(self, root: FiledAct, target: Target, day: date) -> tuple[Target, tuple[Beside, ...]]:
        """Rule 6: of unrelated acts with one method and operator the more demanding judges; all are named."""
        judge = target
        beside: list[tuple[str, Target]] = []
        for other in self._givers(target.unit, target.row.indicator, day):
            if other.root is root:
                continue
            same = other.row.method == target.row.method and other.level.operator == target.level.operator
            beside.append(("TWO-ACTS" if same else "TWO-DEFINITIONS", other))
            if same and more_demanding(judge.level, other.level) is not judge.level:
                judge = other
        if judge is not target:
            beside = [("TWO-ACTS", target), *((code, other) for code, other in beside if other is not judge)]
        return judge, tuple(Beside(code=code, act=other.cell.act, cell=other.cell) for code, other in beside)


def count(acts: Acts, catalogue: Catalogue, root: FiledAct, day: date) -> dict[str, int]:
    """How many targets a decision gives on `day`, by tier; own targets of those who hand on stay out."""
    applies = root.decision.applies
    if applies is None:
        return {}
    assignment = Assignment(acts, catalogue, _whole(applies, root), day)
    counted: dict[str, int] = {}
    family = assignment.family(root, day)
    for unit in assignment.units(root):
        given = 0
        for row in family.rows:
            cell = family.floor(unit, row)
            given += cell is not None and not cell.level.is_none
        if given:
            counted[unit.tier] = counted.get(unit.tier, 0) + given
    return counted


def _whole(applies: Period, root: FiledAct) -> Period:
    return applies.in_calendar(root.decision.calendar)
