"""Which target judges and which figure speaks, as the pages say it: one unit, one row, one period, one day at a time.

Slow and obvious on purpose: no caches, nothing of `acts.force` to `acts.targets` but the type of a filed act. The
quick code must agree with it on every cell of every world.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from chitieu.acts.decision import ActName, Line
from chitieu.acts.force import FiledAct
from chitieu.acts.level import Level, satisfies
from chitieu.acts.tiers import Tiers
from chitieu.acts.units import Tree, Unit
from chitieu.period import Period

Key = tuple[str, str | None]
"""Indicator and method: what makes two rows of two acts one line."""
Place = tuple[str, str]
"""("tier", its code) or ("unit", its identity)."""


class Value(NamedTuple):
    """A level, the act that holds it and the row in that act; `cascade` is the act that handed it on, if one did."""

    level: Level
    act: FiledAct
    row: int
    named: bool
    cascade: FiledAct | None = None

    @property
    def spoke(self) -> tuple[date, date, int]:
        """Two changes of one cell: the later `in_force` speaks, then the later `issued_on`, then the later filing."""
        return self.act.decision.in_force, self.act.name.issued_on, self.act.order


@dataclass(kw_only=True)
class Row:
    indicator: str
    method: str | None
    values: dict[Place, Value] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        return self.indicator, self.method

    def of(self, unit: Unit) -> Value | None:
        """Its named value, else its tier's."""
        return self.values.get(("unit", unit.identity)) or self.values.get(("tier", unit.tier))


class Effective(NamedTuple):
    """The target of a unit under one decision."""

    value: Value
    origin: str
    own: bool
    floors: tuple[Value, ...]
    overtaken: Value | None


class Answer(NamedTuple):
    """What a table says of one unit and row."""

    target: Effective | None
    none: Value | None = None
    later_act: FiledAct | None = None
    retroactive: bool = False
    also: frozenset[tuple[str, str]] = frozenset()
    """(TWO-ACTS or TWO-DEFINITIONS, number of the act that holds the other level)."""
    rivals: tuple[Effective, ...] = ()
    """The targets of the same method and operator, the one asked for among them."""


