"""The proofs of `units check`: every end and every beginning is said, parents stand, nothing is said twice.

Each rule is one function over all stretches, linear in their number. Refuses, repairs nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from chitieu.acts.names import fold
from chitieu.acts.stretches import UnitRow, stretches
from chitieu.acts.tiers import Tiers
from chitieu.acts.units import EXTENTS, GOES_ON, ONE_DAY, STAYS_ITSELF, Succession, Tree, Unit
from chitieu.period import say_day
from chitieu.problem import Problem, Weight, problem

DEEPEST = 32
"""Units above one another; more is a table gone wrong."""


def build(rows: Iterable[UnitRow], successions: Iterable[Succession], tiers: Tiers) -> tuple[Tree, tuple[Problem, ...]]:
    """The tree of the tables, and what is wrong with them. A tree with refusals judges nothing."""
    problems: list[Problem] = []
    rows, successions = _once(rows, problems), _moved_once(successions, problems)
    units, moves = stretches(rows, successions)
    tree = Tree(units, moves)
    proofs = _Proofs(tree, tiers, {(fold(row.code), row.begins): row for row in rows})
    for proof in (
        proofs.ends_and_beginnings,
        proofs.tiers_stand,
        proofs.parents_stand,
        proofs.no_cycle,
        proofs.roots_have_heirs,
        proofs.also_once,
        proofs.successions_fit,
        proofs.successions_agree,
    ):
        problems += proof()
    return tree, tuple(sorted(problems, key=_place))


def _place(found: Problem) -> tuple[str, int, str, str, str]:
    return found.place.file, found.place.row or 0, found.code, found.place.value or "", str(found.values)


def _once(rows: Iterable[UnitRow], problems: list[Problem]) -> list[UnitRow]:
    seen: dict[tuple[str, date | None], UnitRow] = {}
    for row in rows:
        first = seen.setdefault((fold(row.code), row.begins), row)
        if first is not row:
            code = "UNITS-DUPLICATE-ROW" if first == row else "UNIT-OVERLAP"
            problems.append(problem(code, file=row.file, row=row.row, value=row.code, other=first.row or 0))
    return list(seen.values())


def _moved_once(successions: Iterable[Succession], problems: list[Problem]) -> list[Succession]:
    seen: dict[tuple[str, str, str, date], Succession] = {}
    for move in successions:
        first = seen.setdefault((fold(move.old or ""), fold(move.new or ""), move.extent, move.on), move)
        if first is not move:
            said = f"{move.old or ''} → {move.new or ''}"
            problems.append(
                problem("UNITS-DUPLICATE-ROW", file=move.file, row=move.row, value=said, other=first.row or 0)
            )
    return list(seen.values())


class _Proofs:
    """The rules, over one tree."""

    def __init__(self, tree: Tree, tiers: Tiers, rows: dict[tuple[str, date | None], UnitRow]) -> None:
        self._tree, self._tiers, self._rows = tree, tiers, rows
        self._by_old: dict[tuple[str, date], list[Succession]] = {}
        self._by_new: dict[tuple[str, date], list[Succession]] = {}
        for move in tree.successions:
            if move.old is not None:
                self._by_old.setdefault((move.old, move.on), []).append(move)
            if move.new is not None:
                self._by_new.setdefault((move.new, move.on), []).append(move)

    def ends_and_beginnings(self) -> Iterator[Problem]:
        """A stretch that ends has a succession on the first day it no longer stands; a later beginning has one too."""
        for unit in self._tree.units:
            if unit.ends is not None and (unit.code, unit.ends) not in self._by_old:
                yield self._of(unit, "UNIT-ENDS-UNSAID", "code", unit.code, day=say_day(unit.ends))
            if unit.begins is not None and (unit.code, unit.begins) not in self._by_new:
                yield self._of(unit, "UNIT-BEGINS-UNSAID", "code", unit.code, day=say_day(unit.begins))

    def tiers_stand(self) -> Iterator[Problem]:
        """The tier of a stretch is known and exists as long as the stretch."""
        for unit in self._tree.units:
            tier = self._tiers.tier(unit.tier)
            if tier is None:
                known = ", ".join(self._tiers.codes)
                yield self._of(unit, "UNIT-UNKNOWN-TIER", "tier", unit.tier, known=known)
                continue
            begins_before = tier.begins is not None and (unit.begins or date.min) < tier.begins
            if begins_before or (tier.ends is not None and (unit.ends or date.max) > tier.ends):
                ends = say_day(tier.ends - ONE_DAY) if tier.ends else "…"
                begins = say_day(tier.begins) if tier.begins else "…"
                yield self._of(unit, "UNIT-TIER-GONE", "tier", unit.tier, unit=unit.code, begins=begins, ends=ends)

    def parents_stand(self) -> Iterator[Problem]:
        """The parent stands on every day of the stretch, whoever bears its code."""
        spans: dict[str, list[tuple[date, date]]] = {}
        for unit in self._tree.units:
            begins, ends = unit.begins or date.min, unit.ends or date.max
            of_code = spans.setdefault(unit.code, [])
            if of_code and of_code[-1][1] == begins:
                of_code[-1] = (of_code[-1][0], ends)
            else:
                of_code.append((begins, ends))
        for unit in self._tree.units:
            if unit.parent is None:
                continue
            begins, ends = unit.begins or date.min, unit.ends or date.max
            of_parent = spans.get(unit.parent, [])
            at = bisect_right(of_parent, begins, key=lambda span: span[0])
            until = of_parent[at - 1][1] if at else date.min
            if not of_parent:
                yield self._of(unit, "UNIT-PARENT-UNKNOWN", "parent", unit.parent, unit=unit.code)
            elif until < ends or until <= begins:
                day = max(until, begins)
                code = "UNIT-PARENT-GONE" if day > date.min else "UNIT-PARENT-LATER"
                yield self._of(unit, code, "parent", unit.parent, unit=unit.code, day=say_day(day))

    def no_cycle(self) -> Iterator[Problem]:
        """Nobody stands above itself. A cycle begins on the day its last stretch begins, so each is asked that day."""
        for unit in self._tree.units:
            day, above, seen = unit.begins or date.min, unit, {unit.code}
            while above.parent is not None and len(seen) <= DEEPEST:
                found = self._tree.bearer(above.parent, day)
                if found is unit:
                    yield self._of(unit, "UNIT-CYCLE", "parent", unit.parent or "", unit=unit.code)
                if found is None or found.code in seen:
                    break
                above = found
                seen.add(above.code)
            if len(seen) > DEEPEST:
                yield self._of(unit, "UNIT-TOO-DEEP", "parent", unit.parent or "", unit=unit.code, deepest=DEEPEST)

    def roots_have_heirs(self) -> Iterator[Problem]:
        """A root that ends goes on in another unit: above it nobody can hold its records."""
        for unit in self._tree.units:
            if unit.parent is None and unit.ends is not None:
                moves = self._by_old.get((unit.code, unit.ends), [])
                if moves and not any(move.extent in GOES_ON for move in moves):
                    yield self._of(unit, "ROOT-WITHOUT-HEIR", "code", unit.code, day=say_day(unit.ends))

    def also_once(self) -> Iterator[Problem]:
        """A code of another system means one unit on a day."""
        by_key: dict[str, list[Unit]] = {}
        for unit in sorted(self._tree.units, key=lambda unit: unit.begins or date.min):
            for code in {fold(code): code for code in unit.also}:
                by_key.setdefault(code, []).append(unit)
        refused: set[str] = set()
        for code, units in sorted(by_key.items()):
            for before, after in pairwise(units):
                if before.ends is None or before.ends > (after.begins or date.min):
                    refused.add(code.partition(":")[2] or code)
                    yield self._of(after, "ALSO-TWICE", "also", code, unit=after.code, other=before.code)
        for code in sorted(self._tree.ambiguous - refused):
            yield problem("ALSO-AMBIGUOUS", field="also", value=code, weight=Weight.WARNING)

    def successions_fit(self) -> Iterator[Problem]:
        """The extent is known, its sides are filled, `old` stands the day before and `new` on the day."""
        for move in self._tree.successions:
            if move.extent not in EXTENTS:
                yield self._at(move, "SUCCESSION-EXTENT", "extent", move.extent, known=", ".join(EXTENTS))
            elif (move.old is None) != (move.extent == "new") or (move.new is None) != (move.extent == "ended"):
                yield self._at(move, f"SUCCESSION-SIDES-{_sides(move.extent)}", "extent", move.extent)
            before, day = move.on - ONE_DAY, move.on
            if move.old is not None and self._tree.bearer(move.old, before) is None:
                yield self._at(move, "SUCCESSION-OLD-GONE", "old", move.old, day=say_day(before))
            if move.new is not None and self._tree.bearer(move.new, day) is None:
                yield self._at(move, "SUCCESSION-NEW-GONE", "new", move.new, day=say_day(day))

    def successions_agree(self) -> Iterator[Problem]:
        """All of a unit goes to one, a unit stays itself once, and one that ended has no heir."""
        for moves in self._by_old.values():
            whole = [move for move in moves if move.extent in GOES_ON]
            ended = [move for move in moves if move.extent == "ended"]
            if len(whole) > 1 or (ended and len(moves) > 1):
                last = (whole if len(whole) > 1 else ended)[-1]
                yield self._at(last, "SUCCESSION-CONTRADICTS", "old", last.old or "", day=say_day(last.on))
        for (new, day), moves in self._by_new.items():
            staying = [move for move in moves if move.extent in STAYS_ITSELF]
            bearer = self._tree.bearer(new, day)
            for move in staying:
                elsewhere = move.old != new and bearer is not None and bearer.begins != day
                if elsewhere or move is not staying[0]:
                    yield self._at(move, "SUCCESSION-TWO-IN-ONE", "new", new, old=move.old or "", day=say_day(day))

    def _of(self, stretch: Unit, code: str, field: str, value: str, **values: str | int) -> Problem:
        row = self._rows[fold(stretch.code), stretch.begins]
        return problem(code, file=row.file, row=row.row, field=field, value=value, weight=Weight.REFUSED, **values)

    def _at(self, move: Succession, code: str, field: str, value: str, **values: str | int) -> Problem:
        return problem(code, file=move.file, row=move.row, field=field, value=value, weight=Weight.REFUSED, **values)


def _sides(extent: str) -> str:
    return {"new": "NEW", "ended": "ENDED"}.get(extent, "BOTH")
