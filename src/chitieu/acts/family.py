"""A decision with all that hangs on it, on one day: which cell gives a unit its level, and which floor it stood on.

One family = one decision, its amendments, and the cascades under it. Several decisions side by
side are compared in `targets`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from chitieu.acts.decision import NotBelow, Order
from chitieu.acts.force import FiledAct
from chitieu.acts.level import Level, more_demanding, satisfies
from chitieu.acts.tables import Cell, Row, RowKey, Tables
from chitieu.acts.units import Unit
from chitieu.period import Period

Origin = Literal["tier", "named", "cascade", "floor"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Target:
    """The level that judges a unit on one indicator by one method, with the acts it rests on.

    `chain` goes on from `cell` to the cells it changed, then to the floor and those that one
    changed. `floor` is the decision's cell for the unit, else the issuer's own value where that binds.
    `overtaken` is a cascade's cell that a raised floor passed by. `own`: the decision gives the unit nothing.
    """

    unit: Unit
    row: Row
    cell: Cell
    origin: Origin
    floor: Cell | None
    overtaken: Cell | None
    own: bool
    root: FiledAct

    @property
    def level(self) -> Level:
        return self.cell.level

    @property
    def illustration(self) -> bool:
        """Whether an act that nobody signed has a part in it."""
        acts = (self.cell.act, self.root)
        return any(act.decision.illustration for act in acts)

    @property
    def chain(self) -> tuple[Cell, ...]:
        cells = _behind(self.cell)
        if self.floor is not None and self.floor is not self.cell:
            cells += [self.floor, *_behind(self.floor)]
        return tuple(cells)


def _behind(cell: Cell) -> list[Cell]:
    found = []
    while cell.replaced is not None:
        cell = cell.replaced
        found.append(cell)
    return found


class Family:
    """One decision on one day for one period, against the tree of the deciding day."""

    def __init__(self, tables: Tables, root: FiledAct, day: date, period: Period | None, tree_day: date) -> None:
        """`day` is that of the acts, `tree_day` that of the tree: they differ where a target is retroactive."""
        self.root, self.day, self.tree_day = root, day, tree_day
        self.snapshot = tables.acts.tree.on(tree_day)
        self._tables = tables
        self.rows = tables.rows(root, day, period)
        self.handed = tables.handed(root, day, period)
        self._rows_by_key = {row.key: row for row in self.rows}

    @cached_property
    def holder(self) -> Unit | None:
        """The issuer, or the unit that holds it now."""
        issuer = self._tables.acts.issuer(self.root)
        return None if issuer is None else self._tables.acts.tree.holder(issuer, self.tree_day)

    @cached_property
    def below(self) -> frozenset[str]:
        """The codes of all units below the issuer."""
        return frozenset() if self.holder is None else frozenset(self.snapshot.below(self.holder.code))

    def reaches(self, unit: Unit, row: Row) -> bool:
        """Whether a row speaks of a unit: below the issuer, or the issuer itself where its own tier is named."""
        if unit.code in self.below:
            return True
        if self.holder is None or unit.code != self.holder.code:
            return False
        return unit.tier in row.tiers or unit.identity in row.named

    def floor(self, unit: Unit, row: Row) -> Cell | None:
        """The decision's own cell for a unit: its named value, else its tier's; also where it says `none`."""
        return row.cell(unit.identity, unit.tier) if self.reaches(unit, row) else None

    def own_value(self, unit: Unit, key: RowKey) -> tuple[Row, Cell] | None:
        """The cell of the cascade whose issuer is the unit's parent."""
        parent = self.snapshot.parent(unit.code)
        row = self.handed.get(parent.identity, {}).get(key) if parent is not None else None
        if row is None:
            return None
        cell = row.cell(unit.identity, unit.tier)
        return None if cell is None else (row, cell)

    def row(self, key: RowKey) -> Row | None:
        """The decision's row of an indicator and method."""
        return self._rows_by_key.get(key)

    def target(self, unit: Unit, key: RowKey) -> Target | None:
        """The level that judges a unit, or None where this family gives it none."""
        row = self.row(key)
        cell = self.floor(unit, row) if row is not None else None
        floor = None if cell is None or cell.level.is_none else cell
        handed = self.own_value(unit, key)
        if handed is None:
            return None if floor is None or row is None else self._by_floor(unit, row, floor)
        own_row, own = handed
        binding = self.binding(unit, key, floor, own)
        if not own.level.is_none and all(satisfies(own.level, bound.level) for bound in binding):
            lowest = floor or next(iter(binding), None)
            return self._target(unit, row or own_row, own, "cascade", lowest, own=floor is None)
        if not binding:
            return None
        judge = binding[0]
        for bound in binding[1:]:
            if bound.level.operator == judge.level.operator and more_demanding(bound.level, judge.level) is bound.level:
                judge = bound
        return self._target(unit, row or own_row, judge, "floor", floor or judge, overtaken=own, own=floor is None)

    def binding(self, unit: Unit, key: RowKey, floor: Cell | None, own: Cell) -> list[Cell]:
        """What a cascade's cell for a unit may not be below: the tier's floor, the issuer's own value, or both."""
        parent = self.snapshot.parent(unit.code)
        issuers_own: Cell | None = None
        not_below = self.not_below(own, parent.tier if parent else "", unit.tier)
        if not_below != "tier" and parent is not None:
            target = self.target(parent, key)
            issuers_own = target.cell if target is not None else None
        if issuers_own is None:
            return [floor] if floor is not None else []
        return [issuers_own] if not_below == "own" or floor is None else [floor, issuers_own]

    def not_below(self, own: Cell, from_tier: str, to_tier: str) -> NotBelow:
        """How the order to hand on reads for a cascade's cell: of the act it is under, else of the decision."""
        acts = self._tables.acts
        cascade = own.act if own.act.decision.kind == "cascade" else acts.find(own.act.decision.amends)
        upper = acts.upper_on(cascade, self.day) if cascade is not None else None
        for act in (upper, self.root):
            order = _order(act.decision.orders, from_tier, to_tier) if act is not None else None
            if order is not None:
                return order.not_below
        return "tier"

    def own_keys(self, unit: Unit) -> list[RowKey]:
        """The indicators a unit's parent hands it on top: those this decision gives it no level for."""
        parent = self.snapshot.parent(unit.code)
        found = []
        for key in self.handed.get(parent.identity, {}) if parent is not None else ():
            row = self.row(key)
            cell = self.floor(unit, row) if row is not None else None
            if (cell is None or cell.level.is_none) and self.target(unit, key) is not None:
                found.append(key)
        return found

    def _by_floor(self, unit: Unit, row: Row, floor: Cell) -> Target:
        return self._target(unit, row, floor, "named" if floor.named else "tier", floor)

    def _target(
        self,
        unit: Unit,
        row: Row,
        cell: Cell,
        origin: Origin,
        floor: Cell | None,
        *,
        overtaken: Cell | None = None,
        own: bool = False,
    ) -> Target:
        return Target(
            unit=unit,
            row=row,
            cell=cell,
            origin=origin,
            floor=floor,
            overtaken=overtaken,
            own=own,
            root=self.root,
        )


def _order(orders: tuple[Order, ...], from_tier: str, to_tier: str) -> Order | None:
    return next((order for order in orders if (order.from_tier, order.to_tier) == (from_tier, to_tier)), None)
