"""A decision with all that hangs on it, on one day: which cell gives a unit its level, and which floor it stood on.

One family = one decision, its amendments, and the cascades under it. Several decisions side by
side are compared in `targets`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Literal

from chitieu.acts.decision import NotBelow, Order
from chitieu.acts.force import FiledAct
from chitieu.acts.level import Level, satisfies
from chitieu.acts.tables import Cell, Row, RowKey, Tables, said_over
from chitieu.acts.units import Unit
from chitieu.period import Period

Origin = Literal["tier", "named", "cascade", "floor"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Target:
    """The level that judges a unit on one indicator by one method, with the acts it rests on.

    `chain` goes on from `cell` to the cells it changed, then to the floor and those that one
    changed. `floor` is the decision's cell for the unit, else the issuer's own value where that binds.
    `overtaken` is a cascade's cell that a raised floor passed by. `own`: the decision gives the unit nothing.
    `illustration`: nobody signed the act that holds the level, or one that act rests on.
    """

    unit: Unit
    row: Row
    cell: Cell
    origin: Origin
    floor: Cell | None
    overtaken: Cell | None
    own: bool
    root: FiledAct
    illustration: bool

    @property
    def level(self) -> Level:
        return self.cell.level

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
    """One decision on one day for one period, against the tree of the deciding day; every answer is reckoned once."""

    def __init__(
        self,
        tables: Tables,
        root: FiledAct,
        day: date,
        period: Period | None,
        tree_day: date,
        last: FiledAct | None = None,
    ) -> None:
        """`day` is that of the acts, `tree_day` that of the tree: they differ where a target is retroactive."""
        self.root, self.day, self.tree_day = root, day, tree_day
        self.snapshot = tables.acts.tree.on(tree_day)
        self._tables = tables
        self.rows = tables.rows(root, day, period)
        self.handed = tables.handed(root, day, period, last)
        self._rows_by_key = {row.key: row for row in self.rows}
        self._targets: dict[tuple[str, RowKey], Target | None] = {}
        self._unsigned: dict[int, bool] = {}
        self._parents: dict[str, str] = {}

    @cached_property
    def holder(self) -> Unit | None:
        """The issuer, or the unit that holds it once it has ended; None where it does not stand yet."""
        tree, issuer = self._tables.acts.tree, self._tables.acts.issuer(self.root)
        if issuer is None:
            return None
        ends = tree.end_of(issuer.identity)
        has_ended = ends is not None and ends <= self.tree_day
        return tree.holder(issuer, self.tree_day) if has_ended else tree.stretch(issuer.identity, self.tree_day)

    @cached_property
    def below(self) -> frozenset[str]:
        """The codes of all units below the issuer."""
        return frozenset() if self.holder is None else frozenset(self.snapshot.below(self.holder.code))

    @cached_property
    def bound_author(self) -> str | None:
        """The identity of the issuer where its own tier is named: a plan that binds its author."""
        issuer = self._tables.acts.issuer(self.root)
        if issuer is None or self.holder is None or self.holder.tier not in self._tiers:
            return None
        return issuer.identity

    @cached_property
    def _tiers(self) -> frozenset[str]:
        return frozenset(tier for row in self.rows for tier in row.tiers)

    @cached_property
    def _named(self) -> frozenset[str]:
        return frozenset(identity for row in self.rows for identity in row.named)

    @cached_property
    def _keys(self) -> dict[str, tuple[RowKey, ...]]:
        return _by_indicator([row.key for row in self.rows])

    @cached_property
    def _handed_keys(self) -> dict[str, dict[str, tuple[RowKey, ...]]]:
        return {issuer: _by_indicator(rows) for issuer, rows in self.handed.items()}

    def _parent(self, unit: Unit) -> str:
        """The identity of the unit directly above; empty for a root."""
        if unit.code not in self._parents:
            parent = self.snapshot.parent(unit.code)
            self._parents[unit.code] = "" if parent is None else parent.identity
        return self._parents[unit.code]

    def reaches(self, unit: Unit) -> bool:
        """Whether the decision reaches a unit: below the issuer in a tier or by a name it names, or its author."""
        if unit.identity == self.bound_author:
            return True
        return unit.code in self.below and (unit.tier in self._tiers or unit.identity in self._named)

    def floor(self, unit: Unit, row: Row) -> Cell | None:
        """The decision's own cell for a unit: its named value, else its tier's; also where it says `none`."""
        if unit.code in self.below or unit.identity == self.bound_author:
            return row.cell(unit.identity, unit.tier)
        return None

    def given(self, unit: Unit, key: RowKey) -> Cell | None:
        """The decision's own cell for a unit and a row, where it gives a level."""
        row = self._rows_by_key.get(key)
        cell = self.floor(unit, row) if row is not None else None
        return None if cell is None or cell.level.is_none else cell

    def own_value(self, unit: Unit, key: RowKey) -> tuple[Row, Cell] | None:
        """The cell of the cascade whose issuer is the unit's parent."""
        row = self.handed.get(self._parent(unit), {}).get(key) if self.handed else None
        if row is None:
            return None
        cell = row.cell(unit.identity, unit.tier)
        return None if cell is None else (row, cell)

    def row(self, key: RowKey) -> Row | None:
        """The decision's row of an indicator and method."""
        return self._rows_by_key.get(key)

    def keys(self, unit: Unit, indicator: str) -> tuple[RowKey, ...]:
        """The rows, of the decision and of the cascades of the unit's parent, that may give it an indicator."""
        keys = self._keys.get(indicator, ())
        handed = self._handed_keys.get(self._parent(unit), {}).get(indicator, ()) if self.handed else ()
        return keys if not handed else tuple(dict.fromkeys((*keys, *handed)))

    def givers(self, unit: Unit, indicator: str) -> list[Target]:
        """The targets this family gives a unit for an indicator, one for each method."""
        return [target for key in self.keys(unit, indicator) if (target := self.target(unit, key)) is not None]

    def target(self, unit: Unit, key: RowKey) -> Target | None:
        """The level that judges a unit, or None where this family gives it none."""
        known = (unit.identity, key)
        if known not in self._targets:
            self._targets[known] = self._judging(unit, key)
        return self._targets[known]

    def own_targets(self, unit: Unit, indicator: str) -> list[Target]:
        """What a unit's parent hands it on top of the decision, for one indicator."""
        return [target for target in self.givers(unit, indicator) if target.own] if self.handed else []

    def _judging(self, unit: Unit, key: RowKey) -> Target | None:
        row, floor = self.row(key), self.given(unit, key)
        handed = self.own_value(unit, key)
        if handed is None:
            if floor is None or row is None:
                return None
            return self._target(unit, row, floor, "named" if floor.named else "tier", floor)
        own_row, own = handed
        binding = self.binding(unit, key, self.upper(own.act))
        shown = row if row is not None and floor is not None else self._own_row(key, own_row)
        if not own.level.is_none and all(satisfies(own.level, bound.level) for bound in binding):
            lowest = floor or next(iter(binding), None)
            return self._target(unit, shown, own, "cascade", lowest, own=floor is None)
        if not binding:
            return None
        levels = [bound.level for bound in binding]
        judge = binding[levels.index(strictest(levels))]
        return self._target(unit, shown, judge, "floor", floor or judge, overtaken=own, own=floor is None)

    def upper(self, change: FiledAct) -> FiledAct:
        """The act that a cascade, or the cascade an amendment changes, is under; the decision itself at last."""
        above = [act for act in self._tables.acts.resting_on(change, self.day) if act.decision.kind != "amendment"]
        return above[1] if len(above) > 1 else self.root

    def to_hand_on(self, unit: Unit, key: RowKey) -> FiledAct:
        """The act by which a unit has a line to hand on: the cascade that gave it to the unit, else the decision."""
        given = self.own_value(unit, key)
        if given is None:
            return self.root
        act = given[1].act
        return self._tables.acts.find(act.decision.amends) or act

    def binding(self, unit: Unit, key: RowKey, upper: FiledAct) -> list[Cell]:
        """What a unit may not be given less than, under an act: its floor, its parent's own value, or both.

        The order to hand on stands in the act that is handed on, else in the decision. Where the
        parent has no value of its own, the floor binds.
        """
        floor, parent = self.given(unit, key), self.snapshot.parent(unit.code)
        issuers: Cell | None = None
        not_below = self._not_below(upper, parent.tier if parent else "", unit.tier)
        if not_below != "tier" and parent is not None:
            target = self.target(parent, key)
            issuers = target.cell if target is not None else None
        if issuers is None:
            return [floor] if floor is not None else []
        return [issuers] if not_below == "own" or floor is None else [floor, issuers]

    def _not_below(self, upper: FiledAct, from_tier: str, to_tier: str) -> NotBelow:
        for act in (upper, self.root):
            order = _order(act.decision.orders, from_tier, to_tier)
            if order is not None:
                return order.not_below
        return "tier"

    def _own_row(self, key: RowKey, own_row: Row) -> Row:
        """The row an own target is shown in: the decision's for that indicator, counted as its issuer says."""
        row = self.row(key) or next((row for row in self.rows if row.indicator == key[0]), None)
        if row is None:
            return own_row
        if row.key != key:
            return replace(own_row, row=row.row)
        named = own_row.method_named or row.method_named
        return replace(own_row, row=row.row, method_named=named, line=said_over(row.line, own_row.line))

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
            illustration=self._is_unsigned(cell.act),
        )

    def _is_unsigned(self, act: FiledAct) -> bool:
        if act.order not in self._unsigned:
            resting = [*self._tables.acts.resting_on(act, self.day), self.root]
            self._unsigned[act.order] = any(one.decision.illustration for one in resting)
        return self._unsigned[act.order]


def strictest(levels: Sequence[Level]) -> Level:
    """The first of some levels that asks as much as each of the others; the first of all where none does."""
    return next((one for one in levels if all(satisfies(one, other) for other in levels)), levels[0])


def _by_indicator(keys: Sequence[RowKey] | dict[RowKey, Row]) -> dict[str, tuple[RowKey, ...]]:
    found: dict[str, list[RowKey]] = {}
    for key in sorted(keys, key=lambda key: (key[0], key[1] or "")):
        found.setdefault(key[0], []).append(key)
    return {indicator: tuple(of_it) for indicator, of_it in found.items()}


def _order(orders: tuple[Order, ...], from_tier: str, to_tier: str) -> Order | None:
    return next((order for order in orders if (order.from_tier, order.to_tier) == (from_tier, to_tier)), None)