@dataclass(frozen=True, kw_only=True)
class Pages:
    """All filed acts beside the units, read by the letter. `defaults`: the methods that acts need not name."""

    filed: Sequence[FiledAct]
    tree: Tree
    tiers: Tiers
    defaults: Mapping[str, str | None]

    # When an act is in force

    def find(self, name: ActName | None) -> FiledAct | None:
        return next((act for act in self.filed if act.name == name), None)

    def issuer(self, act: FiledAct) -> Unit:
        unit = self.tree.bearer(act.name.issuer, act.decision.in_force)
        assert unit is not None
        return unit

    def end(self, act: FiledAct) -> tuple[date, FiledAct | None] | None:
        """The first day on which an act is no longer in force, and the act that ended it, if one did."""
        ends: list[tuple[date, FiledAct | None]] = [
            (other.decision.in_force, other)
            for other in self.filed
            if act.name in (other.decision.replaces, other.decision.annuls)
        ]
        amended = self.find(act.decision.amends)
        if amended is not None and (amended_end := self.end(amended)) is not None:
            ends.append((amended_end[0], None))
        if act.decision.kind == "cascade":
            issuer_gone = self.tree.end_of(self.issuer(act).identity)
            if issuer_gone is not None:
                ends.append((issuer_gone, None))
            *_, (_, upper_gone) = self.uppers(act)
            if upper_gone is not None:
                ends.append((upper_gone, None))
        return min(ends, key=lambda end: end[0], default=None)

    def uppers(self, cascade: FiledAct) -> list[tuple[FiledAct, date | None]]:
        """The acts a cascade is under, each with the first day on which it no longer is: more than one where kept."""
        found: list[tuple[FiledAct, date | None]] = []
        upper, since = self.find(cascade.decision.under), date.min
        while upper is not None:
            end = self.end(upper)
            until = None if end is None else max(end[0], since)
            found.append((upper, until))
            cause = end[1] if end is not None else None
            keeps = cause is not None and cause.decision.cascades == "keep" and cause.decision.replaces is not None
            upper, since = (cause if keeps else None), until or since
        return found

    def upper(self, cascade: FiledAct, day: date) -> FiledAct:
        """The act a cascade is under on a day; after its end, the last."""
        uppers = self.uppers(cascade)
        return next((upper for upper, until in uppers if until is None or day < until), uppers[-1][0])

    def root(self, act: FiledAct, day: date) -> FiledAct:
        """The decision that a cascade goes back to."""
        while act.decision.kind == "cascade":
            act = self.upper(act, day)
        return act

    def begins(self, act: FiledAct) -> date:
        """The day on which an act comes to speak: a cascade and its amendments not before the act it is under."""
        first = act.decision.in_force
        above = self.find(act.decision.amends)
        if act.decision.kind == "cascade":
            above = self.upper(act, first)
        return first if above is None else max(first, self.begins(above))

    def in_force(self, act: FiledAct, day: date) -> bool:
        end = self.end(act)
        return self.begins(act) <= day and (end is None or day < end[0])

    # What an act says on a day

    def rows(self, act: FiledAct, day: date, period: Period | None) -> dict[int, Row]:
        """The rows of an act with its amendments, by number; before the act, those of its first day."""
        rows: dict[int, Row] = {}
        for change in [act, *self.amendments(act, max(day, act.decision.in_force), period)]:
            for line in change.decision.lines:
                if line.row not in rows:
                    rows[line.row] = Row(indicator=line.indicator, method=self.method(act, change, line))
                for place, level in self._places(change, line):
                    rows[line.row].values[place] = Value(level, change, line.row, place[0] == "unit")
        return rows

    def amendments(self, act: FiledAct, day: date, period: Period | None) -> list[FiledAct]:
        """What changes an act on a day, in the order in which it speaks; not what leaves a begun period alone."""
        found = []
        for other in self.filed:
            first, end = other.decision.in_force, self.end(other)
            keeps_old = other.decision.year_judged_by == "first-day" and period is not None and period.first < first
            if other.decision.amends == act.name and first <= day and not keeps_old:
                found += [other] if end is None or day < end[0] else []
        return sorted(found, key=lambda other: (other.decision.in_force, other.name.issued_on, other.order))

    def _places(self, act: FiledAct, line: Line) -> Iterator[tuple[Place, Level]]:
        for tier, level in line.tiers:
            yield ("tier", tier), level
        for code, level in line.units:
            unit = self.tree.bearer(code, act.decision.in_force)
            assert unit is not None
            yield ("unit", unit.identity), level

    def method(self, act: FiledAct, change: FiledAct, line: Line) -> str | None:
        """The one a line names, else that of the row it changes or hands on, else the indicator's."""
        if line.method is not None:
            return line.method
        if change is not act:
            for earlier in [act, *self.amendments(act, change.decision.in_force, None)]:
                if earlier is change:
                    break
                for changed in earlier.decision.lines:
                    if changed.row == line.row:
                        return self.method(act, earlier, changed)
        above, handed = act, set()
        while above.decision.kind == "cascade":
            day = max(change.decision.in_force, self.begins(act))
            above = self.upper(above, day)
            handed |= {row.method for row in self.rows(above, day, None).values() if row.indicator == line.indicator}
        return handed.pop() if len(handed) == 1 else self.defaults[line.indicator]

    def row(self, act: FiledAct, key: Key, day: date, period: Period | None) -> Row | None:
        return next((row for row in self.rows(act, day, period).values() if row.key == key), None)

    # Whom it reaches

    def reaches(self, decision: FiledAct, unit: Unit, day: date, period: Period, tree_day: date) -> bool:
        """Whether the unit stands below the issuer on the day of the tree and is named, by tier or by itself."""
        issuer = self.issuer(decision)
        head = self.tree.stretch(issuer.identity, tree_day)
        gone = self.tree.end_of(issuer.identity)
        if head is None and gone is not None and gone <= tree_day:
            head = self.tree.holder(issuer, tree_day)
        if head is None:
            return False
        rows = self.rows(decision, day, period).values()
        in_tier = any(("tier", unit.tier) in row.values for row in rows)
        if unit.identity == head.identity:
            return in_tier and unit.identity == issuer.identity
        named = any(("unit", unit.identity) in row.values for row in rows)
        return head.code in self.tree.on(tree_day).above(unit.code) and (in_tier or named)

    def speaks_for(self, act: FiledAct, period: Period, day: date) -> bool:
        decision = self.root(act, day).decision
        assert decision.applies is not None
        return decision.applies.in_calendar(decision.calendar).holds(period.last)

    def given(
        self, decision: FiledAct, unit: Unit, key: Key, day: date, period: Period, tree_day: date
    ) -> Value | None:
        """What the decision itself says for the unit, `none` also."""
        row = self.row(decision, key, day, period)
        if row is None or not self.reaches(decision, unit, day, period, tree_day):
            return None
        return row.of(unit)

    def handed(
        self, decision: FiledAct, unit: Unit, key: Key, day: date, period: Period, tree_day: date
    ) -> Value | None:
        """What the unit's parent handed on to it: of several cascades, each cell as the later one says."""
        parent = self.tree.on(tree_day).parent(unit.code)
        said: dict[Place, list[Value]] = {("unit", unit.identity): [], ("tier", unit.tier): []}
        for act in self.filed:
            if act.decision.kind != "cascade" or not self.in_force(act, day) or self.root(act, day) is not decision:
                continue
            if parent is None or self.issuer(act).identity != parent.identity:
                continue
            row = self.row(act, key, day, period)
            if row is None or not self.tiers.may_assign(parent.tier, unit.tier, tree_day):
                continue
            for place, values in said.items():
                if place in row.values:
                    values.append(row.values[place]._replace(cascade=act))
        spoken = [max(values, key=lambda value: value.spoke) for values in said.values() if values]
        return spoken[0] if spoken else None

    # Which of them judges

    def binding(
        self, decision: FiledAct, unit: Unit, key: Key, own: Value, day: date, period: Period, tree_day: date
    ) -> tuple[Value, ...]:
        """What a value handed on may not be below: the unit's floor, the issuer's own value, or both."""
        parent, above = self.tree.on(tree_day).parent(unit.code), own.cascade
        assert parent is not None and above is not None
        floor = self.given(decision, unit, key, day, period, tree_day)
        issuers = self.target(decision, parent, key, day, period, tree_day)
        orders: list[str] = []
        while above is not decision:
            above = self.upper(above, day)
            asked = ((order.from_tier, order.to_tier, order.not_below) for order in above.decision.orders)
            orders += [not_below for giver, taker, not_below in asked if (giver, taker) == (parent.tier, unit.tier)]
        binds = {"tier": (True, False), "own": (issuers is None, True), "both": (True, True)}[[*orders, "tier"][0]]
        found = [floor] if binds[0] and floor is not None and not floor.level.is_none else []
        return (*found, issuers.value) if binds[1] and issuers is not None else tuple(found)

    def target(
        self, decision: FiledAct, unit: Unit, key: Key, day: date, period: Period, tree_day: date
    ) -> Effective | None:
        """The one target of a unit under a decision, on the acts of `day` and the tree of `tree_day`."""
        if not self.in_force(decision, day) or not self.speaks_for(decision, period, day):
            return None
        floor = self.given(decision, unit, key, day, period, tree_day)
        own = self.handed(decision, unit, key, day, period, tree_day)
        gives = floor is not None and not floor.level.is_none
        if own is None:
            if floor is None or not gives:
                return None
            return Effective(floor, "named" if floor.named else "tier", False, (floor,), None)
        floors = self.binding(decision, unit, key, own, day, period, tree_day)
        if all(satisfies(own.level, value.level) for value in floors):
            return None if own.level.is_none else Effective(own, "cascade", not gives, floors, None)
        judge = floors[0]
        if all(satisfies(floors[-1].level, value.level) for value in floors) and not satisfies(
            judge.level, floors[-1].level
        ):
            judge = floors[-1]
        return Effective(judge, "floor", not gives, floors, own)

    def decisions(self) -> list[FiledAct]:
        return [act for act in self.filed if act.decision.kind == "decision"]

    def keys(self, indicator: str) -> set[Key]:
        """Every method by which any act may give the indicator."""
        lines = [line for act in self.filed for line in act.decision.lines if line.indicator == indicator]
        return {(indicator, line.method or self.defaults[indicator]) for line in lines}

    def givers(
        self, unit: Unit, indicator: str, day: date, period: Period, tree_day: date
    ) -> list[tuple[FiledAct, Key, Effective]]:
        """All that is given to a unit for an indicator on a day, by whatever decision and method."""
        found = [
            (decision, key, self.target(decision, unit, key, day, period, tree_day))
            for decision in self.decisions()
            for key in sorted(self.keys(indicator), key=str)
        ]
        return [(decision, key, target) for decision, key, target in found if target is not None]

    def came(self, unit: Unit, indicator: str, period: Period, tree_day: date) -> list[tuple[date, FiledAct]]:
        """Acts that come into force after the day and on their first day give the unit the indicator, in order."""
        found = []
        for act in self.filed:
            if self.begins(act) <= tree_day or indicator not in {line.indicator for line in act.decision.lines}:
                continue
            day = self.begins(act)
            for decision, key, _ in self.givers(unit, indicator, day, period, tree_day):
                floor = self.given(decision, unit, key, day, period, tree_day)
                own = self.handed(decision, unit, key, day, period, tree_day)
                giving = [value.act for value in (floor, own) if value is not None and not value.level.is_none]
                giving += [decision] if floor is not None and floor.act in giving else []
                giving += [own.cascade] if own is not None and own.cascade is not None and own.act in giving else []
                if act in giving:
                    found.append((day, act))
        return sorted(found, key=lambda item: (item[0], item[1].order))

    def answer(self, decision: FiledAct, unit: Unit, key: Key, period: Period, as_of: date) -> Answer:
        """Rules 1 to 6 for one unit and one row of the decision that is asked for."""
        judged_on = min(as_of, period.last)
        day, retroactive = judged_on, False
        given = self.givers(unit, key[0], judged_on, period, judged_on)
        if not given:
            came = self.came(unit, key[0], period, judged_on)
            if came and came[0][0] <= as_of:
                day, retroactive = came[0][0], True
                given = self.givers(unit, key[0], day, period, judged_on)
            else:
                none = self._none(decision, unit, key, judged_on, period, judged_on)
                return Answer(None, none, came[0][1] if came else None)
        target = next((found for giver, its, found in given if giver is decision and its == key), None)
        if target is None:
            return Answer(None, self._none(decision, unit, key, day, period, judged_on))
        rivals, also = [target], set()
        others: list[tuple[str, Effective]] = []
        for other, other_key, theirs in given:
            if other is not decision:
                same = other_key == key and theirs.value.level.operator == target.value.level.operator
                others.append(("TWO-ACTS" if same else "TWO-DEFINITIONS", theirs))
                rivals += [theirs] if same else []
        judge = target
        for rival in rivals:
            if satisfies(rival.value.level, judge.value.level) and not satisfies(judge.value.level, rival.value.level):
                judge = rival
        if judge is not target:
            others.append(("TWO-ACTS", target))
        also = {(code, other.value.act.name.number) for code, other in others if other is not judge}
        return Answer(judge, None, None, retroactive, frozenset(also), tuple(rivals))

    def shown_on(self, decision: FiledAct, judged_on: date) -> date:
        """The act's last day in force up to J; before it its first day, which `rows` sees to."""
        end = self.end(decision)
        return judged_on if end is None or judged_on < end[0] else date.fromordinal(end[0].toordinal() - 1)

    def _none(
        self, decision: FiledAct, unit: Unit, key: Key, day: date, period: Period, tree_day: date
    ) -> Value | None:
        if not self.in_force(decision, day) or not self.speaks_for(decision, period, day):
            return None
        floor = self.given(decision, unit, key, day, period, tree_day)
        return floor if floor is not None and floor.level.is_none else None

    # The table of a decision

    def table(self, decision: FiledAct, period: Period, as_of: date) -> dict[tuple[str, Key], Answer]:
        """Every unit the decision reaches that stands on J × every row, and the own targets on its indicators."""
        judged_on = min(as_of, period.last)
        day = self.shown_on(decision, judged_on)
        rows = self.rows(decision, day, period).values()
        found: dict[tuple[str, Key], Answer] = {}
        mine = [row.key for row in rows]
        others = {key for row in rows for key in self.keys(row.indicator)}.difference(mine)
        for unit in self.tree.on(judged_on).units.values():
            reached = self.reaches(decision, unit, day, period, judged_on)
            for key in (*mine, *others):
                answer = self.answer(decision, unit, key, period, as_of)
                if (reached and key in mine) or any(target.own for target in answer.rivals[:1]):
                    found[unit.code, key] = answer
        return found
