"""Floors proved at the door: every value a cascade writes, unit by unit, against what binds it.

Gives a problem for each cell that is below, cannot be compared or stands outside the issuer's
subtree, naming cell, value, floor, act and row. Refuses nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from chitieu.acts import level as levels
from chitieu.acts.decision import say_name
from chitieu.acts.family import Family
from chitieu.acts.force import Acts, FiledAct
from chitieu.acts.level import satisfies
from chitieu.acts.tables import Catalogue, Cell, Row, Tables
from chitieu.acts.tiers import Tiers
from chitieu.acts.units import Snapshot, Unit
from chitieu.problem import Problem, problem
from chitieu.words import say


def check(acts: Acts, catalogue: Catalogue, tiers: Tiers, cascade: FiledAct, change: FiledAct) -> list[Problem]:
    """What is wrong with the cells that `change` (the cascade itself or its amendment) writes.

    `acts` holds both already. The floors are those of the first day on which the change and the
    upper act are both in force.
    """
    upper = acts.find(cascade.decision.under)
    if upper is None:
        return []
    day = max(change.decision.in_force, cascade.decision.in_force, upper.decision.in_force)
    snapshot = acts.tree.on(day)
    issuer_stretch = acts.issuer(cascade)
    issuer = None if issuer_stretch is None else snapshot.by_identity.get(issuer_stretch.identity)
    if issuer is None:
        return []
    root = acts.root_on(cascade, day)
    tables = Tables(acts, catalogue)
    family = Family(tables, root, day, None, day)
    where = _Where(change, tiers)
    above = acts.issuer(upper)
    if above is None or issuer.code not in snapshot.below(acts.tree.holder(above, day).code):
        return [where.problem("OUTSIDE-UPPER-ACT", None, "issuer", issuer=issuer.name, act=say_name(upper.name))]
    children = [snapshot.units[code] for code in snapshot.children(issuer.code)]
    found = list(_outside(acts, tiers, change, issuer, snapshot, day, where))
    found += _methods(tables, cascade, change, family, children, where)
    for key, row in family.handed.get(issuer.identity, {}).items():
        floor_row = family.row(key)
        said: set[tuple[int, str, str]] = set()
        for unit in children:
            cell = row.cell(unit.identity, unit.tier)
            if cell is None or cell.act is not change:
                continue
            floor = family.floor(unit, floor_row) if floor_row is not None else None
            floor = None if floor is None or floor.level.is_none else floor
            for bound in family.binding(unit, key, floor, cell):
                if not satisfies(cell.level, bound.level):
                    once = (cell.row, cell.place, f"{bound.act.order}/{bound.row}/{bound.place}")
                    if once not in said:
                        said.add(once)
                        found.append(_below(where, cell, bound, unit, tiers, issuer))
    return found


class _Where:
    """Places in the file of an act, as its author knows them."""

    def __init__(self, act: FiledAct, tiers: Tiers) -> None:
        self._act, self._tiers = act, tiers

    def problem(self, code: str, row: int | None, field: str, value: str | None = None, **values: Any) -> Problem:
        return problem(code, file=self._act.file, row=row, field=field, value=value, **values)

    def cell(self, cell: Cell) -> str:
        if cell.named:
            return say("place.unit", unit=cell.place)
        return say("place.tier", tier=self._tiers.name(cell.place))


def _below(where: _Where, cell: Cell, bound: Cell, unit: Unit, tiers: Tiers, issuer: Unit) -> Problem:
    act = say("act.named", kind=say(f"act.kind.{bound.act.decision.kind}"), name=say_name(bound.act.name))
    if bound.named:
        column = say("place.named-value", unit=bound.place)
    else:
        column = say("place.column", tier=tiers.name(bound.place))
    if bound.place == issuer.tier and not bound.named and unit.tier != issuer.tier:
        column = say("place.issuers-own", tier=tiers.name(bound.place))
    comparable = satisfies(cell.level, bound.level) is not None and not cell.level.is_none
    return where.problem(
        "BELOW-FLOOR" if comparable else "NOT-COMPARABLE-WITH-FLOOR",
        cell.row,
        where.cell(cell),
        levels.write(cell.level),
        given=levels.say(cell.level),
        comparison=say(f"comparison.{bound.level.operator}"),
        given_value=_bare(cell),
        floor_value=_bare(bound),
        floor=levels.say(bound.level),
        write=levels.write(bound.level),
        advice=say(f"advice.{bound.level.operator}", floor_value=_bare(bound)),
        unit=unit.name,
        act=act,
        floor_row=bound.row,
        column=column,
    )


def _bare(cell: Cell) -> str:
    return cell.level.digits.replace(".", ",") or levels.say(cell.level)


def _outside(
    acts: Acts, tiers: Tiers, change: FiledAct, issuer: Unit, snapshot: Snapshot, day: date, where: _Where
) -> Iterator[Problem]:
    """Cells for units that are not directly below the issuer, and tiers it may not assign to."""
    children = [snapshot.units[code] for code in snapshot.children(issuer.code)]
    said: set[str] = set()
    for line in change.decision.lines:
        for tier, _ in line.tiers:
            if tier in said:
                continue
            said.add(tier)
            field = say("place.tier", tier=tiers.name(tier))
            if not tiers.may_assign(issuer.tier, tier, day):
                yield where.problem("TIER-NOT-ASSIGNABLE", line.row, field, issuer=issuer.name, tier=tiers.name(tier))
            elif not any(child.tier == tier for child in children):
                yield where.problem("NOBODY-BELOW", line.row, field, issuer=issuer.name, tier=tiers.name(tier))
        for code, _ in line.units:
            bearer = acts.tree.bearer(code, change.decision.in_force)
            if bearer is None:
                continue
            standing = snapshot.by_identity.get(bearer.identity)
            field = say("place.unit", unit=code)
            if standing is None or standing not in children:
                yield where.problem("OUTSIDE-SUBTREE", line.row, field, code, unit=bearer.name, issuer=issuer.name)
            elif not tiers.may_assign(issuer.tier, standing.tier, day):
                yield where.problem(
                    "TIER-NOT-ASSIGNABLE", line.row, field, issuer=issuer.name, tier=tiers.name(standing.tier)
                )


def _methods(
    tables: Tables, cascade: FiledAct, change: FiledAct, family: Family, children: Sequence[Unit], where: _Where
) -> Iterator[Problem]:
    """Lines whose method is not that of the row they hand on, or that do not say which of two rows they mean."""
    for line in change.decision.lines:
        upper = [row for row in family.rows if row.indicator == line.indicator]
        floored = {row.method for row in upper if any(_has_floor(family, unit, row) for unit in children)}
        method = tables.method(cascade, line) if change is cascade else tables.method(change, line)
        known = ", ".join(sorted(str(row.method) for row in upper))
        if line.method is None and len({row.method for row in upper}) > 1:
            yield where.problem("METHOD-NEEDED", line.row, "method", indicator=line.indicator, methods=known)
        elif floored and method not in floored:
            yield where.problem("METHOD-OF-ITS-OWN", line.row, "method", str(method), methods=known)


def _has_floor(family: Family, unit: Unit, row: Row) -> bool:
    cell = family.floor(unit, row)
    return cell is not None and not cell.level.is_none
