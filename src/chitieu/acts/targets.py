"""Which target judges a unit, for a period, as of a day. The rules carry the numbers of acts.md.

Several decisions may speak: the families of all of them are asked. There is exactly one effective
target for a unit, an indicator, a method and an operator.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Giving:
    """The day whose acts give a unit an indicator, and what they give; else the act that will, after the as-of day."""

    day: date | None = None
    targets: Sequence[Target] = ()
    later_act: FiledAct | None = None


class Assignment:
    """All decisions on the tree of one deciding day (J), for one period and one as-of day."""

    def __init__(self, acts: Acts, catalogue: Catalogue, period: Period, as_of: date) -> None:
        self.acts, self.period, self.as_of = acts, period, as_of
        self.judged_on = min(as_of, period.last)
        self.snapshot: Snapshot = acts.tree.on(self.judged_on)
        self._tables = Tables(acts, catalogue)
        self._families: dict[tuple[int, date], Family] = {}
        self._speaking = {root.order: root for root in acts.roots() if speaks_for(root, period)}
        self._in_force: dict[date, list[Family]] = {}
        self._given: dict[tuple[str, str], _Giving] = {}

    def family(self, root: FiledAct, day: date) -> Family:
        """A decision with all that hangs on it, on `day`."""
        key = (root.order, day)
        if key not in self._families:
            self._families[key] = Family(self._tables, root, day, self.period, self.judged_on)
        return self._families[key]

    def shown_on(self, act: FiledAct) -> date:
        """The day whose rows a table shows: the act's last day in force up to J; before it, its first day (rule 5)."""
        return self.acts.shown_on(act, self.judged_on)

    def units(self, root: FiledAct) -> list[Unit]:
        """The units the decision reaches that stand on J: in the tiers it names, those it names, its bound author."""
        family = self.family(root, self.shown_on(root))
        return [unit for unit in self.snapshot.units.values() if family.reaches(unit)]

    def table(self, act: FiledAct, units: Iterable[Unit] | None = None) -> list[Assigned]:
        """Every unit an act reaches × every row, then the own targets on its indicators.

        A decision's table is the law's. That of a cascade has the units it hands on to and its own
        rows, judged under the decision above it; that of an amendment is its act's.
        """
        asked = self.acts.find(act.decision.amends) or act
        if asked.decision.kind == "cascade":
            return self._handed_table(asked, units)
        return self._table(asked, units) if asked.decision.kind == "decision" else []

    def _table(self, root: FiledAct, units: Iterable[Unit] | None) -> list[Assigned]:
        family = self.family(root, self.shown_on(root))
        indicators = sorted({row.indicator for row in family.rows})
        found: list[Assigned] = []
        for unit in self.snapshot.units.values() if units is None else units:
            shown: set[RowKey] = set()
            if family.reaches(unit):
                for row in family.rows:
                    shown.add(row.key)
                    found.append(self._assigned(root, root, unit, row))
            for indicator in indicators:
                rows = [target.row for target in self._own_targets(root, unit, indicator)]
                found += [self._assigned(root, root, unit, row) for row in rows if row.key not in shown]
        return found

    def _handed_table(self, cascade: FiledAct, units: Iterable[Unit] | None) -> list[Assigned]:
        day = self.shown_on(cascade)
        root = self.acts.root_on(cascade, day)
        rows = self._tables.rows(cascade, day, self.period)
        issuer = self.acts.issuer(cascade)
        standing = self.snapshot.by_identity.get(issuer.identity) if issuer is not None else None
        below = () if standing is None else self.snapshot.children(standing.code)
        wanted = None if units is None else {unit.code for unit in units}
        found = []
        for unit in (self.snapshot.units[code] for code in below if wanted is None or code in wanted):
            if any(row.cell(unit.identity, unit.tier) is not None for row in rows):
                found += [self._assigned(cascade, root, unit, row) for row in rows]
        return found

    def _assigned(self, asked: FiledAct, root: FiledAct, unit: Unit, row: Row) -> Assigned:
        """The cell of one unit and row of the act asked for, under its decision."""
        compare_only = self.period.calendar is not None and self.period.calendar != root.decision.calendar
        giving = self._giving(unit, row.indicator)
        day = self.judged_on if giving.day is None else giving.day
        target = none = None
        if root.order in self._speaking and self.acts.in_force(asked, day):
            family = self.family(root, day)
            target = family.target(unit, row.key) if giving.day is not None else None
            none = self._none(family, asked, unit, row) if target is None else None
        if target is None:
            return Assigned(
                unit=unit, row=row, target=None, none=none, later_act=giving.later_act, compare_only=compare_only
            )
        judge, also = self._side_by_side(root, target, giving.targets)
        return Assigned(
            unit=unit,
            row=row,
            target=judge,
            retroactive=day != self.judged_on,
            also=also,
            compare_only=compare_only,
        )

    @staticmethod
    def _none(family: Family, asked: FiledAct, unit: Unit, row: Row) -> Cell | None:
        """The cell that says `none` for the unit: of the decision, or of the cascade that is asked for."""
        if asked is family.root:
            of_day = family.row(row.key)
            cell = family.floor(unit, of_day) if of_day is not None else None
        else:
            cell = row.cell(unit.identity, unit.tier)
        return cell if cell is not None and cell.level.is_none else None

    def _own_targets(self, root: FiledAct, unit: Unit, indicator: str) -> list[Target]:
        """What the unit's parent hands it on top of the decision, on the day that gives it the indicator."""
        parent = self.snapshot.parent(unit.code) if self._issuers else None
        if parent is None or parent.identity not in self._issuers or root.order not in self._speaking:
            return []
        day = self._giving(unit, indicator).day
        if day is None or not self.acts.in_force(root, day):
            return []
        return self.family(root, day).own_targets(unit, indicator)

    def _giving(self, unit: Unit, indicator: str) -> _Giving:
        """Rule 2: J where an act in force gives the unit this indicator, else the first later day not after D."""
        key = (unit.identity, indicator)
        if key not in self._given:
            self._given[key] = self._first_giving(unit, indicator)
        return self._given[key]

    def _first_giving(self, unit: Unit, indicator: str) -> _Giving:
        targets = self._givers(unit, indicator, self.judged_on)
        if targets:
            return _Giving(day=self.judged_on, targets=targets)
        parent = self.snapshot.parent(unit.code)
        coming = self._coming.get(indicator, {})
        acts = [*coming.get(None, ()), *(coming.get(parent.identity, ()) if parent is not None else ())]
        for day, act in sorted(acts, key=lambda item: (item[0], item[1].order)):
            targets = self._givers(unit, indicator, day)
            if any(self._gives(act, target) for target in targets):
                return _Giving(day=day, targets=targets) if day <= self.as_of else _Giving(later_act=act)
        return _Giving()

    def _gives(self, act: FiledAct, target: Target) -> bool:
        """Whether the act gives the unit what it has: by the decision's cell for it or one handed on to it, or is
        amended by what does. What binds the issuer alone, and `none`, give the unit nothing.
        """
        handed = target.cell if target.origin == "cascade" else target.overtaken
        cells = [cell for cell in (None if target.own else target.floor, handed) if cell is not None]
        given = [cell.act for cell in cells if not cell.level.is_none]
        return any(act in (giver, self.acts.find(giver.decision.amends)) for giver in given)

    @cached_property
    def _issuers(self) -> frozenset[str]:
        """The identities of those who ever handed something on."""
        return frozenset(unit.identity for act in self.acts.cascades if (unit := self.acts.issuer(act)) is not None)

    @cached_property
    def _coming(self) -> dict[str, dict[str | None, list[tuple[date, FiledAct]]]]:
        """What comes into force after J: by indicator, and by the identity of the issuer that hands on."""
        found: dict[str, dict[str | None, list[tuple[date, FiledAct]]]] = {}
        for act in self.acts.filed:
            begins = self.acts.begins(act)
            if begins <= self.judged_on or self.acts.root_on(act, begins).order not in self._speaking:
                continue
            amended = self.acts.find(act.decision.amends) or act
            issuer = self.acts.issuer(amended) if amended.decision.kind == "cascade" else None
            for indicator in {line.indicator for line in act.decision.lines}:
                by_issuer = found.setdefault(indicator, {})
                by_issuer.setdefault(issuer.identity if issuer else None, []).append((begins, act))
        return found

    def _givers(self, unit: Unit, indicator: str, day: date) -> list[Target]:
        if day not in self._in_force:
            self._in_force[day] = [
                self.family(root, day) for root in self._speaking.values() if self.acts.in_force(root, day)
            ]
        return [target for family in self._in_force[day] for target in family.givers(unit, indicator)]

    @staticmethod
    def _side_by_side(root: FiledAct, target: Target, given: Sequence[Target]) -> tuple[Target, tuple[Beside, ...]]:
        """Rule 6: of unrelated acts with one method and operator the more demanding judges; all are named."""
        judge = target
        beside: list[tuple[str, Target]] = []
        for other in given:
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
    """How many targets a decision gives on `day`, by tier; own targets of those who hand on stay out.

    Empty where the decision is not in force on the day.
    """
    applies = root.decision.applies
    if applies is None or not acts.in_force(root, day):
        return {}
    assignment = Assignment(acts, catalogue, applies.in_calendar(root.decision.calendar), day)
    counted: dict[str, int] = {}
    family = assignment.family(root, assignment.shown_on(root))
    for unit in assignment.units(root):
        given = sum(family.given(unit, row.key) is not None for row in family.rows)
        if given:
            counted[unit.tier] = counted.get(unit.tier, 0) + given
    return counted
