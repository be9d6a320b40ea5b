"""Floors proved at the door: every value a cascade writes, unit by unit, against what binds it.

Gives a problem for each cell that is below, cannot be compared or stands outside the issuer's
subtree, naming cell, value, floor, act and row. Refuses nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from chitieu.acts import level as levels
from chitieu.acts.decision import say_name
from chitieu.acts.family import Family
from chitieu.acts.force import Acts, FiledAct
from chitieu.acts.level import satisfies
from chitieu.acts.tables import Catalogue, Cell, RowKey, Tables
from chitieu.acts.tiers import Tiers
from chitieu.acts.units import Snapshot, Unit
from chitieu.problem import Problem, problem
from chitieu.words import say


def check(acts: Acts, catalogue: Catalogue, tiers: Tiers, cascade: FiledAct, change: FiledAct) -> list[Problem]:
    """What is wrong with the cells that `change` (the cascade itself or its amendment) writes.

    `acts` holds both already. The floors are those of the first day on which the change and the
    upper act are both in force.
    """
    day = max(change.decision.in_force, acts.begins(cascade))
    upper, issuer_stretch = acts.upper_on(cascade, day), acts.issuer(cascade)
    if upper is None or issuer_stretch is None:
        return []
    where = _Where(change, tiers)
    snapshot = acts.tree.on(day)
    issuer = snapshot.by_identity.get(issuer_stretch.identity)
    if issuer is None or not _reached(acts, upper, issuer, snapshot):
        name = issuer_stretch.name if issuer is None else issuer.name
        return [where.problem("OUTSIDE-UPPER-ACT", None, "issuer", issuer=name, act=say_name(upper.name))]
    tables = Tables(acts, catalogue)
    family = Family(tables, acts.root_on(cascade, day), day, None, day, last=change)
    children = [snapshot.units[code] for code in snapshot.children(issuer.code)]
    found = list(_outside(acts, tiers, change, issuer, snapshot, day, where))
    written = [
        (key, unit, cell)
        for key, row in family.handed.get(issuer.identity, {}).items()
        for unit in children
        if (cell := row.cell(unit.identity, unit.tier)) is not None and cell.act is change
    ]
    found += _methods(tables, cascade, change, family, upper, written, where)
    said: set[tuple[int, str, str]] = set()
    for key, unit, cell in written:
        for bound in family.binding(unit, key, upper):
            once = (cell.row, cell.place, f"{bound.act.order}/{bound.row}/{bound.place}")
            if not satisfies(cell.level, bound.level) and once not in said:
                said.add(once)
                found.append(_below(where, cell, bound, unit, tiers, issuer))
    return found


def _reached(acts: Acts, upper: FiledAct, issuer: Unit, snapshot: Snapshot) -> bool:
    """Whether an act reaches who hands it on: a decision all below its issuer, a cascade those directly below."""
    above = acts.issuer(upper)
    if above is None:
        return False
    code = acts.tree.holder(above, snapshot.day).code
    return issuer.code in (snapshot.children(code) if upper.decision.kind == "cascade" else snapshot.below(code))


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
    values: dict[str, Any] = {
        "floor": levels.say(bound.level),
        "write": levels.write(bound.level),
        "advice": say(f"advice.{bound.level.operator}", floor_value=_bare(bound)),
        "act": act,
        "floor_row": bound.row,
        "column": column,
    }
    place = (cell.row, where.cell(cell), levels.write(cell.level))
    if satisfies(cell.level, bound.level) is None:
        return where.problem("NOT-COMPARABLE-WITH-FLOOR", *place, given=levels.say(cell.level), **values)
    if cell.level.is_none:
        compared = say("comparison.nothing", floor=levels.say(bound.level))
    else:
        sign = say(f"comparison.{bound.level.operator}")
        compared = say("comparison.values", given=_bare(cell), sign=sign, floor=_bare(bound))
    return where.problem("BELOW-FLOOR", *place, compared=compared, **values)


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
    tables: Tables,
    cascade: FiledAct,
    change: FiledAct,
    family: Family,
    upper: FiledAct,
    written: Sequence[tuple[RowKey, Unit, Cell]],
    where: _Where,
) -> Iterator[Problem]:
    """Lines that are counted otherwise than the row they hand on, or that do not say which of two rows they mean."""
    for line in change.decision.lines:
        method = tables.method(change, line)
        above = {row.method for row in tables.upper_rows(cascade, change) if row.indicator == line.indicator}
        if line.method is None and len(above) > 1 and tables.changed(change, line.row) is None:
            yield where.problem("METHOD-NEEDED", line.row, "method", indicator=line.indicator, methods=_listed(above))
            continue
        units = [unit for key, unit, cell in written if cell.row == line.row and not cell.level.is_none]
        bound = {
            row.method
            for row in family.rows
            if row.indicator == line.indicator and any(family.binding(unit, row.key, upper) for unit in units)
        }
        if bound and method not in bound:
            yield where.problem("METHOD-OF-ITS-OWN", line.row, "method", str(method), methods=_listed(bound))
        row = family.row((line.indicator, method)) if method in bound else None
        scope = None if row is None else row.line.scope or tables.catalogue[line.indicator].scope
        if scope is not None and line.scope not in (None, scope):
            yield where.problem("SCOPE-OF-ITS-OWN", line.row, "scope", line.scope, scope=scope)


def _listed(methods: Iterable[str | None]) -> str:
    return ", ".join(sorted(str(method) for method in methods))
