"""May this act be filed? Checked whole against all acts filed before it; every fault is named, nothing is changed.

Knows who may amend, replace, annul; that indicators, units and tiers exist; that the act's own
counts hold. Floors of cascades: `floors`. Warnings are filed with the act and said again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from chitieu.acts import floors
from chitieu.acts import level as levels
from chitieu.acts.decision import ActName, Line, say_name
from chitieu.acts.force import Acts, FiledAct
from chitieu.acts.level import Level
from chitieu.acts.tables import Catalogue, RowKey, Tables
from chitieu.acts.tiers import Tiers
from chitieu.acts.units import Unit
from chitieu.problem import Problem, Weight, problem, refusals
from chitieu.words import say

RELATIONS = ("under", "amends", "annuls", "replaces")


def check(act: FiledAct, before: Acts, catalogue: Catalogue, tiers: Tiers) -> list[Problem]:
    """All that is wrong with filing `act` after the acts `before`; warnings among it."""
    checker = _Checker(act, before, catalogue, tiers)
    found = checker.by_itself()
    found += checker.relations()
    if refusals(found):
        return found
    with_it = Acts([*before.filed, act], before.tree)
    return found + checker.among(with_it)


class _Checker:
    def __init__(self, act: FiledAct, before: Acts, catalogue: Catalogue, tiers: Tiers) -> None:
        self.act, self.decision = act, act.decision
        self.before, self.catalogue, self.tiers = before, catalogue, tiers

    def _problem(
        self, code: str, row: int | None = None, field: str = "", value: str | None = None, **rest: Any
    ) -> Problem:
        return problem(code, file=self.act.file, row=row, field=field, value=value, **rest)

    def _warning(
        self, code: str, row: int | None = None, field: str = "", value: str | None = None, **rest: Any
    ) -> Problem:
        return problem(code, file=self.act.file, row=row, field=field, value=value, weight=Weight.WARNING, **rest)

    def by_itself(self) -> list[Problem]:
        """What the act alone, the catalogue and the tree say."""
        found: list[Problem] = []
        day = self.decision.in_force
        twin = self.before.find(self.act.name)
        if twin is not None:
            found.append(self._problem("ACT-ALREADY-FILED", field="number", act=say_name(twin.name), filed=twin.file))
        issuer = self.before.tree.bearer(self.act.name.issuer, day)
        if issuer is None:
            found.append(self._unknown_unit(self.act.name.issuer, None, "issuer"))
        for line in self.decision.lines:
            found += self._line(line)
        if self.decision.kind != "amendment":
            found += self._rows_of_one_indicator()
        if self.decision.cascades == "keep" and self.decision.replaces is None:
            found.append(self._problem("NOTHING-REPLACED", field="cascades"))
        if self.decision.kind == "decision":
            found += self._counts()
            for tier in self.decision.given_tiers:
                if not self.tiers.stands(tier, day):
                    field = say("place.tier", tier=self.tiers.name(tier))
                    found.append(self._problem("TIER-ENDED", field=field, tier=self.tiers.name(tier)))
        return found

    def _line(self, line: Line) -> Iterator[Problem]:
        for code, _ in line.units:
            if self.before.tree.bearer(code, self.decision.in_force) is None:
                yield self._unknown_unit(code, line.row, say("place.unit", unit=code))
        indicator = self.catalogue.get(line.indicator)
        if indicator is None:
            yield self._problem("UNKNOWN-INDICATOR", line.row, "indicator", line.indicator)
            return
        methods = [method.code for method in indicator.methods]
        if line.method is not None and line.method not in methods:
            yield self._problem("UNKNOWN-METHOD", line.row, "method", line.method, methods=", ".join(methods))
        for place, level in self._cells(line):
            if level.is_none:
                continue
            if not levels.fits(level, indicator.unit):
                yield self._problem(
                    "WRONG-MEASURE",
                    line.row,
                    place,
                    levels.write(level),
                    indicator=indicator.name.vi,
                    wanted=say(f"measure.{indicator.unit}"),
                )
            elif levels.against(level, indicator.better):
                yield self._warning(
                    "OPERATOR-AGAINST", line.row, place, levels.write(level), indicator=indicator.name.vi
                )

    def _cells(self, line: Line) -> Iterator[tuple[str, Level]]:
        for tier, level in line.tiers:
            yield say("place.tier", tier=self.tiers.name(tier)), level
        for code, level in line.units:
            yield say("place.unit", unit=code), level

    def _unknown_unit(self, code: str, row: int | None, field: str) -> Problem:
        known = self.before.tree.look_up(code, None)
        if known is None:
            return self._problem("UNKNOWN-UNIT", row, field, code, unit=code)
        return self._problem(
            "UNIT-NOT-STANDING", row, field, code, unit=known[0].name, day=self.decision.in_force.isoformat()
        )

    def _counts(self) -> Iterator[Problem]:
        for tier, count in self.decision.counts:
            name = self.tiers.name(tier)
            missing = [line.row for line in self.decision.lines if tier not in dict(line.tiers)]
            for row in missing:
                yield self._problem("TIER-NOT-IN-LINE", row, f"counts.{tier}", tier=name)
            given = sum(
                1 for line in self.decision.lines for key, level in line.tiers if key == tier and not level.is_none
            )
            if not missing and given != count:
                yield self._problem("COUNT-DIFFERS", field=f"counts.{tier}", tier=name, count=count, given=given)

    def _rows_of_one_indicator(self) -> Iterator[Problem]:
        seen: dict[tuple[str, str | None], int] = {}
        tables = Tables(self.before, self.catalogue)
        for line in self.decision.lines:
            key = (line.indicator, tables.method(self.act, line))
            if key in seen:
                yield self._problem("ROW-INDICATOR-TWICE", line.row, "indicator", line.indicator, first=seen[key])
            seen.setdefault(key, line.row)

    def relations(self) -> list[Problem]:
        """What the acts it names say: they exist, are of the right kind, not ended, and the issuer may touch them."""
        found: list[Problem] = []
        for relation in RELATIONS:
            name: ActName | None = getattr(self.decision, relation)
            if name is None:
                continue
            if name.key == self.act.name.key:
                found.append(self._problem("ACT-NAMES-ITSELF", field=relation))
                continue
            other = self.before.find(name)
            if other is None:
                found.append(self._problem("ACT-NOT-FILED", field=relation, act=say_name(name), issuer=name.issuer))
                continue
            found += self._relation(relation, other)
        return found

    def _relation(self, relation: str, other: FiledAct) -> Iterator[Problem]:
        kinds = {
            "under": ("decision", "cascade"),
            "amends": ("decision", "cascade"),
            "annuls": ("decision", "cascade", "amendment"),
            "replaces": (self.decision.kind,),
        }[relation]
        act = say_name(other.name)
        if other.decision.kind not in kinds:
            kind = say(f"act.kind.{other.decision.kind}")
            yield self._problem("WRONG-KIND", field=relation, act=act, kind=kind)
            return
        if other.name.issued_on > self.act.name.issued_on:
            yield self._problem("SIGNED-BEFORE-IT", field=relation, act=act)
        span = self.before.span(other)
        if span.ended_on is not None and span.ended_on < self.decision.in_force:
            yield self._problem("ACT-ENDED", field=relation, act=act, ended=span.ended_on.isoformat())
        if relation == "amends" and self.decision.in_force < other.decision.in_force:
            yield self._problem(
                "IN-FORCE-BEFORE-ACT", field="in_force", act=act, day=other.decision.in_force.isoformat()
            )
        if relation != "under" and not self._may_touch(other):
            yield self._problem("NOT-THE-ISSUER", field=relation, act=act, issuer=self.act.name.issuer)

    def _may_touch(self, other: FiledAct) -> bool:
        """Only the issuer, the unit that holds it now, or one above it."""
        day = self.decision.in_force
        tree = self.before.tree
        mine, theirs = tree.bearer(self.act.name.issuer, day), self.before.issuer(other)
        if mine is None or theirs is None:
            return False
        holder = tree.holder(theirs, day)
        return mine.identity in (theirs.identity, holder.identity) or mine.code in tree.on(day).above(holder.code)

    def among(self, with_it: Acts) -> list[Problem]:
        """What it does among all acts, itself included: rows it changes, units it reaches, floors."""
        found = list(self._signed_late(with_it))
        if self.decision.kind == "decision":
            return found + list(self._reach(with_it))
        if self.decision.kind == "cascade":
            return found + floors.check(with_it, self.catalogue, self.tiers, self.act, self.act)
        if self.decision.kind == "amendment":
            amended = with_it.find(self.decision.amends)
            if amended is None:
                return found
            found += self._changed_rows(with_it, amended)
            if amended.decision.kind == "cascade" and not refusals(found):
                found += floors.check(with_it, self.catalogue, self.tiers, amended, self.act)
        return found

    def _signed_late(self, with_it: Acts) -> Iterator[Problem]:
        """An act signed after the period it judges, which is its own or that of the decision it rests on."""
        root = with_it.root_on(self.act, with_it.begins(self.act)).decision
        if root.applies is not None and self.act.name.issued_on > root.applies.in_calendar(root.calendar).last:
            yield self._warning("SIGNED-AFTER-PERIOD", field="issued_on", period=root.applies.name)

    def _reach(self, with_it: Acts) -> Iterator[Problem]:
        issuer = with_it.issuer(self.act)
        if issuer is None:
            return
        snapshot = with_it.tree.on(self.decision.in_force)
        below = [snapshot.units[code] for code in snapshot.below(issuer.code)]
        yield from self._named_outside(with_it, issuer, below, self.decision.tiers)
        for tier in self.decision.given_tiers:
            if not any(unit.tier == tier for unit in (issuer, *below)):
                field = say("place.tier", tier=self.tiers.name(tier))
                yield self._warning("NOBODY-IN-TIER", field=field, issuer=issuer.name, tier=self.tiers.name(tier))

    def _named_outside(
        self, with_it: Acts, issuer: Unit, below: Sequence[Unit], tiers: Collection[str]
    ) -> Iterator[Problem]:
        """Named units that the act does not reach; its author is reached where the act names the author's tier."""
        allowed = {unit.identity for unit in below}
        if issuer.tier in tiers:
            allowed.add(issuer.identity)
        for line in self.decision.lines:
            for code, _ in line.units:
                bearer = with_it.tree.bearer(code, self.decision.in_force)
                if bearer is None or bearer.identity in allowed:
                    continue
                field = say("place.unit", unit=code)
                if bearer.identity == issuer.identity:
                    tier = self.tiers.name(issuer.tier)
                    yield self._problem("AUTHOR-BY-NAME", line.row, field, code, unit=bearer.name, tier=tier)
                else:
                    yield self._problem("OUTSIDE-SUBTREE", line.row, field, code, unit=bearer.name, issuer=issuer.name)

    def _changed_rows(self, with_it: Acts, amended: FiledAct) -> Iterator[Problem]:
        day = self.decision.in_force
        # An amendment filed before this one may come into force after it: no two rows are one then either.
        first_days = {change.decision.in_force for change in with_it.referring("amends", amended)}
        later = [of_day for of_day in sorted(first_days) if of_day >= day]
        yield from dict.fromkeys(wrong for of_day in later for wrong in self._rows_of_day(with_it, amended, of_day))
        after = Tables(with_it, self.catalogue).rows(amended, day, None)
        issuer = with_it.issuer(amended)
        if amended.decision.kind == "decision" and issuer is not None:
            holder = with_it.tree.holder(issuer, day)
            snapshot = with_it.tree.on(day)
            below = [snapshot.units[code] for code in snapshot.below(holder.code)]
            yield from self._named_outside(with_it, holder, below, {tier for row in after for tier in row.tiers})

    def _rows_of_day(self, with_it: Acts, amended: FiledAct, day: date) -> Iterator[Problem]:
        tables = Tables(with_it, self.catalogue)
        before = {row.row: row for row in Tables(self.before, self.catalogue).rows(amended, day, None)}
        for line in self.decision.lines:
            row = before.get(line.row)
            if row is not None and row.indicator != line.indicator:
                yield self._problem(
                    "ROW-OF-ANOTHER-INDICATOR", line.row, "indicator", line.indicator, was=row.indicator
                )
            elif row is not None and tables.method(self.act, line) != row.method:
                yield self._problem("METHOD-CHANGED", line.row, "method", line.method, was=str(row.method))
        first: dict[RowKey, int] = {}
        for row in sorted(tables.rows(amended, day, None), key=lambda row: (row.row not in before, row.row)):
            if row.key in first and row.row not in before:
                yield self._problem("ROW-INDICATOR-TWICE", row.row, "indicator", row.indicator, first=first[row.key])
            first.setdefault(row.key, row.row)
